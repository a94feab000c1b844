//! One hook's place in the hooks folder: what stands there, and what is to be done about it.

use std::path::{Path, PathBuf};

use super::Plan;
use super::script::{self, Hook};
use crate::shell::Error;
use crate::shell::files::{self, Present};

/// What stands under the three names that matter to a hook.
#[derive(Debug)]
pub(super) struct Place<'a> {
    hook: &'a Hook,
    /// The name git runs.
    path: PathBuf,
    present: Option<Present>,
    /// Where the hook that was there before ackgate is kept.
    chained_path: PathBuf,
    chained: Option<Present>,
    /// Where pre-commit and prek move the hook they find, and run it from: that may be ackgate's.
    legacy_path: PathBuf,
    legacy: Option<Present>,
}

/// One change of a file.
#[derive(Debug)]
pub(super) enum Step {
    /// The file at the first path gets the second name too.
    Keep(PathBuf, PathBuf),
    /// A script is put at the path.
    Put(PathBuf, Vec<u8>),
    /// The file at the first path is renamed to the second.
    PutBack(PathBuf, PathBuf),
    /// The file is removed.
    Remove(PathBuf),
}

impl Step {
    /// Takes the step; it is taken wholly or not at all.
    pub(super) fn take(&self) -> Result<(), Error> {
        match self {
            Step::Keep(path, second) => files::keep_as(path, second),
            Step::Put(path, content) => files::put(path, content),
            Step::PutBack(from, to) => files::put_back(from, to),
            Step::Remove(path) => files::remove(path),
        }
    }
}

impl<'a> Place<'a> {
    /// Looks at what stands in `folder` for `hook`.
    pub(super) fn read(folder: &Path, hook: &'a Hook) -> Result<Self, Error> {
        let path = folder.join(hook.name);
        let chained_path = folder.join(format!("{}.ackgate-chained", hook.name));
        let legacy_path = folder.join(format!("{}.legacy", hook.name));
        let chained = files::look(&chained_path)?;
        let (present, legacy) = (files::look(&path)?, files::look(&legacy_path)?);
        Ok(Place { hook, path, present, chained_path, chained, legacy_path, legacy })
    }

    /// What to do so that git runs `wanted` here, and that runs what was here.
    pub(super) fn installing(self, wanted: &[u8]) -> Result<Plan, Error> {
        let name = self.hook.name;
        let Some(present) = &self.present else {
            return Ok(self.put(wanted, "installed"));
        };
        if script::is_ours(&present.content) {
            return match present.link {
                None if present.content == wanted && present.executable => Ok(plan(format!("unchanged {name}"))),
                None => Ok(self.put(wanted, "updated")),
                Some(_) => self.linked(present),
            };
        }
        if is_ours(self.legacy.as_ref()) && present.executable && script::runs_legacy(&present.content) {
            return Ok(self.behind_legacy(wanted));
        }
        match &self.chained {
            None => {
                let mut plan = self.put(wanted, "installed");
                plan.steps.insert(0, Step::Keep(self.path.clone(), self.chained_path.clone()));
                plan.lines = vec![match present.executable {
                    true => format!("installed {name} (chains the hook that was there)"),
                    false => format!("installed {name} (the hook that was there stays off: it is not executable)"),
                }];
                let caveat = script::caveat(&present.content, name).filter(|_| present.executable);
                plan.lines.extend(caveat.map(|caveat| format!("note: {caveat}")));
                Ok(plan)
            }
            // A run was ended between keeping it and putting the script, or its owner put it back.
            Some(chained) if chained == present => Ok(self.put(wanted, "installed")),
            Some(_) => Err(Error::new(format!(
                "{name} has been replaced since ackgate was installed, and {name}.ackgate-chained keeps the one before"
            ))
            .hint(format!("delete or move away the one you no longer need: {}", files::shown(&self.chained_path)))
            .hint(format!("or: {}", files::shown(&self.path)))),
        }
    }

