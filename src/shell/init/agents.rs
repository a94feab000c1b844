//! `verify-gate init --agents-md`: what a coding agent has to know, in the file that it reads.

use std::io::Write;
use std::path::Path;

use super::{Home, say};
use crate::agent::page::updated;
use crate::change::RepoPath;
use crate::shell::{Error, files};

/// Writes ackgate's part into a file of the repository, beside what is there, and says on `out` what was done.
///
/// # Errors
/// A path out of the repository, a link, a file that is not UTF-8 or whose markers do not fit, or that cannot be written.
pub fn agents_md(repo_dir: Option<&Path>, file: &Path, out: &mut dyn Write) -> Result<(), Error> {
    let home = Home::open(repo_dir)?;
    let name = file.to_str().filter(|name| crate::policy::is_relative(name));
    let Some(name) = name else {
        return Err(Error::new(format!("{} is no path from the repository's root", files::shown(file)))
            .hint("say AGENTS.md, CLAUDE.md or where else the agent reads"));
    };
    let shown = files::shown(file);
    let refused = |why: &str| Error::new(format!("{shown}: {why}")).hint("mend it by hand, and run this again");
    let path = home.root.join(name);
    let Some(present) = files::look(&path)? else {
        if home.is_committed(&RepoPath::from(name))? {
            return Err(Error::new(format!("{shown} is in HEAD, but not in the working tree"))
                .hint(format!("bring it back: git restore {shown}")));
        }
        home.write(name, &updated("").map_err(refused)?)?;
        return say(out, &[format!("wrote {shown}"), NEXT.to_owned()]);
    };
    if present.link.is_some() {
        return Err(Error::new(format!("{shown} is a link")).hint("name the file that it leads to"));
    }
    let old = std::str::from_utf8(&present.content).map_err(|_| refused("is not UTF-8"))?;
    let new = updated(old).map_err(refused)?;
    if new == old {
        return say(out, &[format!("unchanged {shown}")]);
    }
    files::remove_unfinished_of(&path)?;
    files::replace(&path, new.as_bytes())?;
    say(out, &[format!("updated {shown}"), NEXT.to_owned()])
}

const NEXT: &str = "next: read it through and commit it; `verify-gate install --agent NAME` adds the agent's hook";
