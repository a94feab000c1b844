//! The settings in which each agent names its hooks, with ackgate's put in or taken out. All else stays byte for byte.

use serde_json::{Value, json};

use super::json_text::{Edit, apply, parse};

/// An agent that has hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agent {
    /// Claude Code.
    Claude,
    /// Codex.
    Codex,
    /// Gemini CLI.
    Gemini,
    /// Cursor.
    Cursor,
}

/// Settings that cannot be changed without loss.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Comments, a trailing comma, or no JSON at all.
    #[error("is not plain JSON ({0}), and a comment in it would be lost")]
    Json(#[from] serde_json::Error),
    /// Another type than the agent takes.
    #[error("has something else at `{0}` than the agent takes")]
    Shape(String),
}

/// The program that the settings name.
pub const PROGRAM: &str = "ackgate-agent";

impl Agent {
    /// The settings of a project, from its root.
    pub fn file(self) -> &'static str {
        match self {
            Agent::Claude => ".claude/settings.json",
            Agent::Codex => ".codex/hooks.json",
            Agent::Gemini => ".gemini/settings.json",
            Agent::Cursor => ".cursor/hooks.json",
        }
    }

    /// The agent's name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Agent::Claude => "Claude Code",
            Agent::Codex => "Codex",
            Agent::Gemini => "Gemini CLI",
            Agent::Cursor => "Cursor",
        }
    }

    /// What else the person has to do, or should know.
    pub fn caveat(self) -> Option<&'static str> {
        match self {
            Agent::Codex => Some("Codex runs a new hook once it is trusted: review it with `/hooks`"),
            Agent::Claude | Agent::Gemini | Agent::Cursor => None,
        }
    }

    /// The events, each with its entry.
    fn entries(self, command: &str) -> Vec<(&'static str, Value)> {
        let group = |matcher: Option<&str>| {
            let handler = json!({"type": "command", "command": command});
            match matcher {
                Some(matcher) => json!({"matcher": matcher, "hooks": [handler]}),
                None => json!({"hooks": [handler]}),
            }
        };
        match self {
            Agent::Claude => vec![
                ("SessionStart", group(None)),
                ("PreToolUse", group(Some("Write|Edit|MultiEdit|NotebookEdit|Bash|mcp__.*"))),
            ],
            Agent::Codex => {
                vec![("SessionStart", group(None)), ("PreToolUse", group(Some("Bash|apply_patch|Edit|Write|mcp__.*")))]
            }
            Agent::Gemini => vec![
                ("SessionStart", group(None)),
                ("BeforeTool", group(Some("write_file|replace|edit|run_shell_command|mcp_.*"))),
            ],
            // Cursor takes one entry for each event, and tools that are neither shell nor MCP in `preToolUse`.
            Agent::Cursor => vec![
                ("sessionStart", json!({"command": command})),
                (
                    "preToolUse",
                    json!({"command": command, "matcher": "Write|StrReplace|Edit|EditNotebook|Delete|ApplyPatch"}),
                ),
                ("beforeShellExecution", json!({"command": command})),
                ("beforeMCPExecution", json!({"command": command})),
            ],
        }
    }
}

/// The settings with ackgate's hook, run by `command`; `None` where they have it already. `text` is what the file holds, if
/// there is one.
///
/// # Errors
/// Settings that are not plain JSON, or not of the agent's shape.
pub fn with_hook(agent: Agent, text: Option<&str>, command: &str) -> Result<Option<String>, ConfigError> {
    let entries = agent.entries(command);
    let text = text.filter(|text| !text.trim().is_empty());
    if let Some(text) = text {
        let value: Value = serde_json::from_str(text)?;
        let has = |(event, entry): &(&str, Value)| {
            let groups = value.get("hooks").and_then(|hooks| hooks.get(event)).and_then(Value::as_array);
            groups.is_some_and(|groups| groups.contains(entry) && ours(groups).len() == 1)
        };
        if entries.iter().all(has) {
            return Ok(None);
        }
    }
    let mut out = match text {
        Some(text) => without_entries(text)?,
        None if agent == Agent::Cursor => "{\n  \"version\": 1\n}\n".to_owned(),
        None => "{}\n".to_owned(),
    };
    if !parse(&out)?.is_object() {
        return Err(ConfigError::Shape("/".to_owned()));
    }
    if parse(&out)?.get("hooks").is_none() {
        let edit = parse(&out)?.append(&out, "\"hooks\": {}", 0);
        out = apply(&out, vec![edit]);
    }
    for (event, entry) in entries {
        let root = parse(&out)?;
        let Some(hooks) = root.get("hooks").filter(|hooks| hooks.is_object()) else {
            return Err(ConfigError::Shape("hooks".to_owned()));
        };
        let entry = pretty(&entry);
        let edit = match hooks.get(event) {
            Some(groups) if groups.is_array() => groups.append(&out, &entry, 2),
            Some(_) => return Err(ConfigError::Shape(format!("hooks.{event}"))),
            None => hooks.append(&out, &format!("\"{event}\": [\n\t{}\n]", entry.replace('\n', "\n\t")), 1),
        };
        out = apply(&out, vec![edit]);
    }
    Ok(Some(out))
}

