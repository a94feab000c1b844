use super::super::model::{Edge, Id};
use super::*;

fn read(text: &str) -> Contract {
    super::read(text).unwrap()
}

/// Each field as `line path type mark`.
fn said(text: &str) -> Vec<String> {
    let contract = read(text);
    let mut found = Vec::new();
    let mut open = vec![Id::ROOT];
    while let Some(id) = open.pop() {
        let schema = contract.schema(id);
        for (name, field) in schema.properties() {
            let at = contract.schema(field);
            let mark = match (schema.own.required.contains(name), schema.unmarked.contains(name)) {
                (true, true) => "",
                (true, false) => " required",
                (false, _) => " optional",
            };
            found.push((at.line, format!("{} {} {}{mark}", at.line, at.pointer, shape(&contract, field))));
        }
        open.extend(schema.edges.values());
    }
    found.sort();
    found.into_iter().map(|(_, text)| text).collect()
}

fn shape(contract: &Contract, id: Id) -> String {
    let own = &contract.schema(id).own;
    let types = own.types.iter().flatten().map(|one| format!("{one:?}")).collect::<Vec<_>>().join("|");
    let types = if own.types.is_none() { "any".to_owned() } else { types };
    let values =
        own.values.as_ref().map_or(String::new(), |v| format!("={}", v.iter().cloned().collect::<Vec<_>>().join(",")));
    let length = if own.limits.is_empty() {
        String::new()
    } else {
        format!("[{}]", own.limits.values().map(ToString::to_string).collect::<Vec<_>>().join(".."))
    };
    let items =
        contract.schema(id).edge(&Edge::Items).map_or(String::new(), |id| format!(" of {}", shape(contract, id)));
    format!("{types}{values}{length}{items}")
}

#[test]
fn several_fields_stand_on_a_line_and_share_a_type() {
    assert_eq!(
        said("* `a`: int; `b`, `c`: float (0–1);\n  d: bool.\n* `e.f`: string — as it is\n"),
        ["1 /a Integer", "1 /b Number", "1 /c Number", "2 /d Boolean", "3 /e Object", "3 /e/f String"]
    );
}

#[test]
fn objects_stand_in_braces_in_nested_lists_and_behind_a_dash() {
    for text in ["* `o`: `{ a: float, b: { c: int } }` — notes: with a colon.\n", "* `o`: { a: float, b: {c: int} }\n"]
    {
        assert_eq!(said(text), ["1 /o Object", "1 /o/a Number", "1 /o/b Object", "1 /o/b/c Integer"], "{text}");
    }
    assert_eq!(
        said("* `o`:\n\n  * `a`: float.\n  * `b[24]`, `c[]`: int[]\n  * only prose\n"),
        ["1 /o Object", "3 /o/a Number", "4 /o/b Array[24..24] of Integer", "4 /o/c Array of Array of Integer"]
    );
    assert_eq!(
        said("* `e`: counters since start — `x`, `429s`.\n* `m`: string — `claude`\n* `n`: word — `x` or so\n"),
        ["1 /e Object", "1 /e/429s any", "1 /e/x any", "2 /m String", "3 /n Word(\"word\")"]
    );
    assert_eq!(said("* `l`: `{ a: int }[]`\n"), ["1 /l Array of Object", "1 /l/a Integer"]);
}

#[test]
fn enums_are_quoted_or_not_and_known_words_are_types() {
    assert_eq!(
        said(
            "* a: x|y\n* b: \"x|y\"\n* c: `x` | `y`\n* d: \"x\"|\"y\" (old)\n* e: string|null\n* f: string (\"x\"|\"y\")\n* g: x|null\n"
        ),
        [
            "1 /a String=\"x\",\"y\"",
            "2 /b String=\"x\",\"y\"",
            "3 /c String=\"x\",\"y\"",
            "4 /d String=\"x\",\"y\"",
            "5 /e Null|String",
            "6 /f String",
            "7 /g Null|String=\"x\",null",
        ]
    );
}

#[test]
fn marks_say_what_must_be_there() {
    assert_eq!(
        said(
            "* a: int (optional)\n* b (required): int\n* c: int (default 0, optional)\n* `d?`: int\n* e: `{ x: int (optional), y?: int }`\n* f: int (optionally)\n"
        ),
        [
            "1 /a Integer optional",
            "2 /b Integer required",
            "3 /c Integer optional",
            "4 /d Integer optional",
            "5 /e Object",
            "5 /e/x Integer optional",
            "5 /e/y Integer optional",
            "6 /f Integer",
        ]
    );
}

