//! Python's `pyproject.toml`: whether `cryptography` is more than an optional extra.

use toml::{Table, Value};

/// The package that stays optional.
const PACKAGE: &str = "cryptography";

/// Whether a `pyproject.toml` asks for the package whoever installs it: in `[project] dependencies` (PEP 621), or in
/// Poetry's without `optional`.
///
/// # Errors
/// A file that is no TOML, in words.
pub fn needs_cryptography(text: &str) -> Result<bool, String> {
    let file: Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let project = file.get("project").and_then(|project| project.get("dependencies")).and_then(Value::as_array);
    let listed = project.into_iter().flatten().filter_map(Value::as_str).any(is_package);
    let poetry = file.get("tool").and_then(|tool| tool.get("poetry")).and_then(|poetry| poetry.get("dependencies"));
    let poetry = poetry.and_then(Value::as_table).into_iter().flatten();
    let is_optional = |value: &Value| value.get("optional").and_then(Value::as_bool) == Some(true);
    Ok(listed || poetry.filter(|(name, _)| is_package(name)).any(|(_, value)| !is_optional(value)))
}

/// Whether a requirement (PEP 508) names the package; case, `-`, `_` and `.` are one in names of packages.
fn is_package(requirement: &str) -> bool {
    let requirement = requirement.trim();
    let end = requirement.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    let (name, rest) = requirement.split_at_checked(end.unwrap_or(requirement.len())).unwrap_or((requirement, ""));
    // `; extra == "ccc"` is how tools write down what an extra asks for.
    let marker: String = rest.split_once(';').map_or("", |(_, marker)| marker).split_whitespace().collect();
    name.eq_ignore_ascii_case(PACKAGE) && !marker.contains("extra==")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extra_is_optional_and_a_dependency_is_not() {
        for (text, needs) in [
            (
                "[project]\ndependencies = []\n[project.optional-dependencies]\nccc = [\"cryptography>=41.0.0\"]\n",
                false,
            ),
            ("[project]\ndependencies = [\"cryptography\"]\n", true),
            ("[project]\ndependencies = [\"requests\", \"Cryptography[ssh] >= 41 ; python_version > '3'\"]\n", true),
            ("[project]\ndependencies = [\"cryptography @ git+https://x\"]\n", true),
            ("[project]\ndependencies = [\"cryptography ; extra == 'ccc'\"]\n", false),
            ("[project]\ndependencies = [\"cryptography-vectors\"]\n", false),
            ("[tool.poetry.dependencies]\ncryptography = \"^41\"\n", true),
            ("[tool.poetry.dependencies]\ncryptography = { version = \"^41\", optional = true }\n", false),
            ("[build-system]\nrequires = [\"cryptography\"]\n", false),
            ("[dependency-groups]\ndev = [\"cryptography\"]\n", false),
            ("", false),
        ] {
            assert_eq!(needs_cryptography(text), Ok(needs), "{text}");
        }
        assert!(needs_cryptography("[project\n").is_err());
    }
}
