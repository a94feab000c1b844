//! Child processes that must not keep anybody waiting.

use std::io::Read;
use std::process::{Child, ExitStatus};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::shell::Error;

/// Waits for the child to end, at most as long as `limit`; then kills it and gives no status. Gives also what it said on
/// standard error, where that is a pipe.
///
/// # Errors
/// A child that the system loses.
pub fn wait(mut child: Child, limit: Duration) -> Result<(Option<ExitStatus>, String), Error> {
    let (sender, receiver) = mpsc::channel();
    match child.stderr.take() {
        // Read aside: a grandchild may hold the pipe open after git is gone.
        Some(mut pipe) => drop(thread::spawn(move || {
            let mut said = Vec::new();
            let read = pipe.by_ref().take(64 * 1024).read_to_end(&mut said).map(|_| said);
            sender.send(read)
        })),
        // Nobody will send: there is nothing to wait for.
        None => drop(sender),
    }
    let lost = |error| Error::new(format!("lost track of a child process: {error}"));
    let start = Instant::now();
    let status = loop {
        match child.try_wait().map_err(lost)? {
            Some(status) => break Some(status),
            None if start.elapsed() >= limit => {
                child.kill().map_err(lost)?;
                child.wait().map_err(lost)?;
                break None;
            }
            None => thread::sleep(Duration::from_millis(10)),
        }
    };
    let said = match receiver.recv_timeout(Duration::from_secs(1)) {
        Ok(Ok(said)) => String::from_utf8_lossy(&said).into_owned(),
        Ok(Err(error)) => format!("(its message cannot be read: {error})"),
        Err(_) => "(no message)".to_owned(),
    };
    Ok((status, said))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn kills_what_takes_too_long() {
        let mut command = Command::new("sleep");
        let child = command.arg("30").stderr(Stdio::piped()).spawn().unwrap();
        let start = Instant::now();
        assert_eq!(wait(child, Duration::from_millis(50)).unwrap().0, None);
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
