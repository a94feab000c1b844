//! What looks like a path.

/// Whether a token looks like a path or glob. A code span may be a file's name alone; plain text needs a `/` or an
/// ending that files have. `/v1/usage`, URLs, calls and dotted field names are not paths.
pub fn looks_like_path(text: &str, code: bool) -> bool {
    if matches!(text, "/" | "/*" | "/**" | "*" | "**" | "." | "./" | "./*" | "./**") {
        return code || text.contains('*');
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || ODD.contains(c);
    if text.len() > LONGEST || text.contains(odd) {
        return false;
    }
    if text.starts_with(['/', '~', '-', '+', '#', '%']) || text.split('/').any(|part| part == "..") {
        return false;
    }
    let braces = text.contains('{');
    if text.contains(',') && !braces {
        return false;
    }
    if text.contains('/') {
        let number = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '%');
        let first = text.split('/').next().unwrap_or_default();
        let prose = !code && PROSE.iter().any(|p| p.eq_ignore_ascii_case(text));
        return !first.is_empty() && !prose && !text.split('/').all(number) && !first.contains('+');
    }
    if BARE_NAMES.contains(&text) {
        return code;
    }
    let hidden = text.starts_with('.')
        && text.chars().skip(1).all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let ending = text.rsplit_once('.').map(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending));
    (code && hidden && text != "..." && text != "..") || ending.unwrap_or(false)
}

/// As many bytes as a path may have.
const LONGEST: usize = 4096;

const ODD: &str = "()=<>|\"'“”‘’`;&:$\\^…—–→\u{fffc}";

const PROSE: &[&str] = &[
    "and/or",
    "yes/no",
    "n/a",
    "w/o",
    "i/o",
    "y/n",
    "either/or",
    "on/off",
    "pass/fail",
    "true/false",
    "he/she",
    "input/output",
    "read/write",
];

const BARE_NAMES: &[&str] = &[
    "Makefile",
    "Dockerfile",
    "LICENSE",
    "LICENCE",
    "COPYING",
    "NOTICE",
    "README",
    "CHANGELOG",
    "CODEOWNERS",
    "Justfile",
    "Procfile",
    "Gemfile",
    "Rakefile",
    "Vagrantfile",
    "Jenkinsfile",
    "AUTHORS",
    "VERSION",
];

const ENDINGS: &[&str] = &[
    "bash", "bat", "bin", "c", "cc", "cfg", "conf", "cpp", "cs", "css", "csv", "db", "dll", "ex", "exs", "feature",
    "fish", "go", "gz", "h", "hpp", "html", "ini", "ipynb", "java", "jinja", "jpg", "js", "json", "jsonl", "jsx",
    "key", "kt", "lock", "log", "lua", "md", "mdx", "mjs", "mod", "patch", "pdf", "pem", "php", "pl", "png", "prom",
    "proto", "ps1", "pub", "py", "pyi", "rb", "rs", "rst", "scala", "scss", "sh", "sig", "snap", "so", "sql", "sum",
    "svg", "swift", "tar", "tf", "toml", "ts", "tsv", "tsx", "txt", "vue", "whl", "xml", "yaml", "yml", "zip", "zsh",
    "markdown",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_paths_from_everything_else() {
        for text in [
            "agentos/x.py",
            "agentos/integrations/",
            "a/**",
            "a/{b,c}/d.json",
            "setup.py",
            ".gitignore",
            "Makefile",
            "docs/LEGAL",
            "**",
            "a/[ab].py",
            "./",
            "/",
            &format!("a/{}", "x".repeat(LONGEST - 2)),
        ] {
            assert!(looks_like_path(text, true), "{text}");
        }
        for text in [
            "/v1/usage",
            "https://x.example/a",
            "foo()",
            "warn_pct.auto",
            "reroute_mode",
            "~/Downloads/x.zip",
            "../x/y",
            "a/../b",
            "x y/z",
            "A=b/c",
            "-x/y",
            "50/95",
            "D+1/D+2",
            "",
            "warn_pct.{cfg,auto}",
            "50.5/95%",
            &format!("a/{}", "x".repeat(LONGEST - 1)),
            "...",
        ] {
            assert!(!looks_like_path(text, true), "{text}");
        }
        assert!(looks_like_path("**", false));
        for text in ["and/or", "yes/no", "adapter", "."] {
            assert!(!looks_like_path(text, false), "{text}");
        }
    }
}
