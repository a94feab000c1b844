//! Who would make a commit now.

use std::process::{Command, Stdio};

use super::open::Repo;
use crate::proof::Who;

/// The addresses that a commit made now would have, as the user's git says (`git var`): it knows of the environment,
/// `--author` and `git -c`, which libgit2 does not. `None` if git cannot tell either.
pub fn maker(repo: &Repo) -> Option<Who> {
    Some(Who { author: address(repo, "GIT_AUTHOR_IDENT")?, committer: address(repo, "GIT_COMMITTER_IDENT")? })
}

/// The address in `Name <address> time zone`.
fn address(repo: &Repo, variable: &str) -> Option<String> {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repo.git_dir()).args(["var", variable]).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, rest) = text.rsplit_once('<')?;
    let (address, _) = rest.split_once('>')?;
    Some(address.trim().to_owned()).filter(|address| !address.is_empty())
}
