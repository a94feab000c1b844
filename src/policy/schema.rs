//! The JSON Schema of `ackgate.toml`, for editors and linters: draft-07, which all of them read.

use serde_json::{Map, Value, json};

use super::setting::{ACKS, Kind, LEVELS, SETTINGS, SEVERITIES, Setting, Unset};
use crate::rules::find;
use crate::rules::names::NAMES;

/// The schema. It holds what can be said of each value by itself; what values mean together is for [`super::parse`].
pub fn schema() -> Value {
    let mut document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ackgate.toml",
        "description": "Which changes to a repository need the other party's ACK in the log.",
        "anyOf": [
            {"required": ["party", "log", "parties"]},
            {"required": ["workspace"]},
            {"required": ["extends"]},
            {"required": ["baseline"]},
        ],
        // What a file that extends another does not say, that one may.
        "if": {"anyOf": [{"required": ["extends"]}, {"required": ["baseline"]}]},
        "then": {"not": {"required": ["extends", "baseline"]}},
        "else": {"properties": {
            "log": {"required": ["path", "owner"]},
            "parties": {"minProperties": 2},
            "bdd": {"required": ["features"]},
        }},
    });
    if let (Some(document), Value::Object(root)) = (document.as_object_mut(), table("")) {
        document.extend(root);
    }
    document
}

/// The table that the keys with this prefix make.
fn table(prefix: &str) -> Value {
    let mut map = Map::new();
    map.insert("type".to_owned(), "object".into());
    map.insert("additionalProperties".to_owned(), false.into());
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for setting in SETTINGS {
        let Some(rest) = setting.key.strip_prefix(prefix) else { continue };
        let (key, below) = rest.split_once('.').map_or((rest, false), |(key, _)| (key, true));
        match (key, below) {
            ("*", true) => {
                map.insert("additionalProperties".to_owned(), table(&format!("{prefix}*.")));
            }
            ("*", false) if matches!(setting.kind, Kind::Severity) => properties = severities(),
            ("*", false) => {
                map.insert("propertyNames".to_owned(), json!({"not": {"enum": ["default", "parties"]}}));
                map.insert("patternProperties".to_owned(), json!({"^[a-z][a-z0-9-]*$": shape(setting.kind)}));
            }
            (key, true) if !properties.contains_key(key) => {
                properties.insert(key.to_owned(), table(&format!("{prefix}{key}.")));
            }
            (_, true) => {}
            (key, false) => {
                properties.insert(key.to_owned(), described(setting));
                if key == "version" || (prefix == "extends." && matches!(key, "file" | "sha256")) {
                    required.push(key);
                }
            }
        }
    }
    if prefix == "extends." {
        let all = json!({"git": ["rev", "path"], "rev": ["git", "path"], "path": ["git", "rev"]});
        map.insert("dependencies".to_owned(), all);
    }
    if !required.is_empty() {
        map.insert("required".to_owned(), required.into());
    }
    map.insert("properties".to_owned(), properties.into());
    map.into()
}

/// Each rule, by its name and its code.
fn severities() -> Map<String, Value> {
    let mut properties = Map::new();
    for (code, name) in NAMES {
        // It cannot be silenced.
        let words: Vec<&str> = SEVERITIES.iter().copied().filter(|word| *code != "AG115" || *word != "off").collect();
        let rule = find(code);
        let about = rule.map_or(String::new(), |rule| format!(": {}", rule.summary));
        for (key, other) in [(name, code), (code, name)] {
            let mut value = json!({"enum": words, "description": format!("{other}{about}")});
            if let (Some(rule), Some(value)) = (rule, value.as_object_mut()) {
                value.insert("default".to_owned(), rule.severity.as_str().into());
            }
            properties.insert((*key).to_owned(), value);
        }
    }
    properties
}

fn described(setting: &Setting) -> Value {
    let mut value = shape(setting.kind);
    let Some(map) = value.as_object_mut() else { return value };
    let about = match setting.unset {
        Unset::Words(words) => format!("{} Without: {words}.", setting.about),
        Unset::Never | Unset::Value(_) => setting.about.to_owned(),
    };
    map.insert("description".to_owned(), about.into());
    // What is written here as TOML is JSON as well.
    if let Unset::Value(text) = setting.unset
        && let Ok(default) = serde_json::from_str(text)
    {
        map.insert("default".to_owned(), default);
    }
    value
}

