//! Paths as the file system has them: links, `..` and patterns followed as far as something is there.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::agent::wildcard;

/// Links beyond these are a circle.
const MOST_LINKS: usize = 40;

/// Names beyond these are not matched: no command is that long.
const MOST_NAMES: usize = 20_000;

/// An absolute path without links and dots. What is not there is taken as it is named. The last name is followed, if it is
/// a link, only where `through` says so.
pub(super) fn real(path: &Path, through: bool) -> PathBuf {
    let mut out = PathBuf::from("/");
    let mut left: Vec<PathBuf> = path.components().rev().map(|part| PathBuf::from(part.as_os_str())).collect();
    let mut links = 0;
    while let Some(part) = left.pop() {
        match part.components().next() {
            Some(Component::Normal(name)) => {
                let next = out.join(name);
                let target = fs::read_link(&next).ok().filter(|_| links < MOST_LINKS && (through || !left.is_empty()));
                match target {
                    Some(target) => {
                        links += 1;
                        left.extend(target.components().rev().map(|part| PathBuf::from(part.as_os_str())));
                    }
                    None => out = next,
                }
            }
            Some(Component::ParentDir) => drop(out.pop()),
            Some(Component::RootDir) => out = PathBuf::from("/"),
            Some(Component::CurDir | Component::Prefix(_)) | None => {}
        }
    }
    out
}

/// What a pattern stands for, from `folder`; nothing where nothing matches.
pub(super) fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![if pattern.starts_with('/') { PathBuf::from("/") } else { folder.to_owned() }];
    for component in pattern.split('/').filter(|component| !component.is_empty()) {
        if !wildcard::is_pattern(component) {
            let name = wildcard::plain(component);
            found.iter_mut().for_each(|path| path.push(&name));
            continue;
        }
        let mut next = Vec::new();
        for path in &found {
            // A folder that cannot be read matches nothing, for a shell as well.
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if next.len() < MOST_NAMES && wildcard::matches(component, &name.to_string_lossy()) {
                    next.push(path.join(name));
                }
            }
        }
        next.sort();
        found = next;
    }
    found.retain(|path| path.symlink_metadata().is_ok());
    found
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_and_dots_are_followed_as_far_as_something_is_there() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/f"), "").unwrap();
        symlink("a/b", root.join("l")).unwrap();
        symlink("../a/b/f", root.join("a/g")).unwrap();
        symlink("circle", root.join("circle")).unwrap();
        for (path, through, expected) in [
            ("a/b/f", true, "a/b/f"),
            ("a/./b/../b/f", true, "a/b/f"),
            ("l/f", false, "a/b/f"),
            ("l", false, "l"),
            ("l", true, "a/b"),
            ("l/../b/f", true, "a/b/f"),
            ("a/g", true, "a/b/f"),
            ("a/g", false, "a/g"),
            ("a/new/x/../y", true, "a/new/y"),
            ("l/new", true, "a/b/new"),
            ("circle", false, "circle"),
        ] {
            assert_eq!(real(&root.join(path), through), root.join(expected), "{path} {through}");
        }
        real(&root.join("circle/x"), true);
        assert_eq!(real(Path::new("/../.."), true), Path::new("/"));
        assert_eq!(matching(&root, "a/*/f"), [root.join("a/b/f")]);
        assert_eq!(matching(&root.join("a"), "../a/[bg]"), [root.join("a/../a/b"), root.join("a/../a/g")]);
        assert_eq!(matching(&root, "a/*/no*"), Vec::<PathBuf>::new());
        assert_eq!(matching(&root, &format!("{}/a/b/?", root.display())), [root.join("a/b/f")]);
    }
}
