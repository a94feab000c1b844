//! The files that have ackgate run: who may change them may take it out.

use std::path::Path;

use super::survey::{listed, literally};
use crate::runner::Runner;
use crate::shell::{Error, files};

/// Folders of such files.
const FOLDERS: &[&str] = &[".husky", ".github/workflows"];
/// What such a file calls.
const NAMES: [&str; 2] = ["ackgate", "verify-gate"];

/// The files of a working tree that have ackgate run, each as the glob that means it alone.
pub(in crate::shell) fn runners(root: &Path) -> Result<Vec<String>, Error> {
    // prek goes by pre-commit's files as well as by its own.
    let files = [Runner::Prek, Runner::Lefthook].into_iter().flat_map(Runner::known_files);
    let mut candidates: Vec<String> = files.map(|file| (*file).to_owned()).collect();
    candidates.push(".gitlab-ci.yml".to_owned());
    for folder in FOLDERS.iter().filter(|folder| root.join(folder).is_dir()) {
        let inside = listed(&root.join(folder))?.into_iter().filter(|(_, is_folder)| !is_folder);
        candidates.extend(inside.map(|(name, _)| format!("{folder}/{name}")));
    }
    let mut found = Vec::new();
    for path in candidates {
        let file = root.join(&path);
        if file.is_file()
            && let Some(present) = files::look(&file)?
            && NAMES.iter().any(|name| mentions(&present.content, name))
        {
            found.push(literally(&path));
        }
    }
    Ok(found)
}

pub(in crate::shell) fn mentions(content: &[u8], name: &str) -> bool {
    content.windows(name.len()).any(|window| window == name.as_bytes())
}
