//! What is written into a log: its opening, and the form of a gate.

use super::Part;

const OPENING: &str = include_str!("opening.md");

/// The opening of a new log: what it is, and how a gate and an ACK look. Holds no entry, since what it shows stands in a
/// fence. `party` posts the gate that is shown, `other` answers it.
pub fn preamble(party: &str, other: &str) -> String {
    let (party, other) = (one_line(party), one_line(other));
    OPENING.replace("@GATE@", &gate(&party, "my-slice")).replace("@PARTY@", &party).replace("@OTHER@", &other)
}

/// A gate to be filled in, as a whole entry.
fn gate(party: &str, slice: &str) -> String {
    let mut out = format!("## {} (alignment gate: {})\n\n", one_line(party), one_line(slice));
    for part in Part::ALL {
        let example = match part {
            Part::Change => "`path/to/file`, `path/to/folder/`",
            Part::Fields => "`field_name`: string (Yes/No)",
            Part::Validation => "what is run, and what shows that it is done",
            Part::Packaging => "none",
            Part::Timeline => "D+1",
        };
        out.push_str(&format!("- {}: {example}\n", part.title()));
    }
    out.push_str("\n— End of entry —\n");
    out
}

/// A name for the middle of a line: nothing in it starts a line of its own.
fn one_line(name: &str) -> String {
    crate::report::escape(name)
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Speaker, State, Writers, read};
    use super::*;
    use proptest::prelude::*;

    fn writers(names: [&str; 2]) -> Writers {
        let speaker =
            |name: &str| Speaker { name: name.into(), aliases: vec![name.into()], repositories: vec![name.into()] };
        Writers { speakers: names.map(speaker).into(), ..Writers::default() }
    }

    #[test]
    fn what_is_shown_opens_nothing_and_works_when_it_is_posted() {
        let writers = writers(["Frontend", "Back end"]);
        let opening = preamble("Frontend", "Back end");
        assert_eq!(read(&opening, &writers).entries, []);

        let shown = opening.split("~~~").nth(1).unwrap().strip_prefix("markdown\n").unwrap();
        let (until_ack, _) = shown.split_once("## Frontend (landed").unwrap();
        for (posted, kinds, state) in [
            (until_ack, vec![Kind::Gate, Kind::Ack], State::Acked),
            (shown, vec![Kind::Gate, Kind::Ack, Kind::Landed], State::Landed),
        ] {
            let log = read(&format!("{opening}\n{posted}"), &writers);
            assert_eq!(log.entries.iter().map(|entry| entry.kind).collect::<Vec<_>>(), kinds);
            let gate = log.latest().unwrap();
            assert_eq!((gate.slice.as_str(), gate.state), ("my-slice", state));
            assert_eq!(
                gate.paths.iter().map(|listed| listed.text.as_str()).collect::<Vec<_>>(),
                ["path/to/file", "path/to/folder/"]
            );
            assert_eq!(gate.parts, Part::ALL);
        }
    }

    proptest! {
        #[test]
        fn no_name_makes_an_entry_of_it(one in ".{1,20}", other in "[-#`~<>!*_ \n\ra-c]{1,20}") {
            prop_assert_eq!(read(&preamble(&one, &other), &writers([&one, &other])).entries, []);
        }
    }
}
