//! Schemas, changes of them and documents, made at random.

use serde_json::{Map, Value, json};

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % sides
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }

    pub fn often(&mut self, in_ten: usize) -> bool {
        self.roll(10) < in_ten
    }
}

const NAMES: &[&str] = &["a", "b", "c", "x-d"];
const TYPES: &[&str] = &["object", "object", "object", "string", "integer", "number", "array", "boolean", "null"];
const PATTERNS: &[&str] = &["^a", "b$", "."];
pub const DRAFTS: &[&str] = &[
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

pub fn schema(dice: &mut Dice, depth: usize) -> Value {
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
    match dice.roll(32) {
        28 => ("pattern", json!(dice.one(PATTERNS))),
        29 => ("const", dice.one(&[json!("a"), json!(1), json!(null), json!([1]), json!({"a": 1})]).clone()),
        30 => ("uniqueItems", json!(dice.often(7))),
        31 => ("minItems", json!(1 + dice.roll(2))),
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
            *dice.one(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
            dice.one(&[json!(1), json!(1.5), json!(2)]).clone(),
        ),
        26 => (*dice.one(&["minLength", "maxLength", "minItems", "maxItems"]), json!(1 + dice.roll(3))),
        _ => ("enum", json!([dice.one(&["a", "b"]), 1, null])),
    }
}

/// Takes away the words that another draft has: whether they say something is no question here.
pub fn of_its_draft(root: &mut Value) {
    let draft = DRAFTS.iter().position(|draft| root["$schema"] == *draft).unwrap();
    let mut all = Vec::new();
    places(root, "", &mut all);
    // From within: a place that is gone is met no more.
    for at in all.into_iter().rev() {
        let Some(Value::Object(map)) = root.pointer_mut(&at) else { continue };
        let foreign = match draft {
            0 => {
                &["prefixItems", "unevaluatedProperties", "unevaluatedItems", "dependentSchemas", "dependentRequired"][..]
            }
            1 => &["prefixItems", "dependencies"],
            _ => &["dependencies"],
        };
        map.retain(|word, value| {
            let is_tuple = draft == 2 && word == "items" && value.is_array();
            !foreign.contains(&word.as_str()) && !is_tuple
        });
    }
}

/// Pointers to all schemas in a schema, as this test places them.
pub fn places(value: &Value, at: &str, found: &mut Vec<String>) {
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
            "enum" | "const" | "required" | "dependentRequired" | "propertyNames" => {}
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
pub fn mutate(dice: &mut Dice, root: &mut Value) {
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
    match dice.roll(16) {
        10..16 => turn(dice, map),
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

/// Another value for a word that is there, near the one it had.
fn turn(dice: &mut Dice, map: &mut Map<String, Value>) {
    let words: Vec<String> =
        map.keys().filter(|k| !["$schema", "definitions"].contains(&k.as_str())).cloned().collect();
    if words.is_empty() {
        return;
    }
    let word = dice.one(&words).clone();
    let value = &mut map[&word];
    match (word.as_str(), &mut *value) {
        ("required" | "enum" | "allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(list)) if dice.often(6) => {
            let last = list.len().saturating_sub(1);
            list.truncate(last);
        }
        ("required", Value::Array(list)) => {
            let name = json!(dice.one(NAMES));
            if !list.contains(&name) {
                list.push(name);
            }
        }
        ("type", one) => {
            *one = match one.as_str() {
                Some("integer") => json!("number"),
                Some("number") => json!("integer"),
                Some("string") => json!(["string", "null"]),
                _ => json!(dice.one(TYPES)),
            };
        }
        ("pattern", one) => *one = json!(dice.one(PATTERNS)),
        ("additionalProperties", one) => *one = schema(dice, 1),
        ("uniqueItems", one) => *one = json!(dice.often(7)),
        (_, Value::Number(number)) => {
            let number = number.as_f64().unwrap();
            let near = if dice.often(5) { number + 1.0 } else { (number - 1.0).max(1.0) };
            // A length is written without a fraction.
            *value = if near.fract() == 0.0 { json!(near as u64) } else { json!(near) };
        }
        _ => {}
    }
}

/// A document that may well satisfy a schema.
pub fn document(dice: &mut Dice, root: &Value, schema: &Value, depth: usize) -> Value {
    let followed = schema.get("$ref").and_then(Value::as_str).and_then(|r| root.pointer(r.trim_start_matches('#')));
    let schema = followed.unwrap_or(schema);
    let branch = ["allOf", "anyOf", "oneOf"].iter().find_map(|k| schema.get(k)?.as_array()?.first());
    if let Some(branch) = branch.filter(|_| depth > 0 && schema.get("properties").is_none()) {
        return document(dice, root, branch, depth - 1);
    }
    if let Some(value) = schema.get("const").filter(|_| dice.often(8)) {
        return value.clone();
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
            for name in NAMES.iter().chain(&["u", "n0", "n1"]) {
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
            let tuple = ["prefixItems", "items"].iter().find_map(|word| schema.get(word)?.as_array());
            let few = schema.get("minItems").and_then(Value::as_u64).map_or(0, |n| usize::try_from(n).unwrap().min(3));
            let count = dice.roll(3).max(if dice.often(7) { few } else { 0 });
            let inner_at = |index: usize| tuple.and_then(|tuple| tuple.get(index)).unwrap_or(&inner);
            Value::from_iter((0..count).map(|index| document(dice, root, inner_at(index), depth - 1)))
        }
        "object" => json!({}),
        "array" => json!([]),
        "string" => json!(dice.one(&["", "a", "b", "c", "abc", "ab", "aabb"])),
        "integer" => json!(dice.one(&[0, 1, 2, 3, 4, 6])),
        "number" => json!(dice.one(&[0.5, 1.5, 3.0])),
        "boolean" => json!(dice.often(5)),
        _ => Value::Null,
    }
}
