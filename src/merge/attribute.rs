//! The line by which git knows how to merge the log.

/// What `.gitattributes` and git's configuration call the merge driver.
pub const DRIVER: &str = "ackgate-log";

/// The line of the root's `.gitattributes` for a log at this path, which it means to the letter; `None` for a path that
/// no such line can name.
pub fn attribute(path: &str) -> Option<String> {
    if path.contains(char::is_control) {
        return None;
    }
    // From the root: a name without a slash would be meant in every folder.
    let mut pattern = String::from("/");
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    if pattern.contains(|c: char| c.is_whitespace() || c == '"') {
        pattern = format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""));
    }
    Some(format!("{pattern} merge={DRIVER}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_meant_to_the_letter() {
        for (path, line) in [
            ("docs/CHAT.md", Some("/docs/CHAT.md merge=ackgate-log")),
            ("CHAT.md", Some("/CHAT.md merge=ackgate-log")),
            ("a b/[x]*.md", Some(r#""/a b/\\[x\\]\\*.md" merge=ackgate-log"#)),
            ("a\"b", Some(r#""/a\"b" merge=ackgate-log"#)),
            ("a\nb", None),
        ] {
            assert_eq!(attribute(path).as_deref(), line);
        }
    }
}
