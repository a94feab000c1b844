//! The policy's sections on what a slice brings along: features and documents.

use toml::Spanned;

use super::PolicyError;
use super::error::Place;
use super::glob::Globs;
use super::raw::{RawBdd, RawDocs};
use super::sections::globs;
use super::validate::relative_path;
use crate::change::RepoPath;

/// `[bdd]`.
#[derive(Debug, Clone)]
pub struct Bdd {
    /// The globs of its features, as written.
    pub written: Vec<String>,
    features: Globs,
    /// The command that fails where a step is not defined. Only `handoff` runs it.
    pub check: Option<String>,
}

impl Bdd {
    /// Whether this path, from the policy's folder, is a feature.
    pub fn is_feature(&self, path: &RepoPath) -> bool {
        self.features.is_match(path.as_bytes())
    }
}

pub(super) fn bdd(place: &Place<'_>, raw: Spanned<RawBdd>) -> Result<Bdd, PolicyError> {
    let at = raw.span().start;
    let RawBdd { features, check } = raw.into_inner();
    if features.is_empty() {
        let error = place.error(at, "`[bdd]` names no features");
        return Err(error.with_help("write `features = [\"features/*.feature\"]`"));
    }
    let compiled = globs(place, "bdd.features", &features)?;
    let compiled = Globs::new(&compiled, "?").map_err(|error| place.error(at, error.to_string()))?;
    if let Some(command) = &check
        && (command.get_ref().trim().is_empty() || command.get_ref().contains(['\n', '\0']))
    {
        return Err(place.error(command.span().start, "`bdd.check` wants a command of one line"));
    }
    Ok(Bdd {
        written: features.into_iter().map(Spanned::into_inner).collect(),
        features: compiled,
        check: check.map(Spanned::into_inner),
    })
}

pub(super) fn docs(place: &Place<'_>, raw: RawDocs) -> Result<Vec<RepoPath>, PolicyError> {
    let mut docs: Vec<RepoPath> = Vec::new();
    for text in &raw.update {
        let offset = text.span().start;
        relative_path(text.get_ref()).map_err(|why| place.error(offset, format!("`docs.update`: `{text}` {why}")))?;
        let path = RepoPath::from(text.get_ref().as_str());
        if docs.contains(&path) {
            return Err(place.error(offset, format!("`{text}` is named twice in `docs.update`")));
        }
        docs.push(path);
    }
    Ok(docs)
}

#[cfg(test)]
mod tests {
    use super::super::validate::tests::{complete, failure, policy};
    use crate::change::RepoPath;

    #[test]
    fn features_and_documents_are_named() {
        let silent = policy(&complete(""));
        assert!(silent.bdd.is_none() && silent.docs.is_empty());
        let said = policy(&complete(
            "[bdd]\nfeatures = [\"features/*.feature\"]\ncheck = \"behave --dry-run\"\n[docs]\nupdate = [\"README.md\"]\n",
        ));
        let bdd = said.bdd.unwrap();
        assert!(bdd.is_feature(&RepoPath::from("features/x.feature")));
        assert!(!bdd.is_feature(&RepoPath::from("features/steps/x.py")));
        assert_eq!((bdd.check.as_deref(), said.docs.len()), (Some("behave --dry-run"), 1));
        for (section, message) in [
            ("[bdd]", "names no features"),
            ("[bdd]\ncheck = \"behave\"", "names no features"),
            ("[bdd]\nfeatures = [\"/a\"]", "bad glob"),
            ("[bdd]\nfeatures = [\"a\"]\ncheck = \" \"", "one line"),
            ("[bdd]\nfeatures = [\"a\"]\nmore = 1", "unknown key"),
            ("[docs]\nupdate = [\"a\", \"a\"]", "twice"),
            ("[docs]\nupdate = [\"../a\"]", "`..`"),
            ("[docs]\nmore = 1", "unknown key"),
        ] {
            let error = failure(&complete(&format!("{section}\n")));
            assert!(error.message.contains(message), "{section}: {error}");
        }
    }
}
