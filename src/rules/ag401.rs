//! AG401: required reading exists.

use crate::case::{Case, Draft, Found, LogCase};
use crate::change::RepoPath;
use crate::report::escape;
use crate::session::State;

rule! {
    /// # What it refuses
    ///
    /// To begin a session where a document of the required reading is not there: neither its file nor, where the list names
    /// several of which one will do, any of them; or where the log is not. The files of the work tree count. Where `[session] push` names
    /// it, the tree that is pushed.
    ///
    /// # Why
    ///
    /// “Every session begins with Required Reading”: what is not there nobody has read.
    ///
    /// # How to go on
    ///
    /// Bring the document back, or have the policy name what is to be read.
    ///
    /// # Configuration
    ///
    /// `[session] reading = ["docs/a.md", ["docs/b.md", "docs/b.PRO.md"]]` stands in for the protocol's list, from the policy's
    /// folder; of an inner list one will do. `[rules] reading-missing = "warning"` lets a session begin all the same.
    READING_MISSING: "AG401", "reading-missing", Error, "required reading exists", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    if let (Some(_), LogCase::Missing { place, help }) = (&case.beginning, &case.log) {
        found.add(Draft::new(format!("the log is not there to be read: {}", escape(place))).help(escape(help)));
    }
    let documents = case.beginning.iter().flat_map(|session| &session.documents);
    for document in documents.filter(|document| document.state == State::Missing) {
        let names: Vec<String> = document.one_of.iter().map(|path| format!("`{path}`")).collect();
        let message = format!("required reading is not there: {}", names.join(" or "));
        let draft = Draft::new(message)
            .help("bring it back, or name what is to be read in `[session] reading` of ackgate.toml");
        found.add(match document.one_of.first() {
            Some(path) => draft.path(&RepoPath::clone(path)),
            None => draft,
        });
    }
}
