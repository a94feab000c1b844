//! AG504: the documents are brought along.

use crate::case::{Case, Draft, Found};
use crate::change::RepoPath;
use crate::handoff::needs_nothing;

rule! {
    /// # What it warns of
    ///
    /// A handoff of a slice that left a document of `[docs] update` as it was, without saying so: a line in the slice's entry in
    /// `docs/SESSION_HANDOFF.md` that names the document and says “nothing to update”: `- README: nothing to update`,
    /// ``- `docs/SOP.md`: nothing to update, no flag has changed``. The name is the path, its last part, or that without its ending;
    /// `- Docs: nothing to update` speaks for all. What a slice touched is what its bundle holds (AG506).
    ///
    /// # Why
    ///
    /// “Docs: README quick‑start, SOP snippet, operator guide updates.”
    ///
    /// # How to go on
    ///
    /// Update what is named, or say in the entry that it needs nothing.
    ///
    /// # Configuration
    ///
    /// `[docs] update = ["README.md", "docs/SOP.md"]`, from the policy's folder. The built-in profiles name `README.md`: where the
    /// SOP and the operator guide are, only a repository's own policy can say; a policy file without `[docs]` asks for none.
    /// `[rules] docs-not-updated = "error"` or `"off"`.
    DOCS_NOT_UPDATED: "AG504", "docs-not-updated", Warning, "README, SOP, operator guide", check
}

fn check(case: &Case<'_>, found: &mut Found<'_>) {
    let (Some(delivered), Some(planned)) = (&case.delivered, &case.planned) else { return };
    let entries = planned.left.iter().flat_map(|left| left.entries.iter().flatten());
    let entries: Vec<_> = entries.filter(|entry| entry.is_about(&planned.slice)).collect();
    let is_settled = |path: &&RepoPath| {
        delivered.touches(path)
            || path.to_str().is_some_and(|path| entries.iter().any(|e| needs_nothing(&e.body, path)))
    };
    for path in case.policy.docs.iter().filter(|path| !is_settled(path)) {
        found.add(
            Draft::new(format!(
                "`{path}` was not updated, and the slice's handoff entry does not say that it needs nothing"
            ))
            .path(&planned.path(&path.to_string()))
            .help(format!("update it, or add to the entry: - {path}: nothing to update")),
        );
    }
}
