//! Whether “additive” holds: an independent validator asked about documents made at random.

use ackgate::contract::{compare, read};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % sides
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }

    fn often(&mut self, in_ten: usize) -> bool {
        self.roll(10) < in_ten
    }
}

const NAMES: &[&str] = &["a", "b", "c", "x-d"];
const TYPES: &[&str] = &["object", "object", "object", "string", "integer", "number", "array", "boolean", "null"];
const DRAFTS: &[&str] = &[
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

fn schema(dice: &mut Dice, depth: usize) -> Value {
    if depth == 0 || dice.often(1) {
        return match dice.roll(8) {
            0 => json!(true),
            1 => json!(false),
            2 => json!({"$ref": "#/definitions/one"}),
            3 => json!({"$ref": "#"}),
            4 => json!({"enum": ["a", "b"]}),
            5 => json!({"type": ["string", "null"]}),
            6 => json!({}),
            _ => json!({"type": dice.one(TYPES)}),
        };
    }
    let mut map = Map::new();
    if dice.often(6) {
        map.insert("type".into(), json!(dice.one(TYPES)));
    }
    for _ in 0..1 + dice.roll(3) {
        let (name, value) = keyword(dice, depth - 1);
        map.insert(name.into(), value);
    }
    Value::Object(map)
}

fn keyword(dice: &mut Dice, depth: usize) -> (&'static str, Value) {
    let names = |dice: &mut Dice| Value::from_iter(NAMES.iter().filter(|_| dice.often(3)).map(|n| json!(n)));
    let list = |dice: &mut Dice| {
        let count = 1 + dice.roll(2);
        Value::from_iter((0..count).map(|_| schema(dice, depth)))
    };
    let table = |dice: &mut Dice, keys: &[&str]| {
        let mut map = Map::new();
        for key in keys {
            if dice.often(4) {
                map.insert((*key).into(), schema(dice, depth));
            }
        }
        Value::Object(map)
    };
    match dice.roll(28) {
        0..6 => ("properties", table(dice, NAMES)),
        6 => ("required", names(dice)),
        7 => ("additionalProperties", schema(dice, depth)),
        8 => ("additionalProperties", json!(dice.often(5))),
        9 => ("patternProperties", table(dice, &["^x-", "a|b", "^n"])),
        10 => ("propertyNames", json!({"pattern": dice.one(&["^[a-c]", "^x", "."])})),
        11 => ("minProperties", json!(1 + dice.roll(3))),
        12 => ("maxProperties", json!(dice.roll(4))),
        13 => ("allOf", list(dice)),
        14 => ("anyOf", list(dice)),
        15 => ("oneOf", list(dice)),
        16 => ("not", schema(dice, depth)),
        17 => (*dice.one(&["if", "then", "else"]), schema(dice, depth)),
        18 => ("items", schema(dice, depth)),
        19 => (*dice.one(&["items", "prefixItems"]), list(dice)),
        20 => ("contains", schema(dice, depth)),
        21 => (*dice.one(&["unevaluatedProperties", "unevaluatedItems"]), schema(dice, depth)),
        22 => ("dependentSchemas", table(dice, NAMES)),
        23 => ("dependentRequired", json!({"a": names(dice)})),
        24 => ("dependencies", json!({"a": names(dice), "b": schema(dice, depth)})),
        25 => (
            *dice.one(&["minimum", "maximum", "exclusiveMinimum", "multipleOf"]),
            dice.one(&[json!(1), json!(1.5), json!(2)]).clone(),
        ),
        26 => (*dice.one(&["minLength", "maxLength", "minItems", "maxItems"]), json!(1 + dice.roll(3))),
        _ => ("enum", json!([dice.one(&["a", "b"]), 1, null])),
    }
}

/// Pointers to all schemas in a schema, as this test places them.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    if !matches!(value, Value::Object(_) | Value::Bool(_)) {
        return;
    }
    found.push(at.to_owned());
    for (name, inner) in value.as_object().into_iter().flatten() {
        match name.as_str() {
            "properties" | "patternProperties" | "dependentSchemas" | "definitions" | "dependencies" => {
                for (key, inner) in inner.as_object().into_iter().flatten() {
                    places(inner, &format!("{at}/{name}/{key}"), found);
                }
            }
            "enum" | "required" | "dependentRequired" | "propertyNames" => {}
            _ if inner.is_array() => {
                for (index, inner) in inner.as_array().unwrap().iter().enumerate() {
                    places(inner, &format!("{at}/{name}/{index}"), found);
                }
            }
            _ => places(inner, &format!("{at}/{name}"), found),
        }
    }
}

