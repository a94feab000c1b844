//! Where the objects of a pack are: “Version 2 pack-*.idx files” in git's gitformat-pack(5).

use std::cmp::Ordering;
use std::io;
use std::path::Path;

use super::blocks::{Blocks, Plan};
use super::inflate::invalid;
use crate::change::ObjectId;

/// What a file of version 2 begins with.
const BEGINNING: [u8; 8] = *b"\xfftOc\0\0\0\x02";

/// How many bytes an id has: libgit2 opens no repository of others.
const ID: u64 = 20;

/// How many numbers there are of four bytes.
const SPREAD: u64 = 1 << 32;

/// How often the place of an id is guessed: where ids are not spread evenly, halves are taken then.
const GUESSES: u32 = 6;

/// An open index of a pack.
pub(super) struct PackIndex {
    blocks: Blocks,
    /// How many ids begin with a byte or a smaller one.
    counts: Vec<u32>,
}

impl PackIndex {
    /// Opens an index.
    ///
    /// # Errors
    /// It cannot be read, or is of another version.
    pub(super) fn open(path: &Path, plan: Plan) -> io::Result<PackIndex> {
        let mut blocks = Blocks::open(path, plan)?;
        let mut bytes = [0; BEGINNING.len() + 256 * 4];
        blocks.fill(0, &mut bytes)?;
        let counts = bytes.strip_prefix(&BEGINNING).ok_or_else(|| invalid("it is no index of a pack of version 2"))?;
        let (counts, _) = counts.as_chunks();
        let counts: Vec<u32> = counts.iter().copied().map(u32::from_be_bytes).collect();
        match counts.is_sorted() {
            true => Ok(PackIndex { blocks, counts }),
            false => Err(invalid("the index of a pack does not count up")),
        }
    }

    /// Where in the pack the object begins; `None` where the pack has none of this id.
    ///
    /// # Errors
    /// The file cannot be read, or is too short.
    pub(super) fn find(&mut self, id: ObjectId) -> io::Result<Option<u64>> {
        let ObjectId::Sha1(id) = id else { return Ok(None) };
        let (first, wanted) = split(&id);
        let count = |place: Option<usize>| place.and_then(|place| self.counts.get(place)).copied().map_or(0, u64::from);
        let (all, mut from, mut to) = (count(Some(255)), count(first.checked_sub(1)), count(Some(first)));
        let (ids, mut read) = (BEGINNING.len() as u64 + 256 * 4, [0; ID as usize]);
        // What those between begin with. They are spread evenly, so that one is mostly where it should be, not in the middle.
        let (mut lowest, mut highest) = (0, SPREAD);
        for step in 0.. {
            if from >= to {
                break;
            }
            let share = if step < GUESSES {
                wanted.saturating_sub(lowest) * (to - from) / (highest - lowest)
            } else {
                (to - from) / 2
            };
            let place = (from + share).min(to - 1);
            self.blocks.fill(ids + place * ID, &mut read)?;
            let (_, found) = split(&read);
            match id.cmp(&read) {
                Ordering::Less => (to, highest) = (place, found.max(lowest) + 1),
                Ordering::Greater => (from, lowest) = (place + 1, found.min(highest - 1)),
                Ordering::Equal => return self.offset(ids + all * (ID + 4), all, place).map(Some),
            }
        }
        Ok(None)
    }

    /// Where the object of a number begins, of which the table at `table` tells: those that lie further than 31 bits tell, in a
    /// table behind that one.
    fn offset(&mut self, table: u64, all: u64, number: u64) -> io::Result<u64> {
        let mut short = [0; 4];
        self.blocks.fill(table + number * 4, &mut short)?;
        let short = u32::from_be_bytes(short);
        if short >> 31 == 0 {
            return Ok(u64::from(short));
        }
        let mut long = [0; 8];
        self.blocks.fill(table + all * 4 + u64::from(short & !(1 << 31)) * 8, &mut long)?;
        Ok(u64::from_be_bytes(long))
    }
}

