//! What an agent tells its hook, whichever agent it is.

use serde_json::{Map, Value};

use super::answer::Dialect;
use super::tool::{Tool, tool};

/// What a hook was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    /// How to answer.
    pub dialect: Dialect,
    /// The session's folder, where it is said.
    pub folder: Option<String>,
    /// What happens.
    pub event: Event,
}

/// What happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A tool is about to be used.
    Tool(Tool),
    /// A session begins.
    SessionStart,
    /// Nothing that could be refused.
    Other,
}

/// A payload from which it cannot be told what would be written.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// No JSON.
    #[error("the payload is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// No object, or one without an event.
    #[error("the payload names no event (`hook_event_name`)")]
    NoEvent,
    /// A tool that writes, without a word of what.
    #[error("the payload does not say what the tool `{0}` would write")]
    NoTarget(String),
}

/// Reads a payload.
///
/// # Errors
/// One that cannot be read, or where a tool is used and it is not said on what. An event that is not about a tool is
/// none, whatever it holds.
pub fn read(bytes: &[u8]) -> Result<Payload, PayloadError> {
    let value: Value = serde_json::from_slice(bytes)?;
    let object = value.as_object().ok_or(PayloadError::NoEvent)?;
    let name = text(object, &["hook_event_name", "hookEventName"]).ok_or(PayloadError::NoEvent)?;
    let event = match name {
        // Claude Code and Codex; Gemini CLI; Cursor, where any tool is meant.
        "PreToolUse" | "BeforeTool" | "preToolUse" => Event::Tool(used(object)?),
        "beforeShellExecution" => Event::Tool(tool("Shell", object)?),
        "beforeMCPExecution" => {
            let name = text(object, &["tool_name"]).unwrap_or_default();
            Event::Tool(tool(&format!("MCP:{name}"), &input(object))?)
        }
        "SessionStart" | "sessionStart" => Event::SessionStart,
        _ => Event::Other,
    };
    Ok(Payload { dialect: Dialect::of(name), folder: folder(object), event })
}

fn used(object: &Map<String, Value>) -> Result<Tool, PayloadError> {
    let name = text(object, &["tool_name"]).ok_or_else(|| PayloadError::NoTarget("?".to_owned()))?;
    tool(name, &input(object))
}

/// The tool's arguments, which Cursor hands on as text for tools of MCP servers.
fn input(object: &Map<String, Value>) -> Map<String, Value> {
    match object.get("tool_input") {
        Some(Value::Object(input)) => input.clone(),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(Value::Object(input)) => input,
            // A tool with free text, such as a patch.
            _ => Map::from_iter([("input".to_owned(), Value::String(text.clone()))]),
        },
        _ => Map::new(),
    }
}

fn folder(object: &Map<String, Value>) -> Option<String> {
    let roots = || object.get("workspace_roots")?.as_array()?.first()?.as_str();
    text(object, &["cwd"]).or_else(roots).filter(|folder| !folder.is_empty()).map(str::to_owned)
}