/// One change somewhere.
fn mutate(dice: &mut Dice, root: &mut Value) {
    let mut all = Vec::new();
    places(root, "", &mut all);
    let at = dice.one(&all).clone();
    let fresh = format!("n{}", dice.roll(2));
    let place = root.pointer_mut(&at).unwrap();
    if !place.is_object() || dice.often(1) {
        if !at.is_empty() {
            *place = schema(dice, 1);
        }
        return;
    }
    let map = place.as_object_mut().unwrap();
    match dice.roll(10) {
        0..4 => {
            let name = if dice.often(6) { fresh.as_str() } else { *dice.one(NAMES) };
            let inner = schema(dice, 1);
            let properties = map.entry("properties").or_insert_with(|| json!({}));
            if let Some(properties) = properties.as_object_mut() {
                properties.entry(name).or_insert(inner);
            }
        }
        4..7 => {
            let keys: Vec<String> =
                map.keys().filter(|k| !["$schema", "definitions"].contains(&k.as_str())).cloned().collect();
            if !keys.is_empty() {
                map.remove(dice.one(&keys));
            }
        }
        7 => {
            let list = map.entry("enum").or_insert_with(|| json!(["a"]));
            list.as_array_mut().unwrap().push(json!("c"));
        }
        8 if !at.is_empty() => {
            let inner = place.take();
            *place = json!({"allOf": [inner], "description": "wrapped"});
        }
        _ => {
            let (name, value) = keyword(dice, 1);
            map.insert(name.into(), value);
        }
    }
}

/// A document that may well satisfy a schema.
fn document(dice: &mut Dice, root: &Value, schema: &Value, depth: usize) -> Value {
    let followed = schema.get("$ref").and_then(Value::as_str).and_then(|r| root.pointer(r.trim_start_matches('#')));
    let schema = followed.unwrap_or(schema);
    let branch = ["allOf", "anyOf", "oneOf"].iter().find_map(|k| schema.get(k)?.as_array()?.first());
    if let Some(branch) = branch.filter(|_| depth > 0 && schema.get("properties").is_none()) {
        return document(dice, root, branch, depth - 1);
    }
    if let Some(list) = schema.get("enum").and_then(Value::as_array).filter(|_| dice.often(8)) {
        return dice.one(list).clone();
    }
    let kind = match schema.get("type") {
        Some(Value::String(one)) if dice.often(9) => one.clone(),
        _ => (*dice.one(TYPES)).to_owned(),
    };
    match kind.as_str() {
        "object" if depth > 0 => {
            let mut map = Map::new();
            for name in NAMES.iter().chain(&["u", "n0"]) {
                let must = schema.get("required").and_then(Value::as_array).is_some_and(|r| r.contains(&json!(name)));
                if (must && dice.often(9)) || dice.often(3) {
                    let inner = schema
                        .get("properties")
                        .and_then(|p| p.get(name))
                        .or_else(|| schema.get("additionalProperties"));
                    map.insert((*name).to_owned(), document(dice, root, inner.unwrap_or(&json!(true)), depth - 1));
                }
            }
            Value::Object(map)
        }
        "array" if depth > 0 => {
            let inner = schema.get("items").filter(|i| !i.is_array()).cloned().unwrap_or(json!(true));
            let count = dice.roll(3);
            Value::from_iter((0..count).map(|_| document(dice, root, &inner, depth - 1)))
        }
        "object" => json!({}),
        "array" => json!([]),
        "string" => json!(dice.one(&["", "a", "b", "c", "abc"])),
        "integer" => json!(dice.one(&[0, 1, 2, 3])),
        "number" => json!(dice.one(&[0.5, 1.5, 3.0])),
        "boolean" => json!(dice.often(5)),
        _ => Value::Null,
    }
}

/// All schemas that may have a say in place of some.
fn closure<'a>(root: &'a Value, from: Vec<&'a Value>) -> Vec<&'a Value> {
    let mut found: Vec<&Value> = Vec::new();
    let mut open = from;
    while let Some(schema) = open.pop() {
        if found.iter().any(|known| std::ptr::eq(*known, schema)) {
            continue;
        }
        found.push(schema);
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|r| root.pointer(r.trim_start_matches('#')));
        open.extend(target);
        for name in ["allOf", "anyOf", "oneOf"] {
            open.extend(schema.get(name).and_then(Value::as_array).into_iter().flatten());
        }
        open.extend(["not", "if", "then", "else"].iter().filter_map(|name| schema.get(name)));
        for name in ["dependentSchemas", "dependencies"] {
            open.extend(schema.get(name).and_then(Value::as_object).into_iter().flat_map(Map::values));
        }
    }
    found
}

fn declares(schemas: &[&Value], name: &str) -> bool {
    let is_key = |schema: &Value, word: &str| schema.get(word).is_some_and(|t| t.get(name).is_some());
    let in_list = |list: Option<&Value>| list.and_then(Value::as_array).is_some_and(|l| l.contains(&json!(name)));
    schemas.iter().any(|schema| {
        ["properties", "dependentSchemas", "dependencies", "dependentRequired"].iter().any(|word| is_key(schema, word))
            || in_list(schema.get("required"))
            || ["dependencies", "dependentRequired"].iter().any(|word| {
                schema
                    .get(word)
                    .and_then(Value::as_object)
                    .into_iter()
                    .flat_map(Map::values)
                    .any(|list| in_list(Some(list)))
            })
    })
}

