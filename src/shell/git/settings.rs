//! git's configuration, as `git config --list --null` says it.

use super::listing::records;
use super::open::utf8;
use crate::shell::Error;

/// All that is configured, in the order in which the last one counts.
pub(super) struct Settings(Vec<(Vec<u8>, Option<Vec<u8>>)>);

impl Settings {
    /// Reads the listing: `key LF value NUL`, and `key NUL` for a key without a value. `None` for anything else.
    pub(super) fn parse(listing: &[u8]) -> Option<Settings> {
        let entry = |entry: &[u8]| {
            let end = entry.iter().position(|byte| *byte == b'\n');
            let key = entry.get(..end.unwrap_or(entry.len()))?.to_vec();
            let value = end.and_then(|end| entry.get(end + 1..)).map(<[u8]>::to_vec);
            key.contains(&b'.').then_some((key, value))
        };
        records(listing)?.map(entry).collect::<Option<_>>().map(Settings)
    }

    /// All values of a key; a key without a value is `true`.
    pub(super) fn values(&self, key: &str) -> Result<Vec<String>, Error> {
        let key = canonical(key);
        let values = self.0.iter().filter(|(have, _)| *have == key.as_bytes());
        let text = |value: &Option<Vec<u8>>| match value {
            Some(value) => utf8(value, &key),
            None => Ok("true".to_owned()),
        };
        values.map(|(_, value)| text(value)).collect()
    }

    /// The value of a key that counts.
    pub(super) fn value(&self, key: &str) -> Result<Option<String>, Error> {
        Ok(self.values(key)?.pop())
    }

    /// The remotes that have an address.
    pub(super) fn remotes(&self) -> Vec<String> {
        let names = self.0.iter().filter_map(|(key, _)| {
            let rest = std::str::from_utf8(key).ok()?.strip_prefix("remote.")?;
            rest.strip_suffix(".url").or_else(|| rest.strip_suffix(".pushurl"))
        });
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The reference that a branch is configured to follow: the remote's branch, where `remote.NAME.fetch` puts it.
    pub(super) fn upstream(&self, branch: &str) -> Result<Option<String>, Error> {
        let Some(short) = branch.strip_prefix("refs/heads/") else { return Ok(None) };
        let remote = self.value(&format!("branch.{short}.remote"))?.filter(|remote| !remote.is_empty());
        let merge = self.value(&format!("branch.{short}.merge"))?.filter(|merge| !merge.is_empty());
        let (Some(remote), Some(merge)) = (remote, merge) else { return Ok(None) };
        if remote == "." {
            return Ok(Some(merge));
        }
        let specs = self.values(&format!("remote.{remote}.fetch"))?;
        Ok(specs.iter().find_map(|spec| mapped(spec, &merge)))
    }
}

/// A key as git lists it: section and name in small letters, what is between them as it is.
fn canonical(key: &str) -> String {
    match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, _)), Some((middle, name))) if section.len() < middle.len() => {
            let between = middle.get(section.len()..).unwrap_or_default();
            format!("{}{between}.{}", section.to_ascii_lowercase(), name.to_ascii_lowercase())
        }
        _ => key.to_ascii_lowercase(),
    }
}

/// Where a refspec puts a reference of the remote; `None` where it does not speak of it.
fn mapped(spec: &str, name: &str) -> Option<String> {
    let (from, to) = spec.strip_prefix('+').unwrap_or(spec).split_once(':')?;
    match (from.split_once('*'), to.split_once('*')) {
        (Some((before, after)), Some((to_before, to_after))) => {
            let middle = name.strip_prefix(before)?.strip_suffix(after)?;
            Some(format!("{to_before}{middle}{to_after}"))
        }
        (None, None) => (from == name).then(|| to.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_one_without_is_true() {
        let settings = Settings::parse(b"core.a\n1\0core.a\n2\n3\0core.bare\0remote.X.y.url\nu\0").unwrap();
        assert_eq!(settings.value("core.A").unwrap().as_deref(), Some("2\n3"));
        assert_eq!(settings.value("core.bare").unwrap().as_deref(), Some("true"));
        assert_eq!(settings.value("core.none").unwrap(), None);
        assert_eq!(settings.value("Remote.X.y.URL").unwrap().as_deref(), Some("u"));
        assert_eq!(settings.value("remote.x.y.url").unwrap(), None);
        assert_eq!(settings.remotes(), ["X.y"]);
        assert!(Settings::parse(b"core.a\n1").is_none());
        assert!(Settings::parse(b"fatal\0").is_none());
    }

    #[test]
    fn refspecs_say_where_a_branch_goes() {
        let all = "+refs/heads/*:refs/remotes/origin/*";
        assert_eq!(mapped(all, "refs/heads/a/b").as_deref(), Some("refs/remotes/origin/a/b"));
        assert_eq!(mapped("refs/heads/a:refs/x", "refs/heads/a").as_deref(), Some("refs/x"));
        for (spec, name) in
            [(all, "refs/tags/a"), ("^refs/heads/a", "refs/heads/a"), ("refs/heads/*:x", "refs/heads/a")]
        {
            assert_eq!(mapped(spec, name), None, "{spec}");
        }
    }
}
