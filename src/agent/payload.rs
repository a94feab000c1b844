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