fn below<'a>(schemas: &[&'a Value], name: Option<&str>) -> Vec<&'a Value> {
    let mut found = Vec::new();
    for schema in schemas {
        match name {
            Some(name) => {
                found.extend(schema.get("properties").and_then(|p| p.get(name)));
                found.extend(
                    schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::values),
                );
                found.extend(["additionalProperties", "unevaluatedProperties"].iter().filter_map(|k| schema.get(k)));
            }
            None => {
                for word in ["items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"] {
                    match schema.get(word) {
                        Some(Value::Array(list)) => found.extend(list),
                        one => found.extend(one),
                    }
                }
            }
        }
    }
    found
}

/// Whether one of some schemas holds the value of a name that is not declared to something.
fn is_held(schemas: &[&Value], name: &str) -> bool {
    let says = |schema: &Value| {
        let empty = |value: &Value| value == &json!({}) || value == &json!([]);
        schema.as_object().is_some_and(|map| map.iter().any(|(name, value)| name != "description" && !empty(value)))
    };
    let matches = |pattern: &str| match pattern {
        "a|b" => name.contains(['a', 'b']),
        start => name.starts_with(start.trim_start_matches('^')),
    };
    schemas.iter().any(|schema| {
        let patterns = schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        let mut matching = patterns.filter(|(pattern, _)| matches(pattern)).map(|(_, held)| held).peekable();
        let is_left = matching.peek().is_none();
        let rest = ["additionalProperties", "unevaluatedProperties"].iter().filter_map(|word| schema.get(word));
        matching.any(says) || (is_left && rest.into_iter().any(says)) || schema.get("propertyNames").is_some()
    })
}

/// Whether a document uses a name that only the new schema declares there, and that was free.
fn uses_new(document: &Value, old: (&Value, Vec<&Value>), new: (&Value, Vec<&Value>)) -> bool {
    let (before, after) = (closure(old.0, old.1), closure(new.0, new.1));
    match document {
        Value::Object(map) => map.iter().any(|(name, inner)| {
            (declares(&after, name) && !declares(&before, name) && !is_held(&before, name))
                || uses_new(inner, (old.0, below(&before, Some(name))), (new.0, below(&after, Some(name))))
        }),
        Value::Array(items) => {
            items.iter().any(|inner| uses_new(inner, (old.0, below(&before, None)), (new.0, below(&after, None))))
        }
        _ => false,
    }
}

fn validator(schema: &Value) -> Option<Validator> {
    jsonschema::validator_for(schema).ok()
}

fn is_additive(old: &Value, new: &Value) -> bool {
    let read = |schema: &Value| read("x.json", schema.to_string().as_bytes()).unwrap();
    compare(Some(("x.json", &read(old))), Some(("x.json", &read(new)))).is_additive()
}

/// What was asked, and how often.
#[derive(Default)]
struct Asked {
    pairs: usize,
    additive: usize,
    documents: usize,
}

fn ask(dice: &mut Dice, asked: &mut Asked) {
    let mut old = schema(dice, 3);
    let definitions = json!({"one": schema(dice, 2), "two": schema(dice, 1)});
    let Some(map) = old.as_object_mut() else { return };
    map.insert("$schema".into(), json!(dice.one(DRAFTS)));
    map.insert("definitions".into(), definitions);
    let mut new = old.clone();
    for _ in 0..1 + dice.roll(2) {
        mutate(dice, &mut new);
    }
    asked.pairs += 1;
    if old == new || !is_additive(&old, &new) {
        return;
    }
    asked.additive += 1;
    let (Some(before), Some(after)) = (validator(&old), validator(&new)) else { return };
    for _ in 0..40 {
        let document = document(dice, &old, &old, 4);
        if !before.is_valid(&document) || uses_new(&document, (&old, vec![&old]), (&new, vec![&new])) {
            continue;
        }
        asked.documents += 1;
        assert!(after.is_valid(&document), "said to be additive\nold {old}\nnew {new}\nlets in no more {document}");
    }
}

#[test]
fn what_was_valid_is_valid_after_what_is_said_to_be_additive() {
    let threads: u64 = 2;
    let documents: usize = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    let (mut dice, mut asked) = (Dice(thread + seed()), Asked::default());
                    while asked.documents < 50_000 {
                        ask(&mut dice, &mut asked);
                        assert!(asked.pairs < 500_000, "only {} of {} pairs are additive", asked.additive, asked.pairs);
                    }
                    asked.documents
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!(documents >= 100_000);
}

/// `ACKGATE_SEED` tries other ones by hand.
fn seed() -> u64 {
    std::env::var("ACKGATE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7)
}