    /// What to do so that all is as it was before ackgate came.
    pub(super) fn uninstalling(self) -> Plan {
        let name = self.hook.name;
        if is_ours(self.present.as_ref()) {
            return match self.chained {
                // Someone's copy: to put it back would not be to go.
                Some(_) if is_ours(self.chained.as_ref()) => {
                    plan(format!("removed {name}")).step(Step::Remove(self.chained_path)).step(Step::Remove(self.path))
                }
                Some(_) => plan(format!("removed {name} (the hook that was there is back)"))
                    .step(Step::PutBack(self.chained_path, self.path)),
                None => plan(format!("removed {name}")).step(Step::Remove(self.path)),
            };
        }
        let interrupted = self.chained.is_some() && self.chained == self.present;
        if is_ours(self.legacy.as_ref()) {
            let plan = plan(format!("removed {name}.legacy (pre-commit had moved ackgate's hook there)"));
            return match self.chained {
                None => plan.step(Step::Remove(self.legacy_path)),
                Some(_) if interrupted => {
                    plan.step(Step::Remove(self.legacy_path)).step(Step::Remove(self.chained_path))
                }
                Some(_) => plan.step(Step::PutBack(self.chained_path, self.legacy_path)),
            };
        }
        match (&self.present, &self.chained) {
            (_, Some(_)) if interrupted => {
                plan(format!("removed {name}.ackgate-chained (a copy of {name})")).step(Step::Remove(self.chained_path))
            }
            (Some(_), Some(_)) => plan(format!(
                "left {name}, which is not ackgate's, and {name}.ackgate-chained, which was there before ackgate"
            )),
            (None, Some(_)) => plan(format!(
                "left {name}.ackgate-chained, which was {name} before ackgate: rename it to {name} if you want it back"
            )),
            (Some(_), None) => plan(format!("left {name}, which is not ackgate's")),
            (None, None) => plan(format!("nothing to do for {name}")),
        }
    }

    fn put(&self, wanted: &[u8], done: &str) -> Plan {
        let name = self.hook.name;
        let chains = match &self.chained {
            Some(chained) if chained.executable => format!(" (chains {name}.ackgate-chained)"),
            _ => String::new(),
        };
        plan(format!("{done} {name}{chains}")).step(Step::Put(self.path.clone(), wanted.to_vec()))
    }

    /// pre-commit has put itself before ackgate, and runs it.
    fn behind_legacy(&self, wanted: &[u8]) -> Plan {
        let name = self.hook.name;
        if self.chained == self.present {
            // ackgate chained pre-commit before, so each now runs the other. ackgate goes in front again.
            return self.put(wanted, "installed").step(Step::Remove(self.legacy_path.clone()));
        }
        match &self.legacy {
            Some(legacy) if legacy.content == wanted && legacy.executable => {
                plan(format!("unchanged {name} (runs from {name}.legacy)"))
            }
            _ => plan(format!("updated {name} (runs from {name}.legacy)"))
                .step(Step::Put(self.legacy_path.clone(), wanted.to_vec())),
        }
    }

    /// The hook is a link to a script of ackgate's. To chain that could have it run itself: it goes by the folder it is
    /// called in.
    fn linked(&self, present: &Present) -> Result<Plan, Error> {
        let name = self.hook.name;
        if script::runs(&present.content, self.hook.program) && present.executable {
            return Ok(plan(format!("unchanged {name} (a link to a hook of ackgate's)")));
        }
        Err(Error::new(format!("{} is a link to another hook of ackgate's", files::shown(&self.path)))
            .hint("delete it and run verify-gate install again"))
    }
}

/// Whether ackgate put it there itself: a link to a script of ackgate's is someone else's.
fn is_ours(present: Option<&Present>) -> bool {
    present.is_some_and(|present| present.link.is_none() && script::is_ours(&present.content))
}

fn plan(line: String) -> Plan {
    Plan { steps: Vec::new(), lines: vec![line] }
}

impl Plan {
    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}
