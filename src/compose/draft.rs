//! A gate as a text to be edited, and the text read again.

use super::GateWish;

/// What opens the text.
const OPENING: &str = "\
# An alignment gate. What you save is posted; an emptied or unchanged text posts nothing.
# Items start with `- `; lines that start with `#` are left out.
";

/// The parts, as they are labelled.
const LABELS: [(Label, &str); 7] = [
    (Label::Slice, "Slice"),
    (Label::Paths, "Paths, globs and folders/ that will change"),
    (Label::Fields, "Fields, by their exact names"),
    (Label::Questions, "Questions to be answered Yes or No"),
    (Label::Validation, "Validation matrix and acceptance"),
    (Label::Packaging, "Packaging/licensing impacts"),
    (Label::Timeline, "D+1/D+2 timeline"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Slice,
    Paths,
    Fields,
    Questions,
    Validation,
    Packaging,
    Timeline,
}

/// What cannot be read of an edited text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// The text to be edited. `notes` stand below the paths, as comments.
pub fn draft(wish: &GateWish, notes: &[String]) -> String {
    let mut out = OPENING.to_owned();
    for (label, title) in LABELS {
        let (value, items): (&str, &[String]) = match label {
            Label::Slice => (&wish.slice, &[]),
            Label::Paths => ("", &wish.paths),
            Label::Fields => ("", &wish.fields),
            Label::Questions => ("", &wish.questions),
            Label::Validation => ("", &wish.validation),
            Label::Packaging => (&wish.packaging, &[]),
            Label::Timeline => (&wish.timeline, &[]),
        };
        out.push_str(format!("\n{title}: {}", one_line(value)).trim_end());
        out.push('\n');
        for item in items {
            out.push_str(&format!("- {}\n", one_line(item)));
        }
        for note in notes.iter().filter(|_| label == Label::Paths) {
            out.push_str(&format!("# {}\n", one_line(note)));
        }
    }
    out
}

/// What an edited text asks for; `None` where nothing is left of it.
///
/// # Errors
/// A line that belongs to no part.
pub fn read_draft(text: &str) -> Result<Option<GateWish>, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut wish, mut open) = (GateWish::default(), None);
    let mut any = false;
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        any = true;
        let error = |message: &str| Unreadable { line: number, message: message.to_owned() };
        let labelled = line.split_once(':').and_then(|(title, value)| Some((label(title)?, value.trim())));
        if let Some((label, value)) = labelled {
            open = Some(label);
            match single(&mut wish, label) {
                Some(text) if text.is_empty() => *text = value.to_owned(),
                Some(_) => return Err(error("this part stands twice")),
                None if value.is_empty() => {}
                None => return Err(error("what belongs to this part stands below it, each item after `- `")),
            }
            continue;
        }
        let Some(label) = open else { return Err(error("it belongs to no part")) };
        let item = ["- ", "* "].iter().find_map(|mark| line.trim_start().strip_prefix(mark)).map(str::trim);
        match (list(&mut wish, label), item) {
            (Some(items), Some(item)) => items.push(item.to_owned()),
            // The line goes on.
            (Some(items), None) if line.starts_with([' ', '\t']) && !items.is_empty() => {
                if let Some(last) = items.last_mut() {
                    last.push_str(&format!(" {}", line.trim()));
                }
            }
            _ => return Err(error("it is neither a part nor an item of one: an item starts with `- `")),
        }
    }
    Ok(any.then_some(wish))
}

fn label(title: &str) -> Option<Label> {
    LABELS.iter().find(|(_, known)| known.eq_ignore_ascii_case(title.trim())).map(|(label, _)| *label)
}

fn single(wish: &mut GateWish, label: Label) -> Option<&mut String> {
    match label {
        Label::Slice => Some(&mut wish.slice),
        Label::Packaging => Some(&mut wish.packaging),
        Label::Timeline => Some(&mut wish.timeline),
        _ => None,
    }
}

fn list(wish: &mut GateWish, label: Label) -> Option<&mut Vec<String>> {
    match label {
        Label::Paths => Some(&mut wish.paths),
        Label::Fields => Some(&mut wish.fields),
        Label::Questions => Some(&mut wish.questions),
        Label::Validation => Some(&mut wish.validation),
        _ => None,
    }
}

/// Text for one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_edited_text_is_read_as_it_is_meant() {
        let text = "\u{feff}# note\r\nSlice: r4-adapter\r\n\r\npaths, globs and folders/ that will change:\r\n- a/b.py\r\n#- c\r\n\
                    * `d/`\r\nQuestions to be answered Yes or No:\n- Is it\n  so: yes?\nD+1/D+2 timeline: D+1: code\n";
        let wish = read_draft(text).unwrap().unwrap();
        assert_eq!(wish.slice, "r4-adapter");
        assert_eq!(wish.paths, ["a/b.py", "`d/`"]);
        assert_eq!(wish.questions, ["Is it so: yes?"]);
        assert_eq!((wish.timeline.as_str(), wish.packaging.as_str()), ("D+1: code", ""));
        assert_eq!(read_draft("# a\n\n#b\n"), Ok(None));
        for (text, line) in [
            ("r4\n", 1),
            ("- a\n", 1),
            ("Slice: r4\n- a\n", 2),
            ("Slice: r4\nmore\n", 2),
            ("Slice: r4\nSlice: r5\n", 2),
            ("Validation matrix and acceptance: pytest\n", 1),
            ("\nValidation matrix and acceptance:\n\n  going on\n", 4),
        ] {
            assert_eq!(read_draft(text).unwrap_err().line, line, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_not_edited_reads_back(
            words in prop::collection::vec("[^\\s#-][^\\s]{0,6}( [^\\s]{1,6}){0,2}", 4),
            items in prop::collection::vec("[^\\s]{1,6}( [^\\s]{1,4}){0,2}", 0..4),
            note in ".{0,12}",
        ) {
            let wish = GateWish {
                slice: words[0].clone(),
                paths: items.clone(),
                fields: items.iter().rev().cloned().collect(),
                questions: words[1..2].to_vec(),
                validation: items,
                packaging: words[2].clone(),
                timeline: words[3].clone(),
            };
            prop_assert_eq!(read_draft(&draft(&wish, &[note])), Ok(Some(wish)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "(Slice|Fields, by their exact names|- |#|:|\n|\r|  |x|\u{feff}){0,20}") {
            drop(read_draft(&text));
        }
    }
}
