//! What coding agents say: payloads, shell commands, their settings.

use std::collections::BTreeMap;

use serde_json::Value;

use super::text;
use crate::agent::command::{Known, acts};
use crate::agent::config::{Agent, PROGRAM, with_hook, without_hook};
use crate::agent::{Act, Event, Payload, Tool, patch, read};

/// The payload of a hook.
pub fn agent(data: &[u8]) {
    patch::written(&text(data));
    let Ok(Payload { dialect, event: Event::Tool(tool), .. }) = read(data) else { return };
    assert!(dialect.deny("reason").is_object());
    match tool {
        Tool::Command { script, .. } => written(&script),
        Tool::Writes(writes) => assert!(writes.iter().all(|write| !write.path.is_empty())),
        Tool::Reads => {}
    }
}

/// A shell command.
pub fn command(data: &[u8]) {
    written(&text(data));
}

fn written(script: &str) {
    let variables = BTreeMap::from([("HOME".to_owned(), "/home/me".to_owned()), ("D".to_owned(), "a b".to_owned())]);
    let known = Known { variables, folder: Some("/work".to_owned()), top: Some("/work".to_owned()) };
    for act in acts(script, &known) {
        if let Act::Write(write) = act {
            assert!(!write.path.is_empty(), "nothing is written");
        }
    }
}

/// The settings of an agent.
pub fn settings(data: &[u8]) {
    let text = text(data);
    for agent in [Agent::Claude, Agent::Codex, Agent::Gemini, Agent::Cursor] {
        let Ok(without) = without_hook(agent, &text) else { continue };
        let Ok(Some(with)) = with_hook(agent, Some(&text), PROGRAM) else { continue };
        assert_eq!(
            with_hook(agent, Some(&with), PROGRAM).ok(),
            Some(None),
            "a hook that is there is not put there again"
        );
        let removed = without_hook(agent, &with).ok().flatten();
        assert!(removed.is_some(), "what was put there can be taken out");
        if without.is_none() && !text.trim().is_empty() {
            assert_eq!(rest(&removed.unwrap_or_default()), rest(&text), "all else stays");
        }
    }
}

/// All but the hooks, and what alone is as good as nothing.
fn rest(text: &str) -> Option<Value> {
    let mut value: Value = serde_json::from_str(text).unwrap_or_else(|_| Value::Object(serde_json::Map::new()));
    let object = value.as_object_mut()?;
    object.remove("hooks");
    if object.len() == 1 && object.get("version") == Some(&Value::from(1)) {
        object.clear();
    }
    Some(value)
}
