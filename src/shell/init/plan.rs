//! From what was said and found to a draft of the policy.

use super::runners::runners;
use super::sibling::{self, Neighbour, Sibling};
use super::survey::{Survey, survey};
use super::{Home, Options};
use crate::policy::{
    Ack, CONTRACT_PATH, Draft, DraftParty, Fit, LOG_PATH, POLICY_CLASS, Policy, Protect, choose, same_name,
};
use crate::report::escape;
use crate::shell::Error;

/// Where a log is kept that nobody has yet: the same in every repository, so that both sides mean the same.
const NEW_LOG: &str = "docs/integration/AGENT_CHAT.md";
/// The name of a party that nobody has named.
const BLANKS: [&str; 2] = ["Other", "Counterpart"];

/// What shall be written, and what the person should know of it.
pub(super) struct Plan {
    pub(super) draft: Draft,
    pub(super) notes: Vec<String>,
}

type Classes = Vec<(String, Vec<String>)>;

/// Makes a plan: the built-in profile that fits, else what a repository beside this one says, else names and folders.
pub(super) fn plan(home: &Home, options: &Options) -> Result<Plan, Error> {
    for name in [&options.party, &options.other, &options.log_owner].into_iter().flatten() {
        if name.contains(char::is_control) {
            return Err(Error::new(format!("`{}` cannot be a party's name", escape(name))));
        }
    }
    let mut plan = drafted(home, options)?;
    let runners = runners(&home.root)?;
    if !runners.is_empty() {
        plan.notes
            .push(format!("protects as {POLICY_CLASS}, since they have ackgate run: {}", escape(&runners.join(" "))));
        plan.draft.protect.push((POLICY_CLASS.to_owned(), runners));
        // What says more than the profile must not claim to say the same.
        plan.draft.profile = None;
    }
    Ok(plan)
}

fn drafted(home: &Home, options: &Options) -> Result<Plan, Error> {
    let protect = match profile(home, options)? {
        Profile::Fits(draft) => return Ok(Plan { draft: *draft, notes: Vec::new() }),
        Profile::Protects(protect) => Some(protect),
        Profile::None => None,
    };
    let found = survey(&home.root)?;
    let mut notes = Vec::new();
    let own_name = sibling::name_of(home);
    let siblings = sibling::siblings(home)?;
    let mut draft = match sibling::neighbour(&siblings, own_name.as_deref(), options, &mut notes)? {
        Some(neighbour) => after(neighbour, own_name.as_deref(), &mut notes),
        None => named(own_name.as_deref(), &siblings, options, &found, &mut notes)?,
    };
    draft.protect = protect.unwrap_or(found.protect);
    if draft.protect.iter().all(|(_, globs)| globs.is_empty()) {
        notes.push("note: nothing is protected yet but ackgate.toml itself: list paths under [protect]".to_owned());
    } else {
        for (class, globs) in draft.protect.iter().filter(|(_, globs)| !globs.is_empty()) {
            notes.push(format!("protects as {class}: {}", escape(&globs.join(" "))));
        }
    }
    Ok(Plan { draft, notes })
}

/// What the built-in profiles have to say.
enum Profile {
    /// One fits, in all that the command line says too.
    Fits(Box<Draft>),
    /// The parties are others, but what a profile protects here stays protected.
    Protects(Classes),
    None,
}

fn profile(home: &Home, options: &Options) -> Result<Profile, Error> {
    let broken = |error: crate::policy::PolicyError| Error::new(error.to_string());
    match choose(home.holds(LOG_PATH)?, home.holds(CONTRACT_PATH)?).map_err(broken)? {
        Fit::None => Ok(Profile::None),
        Fit::One(policy) => Ok(profile_of(Some(*policy), None, options)),
        Fit::Both(protect) => {
            let Some(party) = &options.party else {
                let message = format!("this repository holds both {LOG_PATH} and {CONTRACT_PATH}: whose is it?");
                return Err(Error::new(message)
                    .hint("verify-gate init --party AgentOS")
                    .hint("or verify-gate init --party CCC"));
            };
            let fits = |fit| match fit {
                Fit::One(policy) if same(&policy.party, party) => Some(*policy),
                _ => None,
            };
            let (one, other) = (choose(true, false).map_err(broken)?, choose(false, true).map_err(broken)?);
            Ok(profile_of(fits(one).or(fits(other)), Some(&protect), options))
        }
    }
}

/// The policy as it stands, where the command line says nothing else; `both` is what two profiles protect together.
fn profile_of(policy: Option<Policy>, both: Option<&Protect>, options: &Options) -> Profile {
    let protect = both.or(policy.as_ref().map(|policy| &policy.protect)).map(classes).unwrap_or_default();
    match policy.filter(|policy| agrees(policy, options)).and_then(|policy| Draft::of(&policy)) {
        // What says more than the one profile must not claim to say the same.
        Some(draft) if both.is_some() => Profile::Fits(Box::new(Draft { protect, profile: None, ..draft })),
        Some(draft) => Profile::Fits(Box::new(draft)),
        None => Profile::Protects(protect),
    }
}

/// Whether the command line says nothing else than the profile.
fn agrees(policy: &Policy, options: &Options) -> bool {
    let is = |said: &Option<String>, name: &str| said.as_ref().is_none_or(|said| same(said, name));
    let other = policy.parties.keys().find(|name| **name != policy.party);
    is(&options.party, &policy.party)
        && other.is_none_or(|other| is(&options.other, other))
        && is(&options.log_owner, &policy.log.owner)
}

