//! An object that is stored as what it has in common with another: “Deltified representation” in git's gitformat-pack(5).

use super::inflate::ROOM;

/// How many bytes are copied where a delta says none.
const ALL: usize = 0x10000;

/// The object that a delta makes of another; `None` where it is not a delta of that one.
pub(super) fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut delta = Delta(delta);
    let (expected, size) = (delta.size()?, delta.size()?);
    if expected != base.len() {
        return None;
    }
    let mut made = Vec::new();
    made.try_reserve_exact(size.min(ROOM)).ok()?;
    while let Some(code) = delta.byte() {
        let piece = match code {
            // Reserved.
            0 => return None,
            1..0x80 => delta.bytes(usize::from(code))?,
            _ => {
                let start = delta.number(code, 4)?;
                let length = delta.number(code >> 4, 3)?;
                let length = if length == 0 { ALL } else { length };
                base.get(start..)?.get(..length)?
            }
        };
        if piece.len() > size - made.len() {
            return None;
        }
        made.try_reserve(piece.len()).ok()?;
        made.extend_from_slice(piece);
    }
    (made.len() == size).then_some(made)
}

/// What is left of a delta.
struct Delta<'delta>(&'delta [u8]);

impl<'delta> Delta<'delta> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, count: usize) -> Option<&'delta [u8]> {
        let (first, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(first)
    }

    /// A size: seven bits of each byte, the lowest first, as long as the eighth is set.
    fn size(&mut self) -> Option<usize> {
        let mut size = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = usize::from(byte & 0x7f);
            // None is shifted out.
            size |= Some(bits << shift).filter(|shifted| shifted >> shift == bits)?;
            if byte & 0x80 == 0 {
                return Some(size);
            }
        }
        None
    }

    /// A number of up to so many bytes, of which those are there whose bits are set.
    fn number(&mut self, bits: u8, most: u32) -> Option<usize> {
        let mut number = 0;
        for place in 0..most {
            if bits >> place & 1 == 1 {
                number |= usize::from(self.byte()?) << (8 * place);
            }
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_what_git_would() {
        let long: Vec<u8> = (0..0x20000u32).map(|n| (n % 251) as u8).collect();
        let base = b"to be or not to be".as_slice();
        let copied = |base: &[u8], size: &[u8], rest: &[u8]| {
            let length =
                [(base.len() & 0x7f) as u8 | 0x80, (base.len() >> 7 & 0x7f) as u8 | 0x80, (base.len() >> 14) as u8];
            apply(base, &[&length[..], size, rest].concat())
        };
        for (base, size, rest, made) in [
            // Inserted, copied, both.
            (base, &[3][..], b"\x03abc".as_slice(), Some(b"abc".to_vec())),
            (base, &[5], &[0x91, 13, 5], Some(b"to be"[..].to_vec())),
            (base, &[6], b"\x90\x05\x01!", Some(b"to be!".to_vec())),
            (base, &[0], b"", Some(Vec::new())),
            // Numbers of more than one byte, and none at all.
            (&long, &[0x80, 0x80, 4], &[0x80], Some(long[..ALL].to_vec())),
            (&long, &[0x81, 2], &[0xb7, 2, 1, 1, 1, 1], Some(long[0x10102..][..0x101].to_vec())),
            (&long, &[3], &[0x94, 1, 3], Some(long[0x10000..][..3].to_vec())),
            // Out of the base, too short, too long, torn, reserved.
            (base, &[5], &[0x91, 14, 5], None),
            (base, &[5], &[0x88, 255], None),
            (base, &[4], b"\x03abc", None),
            (base, &[2], b"\x03abc", None),
            (base, &[3], b"\x03ab", None),
            (base, &[3], &[0x91, 1], None),
            (base, &[0], &[0], None),
            (base, &[0x80; 30], b"", None),
            (base, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], b"", None),
            (base, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], b"", None),
        ] {
            assert!(copied(base, size, rest) == made, "{size:?} {rest:?}");
        }
        assert_eq!(apply(b"another", &[6, 0]), None);
        assert_eq!(apply(b"", b""), None);
    }
}
