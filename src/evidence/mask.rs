//! Secrets kept out of archived logs.

/// What stands in the place of a secret.
const MASK: &[u8] = b"***";

/// Values shorter than this many bytes are no secrets, and would hide half of a log.
const SHORTEST: usize = 4;

/// Whether a variable of the environment is called like a secret: a part of its name, between underscores, ends with
/// `TOKEN`, `SECRET`, `PASSWORD`, `PASSWD`, `PASSPHRASE`, `CREDENTIAL`, `KEY` or their plurals. Case does not count.
pub fn is_secret_name(name: &str) -> bool {
    const ENDS: [&str; 8] = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "KEY", "PWD"];
    let upper = name.to_ascii_uppercase();
    // The working folder, by a shell.
    if matches!(upper.as_str(), "PWD" | "OLDPWD") {
        return false;
    }
    let mut parts = upper.split(|c: char| !c.is_ascii_alphanumeric());
    parts.any(|part| {
        ENDS.iter().any(|end| part.ends_with(end) || part.strip_suffix('S').is_some_and(|p| p.ends_with(end)))
    })
}

/// Puts `***` in the place of secrets in a stream, wherever its pieces are cut.
#[derive(Debug, Clone)]
pub struct Masker {
    /// Longest first.
    secrets: Vec<Vec<u8>>,
    starts: Box<[bool; 256]>,
    longest: usize,
    /// What came last and may be the start of a secret.
    held: Vec<u8>,
}

impl Masker {
    /// With these secrets; of one of several lines, also each longer line by itself.
    pub fn new(values: impl IntoIterator<Item = Vec<u8>>) -> Masker {
        let mut secrets = Vec::new();
        for value in values {
            let value = value.trim_ascii().to_vec();
            let lines = value.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| line.len() >= 8);
            secrets.extend(lines.map(<[u8]>::to_vec));
            secrets.push(value);
        }
        secrets.retain(|secret| secret.len() >= SHORTEST);
        secrets.sort_by(|one, two| two.len().cmp(&one.len()).then_with(|| one.cmp(two)));
        secrets.dedup();
        let mut starts = Box::new([false; 256]);
        for first in secrets.iter().filter_map(|secret| secret.first()) {
            if let Some(start) = starts.get_mut(usize::from(*first)) {
                *start = true;
            }
        }
        let longest = secrets.first().map_or(0, Vec::len);
        Masker { secrets, starts, longest, held: Vec::new() }
    }

    /// Takes a piece of the stream; adds to `out` what is certain by now.
    pub fn take(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        if self.secrets.is_empty() {
            return out.extend_from_slice(piece);
        }
        self.held.extend_from_slice(piece);
        self.advance(self.longest.saturating_sub(1), out);
    }

    /// The stream has ended: adds the rest.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.advance(0, out);
    }

    /// Goes on until no more than `keep` bytes are left.
    fn advance(&mut self, keep: usize, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        let mut rest = held.as_slice();
        while rest.len() > keep {
            let run = rest.iter().take(rest.len() - keep).position(|byte| self.is_start(*byte));
            let (before, from) = rest.split_at(run.unwrap_or(rest.len() - keep));
            out.extend_from_slice(before);
            rest = from;
            if run.is_none() {
                break;
            }
            let secret = self.secrets.iter().find(|secret| rest.starts_with(secret));
            let (skipped, shown) = match (secret, rest.first()) {
                (Some(secret), _) => (secret.len(), MASK),
                (None, Some(byte)) => (1, std::slice::from_ref(byte)),
                (None, None) => break,
            };
            out.extend_from_slice(shown);
            rest = rest.get(skipped..).unwrap_or_default();
        }
        self.held = rest.to_vec();
    }

    fn is_start(&self, byte: u8) -> bool {
        self.starts.get(usize::from(byte)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(secrets: &[&str], pieces: &[&[u8]]) -> String {
        let mut masker = Masker::new(secrets.iter().map(|secret| secret.as_bytes().to_vec()));
        let mut out = Vec::new();
        pieces.iter().for_each(|piece| masker.take(piece, &mut out));
        masker.finish(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_of_secrets_are_known() {
        for name in [
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "DB_PASSWORD",
            "OPENAI_APIKEY",
            "my_key",
            "TOKENS",
            "X_CREDENTIALS",
            "MYSQL_PWD",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["PATH", "HOME", "PWD", "OLDPWD", "KEYBOARD_LAYOUT", "TOKENIZER", "PASSWORDLESS", ""] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn secrets_are_masked_wherever_the_stream_is_cut() {
        let text = b"a hunter2 b hunter22 hunter hunterhunter2 c";
        let wanted = "a *** b *** hunter hunter*** c";
        for size in 1..text.len() {
            let pieces: Vec<&[u8]> = text.chunks(size).collect();
            assert_eq!(masked(&["hunter2", "hunter22"], &pieces), wanted, "{size}");
        }
        assert_eq!(masked(&["hunter2"], &[b"hunter", b"2"]), "***");
        assert_eq!(masked(&["hunter2"], &[b"hunter"]), "hunter");
        assert_eq!(masked(&["abc", ""], &[b"abc"]), "abc", "too short to be one");
        assert_eq!(masked(&["-- BEGIN --\nMIIBOgIBAA\n"], &[b"x MIIBOgIBAA y"]), "x *** y");
        assert_eq!(masked(&["aaaab", "aaaa"], &[b"aaa", b"aaab", b"b"]), "***aabb");
    }
}
