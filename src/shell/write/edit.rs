//! `verify-gate gate new --edit`: the gate is written in the user's editor, on a text that is filled from what is staged and
//! from the newest plan.

use std::fs;
use std::path::{Path, PathBuf};

use super::place::Place;
use crate::compose::{self, GateWish, draft, read_draft};
use crate::plan::Part;
use crate::report::escape;
use crate::shell::git::{editor, merge_parents, staged};
use crate::shell::law::Law;
use crate::shell::plans::newest;
use crate::shell::{Error, files};

/// A gate as it was edited, and the file that keeps the text until it is posted.
pub(super) struct Edited {
    pub(super) wish: GateWish,
    file: PathBuf,
}

impl Edited {
    /// What came of it: where it was not posted, the text is kept.
    pub(super) fn done<T>(&self, posted: Result<T, Error>) -> Result<T, Error> {
        match posted {
            Ok(done) => files::remove(&self.file).map(|()| done),
            Err(error) => Err(error.hint(kept(&self.file))),
        }
    }
}

/// Has the user edit a gate; `None` where the text was emptied, or left as it was.
pub(super) fn edit(place: &Place, wish: GateWish) -> Result<Option<Edited>, Error> {
    let (wish, notes) = filled(place, wish)?;
    let template = draft(&wish, &notes);
    let file = place.here.git_dir().join(format!("ackgate-gate-{}.txt", std::process::id()));
    let file = std::path::absolute(&file).map_err(|error| files::failed("find", &file, &error))?;
    files::put_new(&file, template.as_bytes())?;
    let ended = editor(&place.here).and_then(|mut editor| {
        let name = escape(&editor.get_program().to_string_lossy());
        editor.arg(&file).status().map_err(|error| Error::new(format!("cannot run {name}: {error}")))
    });
    let bytes = fs::read(&file).map_err(|error| files::failed("read", &file, &error))?;
    let untouched = bytes == template.as_bytes();
    let read = match ended {
        Ok(status) if status.success() && untouched => Ok(None),
        Ok(status) if status.success() => String::from_utf8(bytes)
            .map_err(|_| Error::new("the text is not UTF-8"))
            .and_then(|text| read_draft(&text).map_err(|error| Error::new(escape(&error.to_string())))),
        Ok(status) => Err(Error::new(format!("the editor failed ({status})"))
            .hint("`git config core.editor` names another; without one, say it with --slice and --path")),
        Err(error) => Err(error),
    };
    match read {
        Ok(Some(wish)) => Ok(Some(Edited { wish, file })),
        Ok(None) => files::remove(&file).map(|()| None),
        Err(error) if untouched => files::remove(&file).and(Err(error)),
        Err(error) => Err(error.hint(kept(&file))),
    }
}

fn kept(file: &Path) -> String {
    format!("nothing was posted; your text is kept in {}", files::shown(file))
}

/// The wish with what is staged and planned in the places that are empty, and what else there is to know.
fn filled(place: &Place, mut wish: GateWish) -> Result<(GateWish, Vec<String>), Error> {
    let mut notes = Vec::new();
    if wish.paths.is_empty() {
        for name in protected(place)? {
            // What is deleted is there no more to be meant to the letter.
            let is_there = place.is_there(&name);
            match compose::path(&name, true) {
                Ok(said) => wish.paths.push(if is_there { name } else { said }),
                Err(why) => notes.push(format!("`{}` is staged and protected, but it {}", escape(&name), escape(&why))),
            }
        }
    }
    let folder = place.folder_here();
    if let Some((path, plan)) = newest(&folder)? {
        if wish.slice.is_empty() {
            wish.slice = plan.slice.clone();
        }
        if wish.validation.is_empty() {
            wish.validation = plan.items(Part::Validation);
        }
        let tasks = plan.items(Part::Tasks);
        notes.extend((!tasks.is_empty()).then(|| format!("Tasks of {}:", files::shown(&folder.join(path)))));
        notes.extend(tasks.iter().map(|task| format!("  {}", escape(task))));
    }
    Ok((wish, notes))
}

/// The staged paths that the policy of this place protects, said from its folder.
fn protected(place: &Place) -> Result<Vec<String>, Error> {
    let changes = staged(&place.here, &merge_parents(&place.here)?)?;
    let Law::Policy(workspace) = &*place.law else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for one in workspace.classify(&changes).into_iter().filter(|one| one.member == place.member) {
        let from_root = changes.get(one.change).is_some_and(|change| change.path == one.path);
        let root = if from_root && one.member.is_some() { "./" } else { "" };
        found.push(format!("{root}{}", one.path));
    }
    Ok(found)
}
