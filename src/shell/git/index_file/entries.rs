//! The entries of an index, one after the other.

use crate::change::ObjectId;
use std::io::{self, Read};

use super::window::Window;

/// The bytes of an entry before its id.
const STAT: usize = 40;
/// Where among them the mode stands.
const MODE: usize = 24;
/// The flags of an entry: it has more flags; its stage; the length of its path, or the greatest number for a longer one.
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const LENGTH: u16 = 0x0fff;
/// Among the further flags (the others are of no matter here): it is only intended to be added.
const INTENT_TO_ADD: u16 = 0x2000;
/// The further flags that git knows.
const KNOWN: u16 = 0x6000;
/// The longest path that is read.
const LONGEST: usize = 64 << 10;

/// An entry, but for its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Entry {
    pub(in super::super) mode: u32,
    pub(in super::super) id: ObjectId,
    /// 0, or in a conflict 1 for the base, 2 for ours, 3 for theirs.
    pub(in super::super) stage: u16,
    /// It is no part of a commit yet.
    pub(in super::super) intent_to_add: bool,
}

/// Reads entries in their order, which is that of their paths.
pub(in super::super) struct Entries<R> {
    window: Window<R>,
    version: u32,
    id_length: usize,
    left: u32,
    path: Vec<u8>,
    current: Option<Entry>,
}

/// What goes on before an entry's path ends.
struct Head {
    entry: Entry,
    /// The bytes before the path.
    length: usize,
    /// The length that the flags say the path has.
    path: u16,
}

impl<R: Read> Entries<R> {
    /// The entries that start where the window does.
    pub(super) fn new(window: Window<R>, version: u32, id_length: usize, count: u32) -> Self {
        Entries { window, version, id_length, left: count, path: Vec::new(), current: None }
    }

    /// Goes past all entries without a look at their paths; the window after them, or `None` where they are not what
    /// git writes.
    pub(super) fn skip_all(mut self) -> io::Result<Option<Window<R>>> {
        loop {
            self.skip_plain()?;
            if self.left == 0 {
                return Ok(Some(self.window));
            }
            let Some(head) = self.head()? else { return Ok(None) };
            let Some(length) = self.length(&head)? else { return Ok(None) };
            self.window.pass(length);
            self.left -= 1;
        }
    }

    /// Goes past the entries that are in memory, up to one that takes a closer look.
    fn skip_plain(&mut self) -> io::Result<()> {
        if self.version > 3 {
            return Ok(());
        }
        let fixed = STAT + self.id_length + 2;
        let bytes = self.window.reach(1)?;
        let mut at = 0;
        while self.left > 0 {
            let Some(flags) = short(bytes, at + fixed - 2) else { break };
            let said = flags & LENGTH;
            let end = at + fixed + usize::from(said);
            let next = at + plain_length(fixed, said);
            if flags & EXTENDED != 0 || said == LENGTH || bytes.get(end) != Some(&0) || next > bytes.len() {
                break;
            }
            (at, self.left) = (next, self.left - 1);
        }
        self.window.pass(at);
        Ok(())
    }

    /// The path of the current entry.
    pub(in super::super) fn path(&self) -> &[u8] {
        &self.path
    }

    /// The current entry; `None` after the last.
    pub(in super::super) fn current(&self) -> Option<Entry> {
        self.current
    }

    /// Goes to the next entry; `false` where there is something else than git writes.
    pub(in super::super) fn advance(&mut self) -> io::Result<bool> {
        if self.left == 0 {
            self.current = None;
            return Ok(true);
        }
        self.left -= 1;
        let Some(head) = self.head()? else { return Ok(false) };
        let Some(length) = self.length(&head)? else { return Ok(false) };
        let before = self.current.map(|entry| entry.stage);
        let Some(bytes) = self.window.peek(length)? else { return Ok(false) };
        let Some(mut name) = bytes.get(head.length..length) else { return Ok(false) };
        let mut kept = 0;
        if self.version == 4 {
            let Some((strip, rest)) = varint(name) else { return Ok(false) };
            let Some(left) = self.path.len().checked_sub(strip) else { return Ok(false) };
            (kept, name) = (left, rest);
        }
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        let said = usize::from(head.path);
        let total = kept + name.len();
        if total == 0 || total > LONGEST || total.min(usize::from(LENGTH)) != said {
            return Ok(false);
        }
        // Strictly ascending by path and stage, as git demands.
        let ascends = match (before, self.path.get(kept..)) {
            (Some(stage), Some(rest)) => rest < name || (rest == name && stage < head.entry.stage),
            _ => true,
        };
        if !ascends {
            return Ok(false);
        }
        self.path.truncate(kept);
        self.path.extend_from_slice(name);
        self.window.pass(length);
        self.current = Some(head.entry);
        Ok(true)
    }

    fn head(&mut self) -> io::Result<Option<Head>> {
        let fixed = STAT + self.id_length + 2;
        let Some(bytes) = self.window.peek(fixed)? else { return Ok(None) };
        let Some(id) = bytes.get(STAT..STAT + self.id_length).and_then(ObjectId::from_bytes) else { return Ok(None) };
        let (Some(mode), Some(flags)) = (number(bytes, MODE), short(bytes, fixed - 2)) else { return Ok(None) };
        let mut length = fixed;
        let mut further = 0;
        if flags & EXTENDED != 0 {
            length += 2;
            let Some(found) = self.window.peek(length)?.and_then(|bytes| short(bytes, fixed)) else { return Ok(None) };
            further = found;
            if self.version < 3 || further & !KNOWN != 0 {
                return Ok(None);
            }
        }
        let (stage, intent_to_add) = ((flags & STAGE) >> 12, further & INTENT_TO_ADD != 0);
        Ok(Some(Head { entry: Entry { mode, id, stage, intent_to_add }, length, path: flags & LENGTH }))
    }

    /// The bytes of the whole entry.
    fn length(&mut self, head: &Head) -> io::Result<Option<usize>> {
        let said = usize::from(head.path);
        if self.version < 4 && head.path < LENGTH {
            let length = plain_length(head.length, head.path);
            let Some(bytes) = self.window.peek(length)? else { return Ok(None) };
            let ends = bytes.get(head.length + said) == Some(&0);
            return Ok(ends.then_some(length));
        }
        let mut reach = head.length + 256;
        loop {
            let bytes = self.window.reach(reach)?;
            let path = bytes.get(head.length..).unwrap_or_default();
            // Before the path of version 4, what it leaves of the one before; its bytes may be NUL.
            let before = match self.version {
                4 => path.iter().position(|byte| byte & 0x80 == 0).map(|at| at + 1),
                _ => Some(0),
            };
            let end = before.and_then(|before| {
                path.get(before..)?.iter().position(|byte| *byte == 0).map(|at| head.length + before + at)
            });
            if let Some(end) = end {
                let length = if self.version == 4 { end + 1 } else { (end + 8) & !7 };
                return Ok(self.window.peek(length)?.map(|_| length));
            }
            if bytes.len() < reach || reach > 2 * LONGEST {
                return Ok(None);
            }
            reach *= 8;
        }
    }
}

/// The bytes of an entry whose path follows so many: at least one NUL, and as many as make the length a multiple of eight.
fn plain_length(before: usize, path: u16) -> usize {
    (before + usize::from(path) + 8) & !7
}

/// How many bytes of the path before are to be taken off, as git packs offsets; and what follows.
fn varint(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (at, byte) in bytes.iter().enumerate() {
        value = value.checked_shl(7)?.checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
        value = value.checked_add(1)?;
        if value > LONGEST {
            return None;
        }
    }
    None
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes)
}
