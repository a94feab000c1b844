//! What a coding agent has to know, as a part of `AGENTS.md` or `CLAUDE.md` that can be brought up to date.

/// The first line of the part.
const BEGIN: &str = "<!-- ackgate: begin (verify-gate init --agents-md writes this part) -->";
/// What it starts with in every version.
const BEGINS: &str = "<!-- ackgate: begin";
/// The last line.
const END: &str = "<!-- ackgate: end -->";

const TEXT: &str = "\
## Alignment gates (ackgate)

Adapter, schema, licence and policy paths of this repository change only under an alignment gate that the other party has
answered with ACK in the shared log. git's hooks and CI refuse the rest.

- Before you plan: `verify-gate session begin --role scout` (or `planner`, `executor`), and read what it shows.
- At any time: `verify-gate status` says which gate counts, whose turn it is and what to do next.
- Before you write a file: `verify-gate --paths FILE…`; what a refusal means: `verify-gate explain CODE`.
- No gate covers it: `verify-gate gate new --slice NAME --path PATH… --commit`, then wait for the other party's ACK.
- At the end: `verify-gate validate`, `verify-gate bundle`, `verify-gate handoff`.

Never answer this party's own gate, never edit or reorder entries of the log, and never get around a refusal
(`--no-verify`, `SKIP`, `core.hooksPath`): stop, and say what was refused and why.
";

/// The page with the part in it: in the place of an older one, else at the end.
///
/// # Errors
/// A marker without the other, or several of one: what lies between could be anybody's.
pub fn updated(old: &str) -> Result<String, &'static str> {
    let is_begin = |line: &str| line.trim().starts_with(BEGINS);
    let is_end = |line: &str| line.trim() == END;
    let newline = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let part = format!("{BEGIN}\n{TEXT}{END}\n").replace('\n', newline);
    let lines: Vec<&str> = old.split_inclusive('\n').collect();
    let at = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
        lines.iter().enumerate().filter(|(_, line)| is(line)).map(|(at, _)| at).collect()
    };
    match (at(&is_begin).as_slice(), at(&is_end).as_slice()) {
        ([], []) if old.trim().is_empty() => Ok(part),
        ([], []) => {
            let gap = if old.ends_with('\n') { newline.to_owned() } else { newline.repeat(2) };
            Ok(format!("{old}{gap}{part}"))
        }
        ([begin], [end]) if begin < end => {
            let before: String = lines.iter().take(*begin).copied().collect();
            let after: String = lines.iter().skip(end + 1).copied().collect();
            Ok(format!("{before}{part}{after}"))
        }
        _ => Err("the markers of ackgate's part are not one `begin` and one `end` below it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_added_once_and_brought_up_to_date() {
        let fresh = updated("").unwrap();
        assert_eq!(updated(&fresh).unwrap(), fresh);
        let beside = updated("# Mine\n\ntext").unwrap();
        assert!(beside.starts_with("# Mine\n\ntext\n\n<!-- ackgate: begin"), "{beside}");
        assert_eq!(updated(&beside).unwrap(), beside);
        let old = "# Mine\n<!-- ackgate: begin (v0) -->\nold\n<!-- ackgate: end -->\nbelow\n";
        let new = updated(old).unwrap();
        assert!(new.starts_with("# Mine\n<!-- ackgate") && new.ends_with("end -->\nbelow\n") && !new.contains("old\n"));
        assert!(updated("a\r\n").unwrap().lines().count() > 5);
        assert!(!updated("a\r\n").unwrap().replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn what_is_between_odd_markers_is_left_alone() {
        for old in
            [BEGIN, END, "<!-- ackgate: end -->\n<!-- ackgate: begin -->\n", &format!("{BEGIN}\n{BEGIN}\n{END}\n")]
        {
            assert!(updated(old).is_err(), "{old}");
        }
    }
}
