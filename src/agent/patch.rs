//! The paths that a patch names: in the form of `apply_patch` (`*** Update File: …`), and as a unified diff of git's or of
//! diff's.

use super::act::How;

/// What applying a patch would write, each path once.
pub fn written(text: &str) -> Vec<(String, How)> {
    let mut found: Vec<(String, How)> = Vec::new();
    let mut old = None;
    for line in text.lines() {
        let line = line.trim_end_matches('\r');
        let own = line.trim_start();
        let headed = HEADERS.iter().find_map(|(header, how)| Some((own.strip_prefix(header)?, how)));
        if let Some((path, how)) = headed {
            push(&mut found, path.trim(), how.clone());
        } else if let Some(name) = line.strip_prefix("--- ") {
            old = Some(name);
        } else if let Some((before, after)) = old.take().zip(line.strip_prefix("+++ ")) {
            // A file that is new or gone is `/dev/null` on its other side.
            for name in [before, after].into_iter().filter_map(diff_name) {
                push(&mut found, &name, How::Into);
            }
        } else if let Some(name) = RENAMES.iter().find_map(|header| line.strip_prefix(header)) {
            push(&mut found, &unquoted(name), How::Tree);
        } else if let Some(names) = line.strip_prefix("diff --git ") {
            // Changes of mode, and of binary files, have no other line with the name.
            for name in git_names(names) {
                push(&mut found, &name, How::Into);
            }
        }
    }
    found
}

/// Whether a text is a patch.
pub fn is_patch(text: &str) -> bool {
    !written(text).is_empty()
}

/// The lines of `apply_patch` that name a file.
const HEADERS: &[(&str, How)] = &[
    ("*** Add File:", How::Into),
    ("*** Update File:", How::Into),
    ("*** Delete File:", How::Tree),
    ("*** Move to:", How::Into),
];

const RENAMES: &[&str] = &["rename from ", "rename to ", "copy to "];

fn push(found: &mut Vec<(String, How)>, path: &str, how: How) {
    if !path.is_empty() && !found.iter().any(|(known, _)| known == path) {
        found.push((path.to_owned(), how));
    }
}

/// The file of a `---` or `+++` line, without its time and without git's `a/` or `b/`.
fn diff_name(line: &str) -> Option<String> {
    let name = unquoted(line.split('\t').next().unwrap_or_default().trim_end());
    (name != "/dev/null").then(|| without_side(&name).to_owned())
}

/// The files of a `diff --git` line.
fn git_names(names: &str) -> Vec<String> {
    if names.starts_with('"') {
        return names.split("\" ").map(|name| without_side(name.trim_matches('"')).to_owned()).collect();
    }
    // A name may hold spaces; where nothing was renamed both are the same.
    let half = names.len() / 2;
    match (names.get(..half), names.get(half + 1..)) {
        (Some(one), Some(two)) if without_side(one) == without_side(two) => vec![without_side(one).to_owned()],
        _ => names.split(' ').map(|name| without_side(name).to_owned()).collect(),
    }
}

fn without_side(name: &str) -> &str {
    let sides = ["a/", "b/", "i/", "w/", "c/", "o/"];
    sides.iter().find_map(|side| name.strip_prefix(side)).unwrap_or(name)
}

fn unquoted(name: &str) -> String {
    name.trim().trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_name_what_they_write() {
        for (patch, expected) in [
            ("*** Begin Patch\n*** Update File: a/b.py\n@@\n-x\n+y\n*** End Patch", "a/b.py"),
            ("*** Begin Patch\n*** Add File: n\n+x\n*** Delete File: d\n*** End Patch", "n d"),
            ("*** Begin Patch\n*** Update File: a\n*** Move to: b\n@@\n*** End Patch", "a b"),
            ("*** Begin Patch\r\n*** Update File: a b.py \r\n", "a b.py"),
            ("--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n", "x.py"),
            ("--- x.py\t2025-01-01\n+++ x.py\t2025-01-02\n@@ -1 +1 @@\n", "x.py"),
            ("--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n", "new"),
            ("--- a/gone\n+++ /dev/null\n", "gone"),
            ("diff --git a/o b/n\nsimilarity index 100%\nrename from o\nrename to n\n", "o n"),
            ("diff --git a/o b/n\nrename from \"o\\\"x\"\nrename to n\n", "o n o\"x"),
            ("diff --git a/x.sh b/x.sh\nold mode 100644\nnew mode 100755\n", "x.sh"),
            ("diff --git a/a b.sh b/a b.sh\nold mode 100644\n", "a b.sh"),
            ("diff --git \"a/x\" \"b/x\"\nold mode 100644\n", "x"),
            ("@@ -1 +1 @@\n--- old sql comment\nplain\n", ""),
            ("no patch", ""),
            ("", ""),
        ] {
            let names: Vec<String> = written(patch).into_iter().map(|(path, _)| path).collect();
            assert_eq!(names.join(" "), expected, "{patch}");
            assert_eq!(is_patch(patch), !expected.is_empty());
        }
    }
}
