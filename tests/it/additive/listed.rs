//! The same of Markdown: what is only written otherwise is no change, and an optional field may come.

use super::made::Dice;
use super::{PAIRS, compared, dice, number, shuffle};
use ackgate::contract::Kind;

/// A field as it stands in a list.
struct Field {
    name: String,
    shape: String,
    mark: &'static str,
    members: Vec<Field>,
}

const SHAPES: &[&str] =
    &["int", "string", "float", "bool", "a|b", "string[]", "int|null", "`{ p: int, q: { r: bool } }`", "rfc3339"];

fn field(dice: &mut Dice, name: String, depth: usize) -> Field {
    let mark = *dice.one(&["", "", " (optional)", " (required)"]);
    if depth > 0 && dice.often(3) {
        let members = (0..1 + dice.roll(3)).map(|i| field(dice, format!("{name}{i}"), depth - 1)).collect();
        return Field { name, shape: String::new(), mark, members };
    }
    Field { name, shape: (*dice.one(SHAPES)).to_owned(), mark, members: Vec::new() }
}

/// A list of fields; in any order, with any bullet, and with notes behind them if `otherwise`.
fn written(dice: &mut Dice, fields: &[Field], indent: usize, otherwise: bool) -> String {
    let bullet = if otherwise { *dice.one(&["*", "-", "+"]) } else { "*" };
    let mut items: Vec<String> = Vec::new();
    for field in fields {
        let is_code = otherwise && dice.often(5);
        let name = if is_code { format!("`{}`", field.name) } else { field.name.clone() };
        let note = if otherwise && dice.often(3) { " — a note: with words" } else { "" };
        let note = if field.members.is_empty() { note } else { "" };
        // A parent's mark stands before its colon, where there are no words behind it.
        let (before, behind) = if field.members.is_empty() { ("", field.mark) } else { (field.mark, "") };
        let shape = if field.shape.is_empty() { String::new() } else { format!(" {}", field.shape) };
        let loose = if otherwise && dice.often(2) { "\n\n" } else { "\n" };
        let below = written(dice, &field.members, indent + 2, otherwise);
        items.push(format!("{}{bullet} {name}{before}:{shape}{behind}{note}{loose}{below}", " ".repeat(indent)));
    }
    if otherwise {
        shuffle(dice, &mut items);
    }
    items.concat()
}

#[test]
fn a_list_is_additive_to_itself_however_it_is_written() {
    let mut dice = dice(4);
    for _ in 0..number("ACKGATE_PAIRS", PAIRS) / 10 {
        let mut fields: Vec<Field> = (0..1 + dice.roll(5)).map(|i| field(&mut dice, format!("f{i}"), 2)).collect();
        let old = written(&mut dice, &fields, 0, false);
        let mut new = format!("Words above, and `code`.\n\n{}\nWords below.\n", written(&mut dice, &fields, 0, true));
        if dice.often(3) {
            new = new.replace('\n', "\r\n");
        }
        for (one, other) in [(&old, &old), (&old, &new), (&new, &old)] {
            let found = compared("x.md", one, other);
            assert!(found.changes.is_empty(), "{:?}\nold {one}\nnew {other}", found.changes);
        }
        let mut come = field(&mut dice, "z".to_owned(), 0);
        come.mark = " (optional)";
        fields.insert(dice.roll(fields.len() + 1), come);
        let new = written(&mut dice, &fields, 0, true);
        let found = compared("x.md", &old, &new);
        let kinds: Vec<_> = found.changes.iter().map(|change| (change.pointer.as_str(), change.kind)).collect();
        assert_eq!(kinds, [("/z", Kind::FieldAdded)], "\nold {old}\nnew {new}");
    }
}
