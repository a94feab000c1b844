//! JUnit's XML: one test case a finding, so that whatever shows results of tests shows them.
//!
//! Source: the schema that Jenkins and Ant share, and XML 1.0, production 2, for the characters that may stand in it.

use std::io::{self, Write};

use super::results::{CANNOT_DECIDE, Results, UNDECIDED, shown_at, text, title, undecided_text};
use super::{Finding, Severity};

/// Writes one suite: errors fail, warnings and notes pass with what they say, and what cannot be decided is an error.
pub(super) fn write(results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    let failures = results.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let errors = results.undecided.len();
    let listed = results.findings.len() + results.good.len() + errors;
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", listed.max(1));
    let what = attribute(&results.what);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"verify-gate\" {counts}>")?;
    writeln!(out, "  <testsuite name=\"{what}\" {counts} skipped=\"0\">")?;
    for finding in results.findings {
        case(finding, out)?;
    }
    for undecided in &results.undecided {
        let class = attribute(&format!("{UNDECIDED} {CANNOT_DECIDE}"));
        let message = attribute(&undecided.message);
        writeln!(out, "    <testcase classname=\"{class}\" name=\"{message}\">")?;
        let text = content(&undecided_text(undecided));
        writeln!(out, "      <error type=\"{UNDECIDED}\" message=\"{message}\">{text}</error>")?;
        writeln!(out, "    </testcase>")?;
    }
    for good in &results.good {
        writeln!(out, "    <testcase classname=\"verify-gate\" name=\"{}\"/>", attribute(good))?;
    }
    if listed == 0 {
        // A suite without a case counts as one that did not run.
        writeln!(out, "    <testcase classname=\"verify-gate\" name=\"{what}\"/>")?;
    }
    let lines: Vec<String> = results.lines().collect();
    if !lines.is_empty() {
        writeln!(out, "    <system-out>{}</system-out>", content(&lines.join("\n")))?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn case(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let message = attribute(&finding.message);
    let (file, line) = shown_at(finding).unzip();
    let file = file.map(|file| format!(" file=\"{}\"", attribute(&file))).unwrap_or_default();
    let line = line.flatten().map(|line| format!(" line=\"{line}\"")).unwrap_or_default();
    writeln!(out, "    <testcase classname=\"{}\" name=\"{message}\"{file}{line}>", attribute(&title(finding)))?;
    let text = content(&text(finding));
    match finding.severity {
        Severity::Error => {
            writeln!(
                out,
                "      <failure type=\"{}\" message=\"{message}\">{text}</failure>",
                attribute(finding.code)
            )?;
        }
        Severity::Warning | Severity::Note => {
            writeln!(out, "      <system-out>{}: {text}</system-out>", finding.severity.as_str())?;
        }
    }
    writeln!(out, "    </testcase>")
}

/// Text between tags. What XML cannot hold at all is replaced.
fn content(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // As it is, a reader would make it a line feed.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Text in double quotes, where white space other than the space is kept only as a reference.
fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests {
    use super::super::results::Form;
    use super::super::results::tests::{hostile, nothing, same, written};

    #[test]
    fn whatever_is_said_is_well_formed() {
        same("junit.xml", &written(Form::Junit, &hostile()));
        assert!(nothing(Form::Junit).contains("tests=\"1\" failures=\"0\" errors=\"0\""));
        assert_eq!(super::attribute("\u{1}a\u{85}\"\n"), "\u{fffd}a\u{fffd}&quot;&#10;");
    }
}
