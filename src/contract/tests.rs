//! Pairs of contracts, and what is said of them.

use super::*;

/// Changes as `pointer kind`; `additive` or `breaking` first.
fn said(name: &str, old: &str, new: &str) -> Vec<String> {
    let read = |text: &str| read(name, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let (old, new) = (read(old), read(new));
    let comparison = compare(Some((name, &old)), Some((name, &new)));
    let verdict = if comparison.is_additive() { "additive" } else { "breaking" };
    let changes = comparison.changes.iter().map(|change| format!("{} {}", change.pointer, change.kind.as_str()));
    std::iter::once(verdict.to_owned()).chain(changes).collect()
}

/// A contract's schema with these members.
fn json(old: &str, new: &str, expected: &[&str]) {
    let found = said("v1/x.json", &format!("{{{old}}}"), &format!("{{{new}}}"));
    assert_eq!(found, expected, "\nold {old}\nnew {new}");
}

const OBJECT: &str = r#""type":"object","properties":{"a":{"type":"string"},"o":{"type":"object","properties":{"x":{"type":"integer"}}}},"required":["a"]"#;

#[test]
fn every_kind_of_edit_of_json_schema() {
    for (from, to, expected) in [
        (r#""x":{"#, r#""y":{"type":"string"},"x":{"#, &["additive", "/properties/o/properties/y field-added"][..]),
        (r#""a":{"type":"string"},"#, "", &["breaking", "/properties/a type-changed"]),
        (r#""x":{"type":"integer"}"#, "", &["breaking", "/properties/o/properties/x field-removed"]),
        (r#""integer""#, r#""number""#, &["breaking", "/properties/o/properties/x type-changed"]),
        (r#""integer""#, r#"["integer","null"]"#, &["breaking", "/properties/o/properties/x type-changed"]),
        (
            r#""a":{"type":"string"}"#,
            r#""a":{"type":"object","properties":{"b":{}}}"#,
            &["breaking", "/properties/a type-changed"],
        ),
        (r#"["a"]"#, r#"["a","o"]"#, &["breaking", "/properties/o now-required"]),
        (r#"["a"]"#, "[]", &["breaking", "/properties/a now-optional"]),
        (r#"["a"]"#, r#"["a","n"]"#, &["breaking", " field-added-required"]),
        (r#""required""#, r#""additionalProperties":false,"required""#, &["breaking", "/additionalProperties closed"]),
        (r#""string""#, r#""string","minLength":1"#, &["breaking", "/properties/a narrowed"]),
        (r#""string""#, r#""string","enum":["b"]"#, &["breaking", "/properties/a narrowed"]),
        (
            r#""string""#,
            r#""string","title":"A","x-note":1,"description":"d","default":"b","examples":[],"$comment":"c","deprecated":true"#,
            &["additive"],
        ),
        (r#""string""#, r#""string","unheard":1"#, &["breaking", "/properties/a cannot-prove"]),
        (
            r#""required""#,
            r#""$defs":{"n":{"type":"null"}},"version":2,"$id":"https://x.example/a","required""#,
            &["additive"],
        ),
    ] {
        json(OBJECT, &OBJECT.replacen(from, to, 1), expected);
    }
}

#[test]
fn values_may_only_be_let_in() {
    for (old, new, expected) in [
        (r#""enum":["a","b"]"#, r#""enum":["b","c","a"]"#, &["additive", " enum-grown"][..]),
        (r#""enum":["a","b"]"#, r#""enum":["a"]"#, &["breaking", " enum-shrunk"]),
        (r#""enum":["a","b"]"#, r#""enum":["a","c"]"#, &["breaking", " enum-shrunk"]),
        (r#""enum":["a"]"#, r#""type":"string","enum":["a","b"]"#, &["additive", " enum-grown"]),
        (r#""type":"string","enum":["a"]"#, r#""type":"string""#, &["additive", " relaxed"]),
        (r#""enum":["a"]"#, "", &["breaking", " type-changed", " relaxed"]),
        (r#""const":"a""#, r#""const":"b""#, &["breaking", " narrowed"]),
        (r#""const":"a""#, r#""enum":["a"]"#, &["additive"]),
        (r#""enum":[1.0,1e400]"#, r#""enum":[10e399,1]"#, &["additive"]),
        (r#""minimum":0"#, r#""minimum":-1"#, &["additive", " relaxed"]),
        (r#""minimum":0"#, r#""minimum":0.5"#, &["breaking", " narrowed"]),
        (r#""minimum":0"#, "", &["additive", " relaxed"]),
        ("", r#""maximum":1e400"#, &["breaking", " narrowed"]),
        (r#""minimum":0"#, r#""exclusiveMinimum":0"#, &["breaking", " narrowed"]),
        (r#""exclusiveMaximum":9"#, r#""maximum":9"#, &["additive", " relaxed"]),
        (r#""minimum":9007199254740993"#, r#""minimum":9007199254740992"#, &["additive", " relaxed"]),
        ("", r#""minLength":0,"minProperties":0"#, &["additive"]),
        (r#""multipleOf":4"#, r#""multipleOf":2"#, &["additive", " relaxed"]),
        (r#""multipleOf":2"#, r#""multipleOf":4"#, &["breaking", " narrowed"]),
        (r#""uniqueItems":true"#, "", &["additive", " relaxed"]),
        ("", r#""uniqueItems":true"#, &["breaking", " narrowed"]),
        (r#""pattern":"a""#, r#""pattern":"a|b""#, &["breaking", " narrowed"]),
        (r#""format":"date""#, "", &["additive", " relaxed"]),
        ("", r#""format":"date""#, &["breaking", " narrowed"]),
        (r#""type":["string","null"]"#, r#""type":["null","string"]"#, &["additive"]),
        (r#""type":["integer","number"]"#, r#""type":"number""#, &["additive"]),
        (r#""type":"string""#, "", &["breaking", " type-changed"]),
    ] {
        json(old, new, expected);
    }
}

#[test]
fn open_and_closed_objects() {
    let closed = r#""properties":{"a":{}},"additionalProperties":false"#;
    for (old, new, expected) in [
        (
            closed,
            r#""properties":{"a":{},"b":{"type":"string"}},"additionalProperties":false"#,
            &["additive", "/properties/b field-added"][..],
        ),
        (closed, r#""properties":{"a":{}}"#, &["additive", " relaxed"]),
        (
            closed,
            r#""properties":{"a":{}},"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false"#,
            &["additive", "/patternProperties/^x- field-added"],
        ),
        (
            closed,
            r#""properties":{"a":{}},"patternProperties":{"a":{"type":"string"}},"additionalProperties":false"#,
            &["breaking", "/patternProperties/a narrowed"],
        ),
        ("", r#""additionalProperties":true"#, &["additive"]),
        ("", r#""additionalProperties":{"minimum":0}"#, &["breaking", "/additionalProperties narrowed"]),
        (
            r#""additionalProperties":{"type":"number"}"#,
            r#""additionalProperties":{"type":"string"}"#,
            &["breaking", "/additionalProperties type-changed"],
        ),
        (
            r#""additionalProperties":{"type":"number"}"#,
            r#""additionalProperties":{"type":"number"},"properties":{"b":{"type":"number"}}"#,
            &["additive", "/properties/b field-added"],
        ),
        (
            r#""additionalProperties":{"type":"number"}"#,
            r#""additionalProperties":{"type":"number"},"properties":{"b":{}}"#,
            &["additive", "/properties/b field-added"],
        ),
        (
            r#""additionalProperties":{"type":"number"}"#,
            r#""additionalProperties":{"type":"number"},"properties":{"b":{"type":"string"}}"#,
            &["breaking", "/properties/b narrowed"],
        ),
        (
            r#""patternProperties":{"^x-":{"type":"number"}}"#,
            r#""patternProperties":{"^x-":{"type":"number"}},"properties":{"x-a":{"type":"string"}}"#,
            &["breaking", "/properties/x-a narrowed"],
        ),
        (
            r#""patternProperties":{"^x-":{"type":"number"}}"#,
            r#""patternProperties":{"^x-":{"type":"number"}},"properties":{"y":{"type":"string"}}"#,
            &["additive", "/properties/y field-added"],
        ),
        (
            r#""propertyNames":{"maxLength":9}"#,
            r#""propertyNames":{"maxLength":9},"properties":{"y":{"type":"string"}}"#,
            &["breaking", "/properties/y narrowed"],
        ),
        (r#""propertyNames":{"maxLength":9}"#, r#""propertyNames":{"maxLength":8}"#, &["breaking", " cannot-prove"]),
        (
            r#""unevaluatedProperties":false"#,
            r#""unevaluatedProperties":false,"properties":{"y":{"type":"string"}}"#,
            &["additive", "/properties/y field-added"],
        ),
        (
            r#""unevaluatedProperties":false,"allOf":[{}]"#,
            r#""unevaluatedProperties":false,"allOf":[{"properties":{"y":{}}}]"#,
            &["breaking", "/allOf/0 cannot-prove", "/allOf/0/properties/y field-added"],
        ),
        (
            r#""unevaluatedProperties":false,"additionalProperties":{"type":"number"}"#,
            r#""unevaluatedProperties":false,"additionalProperties":{"type":"number"},"properties":{"y":{"type":"string"}}"#,
            &["breaking", "/properties/y narrowed"],
        ),
        (
            r#""unevaluatedProperties":false,"additionalProperties":true"#,
            r#""unevaluatedProperties":false"#,
            &["breaking", " cannot-prove"],
        ),
        ("", r#""unevaluatedProperties":false"#, &["breaking", "/unevaluatedProperties closed"]),
    ] {
        json(old, new, expected);
    }
}

#[test]
fn names_declared_beside_are_not_new() {
    for (old, new, expected) in [
        (
            r#""allOf":[{"properties":{"a":{"type":"integer"}}},{}]"#,
            r#""allOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"a":{"minimum":1}}}]"#,
            &["breaking", "/allOf/1/properties/a narrowed"][..],
        ),
        (
            r#""dependentRequired":{"a":["b"]}"#,
            r#""dependentRequired":{"a":["b"]},"properties":{"b":{"type":"string"}}"#,
            &["breaking", "/properties/b type-changed"],
        ),
        (
            r#""properties":{"a":{}}"#,
            r#""properties":{"a":{}},"dependentRequired":{"a":["b"]}"#,
            &["breaking", " field-added-required"],
        ),
        (
            r#""properties":{"a":{}}"#,
            r#""properties":{"a":{},"n":{},"m":{}},"dependentRequired":{"n":["m"]}"#,
            &["additive", "/properties/m field-added", "/properties/n field-added"],
        ),
        (
            r#""properties":{"a":{}},"if":{"required":["a"]},"then":{"properties":{"b":{"type":"string"}}}"#,
            r#""properties":{"a":{},"b":{"type":"string"}},"if":{"required":["a"]},"then":{"properties":{"b":{"type":"string"}}}"#,
            &["breaking", "/properties/b type-changed"],
        ),
        (
            r#""properties":{"l":{"properties":{"x":{"type":"string"}}}},"allOf":[{"properties":{"l":{}}}]"#,
            r#""properties":{"l":{"properties":{"x":{"type":"string"}}}},"allOf":[{"properties":{"l":{"properties":{"x":{"minLength":1}}}}}]"#,
            &["breaking", "/allOf/0/properties/l/properties/x narrowed"],
        ),
    ] {
        json(old, new, expected);
    }
}

#[test]
fn references_mean_what_they_point_at() {
    let node = r##""properties":{"n":{"$ref":"#/$defs/n"}},"$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"},"v":{"type":"string"}}}}"##;
    for (old, new, expected) in [
        (
            r##""properties":{"a":{"$ref":"#/$defs/t"}},"$defs":{"t":{"type":"string"}}"##,
            r#""properties":{"a":{"type":"string"}}"#,
            &["additive"][..],
        ),
        (
            r#""properties":{"a":{"type":"string"}}"#,
            r##""properties":{"a":{"allOf":[{"$ref":"#/definitions/t"}],"description":"d"}},"definitions":{"t":{"type":"string"}}"##,
            &["additive"],
        ),
        (
            r##""properties":{"a":{"$ref":"#/$defs/t"}},"$defs":{"t":{"type":"string"}}"##,
            r##""properties":{"a":{"$ref":"#/$defs/u"}},"$defs":{"u":{"type":"integer"}}"##,
            &["breaking", "/$defs/u type-changed"],
        ),
        (
            node,
            &node.replace(r#""string""#, r#""string","minLength":1"#),
            &["breaking", "/$defs/n/properties/v narrowed"],
        ),
        (node, &node.replace(r#""v""#, r#""w":{},"v""#), &["additive", "/$defs/n/properties/w field-added"]),
        (r#""$ref":"other.json""#, r#""$ref":"other.json","title":"t""#, &["additive"]),
        (r#""$ref":"other.json""#, r#""$ref":"another.json""#, &["breaking", " cannot-prove"]),
        (r##""$ref":"#/$defs/gone""##, r##""$ref":"#/$defs/gone","title":"t""##, &["breaking", " cannot-prove"]),
        (
            r##""$id":"https://x.example/a.json","$ref":"a.json#/$defs/t","$defs":{"t":{"maxLength":9}}"##,
            r##""$id":"https://x.example/a.json","$ref":"a.json#/$defs/t","$defs":{"t":{"maxLength":8}}"##,
            &["breaking", "/$defs/t narrowed"],
        ),
        (
            r##""$ref":"x.json#/$defs/t","$defs":{"t":{"maxLength":9}}"##,
            r##""$ref":"x.json#/$defs/t","$defs":{"t":{"maxLength":8}}"##,
            &["breaking", "/$defs/t narrowed"],
        ),
        (
            r##""$ref":"#t","$defs":{"q":{"$anchor":"t","maxLength":9}}"##,
            r##""$ref":"#t","$defs":{"q":{"$anchor":"t","maxLength":8}}"##,
            &["breaking", "/$defs/q narrowed"],
        ),
        (
            r##""$dynamicRef":"#t","$defs":{"q":{"$dynamicAnchor":"t","maxLength":9}}"##,
            r##""$dynamicRef":"#t","$defs":{"q":{"$dynamicAnchor":"t","maxLength":8}}"##,
            &["breaking", " cannot-prove"],
        ),
        (
            r##""$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}"##,
            r##""title":"t","$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}"##,
            &["additive"],
        ),
    ] {
        json(old, new, expected);
    }
    // In draft-07 what stands beside a reference says nothing.
    let seven = r##""$schema":"http://json-schema.org/draft-07/schema#","definitions":{"t":{}},"properties":{"a":{"$ref":"#/definitions/t"}}"##;
    json(seven, &seven.replace(r##"/t"}}"##, r##"/t","maxLength":1}}"##), &["additive"]);
    let later =
        seven.replace("http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2019-09/schema");
    json(&later, &later.replace(r##"/t"}}"##, r##"/t","maxLength":1}}"##), &["breaking", "/properties/a narrowed"]);
    json(seven, &later, &["breaking", "/$schema cannot-prove"]);
}

#[test]
fn branches_tuples_and_conditions() {
    for (old, new, expected) in [
        (
            r#""anyOf":[{"type":"string"},{"type":"null"}]"#,
            r#""anyOf":[{"type":"null"},{"type":"string"}]"#,
            &["additive"][..],
        ),
        (
            r#""oneOf":[{"type":"string"},{"type":"null"}]"#,
            r#""oneOf":[{"type":"null"},{"type":"string","title":"t"}]"#,
            &["additive"],
        ),
        (
            r#""anyOf":[{"type":"string"}]"#,
            r#""anyOf":[{"type":"string"},{"type":"null"}]"#,
            &["breaking", " cannot-prove"],
        ),
        (r#""anyOf":[{"maxLength":9}]"#, r#""anyOf":[{"maxLength":10}]"#, &["additive", "/anyOf/0 relaxed"]),
        (r#""oneOf":[{"maxLength":9}]"#, r#""oneOf":[{"maxLength":10}]"#, &["breaking", " cannot-prove"]),
        (r#""not":{"maxLength":9}"#, r#""not":{"maxLength":8}"#, &["breaking", " cannot-prove"]),
        (r#""if":{"maxLength":9}"#, r#""if":{"maxLength":9},"then":{}"#, &["breaking", " cannot-prove"]),
        (
            r#""contains":{"maxLength":9}"#,
            r#""contains":{"maxLength":9},"minContains":2"#,
            &["breaking", " cannot-prove"],
        ),
        (
            r#""prefixItems":[{"type":"string"}]"#,
            r#""prefixItems":[{"type":"integer"}]"#,
            &["breaking", "/prefixItems/0 type-changed"],
        ),
        (r#""prefixItems":[{}]"#, r#""prefixItems":[{},{}]"#, &["breaking", " cannot-prove"]),
        (r#""items":{"type":"string"}"#, r#""items":{"type":["string","null"]}"#, &["breaking", "/items type-changed"]),
        ("", r#""items":{"type":"string"}"#, &["breaking", "/items type-changed"]),
        (
            r##""oneOf":[{"$ref":"#/$defs/t"}],"$defs":{"t":{"maxLength":9}}"##,
            r##""oneOf":[{"$ref":"#/$defs/t"}],"$defs":{"t":{"maxLength":10}}"##,
            &["breaking", " cannot-prove"],
        ),
    ] {
        json(old, new, expected);
    }
}

#[test]
fn who_a_contract_is_must_stay() {
    for (old, new, expected) in [
        (
            r#""$id":"https://x.example/v1""#,
            r#""$id":"https://x.example/v2""#,
            &["breaking", "/$id identity-changed"][..],
        ),
        (r#""$id":"https://x.example/v1""#, "", &["breaking", "/$id identity-changed"]),
        (r#""title":"usage.v1, as it is""#, r#""title":"usage.v2""#, &["breaking", "/title identity-changed"]),
        (r#""title":"usage.v1""#, r#""title":"The usage.v1""#, &["additive"]),
        (r#""title":"Usage""#, r#""title":"Use""#, &["additive"]),
        (
            r#""properties":{"schema":{"const":"u.v1"}}"#,
            r#""properties":{"schema":{"const":"u.v2"}}"#,
            &["breaking", "/properties/schema/const identity-changed"],
        ),
    ] {
        json(old, new, expected);
    }
}

const LISTED: &str =
    "# usage.v1\n\n* `a`: int\n* `flags`: `{ warn: bool, reason: \"x|y\" }`\n* `note`: string (optional)\n";

#[test]
fn every_kind_of_edit_of_markdown() {
    for (from, to, expected) in [
        ("* `note`", "* `n`: int (optional)\n* `note`", &["additive", "/n field-added"][..]),
        ("* `note`", "* `n`: int\n* `note`", &["breaking", "/n field-added-required"]),
        ("warn: bool, ", "", &["breaking", "/flags/warn field-removed"]),
        ("`a`", "`b`", &["breaking", "/a field-removed", "/b field-added-required"]),
        ("int", "float", &["breaking", "/a type-changed"]),
        ("int", "{ x: int }", &["breaking", "/a type-changed"]),
        ("int", "int (optional)", &["breaking", "/a now-optional"]),
        (" (optional)", "", &["breaking", "/note now-required"]),
        ("x|y", "y|z|x", &["additive", "/flags/reason enum-grown"]),
        ("x|y", "x", &["breaking", "/flags/reason enum-shrunk"]),
        ("usage.v1", "usage.v2", &["breaking", " identity-changed"]),
        ("int\n", "integer — counts things (since start)\n\nMore prose.\n\n", &["additive"]),
        ("* `a`: int\n", "* `a`: int\n* `a`: float\n", &["breaking", "/a cannot-prove"]),
        (
            "* `flags`: `{ warn: bool, reason: \"x|y\" }`\n",
            "* `flags`:\n  - `warn`: bool; `reason`: x|y\n",
            &["additive"],
        ),
    ] {
        assert_eq!(said("x.md", LISTED, &LISTED.replacen(from, to, 1)), expected, "{to}");
    }
    let unmarked = "* `a`: int\n";
    assert_eq!(said("x.md", unmarked, "* `a`: int\n* `b`: int\n"), ["additive", "/b field-added"]);
    assert_eq!(said("x.md", unmarked, "* `a`: int\n* `b`: int (required)\n"), ["breaking", "/b field-added-required"]);
    assert_eq!(said("x.md", unmarked, "| Field | Type |\n|--|--|\n| a | int |\n"), ["additive"]);
}

#[test]
fn a_contract_is_additive_to_itself_whatever_it_holds() {
    for text in
        ["true", "{\"$ref\":\"#/nowhere\"}", "{\"oneOf\":[5],\"x\":{\"type\":\"y\"}}", "{\"$dynamicRef\":\"#a\"}"]
    {
        assert_eq!(said("x.json", text, &format!(" {text}\n")), ["additive"], "{text}");
    }
    assert_eq!(said("x.md", "* a: int\n* a: float\n", "* a: int\n* a: float\n"), ["additive"]);
    assert_eq!(said("x.json", "{}", "true"), ["additive"]);
    let (json, markdown) = (read("x.json", b"{}").unwrap(), read("x.md", b"* a: int\n").unwrap());
    let mixed = compare(Some(("x.json", &json)), Some(("x.md", &markdown)));
    assert_eq!(mixed.changes.first().unwrap().kind, Kind::CannotProve);
}

#[test]
fn new_fields_are_flat_and_objects_open() {
    let judge = |old: &str, new: &str| {
        let (old, new) = (read("x.json", old.as_bytes()).unwrap(), read("x.json", new.as_bytes()).unwrap());
        compare(Some(("x.json", &old)), Some(("x.json", &new)))
    };
    for (field, nested) in [
        (r#"{"type":"object"}"#, true),
        (r#"{"type":["array","null"],"items":{"properties":{"x":{}}}}"#, true),
        (r##"{"$ref":"#/$defs/o"}"##, true),
        (r#"{"anyOf":[{"type":"null"},{"type":"object"}]}"#, true),
        (r#"{"type":"array","items":{"type":"string"}}"#, false),
        (r#"{}"#, false),
        (r#"{"type":"string"}"#, false),
    ] {
        let new = format!(r##"{{"$defs":{{"o":{{"type":"object"}}}},"properties":{{"n":{field}}}}}"##);
        assert_eq!(judge("{}", &new).nested.len(), usize::from(nested), "{field}");
    }
    let flat = judge(
        r#"{"properties":{"o":{"type":"object"}}}"#,
        r#"{"properties":{"o":{"type":"object","properties":{"x":{"type":"string"}}}}}"#,
    );
    assert!(flat.nested.is_empty());

    let closed = r#"{"properties":{"o":{"additionalProperties":false}}}"#;
    let places = |comparison: &Comparison| {
        comparison.closed.iter().map(|(site, new)| (site.pointer.clone(), *new)).collect::<Vec<_>>()
    };
    let at = "/properties/o/additionalProperties".to_owned();
    assert_eq!(places(&judge(closed, closed)), [(at.clone(), false)]);
    assert_eq!(places(&judge("{}", closed)), [(at.clone(), true)]);
    assert_eq!(places(&judge(r#"{"properties":{"o":{}}}"#, closed)), [(at, true)]);
    assert!(
        judge(
            r#"{"$defs":{"x":{"additionalProperties":false}}}"#,
            r#"{"$defs":{"x":{"additionalProperties":false}},"title":"t"}"#
        )
        .closed
        .is_empty()
    );
}

#[test]
fn large_and_hostile_contracts_end() {
    let fields = |count: usize, more: &str| {
        let all: Vec<String> = (0..count).map(|i| format!("\"f{i}\":{{\"type\":\"string\"}}")).collect();
        format!("{{\"properties\":{{{}{more}}}}}", all.join(","))
    };
    assert_eq!(said("x.json", &fields(10_000, ""), &fields(10_000, ",\"n\":{}")).len(), 2);

    let chain = |last: &str| {
        let all: Vec<String> = (0..5_000)
            .map(|i| format!("\"d{i}\":{{\"properties\":{{\"n\":{{\"$ref\":\"#/$defs/d{}\"}}}}}}", i + 1))
            .collect();
        format!("{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{},\"d5000\":{last}}}}}", all.join(","))
    };
    assert_eq!(said("x.json", &chain("{}"), &chain("{\"type\":\"null\"}"))[0], "breaking");

    let knot = |last: &str| {
        let all: Vec<String> = (0..30)
            .map(|i| format!("\"d{i}\":{{\"allOf\":[{{\"$ref\":\"#/$defs/d{}\"}},{{\"properties\":{{\"n\":{{\"$ref\":\"#/$defs/d{}\"}}}}}}]}}", (i + 1) % 30, (i * 7) % 30))
            .collect();
        format!("{{\"$ref\":\"#/$defs/d0\",\"title\":\"{last}\",\"$defs\":{{{}}}}}", all.join(","))
    };
    said("x.json", &knot("a"), &knot("b"));
}

#[test]
fn what_cannot_be_read_is_said() {
    for (name, bytes, why) in [
        ("x.json", &b"[]"[..], "no JSON Schema"),
        ("x.json", b"{\"a\":1,\"a\":2}", "a second time"),
        ("x.json", b"{\"$schema\":\"http://json-schema.org/draft-04/schema#\"}", "`$schema` names none"),
        ("x.json", b"\xff", "not UTF-8"),
        ("x.yaml", b"a: b", "not JSON"),
    ] {
        assert!(read(name, bytes).unwrap_err().to_string().contains(why), "{why}");
    }
    assert_eq!(read("x.md", &vec![b' '; LARGEST + 1]).unwrap_err(), ContractError::TooLarge);
    assert!(!read("x.md", b"prose").unwrap().has_fields());
}
