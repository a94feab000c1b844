//! Signatures in an entry: fenced code blocks that hold what is signed, and below it the signature.

/// The first line of a signature.
pub(super) const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";

/// The last.
pub(super) const END: &str = "-----END SSH SIGNATURE-----";

/// How many of them are looked at in one entry: an entry needs one.
const MOST: usize = 16;

/// A fenced block with a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block<'e> {
    /// The lines above the signature.
    pub(super) said: Vec<&'e str>,
    /// From the signature's first line to the block's last.
    pub(super) armour: Vec<&'e str>,
}

/// The fenced blocks of an entry that hold a signature.
pub(super) fn blocks(entry: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut lines = entry.lines();
    while let Some(line) = lines.next() {
        let Some((mark, length)) = fence(line) else { continue };
        let indent = line.len() - line.trim_start_matches(' ').len();
        let ends = |line: &&str| fence(line).is_some_and(|(m, l)| m == mark && l >= length) && is_bare(line, mark);
        let bare = |line: &'_ str| line.len() - line.trim_start_matches(' ').len();
        let content = lines.by_ref().take_while(|line| !ends(line));
        let content: Vec<&str> = content.map(|line| line.get(bare(line).min(indent)..).unwrap_or(line)).collect();
        if let Some(at) = content.iter().position(|line| *line == BEGIN) {
            let (said, armour) = content.split_at(at);
            found.push(Block { said: said.to_vec(), armour: armour.to_vec() });
        }
    }
    found.truncate(MOST);
    found
}

/// The log's commits at which the signers of an entry say that they read the gate.
pub fn read_at(entry: &str) -> Vec<String> {
    let blocks = blocks(entry);
    let lines = blocks.iter().flat_map(|block| &block.said);
    let mut found: Vec<String> = lines.filter_map(|line| line.strip_prefix("at: ")).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    found
}

/// Whether an entry holds anything that could be a signature.
pub fn carries_signature(entry: &str) -> bool {
    !blocks(entry).is_empty()
}

/// A line that opens or ends a fenced block: its mark and how often it stands there.
fn fence(line: &str) -> Option<(char, usize)> {
    let text = line.trim_start_matches(' ');
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == mark).count();
    let info = text.trim_start_matches(mark);
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length))
}

fn is_bare(line: &str, mark: char) -> bool {
    line.trim().trim_matches(mark).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_stand_in_fenced_blocks() {
        let signature = format!("{BEGIN}\nAAAA\n{END}");
        let block = |said: &[&'static str]| (said.to_vec(), vec![BEGIN, "AAAA", END]);
        for (entry, wanted) in [
            (format!("## CCC (ACK)\n\n```\na\nat: 1\n{signature}\n```\n"), vec![block(&["a", "at: 1"])]),
            (format!("```ssh\na\n{signature}\n```\n~~~\nb\n{signature}\n~~~~\n"), vec![block(&["a"]), block(&["b"])]),
            (format!("````\n```\n{signature}\n````\n"), vec![block(&["```"])]),
            (
                format!("- x\n\n  ```\n  a\n{}\n  ```", signature.replace('\n', "\n  ").replacen("--", "  --", 1)),
                vec![block(&["a"])],
            ),
            (format!("```\n{signature}"), vec![block(&[])]),
            (signature.clone(), vec![]),
            ("```\na\n```\n".to_owned(), vec![]),
            (format!("```\na\n```\n{signature}\n"), vec![]),
            (format!("``\n{signature}\n``\n"), vec![]),
        ] {
            let found: Vec<_> = blocks(&entry).into_iter().map(|b| (b.said, b.armour)).collect();
            assert_eq!(found, wanted, "{entry}");
        }
        let many = format!("```\nat: 1\n{signature}\n```\n").repeat(40);
        assert_eq!((blocks(&many).len(), read_at(&many)), (MOST, vec!["1".to_owned()]));
    }
}
