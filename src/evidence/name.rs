//! Names of folders and logs, made of text that others wrote.

use sha2::{Digest, Sha256};

/// Longest part of a name that is taken over.
const LONGEST: usize = 80;

/// The folder of a slice's evidence: its name where that is made of ASCII letters, digits, `.`, `_` and `-`, and starts
/// with none of these marks; else what is left of it and eight digits of its SHA-256, so that two slices never share one.
pub fn folder_name(slice: &str) -> String {
    let kept = plain(slice);
    if kept == slice && !kept.is_empty() {
        return kept;
    }
    let digest = Sha256::digest(slice);
    let digits: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    if kept.is_empty() { format!("slice-{digits}") } else { format!("{kept}-{digits}") }
}

/// The log of a command, by its number in the matrix, from 1: `02-pytest.log`. The variables before it do not name it.
pub fn log_name(number: usize, command: &str) -> String {
    let is_variable = |word: &&str| {
        word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    let program = command.split_whitespace().find(|word| !is_variable(word)).unwrap_or_default();
    let program = plain(program.rsplit('/').next().unwrap_or_default());
    let program: String = program.chars().take(24).collect();
    if program.is_empty() { format!("{number:02}.log") } else { format!("{number:02}-{program}.log") }
}

fn plain(text: &str) -> String {
    let kept = text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' });
    let kept: String = kept.collect();
    kept.trim_start_matches(['.', '_', '-']).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_slice_leaves_its_folder_or_shares_one() {
        assert_eq!(folder_name("r4-adapter_1.2"), "r4-adapter_1.2");
        let odd = ["../x", "..", ".", "", "a/b", "a_b/", "/etc", "-rf", ".git", "ä", "a\nb", "_x", &"y".repeat(300)];
        let names: std::collections::BTreeSet<String> = odd.iter().map(|slice| folder_name(slice)).collect();
        assert_eq!(names.len(), odd.len(), "{names:?}");
        for name in names {
            assert!(name.len() < 100 && !name.starts_with(['.', '-']) && !name.contains(['/', '\n']), "{name}");
        }
    }

    #[test]
    fn a_log_is_called_like_its_program() {
        assert_eq!(log_name(2, "PYTHONPATH=a:. behave f.feature"), "02-behave.log");
        assert_eq!(log_name(11, "scripts/e2e.sh | tee x"), "11-e2e.sh.log");
        assert_eq!(log_name(1, "(cd x; y)"), "01-cd.log");
        assert_eq!(log_name(1, ""), "01.log");
    }
}