/// The settings without ackgate's hook; `None` where it is not in them. An empty text means that nothing else was there.
///
/// # Errors
/// Settings that are not plain JSON.
pub fn without_hook(agent: Agent, text: &str) -> Result<Option<String>, ConfigError> {
    let out = without_entries(text)?;
    if out == text {
        return Ok(None);
    }
    let left: Value = serde_json::from_str(&out)?;
    let is_empty = match agent {
        Agent::Cursor => left == json!({"version": 1}) || left == json!({}),
        Agent::Claude | Agent::Codex | Agent::Gemini => left == json!({}),
    };
    Ok(Some(if is_empty { String::new() } else { out }))
}

/// Takes out ackgate's handlers, then the groups, events and tables that they alone were in.
fn without_entries(text: &str) -> Result<String, ConfigError> {
    let mut out = text.to_owned();
    // Each round takes out one thing; there are few.
    while let Some(edits) = next_removal(&out)? {
        out = apply(&out, edits);
    }
    Ok(out)
}

fn next_removal(text: &str) -> Result<Option<Vec<Edit>>, ConfigError> {
    let root = parse(text)?;
    let value: Value = serde_json::from_str(text)?;
    let Some((hooks, events)) = root.get("hooks").zip(value.get("hooks").and_then(Value::as_object)) else {
        return Ok(None);
    };
    for (event, groups) in events {
        let Some((node, groups)) = hooks.get(event).zip(groups.as_array()) else { continue };
        let ours = ours(groups);
        let Some((at, inner)) = ours.first() else { continue };
        let group = node.elements().get(*at);
        let handlers = group.and_then(|group| group.get("hooks"));
        return Ok(Some(match (inner, handlers) {
            (Some(inner), Some(handlers)) if handlers.elements().len() > 1 => handlers.without(&[*inner]),
            _ if groups.len() > 1 => node.without(&[*at]),
            _ if events.len() > 1 => hooks.without(&hooks.places(event)),
            _ => root.without(&root.places("hooks")),
        }));
    }
    Ok(None)
}

/// Where ackgate's handlers are: the group's place, and the handler's in it where groups have several.
fn ours(groups: &[Value]) -> Vec<(usize, Option<usize>)> {
    let mut found = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        if is_ours(group) {
            found.push((at, None));
        }
        let handlers = group.get("hooks").and_then(Value::as_array).into_iter().flatten().enumerate();
        found.extend(handlers.filter(|(_, handler)| is_ours(handler)).map(|(inner, _)| (at, Some(inner))));
    }
    found
}

/// Whether a handler runs ackgate's program, wherever that lies.
fn is_ours(handler: &Value) -> bool {
    let command = handler.get("command").and_then(Value::as_str).unwrap_or_default();
    let command = command.trim().trim_matches(|c| c == '\'' || c == '"');
    let name = command.rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".exe").unwrap_or(name) == PROGRAM
}

