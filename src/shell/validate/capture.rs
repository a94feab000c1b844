//! What a command says, into a file: bounded, with secrets masked, and never all of it in memory.

use std::fs::{File, OpenOptions};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::evidence::Masker;

/// How much of the end is kept of a log that is too long, in bytes.
const END: usize = 64 << 10;

/// How much of the end is at hand for people, in bytes.
const RECENT: usize = 8 << 10;

/// A log that is being written.
pub(super) struct Capture {
    sink: Arc<Mutex<Sink>>,
    ended: Receiver<()>,
}

/// A log that has been written.
pub(super) struct Captured {
    /// How many bytes were left out in its middle.
    pub(super) left_out: u64,
    /// What was said last.
    pub(super) recent: Vec<u8>,
}

impl Capture {
    /// Opens a new file of at most about `most` bytes, which begins with this line; gives also the end of the pipe to write
    /// to.
    pub(super) fn start(path: &Path, first: &str, masker: Masker, most: u64) -> io::Result<(Capture, PipeWriter)> {
        Capture::into(OpenOptions::new().write(true).create_new(true).open(path)?, first, masker, most)
    }

    /// Keeps nothing but what is said last.
    pub(super) fn aside() -> io::Result<(Capture, PipeWriter)> {
        Capture::into(OpenOptions::new().write(true).open("/dev/null")?, "", Masker::new([]), 0)
    }

    fn into(file: File, first: &str, masker: Masker, most: u64) -> io::Result<(Capture, PipeWriter)> {
        let (reader, writer) = io::pipe()?;
        let mut sink =
            Sink { file: Some(file), masker, left: most, end: Vec::new(), over: 0, recent: Vec::new(), failed: None };
        sink.take(first.as_bytes());
        let sink = Arc::new(Mutex::new(sink));
        let (sender, ended) = channel();
        let shared = Arc::clone(&sink);
        std::thread::Builder::new().spawn(move || {
            drain(reader, &shared);
            // Nobody may be waiting any more.
            let _ = sender.send(());
        })?;
        Ok((Capture { sink, ended }, writer))
    }

    /// Whether the log could not be written.
    pub(super) fn has_failed(&self) -> bool {
        self.lock().failed.is_some()
    }

    /// Waits until all who could write have closed their end, at most this long.
    pub(super) fn wait(&self, limit: Duration) -> bool {
        self.ended.recv_timeout(limit).is_ok()
    }

    /// What was said last.
    pub(super) fn recent(&self) -> Vec<u8> {
        self.lock().recent.clone()
    }

    /// Ends the log: what is said later is lost.
    pub(super) fn close(&self) -> io::Result<Captured> {
        self.lock().close()
    }

    fn lock(&self) -> MutexGuard<'_, Sink> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn drain(mut reader: PipeReader, sink: &Mutex<Sink>) {
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = match reader.read(&mut piece) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return sink.lock().unwrap_or_else(PoisonError::into_inner).fail(error),
        };
        sink.lock().unwrap_or_else(PoisonError::into_inner).take(piece.get(..read).unwrap_or_default());
    }
}

struct Sink {
    /// `None` once it is closed.
    file: Option<File>,
    masker: Masker,
    /// How many bytes may still be written.
    left: u64,
    /// The end of what did not go in any more.
    end: Vec<u8>,
    /// How much did not go in, its end included.
    over: u64,
    recent: Vec<u8>,
    failed: Option<io::Error>,
}

impl Sink {
    fn take(&mut self, piece: &[u8]) {
        if self.file.is_none() {
            return;
        }
        let mut said = Vec::with_capacity(piece.len());
        self.masker.take(piece, &mut said);
        self.put(&said);
    }

    fn put(&mut self, said: &[u8]) {
        keep_last(&mut self.recent, said, RECENT);
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(said.len());
        let (goes_in, over) = said.split_at(room);
        self.left -= goes_in.len() as u64;
        self.write(goes_in);
        self.over += over.len() as u64;
        keep_last(&mut self.end, over, END);
    }

    fn write(&mut self, bytes: &[u8]) {
        let written = self.file.as_mut().map(|file| file.write_all(bytes));
        if let Some(Err(error)) = written {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: io::Error) {
        self.file = None;
        self.failed.get_or_insert(error);
    }

    fn close(&mut self) -> io::Result<Captured> {
        let mut rest = Vec::new();
        self.masker.finish(&mut rest);
        self.put(&rest);
        let left_out = self.over - self.end.len() as u64;
        if left_out > 0 {
            self.write(format!("\n[ackgate: {left_out} bytes are left out here]\n").as_bytes());
        }
        let end = std::mem::take(&mut self.end);
        self.write(&end);
        if let Some(file) = self.file.take() {
            file.sync_all()?;
        }
        match self.failed.take() {
            Some(error) => Err(error),
            None => Ok(Captured { left_out, recent: std::mem::take(&mut self.recent) }),
        }
    }
}

fn keep_last(kept: &mut Vec<u8>, more: &[u8], most: usize) {
    let more = more.get(more.len().saturating_sub(most)..).unwrap_or_default();
    let gone = (kept.len() + more.len()).saturating_sub(most).min(kept.len());
    kept.drain(..gone);
    kept.extend_from_slice(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_keeps_its_start_and_end_and_says_what_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (capture, mut writer) = Capture::start(&path, "$ x\n", Masker::new([]), 1000).unwrap();
        for number in 0..200_000 {
            writeln!(writer, "{number:06}").unwrap();
        }
        drop(writer);
        assert!(capture.wait(Duration::from_secs(60)));
        let captured = capture.close().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(captured.left_out, 4 + 7 * 200_000 - 1000 - END as u64);
        assert!(text.starts_with("$ x\n000000\n") && text.ends_with("199999\n"));
        assert!(text.contains(&format!("\n[ackgate: {} bytes are left out here]\n", captured.left_out)));
        assert!(captured.recent.ends_with(b"199999\n") && captured.recent.len() <= RECENT);
        assert!(Capture::start(&path, "", Masker::new([]), 10).is_err(), "no log is written over");
    }

    #[test]
    fn a_log_that_cannot_be_written_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (capture, writer) = Capture::start(&path, "", Masker::new([]), 1000).unwrap();
        capture.lock().file = Some(File::open(&path).unwrap());
        (&writer).write_all(b"x").unwrap();
        drop(writer);
        assert!(capture.wait(Duration::from_secs(60)));
        assert!(capture.has_failed());
        assert!(capture.close().is_err());
    }
}
