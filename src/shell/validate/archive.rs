//! The folders of evidence: a new one a run, and what is found in those that are there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::evidence::{FOLDER, Found, MANIFEST, Manifest, Run, folder_name};
use crate::report::escape;
use crate::shell::Error;
use crate::shell::files::{self, failed};
use crate::shell::folders::walk;

/// Largest manifest that is read, in bytes.
const LARGEST: usize = 16 << 20;

const HINT: &str = "evidence is kept in folders of the work tree";

/// The folder of one run.
pub(super) struct Archive {
    pub(super) folder: PathBuf,
    /// From the folder that the policy governs.
    pub(super) name: String,
}

impl Archive {
    /// Makes a folder that was not there, named by the time, and puts the manifest of a run that has begun into it.
    pub(super) fn new(root: &Path, now: Timestamp, manifest: &Manifest) -> Result<Archive, Error> {
        let slice = folder_name(&manifest.slice);
        let parent = walk(root, &format!("{FOLDER}/{slice}"), true, HINT)?;
        let parent = parent.ok_or_else(|| Error::new("the folder of evidence is gone"))?;
        let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        for number in 1..1000 {
            let name = if number == 1 { time.clone() } else { format!("{time}-{number:03}") };
            let folder = parent.join(&name);
            match fs::create_dir(&folder) {
                Ok(()) => {
                    let archive = Archive { folder, name: format!("{FOLDER}/{slice}/{name}") };
                    files::put_new(&archive.folder.join(MANIFEST), &text(manifest)?)?;
                    return Ok(archive);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed("make", &folder, &error)),
            }
        }
        Err(Error::new(format!("there are a thousand runs of {time} in {}", files::shown(&parent))))
    }

    /// Puts the manifest as it is by now in the place of what it was.
    pub(super) fn put(&self, manifest: &Manifest) -> Result<(), Error> {
        files::replace(&self.folder.join(MANIFEST), &text(manifest)?)
    }

    /// Size and digest of a log, as it is on the disk.
    pub(super) fn digest(&self, log: &str) -> Result<(u64, String), Error> {
        let path = self.folder.join(log);
        digest(&path).map_err(|error| failed("read", &path, &error))
    }
}

/// The runs of a slice, oldest first; what is in the folders only of those that are of this tree.
pub(super) fn runs(root: &Path, slice: &str, tree: &str) -> Result<Vec<Run>, Error> {
    let Some(parent) = walk(root, &format!("{FOLDER}/{}", folder_name(slice)), false, HINT)? else {
        return Ok(Vec::new());
    };
    let unreadable = |error: std::io::Error| failed("read", &parent, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(&parent).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_type().map_err(unreadable)?.is_file() {
            names.push(entry.file_name());
        }
    }
    names.sort();
    names.iter().map(|name| run(&parent.join(name), name.to_string_lossy().into_owned(), tree)).collect()
}

fn run(folder: &Path, name: String, tree: &str) -> Result<Run, Error> {
    let file = folder.join(MANIFEST);
    let link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let manifest = match link(folder) || link(&file) {
        true => Err("it is a symbolic link".to_owned()),
        false => match files::read_at_most(&file, LARGEST) {
            Ok(bytes) if bytes.len() > LARGEST => Err("it is too large".to_owned()),
            Ok(bytes) => Manifest::read(&bytes),
            Err(_) if file.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound) => {
                Err("there is none; the run was killed as it began, or somebody removed it".to_owned())
            }
            Err(error) => Err(error.to_string()),
        },
    };
    let mut found = BTreeMap::new();
    if manifest.as_ref().is_ok_and(|manifest| manifest.tree == tree) {
        let unreadable = |error: std::io::Error| failed("read", folder, &error);
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            if entry.file_name() == MANIFEST {
                continue;
            }
            let file = match entry.file_type().map_err(unreadable)?.is_file() {
                true => {
                    let (bytes, sha256) = digest(&entry.path()).map_err(unreadable)?;
                    Found { bytes, sha256: Some(sha256) }
                }
                false => Found { bytes: 1, sha256: None },
            };
            found.insert(entry.file_name().to_string_lossy().into_owned(), file);
        }
    }
    Ok(Run { folder: name, manifest, files: found })
}

fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            return Ok((bytes, digest));
        }
        bytes += read as u64;
        hash.update(piece.get(..read).unwrap_or_default());
    }
}

fn text(manifest: &Manifest) -> Result<Vec<u8>, Error> {
    let mut text = serde_json::to_vec_pretty(manifest)
        .map_err(|error| Error::new(format!("cannot write a manifest: {}", escape(&error.to_string()))))?;
    text.push(b'\n');
    Ok(text)
}
