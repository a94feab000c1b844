//! The log's line in `.gitattributes`.

use super::Home;
use crate::change::RepoPath;
use crate::merge::attribute;
use crate::policy::Policy;
use crate::report::escape;
use crate::shell::{Error, files};

pub(super) const FILE: &str = ".gitattributes";

/// Has git merge the log entry by entry, where this party keeps it: adds the line that says so below what is there. Says
/// what was done.
pub(super) fn attributes(home: &Home, policy: &Policy) -> Result<Vec<String>, Error> {
    let line = policy.log.path.to_str().filter(|_| policy.is_log_owner()).and_then(attribute);
    let Some(line) = line else { return Ok(Vec::new()) };
    let file = home.root.join(FILE);
    let Some(present) = files::look(&file)? else {
        if home.is_committed(&RepoPath::from(FILE))? {
            return Ok(vec![format!("left {FILE} alone: HEAD has it, though the working tree does not")]);
        }
        home.write(FILE, &format!("{line}\n"))?;
        return Ok(vec![format!("wrote {FILE}")]);
    };
    let mut lines = present.content.split(|byte| *byte == b'\n');
    if lines.any(|known| known.trim_ascii() == line.as_bytes()) {
        return Ok(vec![format!("unchanged {FILE}")]);
    }
    if present.link.is_some() {
        return Ok(vec![format!("left {FILE} alone, since it is a link: it lacks the line {}", escape(&line))]);
    }
    let mut content = present.content;
    if content.last().is_some_and(|last| *last != b'\n') {
        content.push(b'\n');
    }
    content.extend_from_slice(line.as_bytes());
    content.push(b'\n');
    files::remove_unfinished_of(&file)?;
    files::replace(&file, &content)?;
    Ok(vec![format!("added to {FILE}: {}", escape(&line))])
}
