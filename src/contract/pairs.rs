//! Pairs of schemas by what they mean: those of which one would think the wrong thing.

use super::{compare, read};

const SEVEN: &str = "http://json-schema.org/draft-07/schema#";
const Y2019: &str = "https://json-schema.org/draft/2019-09/schema";
const Y2020: &str = "https://json-schema.org/draft/2020-12/schema";

/// Members of the old and of the new schema.
type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Holds in every one of some drafts.
fn all(drafts: &[&str], additive: bool, pairs: Pairs<'_>) {
    let mut wrong = Vec::new();
    for draft in drafts {
        for (old, new) in pairs {
            let schema = |members: &str| {
                let comma = if members.is_empty() { "" } else { "," };
                let text = format!("{{\"$schema\":\"{draft}\"{comma}{members}}}");
                read("v1/x.json", text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
            };
            let comparison = compare(Some(("v1/x.json", &schema(old))), Some(("v1/x.json", &schema(new))));
            if comparison.is_additive() != additive {
                wrong.push(format!("{draft}\nold {old}\nnew {new}\n{:?}", comparison.changes));
            }
        }
    }
    assert!(wrong.is_empty(), "not {}: {}", if additive { "additive" } else { "breaking" }, wrong.join("\n"));
}

const ALL: &[&str] = &[SEVEN, Y2019, Y2020];
const LATER: &[&str] = &[Y2019, Y2020];

#[test]
fn what_is_additive_in_every_draft() {
    all(
        ALL,
        true,
        &[
            // Notes, layout and order.
            ("", r#""title":"t","description":"d","$comment":"c","default":1,"examples":[1],"readOnly":true"#),
            (r#""title":"t","default":{"a":1}"#, r#""default":{"a":2}"#),
            (
                r#""properties":{"a":{"description":"x"}}"#,
                r#""properties":{"a":{"description":"y","deprecated":true}}"#,
            ),
            (r#""required":["a","b"]"#, r#""required":["b","a"]"#),
            (r#""type":["null","string"]"#, r#""type":["string","null"]"#),
            (r#""enum":[1,2]"#, r#""enum":[2.0,1e0]"#),
            (r#""const":1"#, r#""const":1.0"#),
            (r#""const":{"a":1,"b":[0]}"#, r#""const":{"b":[0.0],"a":10e-1}"#),
            (r#""enum":["\u00e9"]"#, r#""enum":["é"]"#),
            (r#""minimum":1"#, r#""minimum":1.000"#),
            (r#""properties":{"a":true}"#, r#""properties":{"a":{}}"#),
            (r#""additionalProperties":true"#, ""),
            (r#""items":{}"#, r#""items":true"#),
            (r#""uniqueItems":false"#, ""),
            (r#""properties":{}"#, ""),
            (r#""required":[]"#, ""),
            (r#""type":"string""#, r#""type":["string"]"#),
            (r#""allOf":[{"type":"string"}]"#, r#""type":"string""#),
            (
                r#""anyOf":[{"type":"string"},{"enum":[1,null]}]"#,
                r#""anyOf":[{"enum":[null,1],"title":"t"},{"type":"string","description":"d"}]"#,
            ),
            // Fields that come.
            ("", r#""properties":{"n":{"type":"string"}}"#),
            (r#""type":"object""#, r#""type":"object","properties":{"n":{"enum":["a"]}}"#),
            (r#""properties":{"a":{}}"#, r#""properties":{"a":{},"n":false}"#),
            (
                r#""properties":{"a":{"properties":{"x":{}}}}"#,
                r#""properties":{"a":{"properties":{"x":{},"y":{"type":"null"}}}}"#,
            ),
            (r#""items":{"properties":{"x":{}}}"#, r#""items":{"properties":{"x":{},"y":{}}}"#),
            (
                r#""additionalProperties":{"properties":{"x":{}}}"#,
                r#""additionalProperties":{"properties":{"x":{},"y":{}}}"#,
            ),
            (r#""allOf":[{"properties":{"a":{}}}]"#, r#""allOf":[{"properties":{"a":{},"n":{}}}]"#),
            (r#""allOf":[{"properties":{"a":{}}}]"#, r#""allOf":[{"properties":{"a":{}}}],"properties":{"n":{}}"#),
            (
                r##""$ref":"#/definitions/a","definitions":{"a":{"properties":{"x":{}}}}"##,
                r##""$ref":"#/definitions/a","definitions":{"a":{"properties":{"x":{},"y":{}}}}"##,
            ),
            (
                r#""properties":{"a":{}},"additionalProperties":false"#,
                r#""properties":{"a":{},"n":{"type":"string"}},"additionalProperties":false"#,
            ),
            (
                r#""additionalProperties":{"type":"string"}"#,
                r#""additionalProperties":{"type":"string"},"properties":{"n":{"type":"string"}}"#,
            ),
            (
                r#""additionalProperties":{"type":"string"}"#,
                r#""additionalProperties":{"type":"string"},"properties":{"n":{"type":["string","null"]}}"#,
            ),
            (
                r#""patternProperties":{"^x-":{"type":"string"}}"#,
                r#""patternProperties":{"^x-":{"type":"string"}},"properties":{"n":{"type":"number"}}"#,
            ),
            // Values that are let in.
            (r#""enum":["a"]"#, r#""enum":["a","b"]"#),
            (r#""properties":{"a":{"const":"x"}}"#, r#""properties":{"a":{"enum":["x","y"]}}"#),
            (r#""type":"string","maxLength":5"#, r#""type":"string","maxLength":6"#),
            (r#""type":"number","minimum":1"#, r#""type":"number","exclusiveMinimum":0"#),
            (r#""type":"number","exclusiveMinimum":1"#, r#""type":"number","minimum":1"#),
            (r#""multipleOf":0.02"#, r#""multipleOf":0.01"#),
            (r#""type":"string","pattern":"^a""#, r#""type":"string""#),
            (r#""maxItems":3"#, ""),
            (r#""minProperties":2"#, r#""minProperties":1"#),
            (
                r#""properties":{"a":{}},"additionalProperties":false"#,
                r#""properties":{"a":{}},"additionalProperties":true"#,
            ),
            (r#""items":{"maxLength":3}"#, r#""items":{"maxLength":4}"#),
            (r#""anyOf":[{"maxLength":3},{"minimum":5}]"#, r#""anyOf":[{"maxLength":4},{"minimum":5}]"#),
            (r#""properties":{"a":false}"#, r#""properties":{"a":{"type":"string"}}"#),
            // Definitions that nothing refers to.
            ("", r#""definitions":{"t":{"type":"string"}}"#),
            (r#""definitions":{"t":{"type":"string"}}"#, r#""definitions":{"t":false}"#),
        ],
    );
}

#[test]
fn what_breaks_in_every_draft() {
    all(
        ALL,
        false,
        &[
            (r#""properties":{"a":{}}"#, ""),
            (r#""properties":{"a":{}}"#, r#""properties":{"A":{}}"#),
            (r#""properties":{"é":{}}"#, "\"properties\":{\"e\u{301}\":{}}"),
            (r#""properties":{"a":{"properties":{"b":{}}}}"#, r#""properties":{"a":{},"b":{}}"#),
            (r#""properties":{"a":{"type":"integer"}}"#, r#""properties":{"a":{"type":"number"}}"#),
            (r#""properties":{"a":{"type":"number"}}"#, r#""properties":{"a":{"type":"integer"}}"#),
            (r#""properties":{"a":{"type":"string"}}"#, r#""properties":{"a":{"type":["string","null"]}}"#),
            (r#""properties":{"a":{"type":"string"}}"#, r#""properties":{"a":{}}"#),
            (r#""properties":{"a":{"type":"string"}}"#, r#""properties":{"a":true}"#),
            (r#""properties":{"a":{}}"#, r#""properties":{"a":false}"#),
            (r#""properties":{"a":{}}"#, r#""properties":{"a":{"not":{}}}"#),
            (r#""properties":{"a":{}}"#, r#""properties":{"a":{}},"required":["a"]"#),
            (r#""properties":{"a":{}},"required":["a"]"#, r#""properties":{"a":{}}"#),
            ("", r#""required":["n"]"#),
            ("", r#""properties":{"n":{}},"required":["n"]"#),
            ("", r#""allOf":[{"required":["n"]}]"#),
            ("", r#""propertyNames":{"pattern":"^a"}"#),
            (r#""propertyNames":{"maxLength":9}"#, r#""propertyNames":{"maxLength":8}"#),
            ("", r#""maxProperties":9"#),
            ("", r#""patternProperties":{"":{"type":"string"}}"#),
            (r#""patternProperties":{"^a":{}}"#, r#""patternProperties":{"^a":{"type":"string"}}"#),
            (r#""patternProperties":{"^a":{"type":"string"}}"#, ""),
            (
                r#""patternProperties":{"^n":{"type":"string"}}"#,
                r#""patternProperties":{"^n":{"type":"string"}},"properties":{"n":{"type":"number"}}"#,
            ),
            (
                r#""additionalProperties":{"type":"string"}"#,
                r#""additionalProperties":{"type":"string"},"properties":{"n":{"type":"number"}}"#,
            ),
            (
                r#""additionalProperties":{"type":"string"}"#,
                r#""additionalProperties":{"type":"string"},"properties":{"n":{"type":"string","maxLength":1}}"#,
            ),
            ("", r#""additionalProperties":{"type":"string"}"#),
            ("", r#""properties":{"a":{"additionalProperties":false}},"required":["a"]"#),
            (
                r#""properties":{"a":{"type":"object"}}"#,
                r#""properties":{"a":{"type":"object","additionalProperties":false}}"#,
            ),
            ("", r#""const":1"#),
            (r#""const":1"#, r#""const":2"#),
            (r#""const":1"#, r#""const":"1""#),
            (r#""const":0"#, r#""const":false"#),
            (r#""enum":[1,true]"#, r#""enum":[1]"#),
            (r#""enum":["a","b"]"#, r#""const":"a""#),
            (r#""type":"string","enum":["a","b"]"#, r#""type":"string","enum":["a","b"],"pattern":"a""#),
            ("", r#""type":"object""#),
            ("", r#""multipleOf":1"#),
            (r#""multipleOf":0.01"#, r#""multipleOf":0.02"#),
            (r#""multipleOf":2"#, r#""multipleOf":3"#),
            (r#""minimum":9007199254740992"#, r#""minimum":9007199254740993"#),
            (r#""maximum":1"#, r#""exclusiveMaximum":1"#),
            ("", r#""uniqueItems":true"#),
            ("", r#""pattern":".*""#),
            ("", r#""format":"email""#),
            (r#""format":"uri""#, r#""format":"email""#),
            ("", r#""contentEncoding":"base64""#),
            ("", r#""items":{"type":"string"}"#),
            ("", r#""contains":{"const":1}"#),
            ("", r#""not":{"required":["a"]}"#),
            (r#""not":{"required":["a","b"]}"#, r#""not":{"required":["a"]}"#),
            (r#""not":{"enum":["a"]}"#, r#""not":{"enum":["a","b"]}"#),
            (r#""not":{"properties":{"a":{"type":"string"}},"required":["a"]}"#, r#""not":{"required":["a"]}"#),
            ("", r#""if":{"required":["a"]},"then":{"required":["b"]}"#),
            (r#""if":{"required":["a"]},"then":{"required":["b"]}"#, r#""if":{},"then":{"required":["b"]}"#),
            (
                r#""if":{"required":["a","c"]},"else":{"required":["b"]}"#,
                r#""if":{"required":["a"]},"else":{"required":["b"]}"#,
            ),
            (r#""oneOf":[{"type":"string"},{"type":"null"}]"#, r#""oneOf":[{"type":"string"},{}]"#),
            (r#""oneOf":[{"type":"string"}]"#, r#""oneOf":[{"type":"string"},{"type":"string"}]"#),
            (r#""oneOf":[{"maxLength":3},{"minLength":5}]"#, r#""oneOf":[{"maxLength":5},{"minLength":5}]"#),
            (r#""anyOf":[{"type":"string"},{"type":"null"}]"#, r#""anyOf":[{"type":"string"}]"#),
            (r#""allOf":[{"maxLength":5}]"#, r#""allOf":[{"maxLength":4}]"#),
            ("", r#""allOf":[false]"#),
            ("", r##""$ref":"#/definitions/t","definitions":{"t":{"required":["a"]}}"##),
            (
                r##""properties":{"a":{"$ref":"#/definitions/t"}},"definitions":{"t":{"type":"string"}}"##,
                r##""properties":{"a":{"$ref":"#/definitions/t"}},"definitions":{"t":{"type":"string","maxLength":1}}"##,
            ),
            (r##""properties":{"a":{"$ref":"#"},"b":{}}"##, r##""properties":{"a":{"$ref":"#"},"b":{"maxLength":1}}"##),
            (r#""$ref":"a.json""#, r#""$ref":"b.json""#),
            ("", r#""nullable":false"#),
            (r#""properties":{"a":{"type":"string"}}"#, r#""properties":{"a":{"type":"string","nullable":true}}"#),
            // The boolean of draft-04 is no bound here.
            (r#""minimum":1"#, r#""minimum":1,"exclusiveMinimum":true"#),
            (r#""properties":{"a":{"required":true}}"#, r#""properties":{"a":{}}"#),
            ("", r#""divisibleBy":2"#),
        ],
    );
}

#[test]
fn what_depends_on_the_draft() {
    // A tuple and what is behind it.
    all(
        &[SEVEN, Y2019],
        false,
        &[
            (r#""items":[{"type":"string"}]"#, r#""items":[{"type":"number"}]"#),
            (r#""items":[{}]"#, r#""items":[{}],"additionalItems":false"#),
            (r#""items":[{}],"additionalItems":{"maxLength":2}"#, r#""items":[{}],"additionalItems":{"maxLength":1}"#),
            (r#""items":[{}]"#, r#""items":{}"#),
        ],
    );
    all(
        &[SEVEN, Y2019],
        true,
        &[
            (r#""items":{},"additionalItems":false"#, r#""items":{}"#),
            ("", r#""additionalItems":false"#),
            (r#""items":[{"maxLength":1}]"#, r#""items":[{"maxLength":2}]"#),
        ],
    );
    all(
        &[Y2020],
        false,
        &[
            (r#""prefixItems":[{"type":"string"}]"#, r#""prefixItems":[{"type":"number"}]"#),
            (r#""prefixItems":[{}]"#, r#""prefixItems":[{}],"items":false"#),
            (r#""prefixItems":[{"maxLength":1}],"items":{}"#, r#""items":{}"#),
            (r#""items":[{"maxLength":2}]"#, r#""items":[{"maxLength":1}]"#),
        ],
    );
    all(&[SEVEN, Y2019], false, &[("", r#""prefixItems":[{"type":"string"}]"#)]);
    // What one name asks of another.
    all(
        LATER,
        false,
        &[
            (r#""properties":{"a":{},"b":{}}"#, r#""properties":{"a":{},"b":{}},"dependentRequired":{"a":["b"]}"#),
            (r#""properties":{"a":{}}"#, r#""properties":{"a":{}},"dependentSchemas":{"a":{"required":["b"]}}"#),
            (
                r#""properties":{"a":{}}"#,
                r#""properties":{"a":{}},"dependentSchemas":{"a":{"properties":{"a":{"maxLength":1}}}}"#,
            ),
            (r#""contains":{"const":1}"#, r#""contains":{"const":1},"minContains":2"#),
            (r#""contains":{"const":1}"#, r#""contains":{"const":1},"maxContains":2"#),
            (r#""contains":{"const":1},"minContains":0"#, r#""contains":{"const":1}"#),
            ("", r#""unevaluatedProperties":false"#),
            ("", r#""unevaluatedItems":false"#),
            (
                r#""allOf":[{"properties":{"a":{}}}],"unevaluatedProperties":false"#,
                r#""allOf":[{}],"unevaluatedProperties":false"#,
            ),
            (
                r#""anyOf":[{"properties":{"a":{}}},{"properties":{"b":{}}}],"unevaluatedProperties":false"#,
                r#""anyOf":[{"properties":{"a":{"maxLength":1}}},{"properties":{"b":{}}}],"unevaluatedProperties":false"#,
            ),
        ],
    );
    all(
        LATER,
        true,
        &[
            ("", r#""properties":{"n":{}},"dependentRequired":{"n":["m"]}"#),
            (r#""unevaluatedProperties":false"#, r#""unevaluatedProperties":false,"properties":{"n":{}}"#),
            (r#""dependentRequired":{"a":["b","c"]}"#, r#""dependentRequired":{"a":["c","b"]}"#),
            ("", r#""$defs":{"t":false}"#),
            // draft-07's word says nothing there, and what says nothing may not come to say something.
            (r#""dependencies":{"a":["b"]}"#, r#""dependencies":{"a":["b"]},"title":"t""#),
        ],
    );
    all(
        &[SEVEN],
        false,
        &[
            (r#""properties":{"a":{},"b":{}}"#, r#""properties":{"a":{},"b":{}},"dependencies":{"a":["b"]}"#),
            (r#""properties":{"a":{}}"#, r#""properties":{"a":{}},"dependencies":{"a":{"required":["b"]}}"#),
            (r#""dependencies":{"a":["b"]}"#, r#""dependencies":{"a":["b","c"]}"#),
        ],
    );
    // What stands beside a reference.
    let beside = (
        r##""properties":{"a":{"$ref":"#/definitions/t"}},"definitions":{"t":{"type":"string"}}"##,
        r##""properties":{"a":{"$ref":"#/definitions/t","maxLength":1}},"definitions":{"t":{"type":"string"}}"##,
    );
    all(&[SEVEN], true, &[beside, (beside.1, beside.0)]);
    all(LATER, false, &[beside]);
    let dropped = (
        r##""properties":{"a":{"$ref":"#/definitions/t","minLength":1}},"definitions":{"t":{"type":"string"}}"##,
        r##""properties":{"a":{"type":"string"}}"##,
    );
    all(&[SEVEN], true, &[dropped]);
}

#[test]
fn names_within_a_document() {
    all(
        LATER,
        false,
        &[
            (
                r##""$ref":"#t","$defs":{"a":{"$anchor":"t","maxLength":2}}"##,
                r##""$ref":"#t","$defs":{"a":{"$anchor":"t","maxLength":1}}"##,
            ),
            (
                r##""$ref":"#t","$defs":{"a":{"$anchor":"t"},"b":{"maxLength":1}}"##,
                r##""$ref":"#t","$defs":{"a":{},"b":{"$anchor":"t","maxLength":1}}"##,
            ),
            // An `$id` moves what the references below it mean.
            (
                r##""properties":{"a":{"properties":{"b":{"$ref":"#/$defs/t"}},"$defs":{"t":{"maxLength":1}}}},"$defs":{"t":{}}"##,
                r##""properties":{"a":{"$id":"https://x.example/n","properties":{"b":{"$ref":"#/$defs/t"}},"$defs":{"t":{"maxLength":1}}}},"$defs":{"t":{}}"##,
            ),
            (
                r##""$ref":"https://x.example/n","$defs":{"t":{"$id":"https://x.example/n","maxLength":2}}"##,
                r##""$ref":"https://x.example/n","$defs":{"t":{"$id":"https://x.example/n","maxLength":1}}"##,
            ),
            (
                r##""$ref":"#/$defs/a~1b","$defs":{"a/b":{"maxLength":2}}"##,
                r##""$ref":"#/$defs/a~1b","$defs":{"a/b":{"maxLength":1}}"##,
            ),
            (
                r##""$ref":"#/%24defs/a","$defs":{"a":{"maxLength":2}}"##,
                r##""$ref":"#/%24defs/a","$defs":{"a":{"maxLength":1}}"##,
            ),
        ],
    );
    all(
        LATER,
        true,
        &[
            (
                r##""$ref":"#t","$defs":{"a":{"$anchor":"t","maxLength":1}}"##,
                r##""$ref":"#/$defs/a","$defs":{"a":{"$anchor":"t","maxLength":2}}"##,
            ),
            (
                r##""$ref":"#/$defs/a~1b","$defs":{"a/b":{"maxLength":1}}"##,
                r##""$ref":"#/%24defs/a~1b","$defs":{"a/b":{"maxLength":2}}"##,
            ),
        ],
    );
    all(
        &[Y2020],
        false,
        &[
            (
                r##""$dynamicRef":"#t","$defs":{"a":{"$dynamicAnchor":"t","maxLength":2}}"##,
                r##""$dynamicRef":"#t","$defs":{"a":{"$dynamicAnchor":"t","maxLength":1}}"##,
            ),
            (
                r##""$dynamicRef":"#t","$defs":{"a":{"$dynamicAnchor":"t"}}"##,
                r##""$dynamicRef":"#t","$defs":{"a":{"$dynamicAnchor":"t"},"b":{"$id":"b","$dynamicAnchor":"t","maxLength":1}}"##,
            ),
        ],
    );
    all(
        &[Y2020],
        true,
        &[(
            r##""$dynamicRef":"#t","$defs":{"a":{"$dynamicAnchor":"t","maxLength":2}}"##,
            r##""$dynamicRef":"#t","$defs":{"a":{"$dynamicAnchor":"t","maxLength":2,"title":"t"}},"title":"x""##,
        )],
    );
    all(
        &[SEVEN],
        false,
        &[(
            r##""$ref":"#t","definitions":{"a":{"$id":"#t","maxLength":2}}"##,
            r##""$ref":"#t","definitions":{"a":{"$id":"#t","maxLength":1}}"##,
        )],
    );
}
