//! What reading repositories has cost this thread: in numbers that are the same on every machine.

use std::cell::Cell;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Objects that were read.
    pub objects: u64,
    /// The bytes of their contents.
    pub bytes: u64,
    /// Programs that were started.
    pub children: u64,
}

thread_local! {
    static DONE: Cell<Work> = const { Cell::new(Work { objects: 0, bytes: 0, children: 0 }) };
}

/// What this thread has done since it was last asked.
pub fn take_work() -> Work {
    DONE.take()
}

/// Counts what another thread has done to what this one has.
pub fn add_work(work: Work) {
    let done = DONE.get();
    let (objects, bytes) = (done.objects + work.objects, done.bytes + work.bytes);
    DONE.set(Work { objects, bytes, children: done.children + work.children });
}

pub(super) fn read_object(bytes: usize) {
    let done = DONE.get();
    DONE.set(Work { objects: done.objects + 1, bytes: done.bytes + bytes as u64, ..done });
}

pub(super) fn started_child() {
    let done = DONE.get();
    DONE.set(Work { children: done.children + 1, ..done });
}
