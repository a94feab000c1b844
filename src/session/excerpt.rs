//! As much of the log's entries as an agent takes in at once.

use crate::log::Log;

/// How many bytes of entries are shown at once.
pub const MOST: usize = 64 * 1024;

/// An entry, as far as there is room for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt<'a> {
    /// Its index in the log.
    pub entry: usize,
    /// Whole lines of it.
    pub text: &'a str,
    /// Bytes that are left out at its end.
    pub left_out: usize,
}

/// The latest of some entries of the log, in its order, within `most` bytes; and how many earlier ones there is no room
/// for. The last entry is shown at least in part.
pub fn excerpts<'a>(log: &'a Log, entries: &[usize], most: usize) -> (Vec<Excerpt<'a>>, usize) {
    let (mut shown, mut room) = (Vec::new(), most);
    for (entry, text) in entries.iter().rev().filter_map(|index| Some((*index, log.entries.get(*index)?.text.as_str())))
    {
        if text.len() <= room {
            shown.push(Excerpt { entry, text, left_out: 0 });
            room -= text.len();
            continue;
        }
        if shown.is_empty() {
            let text_shown = lines_within(text, room);
            shown.push(Excerpt { entry, text: text_shown, left_out: text.len() - text_shown.len() });
        }
        break;
    }
    shown.reverse();
    let left_out = entries.len().saturating_sub(shown.len());
    (shown, left_out)
}

/// The lines from the start that fit.
fn lines_within(text: &str, most: usize) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if end + line.len() > most {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_shown_whole_and_the_last_at_least_in_part() {
        let text = "## CCC\n\none\n\n## CCC\n\ntwo\n\n## CCC\n\nthree\nfour\n";
        let log = crate::log::read(text, &crate::log::two_parties());
        let all = [0, 1, 2];
        let shown = |most| {
            let (shown, left_out) = excerpts(&log, &all, most);
            (shown.iter().map(|e| (e.entry, e.left_out)).collect::<Vec<_>>(), left_out)
        };
        let lengths: Vec<usize> = log.entries.iter().map(|entry| entry.text.len()).collect();
        let total: usize = lengths.iter().sum();
        assert_eq!(shown(total), (vec![(0, 0), (1, 0), (2, 0)], 0));
        assert_eq!(shown(total - 1), (vec![(1, 0), (2, 0)], 1));
        assert_eq!(shown(lengths[2]), (vec![(2, 0)], 2));
        let (cut, left_out) = shown(lengths[2] - 1);
        assert_eq!((cut[0].0, left_out), (2, 2));
        assert!(cut[0].1 > 0);
        assert_eq!(excerpts(&log, &[2], 15).0[0].text, "## CCC\n\nthree\n");
        assert_eq!(excerpts(&log, &[], 15), (Vec::new(), 0));
    }
}
