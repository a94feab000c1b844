//! Whether “additive” holds, and is said where it does: an independent validator asked about documents made at random.

mod listed;
mod made;
mod names;

use ackgate::contract::{Comparison, Kind, compare, read};
use jsonschema::Validator;
use made::{DRAFTS, Dice, document, mutate, of_its_draft, places, schema};
use names::{closure, is_held, uses_new};
use serde_json::{Value, json};

/// Pairs of contracts in an ordinary run; `ACKGATE_PAIRS` asks about more.
const PAIRS: usize = 4_000;

/// Threads that ask.
const THREADS: usize = 2;

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The dice of a thread; `ACKGATE_SEED` tries others by hand.
fn dice(thread: usize) -> Dice {
    Dice(u64::try_from(number("ACKGATE_SEED", 7) + thread).unwrap())
}

fn validator(schema: &Value) -> Option<Validator> {
    jsonschema::validator_for(schema).ok()
}

fn compared(name: &str, old: &str, new: &str) -> Comparison {
    let read = |text: &str| read(name, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    compare(Some((name, &read(old))), Some((name, &read(new))))
}

/// A schema with definitions to refer to.
fn whole(dice: &mut Dice) -> Option<Value> {
    let mut root = schema(dice, 3);
    let definitions = json!({"one": schema(dice, 2), "two": schema(dice, 1)});
    let map = root.as_object_mut()?;
    map.insert("$schema".into(), json!(dice.one(DRAFTS)));
    map.insert("definitions".into(), definitions);
    of_its_draft(&mut root);
    Some(root)
}

/// What was asked, and how often.
#[derive(Debug, Default)]
struct Asked {
    pairs: usize,
    additive: usize,
    /// Additive pairs about which a document says something.
    telling: usize,
    made: usize,
    documents: usize,
}

fn ask(dice: &mut Dice, asked: &mut Asked) {
    let Some(old) = whole(dice) else { return };
    let mut new = old.clone();
    for _ in 0..1 + dice.roll(2) {
        mutate(dice, &mut new);
    }
    of_its_draft(&mut new);
    if old == new {
        return;
    }
    asked.pairs += 1;
    if !compared("x.json", &old.to_string(), &new.to_string()).is_additive() {
        return;
    }
    asked.additive += 1;
    let (Some(before), Some(after)) = (validator(&old), validator(&new)) else { return };
    let said = asked.documents;
    for _ in 0..40 {
        asked.made += 1;
        let document = document(dice, &old, &old, 4);
        if !before.is_valid(&document) || uses_new(&document, (&old, vec![&old]), (&new, vec![&new])) {
            continue;
        }
        asked.documents += 1;
        assert!(after.is_valid(&document), "said to be additive\nold {old}\nnew {new}\nlets in no more {document}");
    }
    asked.telling += usize::from(asked.documents > said);
}

#[test]
fn what_was_valid_is_valid_after_what_is_said_to_be_additive() {
    let pairs = number("ACKGATE_PAIRS", PAIRS).div_ceil(THREADS);
    let found: Vec<Asked> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    let (mut dice, mut asked) = (dice(thread), Asked::default());
                    while asked.pairs < pairs {
                        ask(&mut dice, &mut asked);
                    }
                    asked
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for asked in found {
        println!("{asked:?}");
        // Or it says nothing.
        assert!(asked.additive * 10 > asked.pairs && asked.telling * 2 > asked.additive, "{asked:?}");
        assert!(asked.documents * 4 > asked.made, "{asked:?}");
    }
}

/// A schema as text: its members, and lists whose order says nothing, in any order; white space where it may stand.
fn written(dice: &mut Dice, value: &Value, is_free: bool, out: &mut String) {
    let space = |dice: &mut Dice| *dice.one(&["", "", " ", "\n", "\r\n\t"]);
    out.push_str(space(dice));
    match value {
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            shuffle(dice, &mut members);
            out.push('{');
            for (index, (name, inner)) in members.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(space(dice));
                out.push_str(&json!(name).to_string());
                out.push_str(space(dice));
                out.push(':');
                let words = ["required", "type", "enum", "allOf", "anyOf", "oneOf"];
                written(dice, inner, words.contains(&name.as_str()), out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().collect();
            if is_free {
                shuffle(dice, &mut items);
            }
            out.push('[');
            for (index, inner) in items.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                written(dice, inner, false, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
    out.push_str(space(dice));
}

fn shuffle<T>(dice: &mut Dice, list: &mut [T]) {
    for index in (1..list.len()).rev() {
        list.swap(index, dice.roll(index + 1));
    }
}

#[test]
fn a_schema_is_additive_to_itself_however_it_is_written() {
    let mut dice = dice(2);
    for _ in 0..number("ACKGATE_PAIRS", PAIRS) / 10 {
        let Some(old) = whole(&mut dice) else { continue };
        let mut new = old.clone();
        // Notes make it another document, so that every part is compared.
        let mut all = Vec::new();
        places(&new, "", &mut all);
        all.retain(|at| at.is_empty() || dice.often(3));
        for at in all {
            if let Some(map) = new.pointer_mut(&at).unwrap().as_object_mut() {
                map.insert((*dice.one(&["description", "$comment", "title"])).into(), json!("a note"));
            }
        }
        let mut text = String::new();
        written(&mut dice, &new, false, &mut text);
        for (one, other) in [(old.to_string(), text.clone()), (text, old.to_string())] {
            let found = compared("x.json", &one, &other);
            assert!(found.changes.is_empty(), "{:?}\nold {one}\nnew {other}", found.changes);
        }
    }
}

#[test]
fn an_optional_field_may_be_added_to_an_open_object() {
    let mut dice = dice(3);
    let mut added = 0;
    for _ in 0..number("ACKGATE_PAIRS", PAIRS) / 10 {
        let Some(old) = whole(&mut dice) else { continue };
        let text = old.to_string();
        // What refers to the whole changes with it, also where less let in is more.
        let counted = text.contains("unevaluated") || text.contains(r##""#""##);
        let parts = closure(&old, vec![&old]);
        // A branch without its `if` says nothing, and yet no change in or around it counts as proved.
        let idle = |part: &&Value| part.get("if").is_none() && (part.get("then").or(part.get("else"))).is_some();
        let is_closed = |part: &&Value| part["additionalProperties"] == false || idle(part);
        if counted || is_held(&parts, "z") || parts.iter().any(is_closed) {
            continue;
        }
        let mut new = old.clone();
        let fields = new.as_object_mut().unwrap().entry("properties").or_insert_with(|| json!({}));
        fields.as_object_mut().unwrap().insert("z".into(), schema(&mut dice, 2));
        of_its_draft(&mut new);
        let found = compared("x.json", &text, &new.to_string());
        let kinds: Vec<_> = found.changes.iter().map(|change| (change.pointer.as_str(), change.kind)).collect();
        // Draft-07 reads nothing beside a reference.
        let is_silent = old["$schema"] == DRAFTS[0] && old.get("$ref").is_some();
        let expected = if is_silent { vec![] } else { vec![("/properties/z", Kind::FieldAdded)] };
        assert_eq!(kinds, expected, "\nold {old}\nnew {new}");
        added += usize::from(!is_silent);
    }
    assert!(added > number("ACKGATE_PAIRS", PAIRS) / 40, "{added}");
}
