//! Where what was read is kept: in git's own directory of the work tree, which no commit takes in.
//!
//! Each linked work tree has its own, as `git rev-parse --git-path ackgate/session.json` says: what was read is what lies
//! in one work tree, and several agents of a party may work in several at once.

use std::io::ErrorKind;
use std::path::PathBuf;

use crate::session::{Record, Records};
use crate::shell::git::Repo;
use crate::shell::lock::lock;
use crate::shell::{Error, files};

const FOLDER: &str = "ackgate";
const FILE: &str = "session.json";
const LOCK: &str = "session.lock";

/// No record is as long as this, in bytes.
const LONGEST: usize = 16 << 20;

/// What is kept.
pub(super) struct Kept {
    pub(super) records: Records,
    /// Why it cannot be read, so that nothing counts as read.
    pub(super) damage: Option<String>,
}

/// Reads it; nothing is kept where no session was ever begun.
pub(super) fn kept(repo: &Repo) -> Result<Kept, Error> {
    let file = file(repo);
    if let Err(error) = file.symlink_metadata()
        && matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
    {
        return Ok(Kept { records: Records::default(), damage: None });
    }
    let bytes = files::read_at_most(&file, LONGEST)?;
    let read = if bytes.len() > LONGEST { Err("it is too long".to_owned()) } else { Records::parse(&bytes) };
    Ok(match read {
        Ok(records) => Kept { records, damage: None },
        Err(why) => {
            let damage = format!("the record of what was read, {}, is damaged ({why})", files::shown(&file));
            Kept { records: Records::default(), damage: Some(damage) }
        }
    })
}

/// Puts another record in the place of a member's, whole or not at all. A damaged file is written anew.
pub(super) fn keep(repo: &Repo, folder: &str, record: Record) -> Result<(), Error> {
    let file = file(repo);
    files::make_folder(&repo.git_dir().join(FOLDER))?;
    // Held until the end of the function, or of the process.
    let _lock = lock(&repo.git_dir().join(FOLDER).join(LOCK), "writing down what was read")?;
    files::remove_unfinished_of(&file)?;
    let records = kept(repo)?.records.with(folder, record);
    let text = records.text().map_err(|why| Error::new(format!("cannot write down what was read: {why}")))?;
    match file.symlink_metadata() {
        Ok(_) => files::replace(&file, text.as_bytes()),
        Err(_) => files::put_new(&file, text.as_bytes()),
    }
}

fn file(repo: &Repo) -> PathBuf {
    repo.git_dir().join(FOLDER).join(FILE)
}
