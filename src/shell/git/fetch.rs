//! Fetching the log of another repository, or a baseline, with the user's own git and nothing else of theirs.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use git2::ObjectType;

use super::id::Format;
use super::open::{Repo, absolute};
use crate::change::ObjectId;
use crate::report::escape;
use crate::shell::Error;
use crate::shell::child::wait;

/// How long a fetch may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What git may not do while it fetches, whatever the user's configuration says.
const RESTRAINTS: [&str; 9] = [
    "protocol.allow=never",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
    "protocol.file.allow=always",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "credential.interactive=false",
    "fetch.writeCommitGraph=false",
    "transfer.bundleURI=false",
];

/// Fetches the branch that `reference` names (`origin/main` is the remote's `main`; `None` its `HEAD`) from `url`
/// into this repository's private reference for that url, and gives the commit.
///
/// # Errors
/// Fetching not confirmed by `git config ackgate.fetch true`; a url that is not https, ssh or a local path; while
/// receiving a push; git failing, or taking longer than 60 seconds.
pub fn fetch(repo: &Repo, url: &str, reference: Option<&str>) -> Result<ObjectId, Error> {
    let refspec = || Ok(format!("+{}:{}", remote_name(reference)?, private_ref(url)?));
    run(repo, &Wanted { what: "the log", key: "log.url" }, url, refspec)?;
    fetched(repo, url)?.ok_or_else(|| Error::new(format!("git fetched nothing from {}", shown(url))))
}

/// Fetches one commit by its full id from `url`, which no reference keeps.
///
/// # Errors
/// As for [`fetch`].
pub fn fetch_commit(repo: &Repo, url: &str, commit: &ObjectId) -> Result<(), Error> {
    run(repo, &Wanted { what: "the baseline", key: "extends.git" }, url, || Ok(commit.to_string()))
}

/// What is fetched, for messages, and the setting that names where from.
struct Wanted {
    what: &'static str,
    key: &'static str,
}

fn run(repo: &Repo, wanted: &Wanted, url: &str, refspec: impl FnOnce() -> Result<String, Error>) -> Result<(), Error> {
    let what = wanted.what;
    if env::var_os("GIT_QUARANTINE_PATH").is_some() {
        return Err(Error::new(format!("{what} is never fetched while receiving a push")));
    }
    let allowed = repo.config("ackgate.fetch")?.map(git2::Config::parse_bool).transpose()?;
    let source = source(repo, wanted, url)?;
    let shown = shown(url);
    if allowed != Some(true) {
        return Err(Error::new(format!("fetching {what} from {shown} is not confirmed"))
            .hint("run `git config ackgate.fetch true`"));
    }
    let mut command = fetch_command(repo, &source, &refspec()?)?;
    let child = command.spawn().map_err(|error| Error::new(format!("cannot start git: {error}")))?;
    let (status, said) = wait(child, LIMIT)?;
    match status {
        Some(status) if status.success() => Ok(()),
        Some(_) => Err(Error::new(format!("cannot fetch {what} from {shown}: {}", escape(said.trim())))
            .hint("see whether `git fetch` with that url works without a prompt")),
        None => Err(Error::new(format!("fetching {what} from {shown} took longer than {} s", LIMIT.as_secs()))),
    }
}

/// The commit that was last fetched from `url`; `None` if none was.
///
/// # Errors
/// A reference that cannot be read.
pub fn fetched(repo: &Repo, url: &str) -> Result<Option<ObjectId>, Error> {
    Ok(repo.reference(&private_ref(url)?)?.map(|(_, commit)| commit))
}

/// Takes every `GIT_*` variable from what a child would inherit, and has it speak English.
pub fn scrub(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"GIT_") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C")
}

fn fetch_command(repo: &Repo, source: &str, refspec: &str) -> Result<Command, Error> {
    let mut command = Command::new("git");
    scrub(&mut command);
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_ASKPASS", "true").env("SSH_ASKPASS", "true");
    if repo.config("core.sshCommand")?.is_none() {
        command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
    }
    let git_dir = absolute(repo.git_dir())?;
    command.current_dir(&git_dir).arg("--git-dir").arg(&git_dir);
    for restraint in RESTRAINTS {
        command.args(["-c", restraint]);
    }
    command.args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"]);
    command.args(["--no-auto-maintenance", "--no-prune", "--refmap=", "--", source, refspec]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    Ok(command)
}

/// The url as git is to see it: only transports that neither run what the url says nor trust the network.
fn source(repo: &Repo, wanted: &Wanted, url: &str) -> Result<String, Error> {
    let refused = || {
        Error::new(format!("{} is not fetched from {}", wanted.what, shown(url)))
            .hint(format!("`{}` is https://…, ssh://…, user@host:path, file:///… or a local path", wanted.key))
    };
    if url.is_empty() || url.starts_with('-') || url.contains("::") || url.contains(char::is_control) {
        return Err(refused());
    }
    if let Some((scheme, rest)) = url.split_once("://") {
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let fits = matches!(scheme, "https" | "ssh") && !host.is_empty() || scheme == "file" && rest.starts_with('/');
        return if fits && !host.starts_with('-') && !rest.starts_with('-') {
            Ok(url.to_owned())
        } else {
            Err(refused())
        };
    }
    match url.split_once(':') {
        Some((host, _)) if !host.contains('/') => {
            let name = host.rsplit_once('@').map_or(host, |(_, name)| name);
            if name.is_empty() || name.starts_with('-') { Err(refused()) } else { Ok(url.to_owned()) }
        }
        _ => {
            let home = absolute(repo.root().unwrap_or(repo.git_dir()))?;
            let path = home.join(Path::new(url));
            path.into_os_string().into_string().map_err(|_| refused())
        }
    }
}

fn remote_name(reference: Option<&str>) -> Result<String, Error> {
    let name = match reference {
        None => return Ok("HEAD".to_owned()),
        Some(name) if name.starts_with("refs/") => name.to_owned(),
        Some(name) => format!("refs/heads/{}", name.strip_prefix("origin/").unwrap_or(name)),
    };
    if git2::Reference::is_valid_name(&name) && name.is_ascii() {
        return Ok(name);
    }
    Err(Error::new(format!("`log.ref`: `{}` is not the name of a branch", escape(&name))))
}

/// One reference a url, by a hash that any version of this program computes alike.
fn private_ref(url: &str) -> Result<String, Error> {
    Ok(format!("refs/ackgate/log/{}", Format::Sha1.hash(ObjectType::Blob, url.as_bytes())))
}

/// The url without a password, safe to print.
fn shown(url: &str) -> String {
    let hidden = url.split_once("://").and_then(|(scheme, rest)| {
        let (login, host) = rest.split_once('@').filter(|(login, _)| !login.contains('/'))?;
        let (user, _) = login.split_once(':')?;
        Some(format!("{scheme}://{user}:…@{host}"))
    });
    escape(hidden.as_deref().unwrap_or(url)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_passwords() {
        assert_eq!(shown("https://me:secret@host/x"), "https://me:…@host/x");
    }

    #[test]
    fn scrub_removes_every_git_variable() {
        let mut command = Command::new("true");
        scrub(&mut command);
        let kept: Vec<_> = command.get_envs().filter(|(_, value)| value.is_some()).collect();
        assert_eq!(kept.len(), 1);
    }
}
