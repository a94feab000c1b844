//! What is read here is what git says, however it is stored.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git2::{ObjectType, Repository};
use tempfile::TempDir;

use super::Objects;
use crate::change::ObjectId;
use crate::shell::git::scrub;

/// A repository whose files share much with each other, and the ids of all its objects.
struct Place {
    folder: TempDir,
    ids: Vec<ObjectId>,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let mut ids: Vec<ObjectId> = Vec::new();
        for size in [0, 1, 15, 16, 100, 2_000, 30_000, 200_000, 700_000] {
            for version in 0..4u8 {
                let mut content: Vec<u8> =
                    (0..size as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
                content.iter_mut().step_by(97).for_each(|byte| *byte = version);
                ids.push(repository.blob(&content).unwrap().into());
            }
        }
        let who = git2::Signature::new("A", "a@b", &git2::Time::new(1_762_300_800, 0)).unwrap();
        let mut parent = None;
        for version in 0..60 {
            let mut tree = repository.treebuilder(None).unwrap();
            for name in 0..80 {
                let blob = ids[(name + usize::from(name == version)) % 36];
                let blob = git2::Oid::from_bytes(blob.as_bytes()).unwrap();
                tree.insert(format!("file{name}"), blob, 0o100644).unwrap();
            }
            let tree = repository.find_tree(tree.write().unwrap()).unwrap();
            let parents: Vec<_> = parent.iter().map(|id| repository.find_commit(*id).unwrap()).collect();
            let parents: Vec<_> = parents.iter().collect();
            parent = Some(repository.commit(Some("HEAD"), &who, &who, "x", &tree, &parents).unwrap());
            ids.extend([tree.id(), parent.unwrap()].map(ObjectId::from));
        }
        let tip = repository.find_object(parent.unwrap(), None).unwrap();
        ids.push(repository.tag("v1", &tip, &who, "x", false).unwrap().into());
        Place { folder, ids }
    }

