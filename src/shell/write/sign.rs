//! Signing with the user's own `ssh-keygen`: keys in files, in the agent and in hardware work as they do for git.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder};
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::place::Place;
use crate::proof::NAMESPACE;
use crate::report::escape;
use crate::shell::git::configured_path;
use crate::shell::{Error, files};

/// Longer than any terms and any signature.
const LONGEST: u64 = 64 * 1024;

/// What signs.
pub(super) enum Key {
    /// A private key, or a public one whose private half lies beside it or is in the agent.
    File(PathBuf),
    /// A public key whose private half is in the agent, as one line.
    Agent(String),
}

/// The key that is meant: the option's, else git's `user.signingKey`, else one that the agent has and `counts`.
pub(super) fn key(place: &Place, option: &OsStr, counts: impl Fn(&str) -> bool) -> Result<Key, Error> {
    let root = place.here.root().unwrap_or(place.here.git_dir());
    if !option.is_empty() {
        let value = configured_path(&place.here, "ackgate.key", Some(option))?.unwrap_or_else(|| option.to_owned());
        return said(Path::new(""), &value);
    }
    if let Some(value) = configured_path(&place.here, "user.signingKey", None)? {
        let is_ssh = place.here.config("gpg.format")?.is_some_and(|format| format == "ssh");
        match said(root, &value) {
            // For OpenPGP it is no file.
            Err(_) if !is_ssh => {}
            said => return said,
        }
    }
    if let Some(line) = agent().into_iter().find(|line| counts(line)) {
        return Ok(Key::Agent(line));
    }
    Err(Error::new("there is no key to sign with").hint("name one: `--sign=FILE`, a private or public SSH key").hint(
        "or have git know it: `git config user.signingKey FILE`; or add a key that the policy lists with `ssh-add`",
    ))
}

/// As git reads `user.signingKey`: a line, or a file's name.
fn said(root: &Path, value: &OsStr) -> Result<Key, Error> {
    let text = value.to_str().unwrap_or_default();
    if let Some(line) = text.strip_prefix("key::").or_else(|| Some(text).filter(|text| text.starts_with("ssh-"))) {
        return Ok(Key::Agent(line.to_owned()));
    }
    let file = root.join(value);
    match fs::metadata(&file) {
        Ok(found) if found.is_file() => Ok(Key::File(file)),
        _ => Err(Error::new(format!("there is no key {}", files::shown(&file)))
            .hint("name the file of a private or public SSH key, or say `key::ssh-ed25519 …` for one of the agent's")),
    }
}

/// The public keys of the agent; none where there is no agent.
fn agent() -> Vec<String> {
    let output = Command::new("ssh-add").arg("-L").stdin(Stdio::null()).stderr(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// The signature over a message, in its armour. The program may ask on the terminal for a passphrase or a touch.
pub(super) fn sign(place: &Place, key: &Key, message: &str) -> Result<String, Error> {
    let program = configured_path(&place.here, "gpg.ssh.program", None)?.unwrap_or_else(|| "ssh-keygen".into());
    let folder = Folder::new(place.here.git_dir())?;
    let terms = folder.0.join("terms");
    files::put_new(&terms, message.as_bytes())?;
    let mut command = Command::new(&program);
    command.args(["-Y", "sign", "-n", NAMESPACE, "-f"]);
    match key {
        Key::File(file) => command.arg(file),
        Key::Agent(line) => {
            let file = folder.0.join("key.pub");
            files::put_new(&file, format!("{line}\n").as_bytes())?;
            command.arg(file).arg("-U")
        }
    };
    let shown = escape(&program.to_string_lossy());
    // Only its files count; what it prints must not be taken for the report.
    let ended = command.arg(&terms).stdout(std::io::stderr()).status();
    let status = ended.map_err(|error| {
        Error::new(format!("cannot run {shown}: {error}"))
            .hint("put OpenSSH on PATH, or name the program with `git config gpg.ssh.program`")
    })?;
    if !status.success() {
        return Err(Error::new(format!("{shown} did not sign ({status}); nothing was written")).hint(
            "`--sign=KEY` names another key; the private half of a public one must be beside it or in the agent",
        ));
    }
    read(&signature_of(&terms))
}

/// Terms and their signature, as somebody has signed them elsewhere.
pub(super) fn made_elsewhere(file: &Path) -> Result<String, Error> {
    let terms = read(file)?;
    let end = if terms.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{terms}{end}{}", read(&signature_of(file))?))
}

fn signature_of(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".sig");
    PathBuf::from(name)
}

fn read(file: &Path) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).and_then(|opened| opened.take(LONGEST).read_to_end(&mut bytes));
    opened.map_err(|error| files::failed("read", file, &error))?;
    String::from_utf8(bytes).map_err(|_| Error::new(format!("{} is not UTF-8", files::shown(file))))
}

/// A folder of this process alone, gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(git_dir: &Path) -> Result<Folder, Error> {
        let path = std::path::absolute(git_dir.join(format!("ackgate-sign-{}", std::process::id())));
        let path = path.map_err(|error| files::failed("find", git_dir, &error))?;
        // What a process of the same number left when it was killed.
        drop(fs::remove_dir_all(&path));
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| files::failed("make", &path, &error))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
