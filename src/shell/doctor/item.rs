//! What was looked at, and how it is.

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// Worth knowing, and nothing gets past for it.
    Note,
    /// Missing, shadowed, bypassed, or a violation got past it.
    Problem,
    /// It could not be told.
    Unknown,
}

impl State {
    /// The word in JSON.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Note => "note",
            State::Problem => "problem",
            State::Unknown => "unknown",
        }
    }
}

/// One thing that was looked at. Names that others wrote are escaped.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// What kind of thing: one of a fixed set of words.
    pub(super) check: &'static str,
    /// Which one.
    pub(super) subject: String,
    pub(super) state: State,
    /// One sentence without a full stop.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
    /// A hook that names ackgate nowhere, which only its refusal could speak for.
    pub(super) doubtful: bool,
    /// The hook that let a violation through.
    pub(super) let_through_by: Option<&'static str>,
}

impl Item {
    pub(super) fn new(check: &'static str, subject: &str, state: State, message: impl Into<String>) -> Item {
        let (subject, message) = (subject.to_owned(), message.into());
        Item { check, subject, state, message, help: None, doubtful: false, let_through_by: None }
    }

    pub(super) fn ok(check: &'static str, subject: &str, message: impl Into<String>) -> Item {
        Item::new(check, subject, State::Ok, message)
    }

    pub(super) fn note(check: &'static str, subject: &str, message: impl Into<String>) -> Item {
        Item::new(check, subject, State::Note, message)
    }

    pub(super) fn problem(check: &'static str, subject: &str, message: impl Into<String>) -> Item {
        Item::new(check, subject, State::Problem, message)
    }

    pub(super) fn unknown(check: &'static str, subject: &str, message: impl Into<String>) -> Item {
        Item::new(check, subject, State::Unknown, message)
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Item {
        self.help = Some(help.into());
        self
    }
}