/// An entry as text, indented by tabs.
fn pretty(entry: &Value) -> String {
    let text = serde_json::to_string_pretty(entry).unwrap_or_default();
    let lines = text.lines().map(|line| {
        let own = line.trim_start_matches(' ');
        format!("{}{own}", "\t".repeat((line.len() - own.len()) / 2))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENTS: [Agent; 4] = [Agent::Claude, Agent::Codex, Agent::Gemini, Agent::Cursor];

    fn put(agent: Agent, text: &str) -> String {
        with_hook(agent, Some(text), PROGRAM).unwrap().unwrap()
    }

    #[test]
    fn a_hook_comes_into_no_file_and_goes_with_it() {
        for agent in AGENTS {
            let text = with_hook(agent, None, PROGRAM).unwrap().unwrap();
            assert!(text.ends_with("}\n"), "{text}");
            assert_eq!(with_hook(agent, Some(&text), PROGRAM).unwrap(), None);
            assert_eq!(with_hook(agent, Some(""), PROGRAM).unwrap().as_deref(), Some(text.as_str()));
            assert_eq!(without_hook(agent, &text).unwrap().as_deref(), Some(""));
        }
        let expected = "{\n  \"version\": 1,\n  \"hooks\": {\n    \"sessionStart\": [\n      {\n        \"command\": \"ackgate-agent\"\n      }\n    ],\n";
        assert!(with_hook(Agent::Cursor, None, PROGRAM).unwrap().unwrap().starts_with(expected));
    }

    #[test]
    fn all_else_stays_byte_for_byte() {
        for text in [
            "{}",
            "{}\n",
            "{ \"z\": 1, \"a\": [1,2,  3], \"hooks_\": {} }",
            "{\n\t\"model\": \"x\",\n\t\"permissions\": {\"allow\": [\"Bash(ls:*)\"]}\n}\n",
            "{\"hooks\": {\"PostToolUse\": [{\"hooks\": []}], \"PreToolUse\": [{\"matcher\": \"Bash\", \"hooks\": [{\"type\": \"command\", \"command\": \"x\"}]}]}, \"é\": \"\\u00e9\\\"{\"}",
            "{\r\n    \"hooks\": {\r\n        \"Stop\": []\r\n    }\r\n}\r\n",
            "{\n  \"version\": 1,\n  \"hooks\": {\n    \"preToolUse\": [{\"command\": \"mine\"}],\n    \"BeforeTool\": [{\"hooks\": [{\"command\": \"a\"}]}]\n  }\n}\n",
        ] {
            for agent in AGENTS {
                let with = put(agent, text);
                let before: Value = serde_json::from_str(text).unwrap();
                let after: Value = serde_json::from_str(&with).unwrap();
                for (key, value) in before.as_object().unwrap().iter().filter(|(key, _)| *key != "hooks") {
                    assert_eq!(after.get(key), Some(value));
                }
                assert_eq!(with_hook(agent, Some(&with), PROGRAM).unwrap(), None, "{with}");
                let back = without_hook(agent, &with).unwrap().unwrap();
                if before == json!({}) {
                    assert_eq!(back, "");
                } else {
                    assert_eq!(back, text, "{agent:?}");
                }
                assert_eq!(without_hook(agent, text).unwrap(), None);
            }
        }
    }

    #[test]
    fn an_older_entry_of_ones_own_is_replaced_and_others_stay() {
        let old = "{\"hooks\": {\"PreToolUse\": [{\"matcher\": \"Bash\", \"hooks\": [{\"type\": \"command\", \"command\": \"'/old place/ackgate-agent'\"}, {\"type\": \"command\", \"command\": \"mine\"}]}], \"Stop\": [{\"hooks\": [{\"command\": \"/x/ackgate-agent\"}]}]}}";
        let new = put(Agent::Claude, old);
        let value: Value = serde_json::from_str(&new).unwrap();
        assert_eq!(value["hooks"]["PreToolUse"][0]["hooks"], json!([{"type": "command", "command": "mine"}]));
        assert_eq!(value["hooks"]["PreToolUse"].as_array().unwrap().len(), 2);
        assert_eq!(value["hooks"]["Stop"], Value::Null);
        let back = without_hook(Agent::Claude, &new).unwrap().unwrap();
        let left: Value = serde_json::from_str(&back).unwrap();
        assert_eq!(
            left,
            json!({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "mine"}]}]}})
        );
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        for text in ["// mine\n{}", "{\"a\": 1,}", "{/* x */}", "no", "[", "\u{feff}{}"] {
            assert!(matches!(with_hook(Agent::Gemini, Some(text), PROGRAM), Err(ConfigError::Json(_))), "{text}");
            assert!(without_hook(Agent::Gemini, text).is_err());
        }
        for text in ["[]", "1", "{\"hooks\": []}", "{\"hooks\": {\"PreToolUse\": {}}}"] {
            assert!(matches!(with_hook(Agent::Claude, Some(text), PROGRAM), Err(ConfigError::Shape(_))), "{text}");
        }
    }
}
