//! A git that stays to be asked many times, one question at a time.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use git2::ObjectType;

use super::program::cannot_run;
use super::work::started_child;
use crate::change::{ObjectId, RepoPath};
use crate::shell::Error;

/// The longest line or field that git would say here, by far.
const LONGEST: u64 = 64 * 1024;

/// What an object's id, kind and size are called before its content.
type Object = (ObjectType, Vec<u8>);

/// A running git, and both ends of the line.
pub(super) struct Conversation {
    child: Child,
    /// `None` where it is asked nothing more.
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Conversation {
    /// Asks the git in `slot`; starts it where there is none yet. One that was not understood is not asked again: nobody
    /// knows what it would answer to.
    pub(super) fn ask<T>(
        slot: &RefCell<Option<Conversation>>,
        command: impl FnOnce() -> Command,
        question: impl FnOnce(&mut Conversation) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut git = match slot.take() {
            Some(git) => git,
            None => Conversation::start(command())?,
        };
        let answer = question(&mut git)?;
        if git.questions.is_some() {
            slot.replace(Some(git));
        }
        Ok(answer)
    }

    /// An object from `git cat-file --batch`; `None` if it is not there.
    pub(super) fn object(&mut self, id: ObjectId) -> Result<Option<Object>, Error> {
        self.say(format!("{id}\n").as_bytes())?;
        let header = self.until(b'\n')?;
        let header = String::from_utf8_lossy(&header);
        let (kind, size) = match header.split(' ').collect::<Vec<_>>().as_slice() {
            [name, "missing"] if *name == id.to_string() => return Ok(None),
            [name, kind, size] if *name == id.to_string() => (ObjectType::from_str(kind), size.parse().ok()),
            _ => (None, None),
        };
        let (Some(kind), Some(size)) = (kind, size) else { return Err(not_understood()) };
        // A blob may have less than it says: then git would wait for the next question, and who reads, for the rest.
        if kind == ObjectType::Blob {
            self.questions = None;
        }
        let mut data = Vec::new();
        self.answers.by_ref().take(size).read_to_end(&mut data).map_err(|error| broken_off(&error))?;
        let whole = u64::try_from(data.len()) == Ok(size);
        if whole && self.until(b'\n')?.is_empty() { Ok(Some((kind, data))) } else { Err(not_understood()) }
    }

    /// Whether any of the attributes that `git check-attr --stdin -z` was started for is said of the path.
    pub(super) fn has_attributes(&mut self, path: &RepoPath, names: &[&str]) -> Result<bool, Error> {
        self.say(&[path.as_bytes(), b"\0"].concat())?;
        let mut any = false;
        for name in names {
            if self.until(0)? != path.as_bytes() || self.until(0)? != name.as_bytes() {
                return Err(not_understood());
            }
            any |= self.until(0)? != b"unspecified";
        }
        Ok(any)
    }

    fn start(mut command: Command) -> Result<Self, Error> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        started_child();
        let mut child = command.spawn().map_err(|error| cannot_run(&error))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(questions), Some(answers)) => {
                Ok(Conversation { child, questions: Some(questions), answers: BufReader::new(answers) })
            }
            _ => Err(not_understood()),
        }
    }

    fn say(&mut self, question: &[u8]) -> Result<(), Error> {
        let Some(questions) = &mut self.questions else { return Err(not_understood()) };
        questions.write_all(question).and_then(|()| questions.flush()).map_err(|error| broken_off(&error))
    }

    /// What comes before `end`, which is read too.
    fn until(&mut self, end: u8) -> Result<Vec<u8>, Error> {
        let mut text = Vec::new();
        self.answers.by_ref().take(LONGEST).read_until(end, &mut text).map_err(|error| broken_off(&error))?;
        if text.pop() == Some(end) { Ok(text) } else { Err(not_understood()) }
    }
}

impl Drop for Conversation {
    /// It has nothing left to do; what is not waited for stays as a zombie.
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn not_understood() -> Error {
    Error::new("git ended, or answered in a way that is not known").hint("run `git fsck`")
}

fn broken_off(error: &std::io::Error) -> Error {
    Error::new(format!("lost the connection to git: {error}")).hint("run `git fsck`")
}
