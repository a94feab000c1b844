//! The laws of many commits: who builds on the trusted tip is told step by step, and each distinct policy read once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::change::{ObjectId, RepoPath};
use crate::policy::{POLICY_FILE, Workspace};
use crate::shell::Error;
use crate::shell::git::{Descent, Entry, Repo};
use crate::shell::law::{Holds, Law, at_base, holds_of_profiles, profile, written};

/// A first parent and a trusted tip.
pub(super) type Base = (Option<ObjectId>, Option<ObjectId>);

/// The laws of one repository.
#[derive(Default)]
pub struct Laws {
    /// With whether the parent builds on the trusted tip.
    by_base: RefCell<HashMap<Base, (Rc<Law>, bool)>>,
    /// Commits that have all by which a law is found as their only parents have it.
    alike: RefCell<HashMap<Base, ObjectId>>,
    /// By what the root's policy file is.
    written: RefCell<HashMap<Entry, Vec<Written>>>,
    profiles: RefCell<HashMap<Holds, Rc<Law>>>,
    /// Which commits build on the trusted tip.
    pub descent: Descent,
}

/// A law from policy files.
struct Written {
    /// What its files are.
    files: Vec<(RepoPath, Option<Entry>)>,
    law: Rc<Law>,
}

impl Laws {
    /// The law for a change on `parent`: that parent's policy as long as it descends from the trusted tip, else the
    /// trusted tip's. Where neither has one, the profile that fits the tree of the first of them, else of the second: what
    /// a parent has lost is still there in the tip that is trusted, and another root chooses no profile for itself.
    ///
    /// # Errors
    /// A policy that cannot be read; a history too shallow to tell what descends from what.
    pub fn of(&self, repo: &Repo, parent: Option<&ObjectId>, trusted: Option<&ObjectId>) -> Result<Rc<Law>, Error> {
        let key = (parent.copied(), trusted.copied());
        if let Some((known, _)) = self.by_base.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let descends = match (parent, trusted) {
            (Some(parent), Some(trusted)) => self.descent.is_ancestor(repo, trusted, parent)?,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let law = match self.inherited(&key, descends) {
            Some(law) => law,
            None => self.find(repo, parent, trusted, descends)?,
        };
        self.by_base.borrow_mut().insert(key, (Rc::clone(&law), descends));
        Ok(law)
    }

    /// Takes note that a commit changes nothing within the [`Reach`](crate::policy::Reach) of its only parent's law: then all by
    /// which that was found is in it too.
    pub fn leaves_as_it_is(&self, repo: &Repo, commit: &ObjectId, (parent, trusted): Base, law: &Law) {
        let has_keys = matches!(law, Law::Policy(workspace) if names_keys(workspace));
        if let Some(parent) = parent.filter(|_| repo.remembers() && !has_keys) {
            self.alike.borrow_mut().insert((Some(*commit), trusted), parent);
        }
    }

    /// The law of the commit before, where it is found by the same.
    fn inherited(&self, base: &Base, descends: bool) -> Option<Rc<Law>> {
        let before = *self.alike.borrow().get(base)?;
        let known = self.by_base.borrow();
        let (law, descended) = known.get(&(Some(before), base.1))?;
        (*descended == descends).then(|| Rc::clone(law))
    }

    fn find(
        &self,
        repo: &Repo,
        parent: Option<&ObjectId>,
        trusted: Option<&ObjectId>,
        descends: bool,
    ) -> Result<Rc<Law>, Error> {
        let bases = if descends { [parent, trusted] } else { [trusted, parent] };
        for base in bases.into_iter().flatten() {
            if let Some(law) = self.written(repo, base)? {
                return Ok(law);
            }
        }
        for base in bases.into_iter().flatten() {
            let holds = holds_of_profiles(repo, base)?;
            if holds != Holds::default() {
                return self.profile(holds);
            }
        }
        Ok(Rc::new(Law::None))
    }

    /// The law of a commit's policy files; `None` if its root has none.
    fn written(&self, repo: &Repo, base: &ObjectId) -> Result<Option<Rc<Law>>, Error> {
        let Some(root) = repo.entry(base, &POLICY_FILE.into())? else { return Ok(None) };
        for known in self.written.borrow().get(&root).into_iter().flatten() {
            let mut same = true;
            for (path, entry) in &known.files {
                same = same && repo.entry(base, path)? == *entry;
            }
            if same {
                return Ok(Some(Rc::clone(&known.law)));
            }
        }
        let Some(workspace) = written(repo, base).map_err(|error| at_base(error, base))? else { return Ok(None) };
        let mut files = Vec::new();
        for path in workspace.files() {
            let entry = repo.entry(base, &path)?;
            files.push((path, entry));
        }
        let may_be_shared = repo.remembers() && !names_keys(&workspace);
        let law = Rc::new(Law::Policy(Box::new(Workspace { base: Some(*base), ..workspace })));
        if may_be_shared {
            let known = Written { files, law: Rc::clone(&law) };
            self.written.borrow_mut().entry(root).or_default().push(known);
        }
        Ok(Some(law))
    }

    fn profile(&self, holds: Holds) -> Result<Rc<Law>, Error> {
        if let Some(known) = self.profiles.borrow().get(&holds) {
            return Ok(Rc::clone(known));
        }
        let law = Rc::new(profile(holds)?);
        self.profiles.borrow_mut().insert(holds, Rc::clone(&law));
        Ok(law)
    }
}

/// Whether keys are read at the commit that these policies are of: then another commit's are not the same.
fn names_keys(workspace: &Workspace) -> bool {
    workspace
        .policies()
        .flat_map(|policy| policy.parties.values())
        .any(|party| !party.keys.is_empty() || party.allowed_signers.is_some() || party.bundle.is_some())
}