#[test]
fn tables_say_the_same() {
    let table = "text\n\n| Name | Type | Required | Notes |\n|---|---|---|---|\n| `a` | int | yes | x: y |\n| b | `string[]` | No | |\n| `c`, `d` | float (optional) | | |\n";
    assert_eq!(
        said(table),
        ["5 /a Integer required", "6 /b Array of String optional", "7 /c Number optional", "7 /d Number optional"]
    );
    assert!(said("| Key | Type |\n|---|---|\n| a | int |\n").is_empty());
    assert_eq!(said("| field | optional |\n|---|---|\n| a | true |\n"), ["3 /a any optional"]);
}

#[test]
fn what_is_shown_and_not_said_is_no_field() {
    for text in [
        "```\n* a: int\n```\n",
        "> * a: int\n",
        "    * a: int\n",
        "<!--\n* a: int\n-->\n",
        "* ~~`a`: int~~\n",
        "* Never log: bodies\n",
        "* see http://x.example\n",
        "* `/v1/usage`: an address\n",
        "* prose\n  * a: int\n",
        "a: int\n",
        "---\na: int\n---\n",
    ] {
        assert!(said(text).is_empty(), "{text}");
    }
}

#[test]
fn a_name_said_twice_is_noted_unless_it_is_the_same() {
    assert!(read("* a: int\n* `a`: integer\n").twice.is_empty());
    assert_eq!(read("* a: int\n* b: int\n* a: float\n").twice, [("/a".to_owned(), 3)]);
    assert_eq!(read("* o.a: int\n* `o`: { b: int }\n").twice, []);
    assert_eq!(said("* o.a: int\n* `o`: { b: int }\n"), ["1 /o/a Integer", "2 /o Object", "2 /o/b Integer"]);
}

#[test]
fn the_name_that_a_contract_bears() {
    for (text, expected) in [
        ("* schema: usage_event.v1\n* a: int\n", Some(("/schema", 1, "usage_event.v1"))),
        ("Name\n`ccp.usage.v1` — x\n\n* a: int\n", Some(("", 1, "ccp.usage.v1"))),
        ("`other.v3`\n\n# Contract usage.v2\n\n* a: int\n", Some(("", 3, "usage.v2"))),
        ("`/v1/usage` v1\n\n* a: int\n", None),
    ] {
        let markers = read(text).identity.markers;
        let found = markers.first().map(|said| (said.pointer.as_str(), said.line, said.text.as_str()));
        assert_eq!(found, expected, "{text}");
    }
    assert!(read("---\nversion: 2\n---\n* a: int\n").identity.has_version_key);
    assert_eq!(said("---\nversion: 2\ntags:\n  - x\n---\n* a: int\n"), ["6 /a Integer"]);
    assert_eq!(said("---\n\n* a: int\n\n---\n"), ["3 /a Integer"]);
}

#[test]
fn hostile_text_ends() {
    let deep: String = (0..100).map(|i| format!("{}- `a{i}`: object\n", "  ".repeat(i))).collect();
    for text in [
        "* a: ".to_owned() + &"{ a: ".repeat(10_000),
        "* `".to_owned() + &"a.".repeat(10_000) + "b`: int\n",
        "* a: ".to_owned() + &"x|".repeat(10_000),
        "* a: int".to_owned() + &"[]".repeat(10_000),
        "* ".to_owned() + &"(".repeat(10_000),
        "* a".to_owned() + &"()".repeat(10_000) + ": int",
        deep,
    ] {
        read(&text);
    }
}

#[test]
fn names_that_share_members_are_not_more_fields_than_can_be_held() {
    let nested: String = (0..20).map(|i| format!("{}- `a`, `b`, `c`, `d`:\n", "  ".repeat(i))).collect();
    let names = |count: usize| (0..count).map(|i| format!("`f{i}`")).collect::<Vec<_>>().join(", ");
    let paths: String = (0..10_000).map(|i| format!("* `{}x{i}`: int\n", "a.".repeat(20))).collect();
    for text in [nested, format!("* {}:\n  * {}: int\n", names(1_000), names(1_000)), paths] {
        assert_eq!(super::read(&text).unwrap_err(), ContractError::TooManyFields);
    }
    assert_eq!(said(&format!("* {}: int\n", names(5_000))).len(), 5_000);
    // Each part of a long line is as far from its start as it is.
    let long = format!("* {}", (0..20_000).map(|i| format!("f{i}: int;\n  ")).collect::<String>());
    assert_eq!(said(&long).len(), 20_000);
}