/// The first of these that is a text and not empty.
pub(super) fn text<'v>(object: &'v Map<String, Value>, keys: &[&str]) -> Option<&'v str> {
    keys.iter().filter_map(|key| object.get(*key)?.as_str()).find(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(payload: &str) -> String {
        match read(payload.as_bytes()) {
            Err(error) => error.to_string(),
            Ok(Payload { dialect, folder, event }) => {
                let event = match event {
                    Event::Tool(Tool::Writes(writes)) => {
                        writes.into_iter().map(|w| w.path).collect::<Vec<_>>().join(" ")
                    }
                    Event::Tool(Tool::Command { script, .. }) => format!("$ {script}"),
                    Event::Tool(Tool::Reads) => "reads".to_owned(),
                    Event::SessionStart => "starts".to_owned(),
                    Event::Other => "other".to_owned(),
                };
                format!("{dialect:?} {} {event}", folder.unwrap_or_else(|| "-".to_owned()))
            }
        }
    }

    #[test]
    fn payloads_of_all_agents_are_read() {
        for (payload, expected) in [
            (
                r#"{"hook_event_name":"PreToolUse","cwd":"/r","tool_name":"Write","tool_input":{"file_path":"a"}}"#,
                "Claude /r a",
            ),
            (
                r#"{"hook_event_name":"PreToolUse","cwd":"/r","tool_name":"Bash","tool_input":{"command":"ls"},"turn_id":"1"}"#,
                "Claude /r $ ls",
            ),
            (r#"{"hook_event_name":"PreToolUse","tool_name":"Read","tool_input":{"file_path":"a"}}"#, "Claude - reads"),
            (r#"{"hook_event_name":"SessionStart","cwd":"/r","source":"startup"}"#, "Claude /r starts"),
            (
                r#"{"hook_event_name":"BeforeTool","cwd":"/r","tool_name":"replace","tool_input":{"file_path":"a"}}"#,
                "Gemini /r a",
            ),
            (
                r#"{"hook_event_name":"preToolUse","cwd":"","workspace_roots":["/r"],"tool_name":"Write","tool_input":{"path":"a"}}"#,
                "Cursor /r a",
            ),
            (r#"{"hook_event_name":"beforeShellExecution","command":"rm a","cwd":"/r"}"#, "Cursor /r $ rm a"),
            (
                r#"{"hook_event_name":"beforeMCPExecution","tool_name":"write_file","tool_input":"{\"path\":\"a\"}"}"#,
                "Cursor - a",
            ),
            (r#"{"hook_event_name":"sessionStart","workspace_roots":["/r"]}"#, "Cursor /r starts"),
            (
                r#"{"hook_event_name":"preToolUse","tool_name":"ApplyPatch","tool_input":"*** Begin Patch\n*** Add File: a\n"}"#,
                "Cursor - a",
            ),
            (r#"{"hook_event_name":"PostToolUse","tool_name":"Write"}"#, "Claude - other"),
            (r#"{"hook_event_name":"beforeReadFile","file_path":"a"}"#, "Cursor - other"),
            (r#"{"hook_event_name":"Stop"}"#, "Claude - other"),
            (r#"{"hook_event_name":"PreToolUse"}"#, "the payload does not say what the tool `?` would write"),
            (
                r#"{"hook_event_name":"PreToolUse","tool_name":"Write","tool_input":7}"#,
                "the payload does not say what the tool `Write` would write",
            ),
            (
                r#"{"hook_event_name":"beforeShellExecution"}"#,
                "the payload does not say what the tool `Shell` would write",
            ),
            ("{}", "the payload names no event (`hook_event_name`)"),
            ("[]", "the payload names no event (`hook_event_name`)"),
            ("", "the payload is no JSON: EOF while parsing a value at line 1 column 0"),
        ] {
            assert_eq!(seen(payload), expected, "{payload}");
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            prop::sample::select(TEXTS.to_vec()).prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(TEXTS.to_vec()), inner), 0..6).prop_map(|members| {
                    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
                }),
            ]
        })
    }

    const TEXTS: &[&str] = &[
        "hook_event_name",
        "PreToolUse",
        "BeforeTool",
        "preToolUse",
        "beforeShellExecution",
        "beforeMCPExecution",
        "SessionStart",
        "tool_name",
        "tool_input",
        "Write",
        "Bash",
        "apply_patch",
        "mcp__x__write_file",
        "file_path",
        "command",
        "cwd",
        "workspace_roots",
        "path",
        "args",
        "*** Begin Patch\n*** Update File: a",
        "diff --git a/x b/y",
    ];

    proptest! {
        #[test]
        fn no_payload_panics(bytes in prop::collection::vec(any::<u8>(), 0..64), value in json(), tool in json()) {
            drop(read(&bytes));
            drop(read(value.to_string().as_bytes()));
            for event in ["PreToolUse", "BeforeTool", "preToolUse", "beforeMCPExecution"] {
                for name in ["Write", "Bash", "apply_patch", "mcp__x__move_file", "mcp__x__run"] {
                    let payload = serde_json::json!({"hook_event_name": event, "tool_name": name, "tool_input": tool});
                    if let Ok(Payload { event: Event::Tool(Tool::Command { script, .. }), .. }) = read(payload.to_string().as_bytes()) {
                        crate::agent::command::acts(&script, &Default::default());
                    }
                }
            }
        }
    }
}
