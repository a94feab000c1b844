//! Many objects in one file, of which most are stored as what they have in common with others: “pack-*.pack files” in git's
//! gitformat-pack(5).

use std::io::{self, Read};
use std::path::PathBuf;
use std::rc::Rc;

use flate2::Decompress;
use git2::ObjectType;

use super::bases::{Base, Bases};
use super::blocks::{Blocks, From, Plan};
use super::delta;
use super::inflate::{Inflated, Stored, invalid, read_all};
use super::pack_index::PackIndex;
use crate::change::ObjectId;

/// How many objects one may be made of, one of the other; git makes packs of some fifty, and never of more than 4095.
const DEEPEST: usize = 1 << 12;

/// A pack and its index.
pub(super) struct Pack {
    number: usize,
    /// That of its index.
    name: PathBuf,
    plans: Plans,
    index: Opened<PackIndex>,
    content: Opened<Blocks>,
}

/// How the files of a pack are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plans {
    index: Plan,
    content: Plan,
}

impl Plans {
    /// Those for each of so many packs: together they hold some megabytes.
    pub(super) fn of(packs: usize) -> Plans {
        let share = |blocks: u64, least| (blocks / (packs as u64).max(1)).clamp(least, blocks / 4);
        Plans {
            index: Plan { block: 1 << 12, kept: share(1024, 16) },
            content: Plan { block: 1 << 14, kept: share(256, 8) },
        }
    }
}

/// A file that is opened when it is needed.
enum Opened<T> {
    NotYet,
    Yes(T),
    /// It cannot be.
    Never,
}

/// An object of a pack.
pub(super) enum Packed<'pack> {
    /// As it is stored.
    Stored(Stored<Inflated<'pack, From<'pack>>>),
    /// As it was made of others.
    Made(Base),
}

/// How an object is stored.
enum Form {
    Whole(ObjectType),
    /// Made of the one that begins there.
    Delta(u64),
}

/// What is said before an object's content.
struct Entry {
    form: Form,
    /// That of what is stored.
    size: usize,
    /// Where it begins.
    content: u64,
}

impl Pack {
    /// The pack whose index has this name. Nothing is opened yet; the number tells it from others.
    pub(super) fn new(number: usize, name: PathBuf, plans: Plans) -> Pack {
        Pack { number, name, plans, index: Opened::NotYet, content: Opened::NotYet }
    }

    /// Where the object begins, if the pack has it and can be opened: one that is no longer there, or of another
    /// version, has none.
    pub(super) fn find(&mut self, id: ObjectId) -> Option<u64> {
        let at = self.index.get(|| PackIndex::open(&self.name, self.plans.index)).ok()?.find(id).ok()??;
        self.content().is_ok().then_some(at)
    }

    /// The kind of the object that begins there.
    ///
    /// # Errors
    /// The pack cannot be read, or has no object there.
    pub(super) fn kind(&mut self, mut at: u64) -> io::Result<ObjectType> {
        for _ in 0..DEEPEST {
            match self.entry(at)?.form {
                Form::Whole(kind) => return Ok(kind),
                Form::Delta(base) => at = base,
            }
        }
        Err(too_deep())
    }

