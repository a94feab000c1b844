//! The lines that two texts do not share.

use git2::{DiffOptions, Patch};

use crate::session::Edits;
use crate::shell::Error;

/// How git would edit the old text into the new one, whatever the configuration says about diffs.
///
/// # Errors
/// Texts that libgit2 cannot compare.
pub fn edits(old: &str, new: &str) -> Result<Edits, Error> {
    let mut options = DiffOptions::new();
    options.context_lines(0).force_text(true);
    let patch = Patch::from_buffers(old.as_bytes(), None, new.as_bytes(), None, Some(&mut options))?;
    let mut edits = Edits::default();
    for hunk in 0..patch.num_hunks() {
        for line in 0..patch.num_lines_in_hunk(hunk)? {
            let line = patch.line_in_hunk(hunk, line)?;
            let number = |at: Option<u32>| at.and_then(|at| usize::try_from(at).ok());
            match line.origin() {
                '+' => edits.added.extend(number(line.new_lineno())),
                '-' => edits.removed.extend(number(line.old_lineno())),
                _ => {}
            }
        }
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one() {
        for (old, new, removed, added) in [
            ("a\nb\n", "a\nb\n", &[][..], &[][..]),
            ("a\nb\nc\n", "a\nB\nc\nd\n", &[2], &[2, 4]),
            ("", "a\nb", &[], &[1, 2]),
            ("a\0\n", "", &[1], &[]),
        ] {
            assert_eq!(
                edits(old, new).unwrap(),
                Edits { removed: removed.into(), added: added.into() },
                "{old:?} {new:?}"
            );
        }
    }
}
