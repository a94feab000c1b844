//! Lines that a label opens.

use crate::log::unnumbered;

/// What follows `Label:` where it opens an item or a line, marks of emphasis and of lists aside.
pub(crate) fn labelled<'l>(line: &'l str, label: &str) -> Option<&'l str> {
    let line = unnumbered(line);
    let (found, rest) = line.split_at_checked(label.len())?;
    let rest = rest.trim_start_matches(['*', '_']).strip_prefix(':')?;
    found.eq_ignore_ascii_case(label).then(|| rest.trim_start_matches(['*', '_', ' ']))
}
