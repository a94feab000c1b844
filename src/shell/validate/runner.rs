//! The commands, run: so many at a time, each for so long, and all ended when the run is told to stop.

use std::io::{self, PipeWriter};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::archive::Archive;
use super::capture::Capture;
use super::group::Group;
use super::progress::Progress;
use crate::evidence::{Manifest, Masker, Outcome, Ran, Status, log_name};
use crate::shell::Error;
use crate::shell::files::failed;

/// How often running commands are looked at.
const TICK: Duration = Duration::from_millis(20);

/// How long a command may take to end once it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How long what a command leaves running may hold its output.
const AFTER: Duration = Duration::from_secs(2);

/// What says which repository is meant, to the git that is called by a hook and not to the one that a test calls
/// (`git rev-parse --local-env-vars`).
const LOCAL: [&str; 16] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
    "GIT_QUARANTINE_PATH",
];

/// How commands are run.
pub(super) struct Runner<'a> {
    /// The folder to run them in.
    pub(super) root: &'a Path,
    pub(super) archive: &'a Archive,
    /// How many at a time.
    pub(super) jobs: usize,
    /// How long each may take.
    pub(super) limit: Duration,
    /// How much of what each says is kept, in bytes.
    pub(super) most: u64,
    pub(super) masker: &'a Masker,
    pub(super) stop: &'a Stop,
}

/// Whether the process has been told to stop.
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// From now on the signals that would end the process are kept.
    pub(super) fn listen() -> Result<Stop, Error> {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&flag))
                .map_err(|error| Error::new(format!("cannot listen to signals: {error}")))?;
        }
        Ok(Stop(flag))
    }

    /// Whether a signal has come since this was last asked.
    pub(super) fn was_told(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

impl Runner<'_> {
    /// Runs the commands at these places of the manifest, and writes there what became of them.
    ///
    /// # Errors
    /// A shell that cannot be started, a log that cannot be written: nothing is left running, and the run is not complete.
    pub(super) fn run(
        &self,
        wanted: &[usize],
        manifest: &mut Manifest,
        progress: &mut Progress,
    ) -> Result<Status, Error> {
        let mut waiting = wanted.iter().copied();
        let mut running: Vec<Job> = Vec::new();
        let mut told = false;
        loop {
            if self.stop.was_told() {
                running.iter_mut().for_each(|job| job.end(Outcome::Interrupted, told));
                told = true;
            }
            while !told && running.len() < self.jobs.max(1) {
                let Some(at) = waiting.next() else { break };
                let Some(ran) = manifest.checks.get_mut(at) else { continue };
                running.push(self.start(at, ran)?);
            }
            if running.is_empty() {
                return Ok(if told { Status::Interrupted } else { Status::Complete });
            }
            let mut still = Vec::new();
            for mut job in running {
                if job.capture.has_failed() || job.has_ended()? {
                    let at = job.at;
                    let Some(ran) = manifest.checks.get_mut(at) else { continue };
                    self.finish(job, ran, progress)?;
                } else {
                    job.look_at_the_clock(self.limit);
                    still.push(job);
                }
            }
            running = still;
            progress.tick(running.iter().map(|job| (job.command.as_str(), job.started.elapsed())));
            std::thread::sleep(TICK);
        }
    }

    fn start(&self, at: usize, ran: &mut Ran) -> Result<Job, Error> {
        let log = log_name(at + 1, &ran.command);
        let path = self.archive.folder.join(&log);
        let first = format!("$ {}\n", ran.command);
        let (capture, writer) = Capture::start(&path, &first, self.masker.clone(), self.most)
            .map_err(|error| failed("write", &path, &error))?;
        let job = Job::start(at, &ran.command, self.root, capture, writer)?;
        ran.started = Some(Timestamp::now().to_string());
        ran.log = Some(log);
        Ok(job)
    }

    /// Ends what the command has left, closes its log, and says how it went.
    fn finish(&self, mut job: Job, ran: &mut Ran, progress: &mut Progress) -> Result<(), Error> {
        let lost = |error: std::io::Error| Error::new(format!("lost track of a command: {error}"));
        let seconds = job.started.elapsed().as_secs_f64();
        let Some(group) = job.group.take() else { return Ok(()) };
        group.ask_to_end();
        let is_closed = job.capture.wait(AFTER);
        let status = group.reap().map_err(lost)?;
        let is_closed = is_closed || job.capture.wait(AFTER);
        let log = ran.log.clone().unwrap_or_default();
        let path = self.archive.folder.join(&log);
        let captured = job.capture.close().map_err(|error| {
            failed("write", &path, &error)
                .hint("make room, and run `verify-gate validate` again: this run does not count")
        })?;
        let (bytes, sha256) = self.archive.digest(&log)?;
        (ran.seconds, ran.exit, ran.signal) = (rounded(seconds), status.code(), status.signal());
        (ran.bytes, ran.sha256, ran.left_out) = (bytes, Some(sha256), captured.left_out);
        ran.outcome = match job.ending {
            Some((outcome, _)) => outcome,
            None if status.success() => Outcome::Passed,
            None => Outcome::Failed,
        };
        progress.finished(ran, &captured.recent, is_closed);
        Ok(())
    }
}

