//! A path as a gate can list it.

use crate::log::looks_like_path;
use crate::policy::Pattern;

/// The path or glob as a gate can say it, or why it cannot. With `is_name`, the text is the name of a file or folder that
/// is there, and its `*`, `?`, brackets and braces are letters; else they are a glob's. A gate's path has no backslash, so
/// what one would escape becomes a class of its own: `[[]id]`.
///
/// # Errors
/// In words for the person who gave the path.
pub fn path(text: &str, is_name: bool) -> Result<String, String> {
    let said = without_escapes(text, is_name);
    let rooted = Some(format!("./{said}")).filter(|_| !said.starts_with(['/', '.']));
    let Some(said) = [Some(said.clone()), rooted].into_iter().flatten().find(|c| looks_like_path(c, true)) else {
        return Err(why_not(&said));
    };
    let pattern = Pattern::parse(&said).map_err(|error| error.to_string())?;
    if pattern.is_too_broad() {
        return Err("names no first folder or file: such a gate would open nothing".to_owned());
    }
    if is_name && !text.ends_with('/') && !pattern.matches(&text.into()) {
        return Err("cannot be written so that a gate covers it".to_owned());
    }
    Ok(said)
}

fn without_escapes(text: &str, is_name: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(next @ ('*' | '?' | '[' | ']' | '{' | '}'))) if !is_name => {
                out.extend(class(*next));
                chars.next();
            }
            ('*' | '?' | '[' | '{' | '}', _) if is_name => out.extend(class(c)),
            _ => out.push(c),
        }
    }
    out
}

fn class(c: char) -> [char; 3] {
    ['[', c, ']']
}

fn why_not(text: &str) -> String {
    let odd = text
        .chars()
        .find(|c| c.is_whitespace() || c.is_control() || !(c.is_alphanumeric() || "/._-*?[]{}".contains(*c)));
    match odd {
        Some(' ') => {
            "has a space, which no path of a gate can have: list the folder it lies in, or rename it".to_owned()
        }
        Some(c) => format!(
            "cannot be said in a gate (`{}`): list the folder it lies in, or rename it",
            crate::report::escape(&c.to_string())
        ),
        None => "does not read as a path in a gate: say it from the repository's root, as `folder/name`".to_owned(),
    }
}
