//! The catalogue as one page of Markdown: `docs/rules.md`.

use super::RULES;

const HEAD: &str = "\
# Rules

<!-- Written by `verify-gate rules --markdown`. -->

`[rules]` in `ackgate.toml` sets the severity of each by name or code: `error` blocks, `warning` is shown, `off` is silent.
`verify-gate explain CODE` shows one.

| code | name | severity | the protocol's sentence |
| --- | --- | --- | --- |
";

/// A table of all rules, and the page of each.
pub fn markdown() -> String {
    let mut out = String::from(HEAD);
    for rule in RULES {
        let (code, name, severity) = (rule.code, rule.name, rule.severity.as_str());
        let summary = rule.summary.replace('|', "\\|");
        out.push_str(&format!("| [{code}](#{}-{name}) | `{name}` | {severity} | {summary} |\n", code.to_lowercase()));
    }
    for rule in RULES {
        out.push_str(&format!("\n## {} {}\n", rule.code, rule.name));
        let mut inside = false;
        for line in rule.page().lines() {
            inside ^= line.starts_with("```");
            // Below the rule's own heading.
            let deeper = if line.starts_with('#') && !inside { "##" } else { "" };
            out.push_str(format!("\n{deeper}{line}").trim_end_matches(' '));
        }
        out.push('\n');
    }
    out
}
