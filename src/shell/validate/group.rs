//! A command and all that it starts: one process group, which is ended as a whole.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// A process group and its leader.
pub(super) struct Group {
    leader: Child,
    id: Pid,
}

impl Group {
    /// Starts a program as the leader of a group of its own.
    pub(super) fn start(command: &mut Command) -> io::Result<Group> {
        let leader = command.process_group(0).spawn()?;
        let id = Pid::from_child(&leader);
        Ok(Group { leader, id })
    }

    /// Whether the leader has ended. Until it is [reaped](Group::reap) the group's number stays its own.
    pub(super) fn has_ended(&self) -> io::Result<bool> {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(self.id), look)?.is_some())
    }

    /// Asks all of the group to end.
    pub(super) fn ask_to_end(&self) {
        self.send(Signal::TERM);
    }

    /// Ends all of the group.
    pub(super) fn kill(&self) {
        self.send(Signal::KILL);
    }

    /// Kills what is left of the group; the leader's status.
    pub(super) fn reap(mut self) -> io::Result<ExitStatus> {
        self.kill();
        self.leader.wait()
    }

    fn send(&self, signal: Signal) {
        // A group that is gone needs no signal, and one that may not be signalled is left to its time limit.
        let _ = kill_process_group(self.id, signal);
    }
}