/// The first byte of an id, and the number that the next four make.
fn split(id: &[u8; ID as usize]) -> (usize, u64) {
    let [first, a, b, c, d, ..] = *id;
    (usize::from(first), u64::from(u32::from_be_bytes([a, b, c, d])))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan { block: 256, kept: 4 };

    /// An index of some ids, whose objects are at these places.
    fn index(objects: &[([u8; 20], u64)]) -> Vec<u8> {
        let mut file = BEGINNING.to_vec();
        for first in 0..=255u8 {
            file.extend((objects.iter().filter(|(id, _)| id[0] <= first).count() as u32).to_be_bytes());
        }
        objects.iter().for_each(|(id, _)| file.extend(id));
        file.extend(vec![0; objects.len() * 4]);
        let mut long = Vec::new();
        for (_, offset) in objects {
            let is_short = *offset < 1 << 31;
            file.extend(if is_short { *offset as u32 } else { 1 << 31 | long.len() as u32 }.to_be_bytes());
            long.extend((!is_short).then_some(*offset));
        }
        long.iter().for_each(|offset: &u64| file.extend(offset.to_be_bytes()));
        file
    }

    #[test]
    fn tells_where_each_object_is_and_of_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pack.idx");
        let hash = |first: u8, n: u32| {
            let mut id = [first; 20];
            id[1..5].copy_from_slice(&n.wrapping_mul(2_654_435_761).to_be_bytes());
            id
        };
        let id = |first: u8, last: u8| {
            let mut id = [7; 20];
            (id[0], id[19]) = (first, last);
            id
        };
        // Of ids that begin with the same bytes, with a few, and with what a hash would be.
        let mut objects: Vec<_> = (0..200).map(|n| (id(5, n), 12 + u64::from(n))).collect();
        objects.insert(0, (id(0, 1), 1 << 40));
        objects.extend((0..400u32).map(|n| (hash(9, n), u64::from(n))));
        objects.extend((0..20u32).map(|n| (hash(10, n * n), u64::from(n))));
        objects.sort_unstable();
        objects.dedup_by_key(|(id, _)| *id);
        objects.extend([(id(255, 8), (1 << 31) - 1), (id(255, 9), 1 << 31)]);
        let file = index(&objects);
        std::fs::write(&path, &file).unwrap();
        let mut index = PackIndex::open(&path, PLAN).unwrap();
        for (id, offset) in &objects {
            assert_eq!(index.find(ObjectId::Sha1(*id)).unwrap(), Some(*offset));
        }
        for id in [
            id(0, 0),
            id(0, 2),
            id(1, 1),
            id(5, 200),
            id(6, 1),
            id(254, 9),
            id(255, 7),
            id(255, 10),
            hash(9, 400),
            hash(10, 2),
        ] {
            assert_eq!(index.find(ObjectId::Sha1(id)).unwrap(), None);
        }
        assert_eq!(index.find(ObjectId::Sha256([5; 32])).unwrap(), None);

        // Cut off wherever: never another answer.
        for length in (0..file.len()).step_by(13) {
            std::fs::write(&path, &file[..length]).unwrap();
            let Ok(mut index) = PackIndex::open(&path, PLAN) else { continue };
            for (id, offset) in objects.iter().step_by(20) {
                assert!(index.find(ObjectId::Sha1(*id)).ok().flatten().is_none_or(|found| found == *offset));
            }
        }
        std::fs::write(&path, [b"\xfftOc\0\0\0\x01", &file[8..]].concat()).unwrap();
        assert!(PackIndex::open(&path, PLAN).is_err());
        std::fs::write(&path, [&BEGINNING[..], &[9; 4], &[0; 255 * 4]].concat()).unwrap();
        assert!(PackIndex::open(&path, PLAN).is_err());
    }
}
