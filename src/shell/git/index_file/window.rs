//! A file seen through a window that moves forward.

use std::io::{self, Read};

/// How much of the file is in memory.
const SIZE: usize = 256 << 10;

/// What is left of a file, of which the next bytes are in memory.
pub(super) struct Window<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    passed: u64,
}

impl<R: Read> Window<R> {
    pub(super) fn new(source: R) -> Self {
        Window { source, buffer: vec![0; SIZE], start: 0, end: 0, passed: 0 }
    }

    /// The next bytes, at least `least` of them; `None` where the file ends before, or the window is too small.
    pub(super) fn peek(&mut self, least: usize) -> io::Result<Option<&[u8]>> {
        if self.end - self.start < least && !self.fill(least)? {
            return Ok(None);
        }
        Ok(self.buffer.get(self.start..self.end))
    }

    /// The next bytes, at least `enough` of them as long as the file has as many and the window holds them.
    pub(super) fn reach(&mut self, enough: usize) -> io::Result<&[u8]> {
        if self.end - self.start < enough {
            // Where the file ends before, what there is.
            self.fill(enough.min(self.buffer.len()))?;
        }
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    /// Goes past bytes that were peeked at.
    pub(super) fn pass(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.passed += count as u64;
    }

    /// How many bytes lie behind.
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    /// The next bytes, however many; `None` where the file ends before.
    pub(super) fn take(&mut self, count: usize) -> io::Result<Option<Vec<u8>>> {
        let mut taken = Vec::new();
        while taken.len() < count {
            let seen = self.reach(1)?;
            let Some(part) = seen.get(..seen.len().min(count - taken.len())).filter(|part| !part.is_empty()) else {
                return Ok(None);
            };
            taken.extend_from_slice(part);
            let part = part.len();
            self.pass(part);
        }
        Ok(Some(taken))
    }

    /// Goes past bytes, seen or not; whether the file has as many.
    pub(super) fn skip(&mut self, mut count: u64) -> io::Result<bool> {
        loop {
            let here = count.min((self.end - self.start) as u64);
            self.pass(usize::try_from(here).unwrap_or(0));
            count -= here;
            if count == 0 {
                return Ok(true);
            }
            if !self.fill(1)? {
                return Ok(false);
            }
        }
    }

    fn fill(&mut self, least: usize) -> io::Result<bool> {
        if least > self.buffer.len() {
            return Ok(false);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        while self.end < least {
            let Some(room) = self.buffer.get_mut(self.end..) else { return Ok(false) };
            match self.source.read(room) {
                Ok(0) => return Ok(false),
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_seen_once_wherever_the_window_ends() {
        let bytes: Vec<u8> = (0..3 * SIZE + 17).map(|n| (n % 251) as u8).collect();
        let mut window = Window::new(bytes.as_slice());
        let mut at = 0;
        for step in (1..4000).cycle() {
            let Some(seen) = window.peek(step).unwrap() else { break };
            assert_eq!(&seen[..step], &bytes[at..at + step]);
            window.pass(step);
            at += step;
            if step % 7 == 0 {
                assert!(window.skip(step as u64 * 3).unwrap());
                at += step * 3;
            }
        }
        assert!(bytes.len() - at < 4000);
        assert!(!window.skip(4000).unwrap());
        assert!(Window::new(bytes.as_slice()).peek(SIZE + 1).unwrap().is_none());
    }
}
