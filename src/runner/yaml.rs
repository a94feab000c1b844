//! What the lines of a YAML file in block style say of their structure.

use super::RunnerError;

/// Refuses what lines alone do not tell: more than one document, tabs that indent, a document in flow style.
pub(super) fn plain(lines: &[String]) -> Result<(), RunnerError> {
    for (index, line) in lines.iter().enumerate() {
        let what = match line {
            _ if line.trim_end() == "---" && lines.iter().take(index).any(|line| says(line)) => "a second document",
            _ if line.trim_end() == "..." => "the end of a document",
            _ if line.starts_with('\t') => "a tab",
            _ if line.starts_with(['{', '[', '%', '&', '!', '?']) => "not in block style",
            _ => continue,
        };
        return Err(RunnerError::Shape { line: index + 1, what: what.to_owned() });
    }
    Ok(())
}

/// The line of a key that stands at a margin among some lines, and whether nothing follows it there.
///
/// # Errors
/// A key in quotes, or one whose value stands on its own line.
pub(super) fn key(
    lines: &[String],
    among: std::ops::Range<usize>,
    margin: usize,
    name: &str,
) -> Result<Option<usize>, RunnerError> {
    for index in among {
        let Some(line) = lines.get(index) else { break };
        if indent(line) != margin || !says(line) {
            continue;
        }
        let Some((said, rest)) = line.trim_start().split_once(':') else { continue };
        if said.trim().trim_matches(['"', '\'']) != name {
            continue;
        }
        let rest = rest.trim();
        if said != name || !(rest.is_empty() || rest.starts_with('#')) {
            let what = format!("`{name}` is not written as a block: put ackgate's lines in by hand");
            return Err(RunnerError::Shape { line: index + 1, what });
        }
        return Ok(Some(index));
    }
    Ok(None)
}

/// The lines below a key: up to the next that says something at its margin or left of it. Items of a list may stand at the margin.
pub(super) fn below(lines: &[String], key: usize) -> std::ops::Range<usize> {
    let margin = lines.get(key).map_or(0, |line| indent(line));
    let ends = |line: &String| says(line) && (indent(line) < margin || (indent(line) == margin && !is_item(line)));
    let mut end = key + 1;
    let mut last = end;
    while let Some(line) = lines.get(end)
        && !ends(line)
    {
        end += 1;
        // Empty lines and comments behind it may belong to what follows.
        last = if says(line) { end } else { last };
    }
    key + 1..last
}

/// How far the first line that says something among some is indented.
pub(super) fn margin(lines: &[String], among: std::ops::Range<usize>) -> Option<usize> {
    lines.get(among)?.iter().find(|line| says(line)).map(|line| indent(line))
}

/// Whether a line is more than empty, a comment or the mark of a document.
pub(super) fn says(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#') && line != "---"
}

pub(super) fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    line == "-" || line.starts_with("- ")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
