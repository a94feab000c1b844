//! The program that decides signatures in the bundle's place: chosen by the user, never by what was cloned.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::licence::{Reason, Refusal, Signed, may_be_passed_on};
use crate::policy::{POLICY_FILE, parse_verifier};
use crate::report::escape;
use crate::shell::cli::Common;
use crate::shell::git::Repo;
use crate::shell::{Error, child};

/// How long the program may take.
const LIMIT: Duration = Duration::from_secs(10);

/// A program and its first arguments.
pub(super) struct Program {
    command: Vec<String>,
}

/// What the user chose: `[licence] verifier` of the file that `--config` names, else `git config ackgate.verifier`.
///
/// # Errors
/// A file that cannot be read; a policy, found by itself, that names a verifier which nobody has allowed.
pub(super) fn chosen(common: &Common) -> Result<Option<Program>, Error> {
    if let Some(path) = &common.config {
        return Ok(named_by(path)?.map(|command| Program { command }));
    }
    let Some(repo) = repository(common)? else { return Ok(None) };
    if let Some(program) = repo.config("ackgate.verifier")? {
        return Ok(Some(Program { command: vec![program] }));
    }
    for path in policies(&repo, common)? {
        if let Some(command) = named_by(&path)? {
            let shown = escape(&path.display().to_string());
            return Err(Error::new(format!(
                "{shown} names a verifier, and a file that was found by itself runs nothing"
            ))
            .hint(format!("allow it by naming the file: `verify-gate licence --config {shown} …`"))
            .hint(format!(
                "or choose it for this clone: `git config ackgate.verifier {}`",
                escape(command.first().map_or("PROGRAM", String::as_str))
            )));
        }
    }
    Ok(None)
}

fn named_by(path: &Path) -> Result<Option<Vec<String>>, Error> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Error::new(format!("cannot read {}: {error}", escape(&shown))))?;
    parse_verifier(&bytes, &shown).map_err(|error| Error::new(error.to_string()))
}

/// The repository that the command is run in, if it is run in one.
fn repository(common: &Common) -> Result<Option<Repo>, Error> {
    let here = here(common)?;
    let inside = std::env::var_os("GIT_DIR").is_some()
        || here.ancestors().any(|folder| folder.join(".git").symlink_metadata().is_ok());
    if common.repo.is_none() && !inside {
        return Ok(None);
    }
    Repo::open(common.repo.as_deref()).map(Some)
}

fn here(common: &Common) -> Result<PathBuf, Error> {
    let folder = match &common.repo {
        Some(folder) => folder.canonicalize(),
        None => std::env::current_dir(),
    };
    folder.map_err(|error| Error::new(format!("cannot tell the current folder: {error}")))
}

/// The policy files that govern the current folder, as they stand in the work tree.
fn policies(repo: &Repo, common: &Common) -> Result<Vec<PathBuf>, Error> {
    let Some(root) = repo.root() else { return Ok(Vec::new()) };
    let here = here(common)?;
    let above = here.ancestors().take_while(|folder| folder.starts_with(root)).map(Path::to_path_buf);
    let mut files: Vec<PathBuf> = above.chain([root.to_path_buf()]).map(|folder| folder.join(POLICY_FILE)).collect();
    files.dedup();
    files.retain(|file| file.symlink_metadata().is_ok());
    Ok(files)
}

impl Program {
    /// Asks the program: the message on its standard input, key id and signature as its last arguments.
    pub(super) fn verify(&self, signed: &Signed<'_>) -> Result<Result<(), Refusal>, Error> {
        if !may_be_passed_on(signed.key_id) {
            return Ok(Err(Refusal::new(
                Reason::UnknownKey,
                1,
                "the key's id is nothing that a verifier is asked about",
            )));
        }
        if !may_be_passed_on(signed.signature) {
            let message = "the signature is nothing that a verifier is asked about";
            return Ok(Err(Refusal::new(Reason::BadSignature, 1, message)));
        }
        let (name, arguments) =
            self.command.split_first().ok_or_else(|| Error::new("the verifier names no program"))?;
        let shown = escape(name);
        let mut command = Command::new(name);
        command.args(arguments).args([signed.key_id, signed.signature]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running =
            command.spawn().map_err(|error| Error::new(format!("the verifier `{shown}` does not start: {error}")))?;
        if let Some(mut input) = running.stdin.take() {
            let message = signed.message.to_vec();
            // A verifier need not read what it is given.
            thread::spawn(move || drop(input.write_all(&message)));
        }
        let (status, said) = child::wait(running, LIMIT)?;
        match status.map(|status| status.code()) {
            Some(Some(0)) => Ok(Ok(())),
            Some(Some(_)) => {
                let said = said.lines().next().unwrap_or_default();
                let message = format!("the verifier `{name}` does not accept the signature {said}");
                Ok(Err(Refusal::new(Reason::BadSignature, 1, message.trim_end())))
            }
            Some(None) => Err(Error::new(format!("the verifier `{shown}` was killed"))),
            None => Err(Error::new(format!("the verifier `{shown}` took longer than {} s", LIMIT.as_secs()))),
        }
    }
}