fn shape(kind: Kind) -> Value {
    let text = || json!({"type": "string", "minLength": 1});
    match kind {
        Kind::Version => json!({"const": 1}),
        Kind::Text => text(),
        Kind::Path => json!({"type": "string", "pattern": "^[^/\\\\*?\\[\\]{}][^\\\\*?\\[\\]{}]*$"}),
        Kind::Hex(lengths) => {
            let lengths: Vec<String> = lengths.iter().map(|length| format!("[0-9a-f]{{{length}}}")).collect();
            json!({"type": "string", "pattern": format!("^({})$", lengths.join("|"))})
        }
        Kind::Texts => json!({"type": "array", "items": text()}),
        Kind::Choice(words) => json!({"enum": words}),
        Kind::Severity => json!({"enum": SEVERITIES}),
        Kind::Rules => {
            let words: Vec<&str> = NAMES.iter().flat_map(|(code, name)| [*code, *name]).collect();
            json!({"type": "array", "items": {"enum": words}, "uniqueItems": true})
        }
        Kind::Reading => {
            let several = json!({"type": "array", "items": text(), "minItems": 1});
            json!({"type": "array", "items": {"anyOf": [text(), several]}})
        }
        Kind::Acks => {
            let names = json!({"type": "array", "items": text(), "minItems": 1, "uniqueItems": true});
            let asked = json!({"anyOf": [{"enum": ACKS}, names]});
            json!({"anyOf": [{"enum": ACKS}, names, {"type": "object", "additionalProperties": asked}]})
        }
        Kind::Require => {
            let level = json!({"enum": LEVELS});
            let parties = json!({"type": "object", "additionalProperties": level});
            let levels = json!({"type": "object", "properties": {"parties": parties}, "additionalProperties": level});
            json!({"anyOf": [level, levels]})
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{PolicyError, parse};
    use super::*;

    /// The keys that the reader knows in a table: it lists them where it finds another one.
    fn known(table: &str) -> BTreeSet<String> {
        let text =
            format!("version = 1\n{}\nzzz = 1\n", if table.is_empty() { String::new() } else { format!("[{table}]") });
        let raw: Result<super::super::raw::RawDocument, _> = toml::from_str(&text);
        let message = raw.unwrap_err().message().to_owned();
        let list = message.split_once("expected ").unwrap_or_else(|| panic!("{table}: {message}")).1;
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn keys(table: &Value) -> BTreeSet<String> {
        table["properties"].as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn the_list_of_settings_is_what_is_read() {
        let schema = schema();
        assert_eq!(keys(&schema), known(""));
        let mut tables = 0;
        for (name, inner) in schema["properties"].as_object().unwrap() {
            let fixed = inner.get("properties").and_then(Value::as_object).is_some_and(|inner| !inner.is_empty());
            if fixed && name != "rules" {
                assert_eq!(keys(inner), known(name), "{name}");
                tables += 1;
            }
        }
        assert_eq!(
            tables, 12,
            "extends, baseline, log, ack, gate, contract, session, bdd, docs, override, licence, workspace"
        );
        assert_eq!(keys(&schema["properties"]["parties"]["additionalProperties"]), known("parties.x"));
        let rules: BTreeSet<String> = NAMES.iter().flat_map(|(code, name)| [*code, *name]).map(str::to_owned).collect();
        assert_eq!(keys(&schema["properties"]["rules"]), rules);
    }

    #[test]
    fn what_is_unset_means_what_the_list_says() {
        let least =
            "version = 1\nparty = \"A\"\nlog.path = \"log.md\"\nlog.owner = \"A\"\nparties = { A = {}, B = {} }\n";
        let policy = |text: &str| -> Result<String, PolicyError> { Ok(format!("{:?}", parse(text.as_bytes(), "x")?)) };
        let written: String = SETTINGS
            .iter()
            .filter_map(|setting| match setting.unset {
                Unset::Value(value)
                    if !setting.key.contains('*')
                        && !["workspace", "baseline"].iter().any(|own| setting.key.starts_with(own)) =>
                {
                    Some(format!("{} = {value}\n", setting.key))
                }
                _ => None,
            })
            .collect();
        assert!(written.lines().count() > 7, "{written}");
        assert_eq!(policy(&format!("{least}{written}")).unwrap(), policy(least).unwrap());
        assert_ne!(policy(&format!("{least}gate.select = \"latest-covering\"\n")).unwrap(), policy(least).unwrap());
    }

    #[test]
    fn a_schema_takes_what_the_reader_takes() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let least =
            "version = 1\nparty = \"A\"\nlog = { path = \"log.md\", owner = \"A\" }\nparties = { A = {}, B = {} }\n";
        for (more, good) in [
            ("", true),
            ("ack.require = \"signed\"", true),
            ("ack.require = { default = \"declared\", schema = \"signed\", parties = { B = \"authored\" } }", true),
            ("gate.acks = \"all-others\"", true),
            ("gate.acks = [\"B\"]", true),
            ("gate.acks = { default = \"any-other\", schema = \"all-others\", licence = [\"B\", \"A\"] }", true),
            ("gate.acks = \"B\"", false),
            ("gate.acks = []", false),
            ("gate.acks = [\"B\", \"B\"]", false),
            ("gate.acks = { schema = [] }", false),
            ("gate.acks = { schema = { default = \"all-others\" } }", false),
            ("session.reading = [\"a\", [\"b\", \"c\"]]", true),
            ("rules.AG101 = \"off\"", true),
            ("protect.my-class = [\"a/**\"]", true),
            ("protect.My = [\"a/**\"]", false),
            ("protect.default = [\"a/**\"]", false),
            ("rules.AG115 = \"off\"", false),
            ("rules.AG999 = \"off\"", false),
            ("ack.require = \"sworn\"", false),
            ("session.push = [\"AG999\"]", false),
            ("session.reading = [[]]", false),
            ("parties.A.bundle = \"/PUBKEYS.json\"", false),
            ("zzz = 1", false),
            ("bdd.check = \"behave\"", false),
        ] {
            let text = format!("{least}{more}\n").replace("parties.A.bundle", "[parties.C]\nbundle");
            let text = if more.starts_with("parties.A") {
                text.replace("parties = { A = {}, B = {} }", "[parties.A]\n[parties.B]")
            } else {
                text
            };
            let value: Value = toml::from_str(&text).unwrap();
            assert_eq!(validator.is_valid(&value), good, "{more}");
            assert_eq!(parse(text.as_bytes(), "x").is_ok(), good, "{more}");
        }
    }
}