    fn git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        scrub(&mut git);
        git.current_dir(self.folder.path()).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        let output = git.args(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes the index of the only pack anew.
    fn index(&self, version: &str) {
        let pack = files(&self.objects(), "pack").pop().unwrap();
        fs::remove_file(pack.with_extension("idx")).unwrap();
        self.git(&["index-pack", &format!("--index-version={version}"), pack.to_str().unwrap()]);
    }

    fn objects(&self) -> PathBuf {
        self.folder.path().join(".git/objects")
    }

    /// All objects, as libgit2 has them, are those that are read here.
    fn agrees(&self, objects: &Objects, what: &str) {
        let repository = Repository::open(self.folder.path()).unwrap();
        let odb = repository.odb().unwrap();
        for id in &self.ids {
            let object = odb.read(git2::Oid::from_bytes(id.as_bytes()).unwrap()).unwrap();
            let expected = (object.kind(), object.data().to_vec());
            assert!(read(objects, *id).unwrap() == Some(expected), "{what}: {id}");
            assert_eq!(objects.kind(*id).unwrap(), Some(object.kind()), "{what}: {id}");
        }
        let another = ObjectId::Sha1([7; 20]);
        assert!(read(objects, another).unwrap().is_none() && objects.kind(another).unwrap().is_none(), "{what}");
    }
}

/// An object that is what its id says.
fn read(objects: &Objects, id: ObjectId) -> Result<Option<(ObjectType, Vec<u8>)>, String> {
    let mut found = None;
    match objects.read(id, &mut found) {
        Ok(None) => Ok(None),
        Ok(Some(true)) => Ok(Some(found.unwrap())),
        Ok(Some(false)) => Err("another".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder.join("pack")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|found| found == extension)).collect()
}

#[test]
fn objects_are_those_of_git_however_they_are_stored() {
    let mut place = Place::new();
    let folder = place.objects();
    let fresh = || Objects::new(folder.clone(), None);
    place.agrees(&fresh(), "loose");
    for (what, arguments) in [
        ("offsets", &["-c", "repack.useDeltaBaseOffset=true"][..]),
        ("references", &["-c", "repack.useDeltaBaseOffset=false"]),
        ("no compression", &["-c", "core.compression=0"]),
    ] {
        place.git(&[arguments, &["repack", "-adfkq", "--depth=40", "--window=30"]].concat());
        place.git(&["prune-packed"]);
        assert_eq!(files(&folder, "idx").len(), 1, "{what}");
        let objects = fresh();
        place.agrees(&objects, what);
        // Once more, with what was kept of the first time.
        place.agrees(&objects, what);
    }
    // Offsets of 64 bits for all that lies further than 64 bytes.
    place.git(&["repack", "-adfkq"]);
    place.index("2,0x40");
    place.agrees(&fresh(), "far offsets");

    // Several packs, and files of their own.
    place.git(&["-c", "pack.packSizeLimit=1m", "-c", "pack.window=0", "-c", "core.compression=0", "repack", "-adfkq"]);
    place.ids.push(Repository::open(place.folder.path()).unwrap().blob(b"new").unwrap().into());
    assert!(files(&folder, "idx").len() > 1);
    place.agrees(&fresh(), "several packs");

    // What an index of another version lists, libgit2 is left to find.
    place.git(&["repack", "-adfkq"]);
    place.index("1");
    assert_eq!(read(&fresh(), place.ids[0]), Ok(None));
}

#[test]
fn objects_are_borrowed_as_git_does() {
    let place = Place::new();
    let folder = tempfile::tempdir().unwrap();
    let [first, second, third] = ["first", "second", "third"].map(|name| folder.path().join(name));
    let lend = |to: &Path, lines: &str| {
        fs::create_dir_all(to.join("info")).unwrap();
        fs::write(to.join("info/alternates"), lines).unwrap();
    };
    let lender = place.objects();
    lend(&first, "# a remark\n../second\n");
    lend(&second, &format!("\n{}\n../first\n", lender.display()));
    place.agrees(&Objects::new(first.clone(), None), "one after the other, and round");
    let listed = format!("\"quoted\":{}:{}", third.display(), lender.display());
    place.agrees(&Objects::new(third.clone(), Some(listed.as_ref())), "by the environment");
    assert_eq!(read(&Objects::new(third, None), place.ids[0]), Ok(None));
}

#[test]
fn what_is_damaged_is_never_taken_for_another() {
    let place = Place::new();
    place.git(&["repack", "-adfkq"]);
    place.git(&["prune-packed"]);
    // Small ones, which most of a repository are.
    let ids: Vec<ObjectId> =
        place.ids.iter().copied().skip(12).take(8).chain(place.ids.iter().copied().skip(40).step_by(9)).collect();
    let fresh = || Objects::new(place.objects(), None);
    let good: Vec<_> = ids.iter().map(|id| read(&fresh(), *id)).collect();
    let (mut other, mut none, mut error) = (0, 0, 0);
    for extension in ["pack", "idx"] {
        let file = files(&place.objects(), extension).pop().unwrap();
        let content = fs::read(&file).unwrap();
        // Of what git has written, nobody may write.
        fs::remove_file(&file).unwrap();
        for at in (0..content.len()).step_by(content.len() / 150) {
            let mut bad = content.clone();
            bad[at] ^= 1 << (at % 8);
            let cut = &content[..at];
            for bad in [&bad, cut] {
                fs::write(&file, bad).unwrap();
                let objects = fresh();
                for (id, good) in ids.iter().zip(&good) {
                    drop(objects.kind(*id));
                    match read(&objects, *id) {
                        Ok(Some(found)) => assert!(Ok(Some(found)) == *good, "{id}"),
                        Ok(None) => none += 1,
                        Err(why) if why == "another" => other += 1,
                        Err(_) => error += 1,
                    }
                }
            }
        }
        fs::write(&file, &content).unwrap();
    }
    assert!(none > 0 && error > 0, "{other} {none} {error}");
    assert!(good.iter().all(|good| matches!(good, Ok(Some(_)))));
}