/// The classes as they are written, each once, in the order of their names.
fn classes(protect: &Protect) -> Classes {
    let mut all = std::collections::BTreeMap::<_, Vec<String>>::new();
    for (class, globs) in protect.classes().filter(|(class, _)| *class != POLICY_CLASS) {
        all.entry(class.to_owned()).or_default().extend_from_slice(globs);
    }
    all.into_iter().collect()
}

/// The draft that goes with a neighbour's policy.
fn after(neighbour: Neighbour<'_>, own_name: Option<&str>, notes: &mut Vec<String>) -> Draft {
    let Neighbour { sibling, policy, we } = neighbour;
    let mut parties: Vec<_> = policy.parties.values().map(DraftParty::of).collect();
    for (party, name) in [(&policy.party, Some(sibling.name.as_str())), (&we, own_name)] {
        let party = parties.iter_mut().find(|known| known.name == *party);
        // The folders' real names: paths in gates and the way to the log go by them, to the letter.
        if let (Some(party), Some(name)) = (party, name.and_then(repository))
            && !party.repositories.contains(&name)
        {
            party.repositories.push(name);
        }
    }
    notes.push(format!("parties and log as in ../{}/ackgate.toml", escape(&sibling.name)));
    let proofs = policy.ack != Ack::default()
        || policy.parties.values().any(|party| !party.emails.is_empty() || !party.keys.is_empty());
    if proofs {
        notes.push(
            "note: what that file says of proofs (emails, keys, [ack]) was not taken over: copy what holds here".into(),
        );
    }
    Draft {
        party: we,
        log_path: policy.log.path.to_str().unwrap_or(NEW_LOG).to_owned(),
        owner: policy.log.owner,
        parties,
        protect: Vec::new(),
        // The protocol's own lists name documents of the two repositories that it was written for.
        reading: Some(Vec::new()),
        bdd: None,
        docs: Vec::new(),
        profile: None,
    }
}

/// The draft that goes by the names of the command line and of folders.
fn named(
    own_name: Option<&str>,
    siblings: &[Sibling],
    options: &Options,
    found: &Survey,
    notes: &mut Vec<String>,
) -> Result<Draft, Error> {
    let Some(party) = options.party.as_deref().or(own_name).map(str::to_owned) else {
        return Err(Error::new("this repository's folder has no name that could be a party's")
            .hint("name it: verify-gate init --party NAME --other NAME"));
    };
    let others_owner = options.log_owner.as_ref().filter(|owner| !same(owner, &party));
    let (other, placeholder) = match options.other.as_ref().or(others_owner) {
        Some(other) => (other.clone(), false),
        None => (BLANKS.into_iter().find(|blank| !same(blank, &party)).unwrap_or_default().to_owned(), true),
    };
    let beside = siblings.iter().find(|sibling| same(&sibling.name, &other));
    let owner = match &options.log_owner {
        None => party.clone(),
        Some(owner) if same(owner, &party) => party.clone(),
        Some(owner) if same(owner, &other) => other.clone(),
        Some(owner) => {
            let message = format!("the log's owner, `{}`, is neither party", escape(owner));
            return Err(Error::new(message).hint(format!("--log-owner {} or {}", escape(&party), escape(&other))));
        }
    };
    if placeholder {
        notes.push(format!(
            "note: nobody named the other party: `{other}` in ackgate.toml is a blank to fill in before you commit it"
        ));
    }
    let log_path = log_path(found, beside.filter(|_| owner == other), owner == party, notes)?;
    let repository_of = |name: Option<&str>| name.and_then(repository).into_iter().collect();
    let one = |name: &str, repositories, placeholder| DraftParty {
        name: name.to_owned(),
        aliases: vec![name.to_owned()],
        repositories,
        placeholder,
    };
    let other_repository = beside.map_or(other.as_str(), |sibling| &sibling.name);
    Ok(Draft {
        parties: vec![
            one(&party, repository_of(own_name), false),
            one(&other, repository_of(Some(other_repository)), placeholder),
        ],
        party,
        log_path,
        owner,
        protect: Vec::new(),
        // The protocol's own lists name documents of the two repositories that it was written for.
        reading: Some(Vec::new()),
        bdd: None,
        docs: Vec::new(),
        profile: None,
    })
}

/// The log that is there, in the owner's repository, else where a new one goes.
fn log_path(found: &Survey, beside: Option<&Sibling>, is_ours: bool, notes: &mut Vec<String>) -> Result<String, Error> {
    let theirs = beside.map(|sibling| survey(&sibling.root)).transpose()?;
    let logs = if is_ours { Some(&found.logs) } else { theirs.as_ref().map(|theirs| &theirs.logs) };
    let mut logs = logs.into_iter().flatten();
    let Some(first) = logs.next() else { return Ok(NEW_LOG.to_owned()) };
    for other in logs {
        notes.push(format!("note: {} is called like a log too; there is to be one", escape(other)));
    }
    Ok(first.clone())
}

/// The name, where it can be a repository's: those have no path, address or white space in them.
fn repository(name: &str) -> Option<String> {
    let odd = |c: char| matches!(c, '/' | '\\' | ':' | '@') || c.is_whitespace() || c.is_control();
    (!name.is_empty() && !name.contains(odd) && !matches!(name, "." | "..")).then(|| name.to_owned())
}

fn same(one: &str, other: &str) -> bool {
    same_name(one.as_bytes(), other.as_bytes())
}
