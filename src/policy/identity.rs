//! E-mail addresses of a party, as patterns.

/// An address, or one with a single `*` for any characters (`*@agentos.example`). Case does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailPattern {
    text: String,
    before: String,
    after: Option<String>,
}

impl EmailPattern {
    /// Reads one; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<EmailPattern, &'static str> {
        let Some((name, host)) = text.split_once('@') else { return Err("is no e-mail address") };
        if name.is_empty() || host.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("is no e-mail address");
        }
        if text.matches('*').count() > 1 {
            return Err("has more than one `*`");
        }
        // `x@*` is anybody who calls his mailbox so.
        if host.contains('*') && !host.starts_with("*.") {
            return Err("has its `*` where it stands for any host");
        }
        let folded = text.to_lowercase();
        let (before, after) = match folded.split_once('*') {
            Some((before, after)) => (before.to_owned(), Some(after.to_owned())),
            None => (folded, None),
        };
        Ok(EmailPattern { text: text.to_owned(), before, after })
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether an address is meant.
    pub fn matches(&self, email: &str) -> bool {
        let email = email.to_lowercase();
        match (&self.after, email.strip_prefix(&self.before)) {
            // The `*` stands for something, and never for an `@`.
            (Some(after), Some(rest)) => {
                rest.strip_suffix(after.as_str()).is_some_and(|any| !any.is_empty() && !any.contains('@'))
            }
            (None, Some(rest)) => rest.is_empty(),
            (_, None) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_anything_but_an_at() {
        for (pattern, email, matches) in [
            ("*@agentos.example", "Ann@AgentOS.example", true),
            ("*@agentos.example", "ann@agentos.example.evil", false),
            ("*@agentos.example", "@agentos.example", false),
            ("*@agentos.example", "a@b@agentos.example", false),
            ("ann@agentos.example", "ANN@agentos.example", true),
            ("ann@agentos.example", "joann@agentos.example", false),
            ("ann@*.example", "ann@x.example", true),
            ("bot+*@x.example", "bot+1@x.example", true),
        ] {
            assert_eq!(EmailPattern::parse(pattern).unwrap().matches(email), matches, "{pattern} {email}");
        }
        for bad in ["", "*", "ann", "@x", "ann@", "*@*", "ann@*", "ann@x*", "*a*@x", "a b@x"] {
            assert!(EmailPattern::parse(bad).is_err(), "{bad}");
        }
    }
}
