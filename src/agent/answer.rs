//! What a hook answers, in the agent's own form.

use serde_json::{Value, json};

/// The form in which an event is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Claude Code and Codex: `hookSpecificOutput` with `permissionDecision`.
    Claude,
    /// Gemini CLI: `decision` and `reason`.
    Gemini,
    /// Cursor: `permission`, `user_message` and `agent_message`.
    Cursor,
}

impl Dialect {
    /// The dialect of an event of this name: Cursor's begin with a small letter, Gemini CLI names the tool event its own
    /// way. Where a session starts, Gemini CLI and Claude Code read the same.
    pub fn of(event: &str) -> Dialect {
        match event {
            "BeforeTool" => Dialect::Gemini,
            name if name.starts_with(|c: char| c.is_lowercase()) => Dialect::Cursor,
            _ => Dialect::Claude,
        }
    }

    /// Refuses a tool. No field more than the agent knows: Codex takes an answer with another for none.
    pub fn deny(self, reason: &str) -> Value {
        match self {
            Dialect::Claude => json!({"hookSpecificOutput": {
                "hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": reason
            }}),
            Dialect::Gemini => json!({"decision": "deny", "reason": reason}),
            Dialect::Cursor => json!({"permission": "deny", "user_message": reason, "agent_message": reason}),
        }
    }

    /// Hands a session a text that it should know.
    pub fn context(self, text: &str) -> Value {
        match self {
            Dialect::Cursor => json!({"additional_context": text}),
            Dialect::Claude | Dialect::Gemini => {
                json!({"hookSpecificOutput": {"hookEventName": "SessionStart", "additionalContext": text}})
            }
        }
    }
}
