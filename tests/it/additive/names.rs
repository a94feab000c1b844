//! Which names a schema declares, and which a document uses that only the new one does.

use serde_json::{Map, Value, json};

/// All schemas that may have a say in place of some.
pub fn closure<'a>(root: &'a Value, from: Vec<&'a Value>) -> Vec<&'a Value> {
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
        open.extend(schema.get("not"));
        // Without `if`, `then` and `else` say nothing.
        if schema.get("if").is_some() {
            open.extend(["if", "then", "else"].iter().filter_map(|name| schema.get(name)));
        }
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
                let declared = schema.get("properties").and_then(|p| p.get(name));
                found.extend(declared);
                found.extend(
                    schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::values),
                );
                // What is declared is not left over.
                let rest = ["additionalProperties", "unevaluatedProperties"].iter().filter_map(|k| schema.get(k));
                found.extend(rest.filter(|_| declared.is_none()));
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
pub fn is_held(schemas: &[&Value], name: &str) -> bool {
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
pub fn uses_new(document: &Value, old: (&Value, Vec<&Value>), new: (&Value, Vec<&Value>)) -> bool {
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