    /// The object that begins there.
    ///
    /// # Errors
    /// The pack cannot be read, or has no object there.
    pub(super) fn object<'pack>(
        &'pack mut self,
        start: u64,
        state: &'pack mut Decompress,
        bases: &mut Bases,
    ) -> io::Result<Packed<'pack>> {
        let (mut deltas, mut at, mut base) = (Vec::new(), start, bases.get((self.number, start)));
        while base.is_none() {
            let Entry { form, size, content } = self.entry(at)?;
            match form {
                Form::Whole(kind) if at == start => {
                    let content = Inflated::new(self.content()?.from(content), state);
                    return Ok(Packed::Stored(Stored { kind, size, content }));
                }
                Form::Whole(kind) => {
                    let data = Rc::new(self.stored(size, content, state)?);
                    bases.put((self.number, at), kind, &data);
                    base = Some((kind, data));
                }
                Form::Delta(_) if deltas.len() == DEEPEST => return Err(too_deep()),
                Form::Delta(of) => {
                    deltas.push((at, self.stored(size, content, state)?));
                    at = of;
                    base = bases.get((self.number, at));
                }
            }
        }
        let (kind, mut data) = base.ok_or_else(too_deep)?;
        while let Some((at, delta)) = deltas.pop() {
            let made = delta::apply(&data, &delta).ok_or_else(|| invalid("a delta in a pack is none of its base"))?;
            data = Rc::new(made);
            bases.put((self.number, at), kind, &data);
        }
        Ok(Packed::Made((kind, data)))
    }

    fn content(&mut self) -> io::Result<&mut Blocks> {
        self.content.get(|| Blocks::open(&self.name.with_extension("pack"), self.plans.content))
    }

    fn stored(&mut self, size: usize, content: u64, state: &mut Decompress) -> io::Result<Vec<u8>> {
        read_all(Inflated::new(self.content()?.from(content), state), size)
    }

    fn entry(&mut self, start: u64) -> io::Result<Entry> {
        let content = self.content()?;
        let mut from = content.from(start);
        let first = byte(&mut from)?;
        let (mut size, mut shift, mut more) = (usize::from(first & 0xf), 4, first & 0x80 != 0);
        while more {
            let next = byte(&mut from)?;
            let bits = usize::from(next & 0x7f);
            let shifted = bits.checked_shl(shift).filter(|shifted| shifted >> shift == bits);
            size |= shifted.ok_or_else(|| invalid("an object in a pack is too large"))?;
            (shift, more) = (shift + 7, next & 0x80 != 0);
        }
        let form = match first >> 4 & 7 {
            1 => Form::Whole(ObjectType::Commit),
            2 => Form::Whole(ObjectType::Tree),
            3 => Form::Whole(ObjectType::Blob),
            4 => Form::Whole(ObjectType::Tag),
            6 => {
                let back = distance(&mut from)?;
                let base = start.checked_sub(back).filter(|_| back > 0);
                Form::Delta(base.ok_or_else(|| invalid("an object in a pack is made of none"))?)
            }
            7 => {
                let mut id = [0; 20];
                from.read_exact(&mut id)?;
                let content = from.position;
                let base = self.find(ObjectId::Sha1(id));
                let base = base.ok_or_else(|| invalid("an object in a pack is made of one that is not in it"))?;
                return Ok(Entry { form: Form::Delta(base), size, content });
            }
            _ => return Err(invalid("an object in a pack is of no known kind")),
        };
        Ok(Entry { form, size, content: from.position })
    }
}

impl<T> Opened<T> {
    fn get(&mut self, open: impl FnOnce() -> io::Result<T>) -> io::Result<&mut T> {
        if let Opened::NotYet = self {
            *self = open().map_or(Opened::Never, Opened::Yes);
        }
        match self {
            Opened::Yes(opened) => Ok(opened),
            Opened::NotYet | Opened::Never => Err(invalid("a pack cannot be opened")),
        }
    }
}

fn byte(from: &mut From<'_>) -> io::Result<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte)?;
    let [byte] = byte;
    Ok(byte)
}

/// How far before an object the one begins that it is made of: seven bits of each byte, the highest first, as long as the eighth
/// is set; each further byte counts one more.
fn distance(from: &mut From<'_>) -> io::Result<u64> {
    let mut next = byte(from)?;
    let mut distance = u64::from(next & 0x7f);
    while next & 0x80 != 0 {
        next = byte(from)?;
        let shifted = (distance + 1).checked_mul(1 << 7);
        let shifted = shifted.ok_or_else(|| invalid("an object in a pack is made of none"))?;
        distance = shifted | u64::from(next & 0x7f);
    }
    Ok(distance)
}

fn too_deep() -> io::Error {
    invalid("an object in a pack is made of too many others")
}