/// Runs one command that leaves no evidence; how it ended, where that is not well, and what it said last.
///
/// # Errors
/// A shell that cannot be started; a signal that told this process to stop.
pub(in crate::shell) fn once(root: &Path, command: &str, limit: Duration) -> Result<Option<(String, String)>, Error> {
    let lost = |error: io::Error| Error::new(format!("lost track of a command: {error}"));
    let stop = Stop::listen()?;
    let (capture, writer) = Capture::aside().map_err(lost)?;
    let mut job = Job::start(0, command, root, capture, writer)?;
    let mut told = false;
    while !job.has_ended()? {
        if stop.was_told() {
            job.end(Outcome::Interrupted, told);
            told = true;
        }
        job.look_at_the_clock(limit);
        std::thread::sleep(TICK);
    }
    let Some(group) = job.group.take() else { return Ok(None) };
    group.ask_to_end();
    job.capture.wait(AFTER);
    let status = group.reap().map_err(lost)?;
    job.capture.wait(AFTER);
    let said = String::from_utf8_lossy(&job.capture.recent()).into_owned();
    let ended = match (&job.ending, status.code()) {
        (Some((Outcome::Interrupted, _)), _) => return Err(Error::new("interrupted")),
        (Some(_), _) => format!("did not end within {} seconds", limit.as_secs()),
        (None, Some(0)) => return Ok(None),
        (None, Some(code)) => format!("ended with status {code}"),
        (None, None) => format!("was ended by signal {}", status.signal().unwrap_or_default()),
    };
    Ok(Some((ended, said)))
}

/// Thousandths will do.
pub(super) fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// A command that runs. Whatever happens, it ends with this.
struct Job {
    at: usize,
    command: String,
    /// `None` once it is reaped.
    group: Option<Group>,
    capture: Capture,
    started: Instant,
    /// What it was asked to end for, and when.
    ending: Option<(Outcome, Instant)>,
    killed: bool,
}

impl Job {
    fn start(at: usize, command: &str, root: &Path, capture: Capture, writer: PipeWriter) -> Result<Job, Error> {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(command).current_dir(root).stdin(Stdio::null());
        LOCAL.iter().for_each(|name| {
            shell.env_remove(name);
        });
        let cannot = |error: io::Error| {
            Error::new(format!("cannot start a shell: {error}")).hint("the commands are run by `sh -c`")
        };
        let second = writer.try_clone().map_err(cannot)?;
        shell.stdout(writer).stderr(second);
        let started = Instant::now();
        let group = Group::start(&mut shell).map_err(cannot)?;
        Ok(Job { at, command: command.to_owned(), group: Some(group), capture, started, ending: None, killed: false })
    }

    fn has_ended(&self) -> Result<bool, Error> {
        let ended = self.group.as_ref().map(Group::has_ended).transpose();
        Ok(ended.map_err(|error| Error::new(format!("lost track of a command: {error}")))?.unwrap_or(true))
    }

    fn end(&mut self, outcome: Outcome, at_once: bool) {
        if at_once {
            self.kill();
        } else if self.ending.is_none() {
            self.group.iter().for_each(Group::ask_to_end);
        }
        self.ending.get_or_insert((outcome, Instant::now()));
    }

    fn look_at_the_clock(&mut self, limit: Duration) {
        match self.ending {
            None if self.started.elapsed() >= limit => self.end(Outcome::TimedOut, false),
            Some((_, since)) if since.elapsed() >= GRACE && !self.killed => self.kill(),
            _ => {}
        }
    }

    fn kill(&mut self) {
        self.killed = true;
        self.group.iter().for_each(Group::kill);
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        // An error elsewhere ended the run: nothing is left running, and how it ended is not asked any more.
        if let Some(group) = self.group.take() {
            let _ = group.reap();
        }
    }
}
