//! The shell scripts of husky, `.husky/<hook>`.

use super::block::Text;
use super::{HOOKS, RunnerError};

/// Both need git's lines; of a here-document nothing is lost, as it may be of a pipe.
const PUSH: &str = r#"ackgate_refs=$(cat)
if [ -z "$ackgate_refs" ]; then
    ackgate-pre-push "$@" </dev/null || exit
else
    ackgate-pre-push "$@" <<ACKGATE || exit
$ackgate_refs
ACKGATE
    exec <<ACKGATE
$ackgate_refs
ACKGATE
fi"#;

pub(super) fn put(file: &str, text: &mut Text) -> Result<(), RunnerError> {
    let Some((hook, program)) = HOOKS.iter().find(|(hook, _)| file.ends_with(&format!("/{hook}"))) else {
        return Err(RunnerError::Format);
    };
    let is_empty = text.lines.iter().all(|line| line.trim().is_empty() || line.starts_with("#!"));
    let run = format!("{program} \"$@\"");
    if *hook == "pre-push" && !is_empty {
        // First, so that nothing (as git-lfs does) sends what ackgate then refuses.
        let at = text.lines.iter().position(|line| !is_opening(line)).unwrap_or_default();
        text.insert(at, 0, PUSH);
        return Ok(());
    }
    if let Some(index) = text.lines.iter().position(|line| may_end(line)) {
        let what =
            format!("the script may end here, before ackgate is asked: put `{run}` before it, or mend the script");
        return Err(RunnerError::Shape { line: index + 1, what });
    }
    // Last, so that what other commands changed is what is judged.
    text.insert(text.lines.len(), 0, &run);
    Ok(())
}

/// What a script of husky's begins with.
fn is_opening(line: &str) -> bool {
    line.starts_with("#!") || line.contains("husky.sh")
}

/// Whether a line ends the script without a failure, or hands it over. `|| exit` fails.
fn may_end(line: &str) -> bool {
    let words: Vec<&str> =
        line.split(|c: char| c.is_whitespace() || c == ';').filter(|word| !word.is_empty()).collect();
    let begins = words.first().is_some_and(|word| matches!(*word, "exit" | "exec"));
    let hands_over = words.windows(2).any(|pair| matches!(pair, ["exit", "0"] | ["&&" | "||" | "then", "exec"]));
    !line.trim_start().starts_with('#')
        && (begins || hands_over || words.windows(2).any(|pair| matches!(pair, ["&&" | "then", "exit"])))
}
