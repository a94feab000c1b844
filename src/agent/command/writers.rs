//! Which words of a command are files that it writes. Everything that is not known here is taken for a reader.

use super::expand::Field;
use crate::agent::act::How;

/// What a program does with its arguments.
pub(super) enum Use {
    /// It writes nothing that it names.
    Reads,
    /// It writes these; it would also write what it is fed with (`xargs`).
    Writes(Vec<(Field, How)>),
}

/// What `program` writes of what its arguments name.
pub(super) fn usage(program: &str, arguments: &[Field]) -> Use {
    let given = Given { arguments };
    let into = |fields: Vec<Field>| Use::Writes(fields.into_iter().map(|field| (field, How::Into)).collect());
    let tree = |fields: Vec<Field>| Use::Writes(fields.into_iter().map(|field| (field, How::Tree)).collect());
    match program {
        "tee" | "sponge" | "ed" | "ex" | "dos2unix" | "unix2dos" => into(given.operands(&["-p"])),
        "truncate" | "touch" | "shred" => {
            into(given.operands(&["-s", "--size", "-r", "--reference", "-d", "--date", "-t", "-n", "--iterations"]))
        }
        "vi" | "vim" | "nvim" if given.arguments.iter().any(|a| a.text.starts_with(['-', '+'])) && !given.has("-R") => {
            into(given.operands(&["-c", "--cmd", "-S", "-s", "-u"]))
        }
        "sed" | "gsed" if given.edits_in_place(&["--in-place"]) => into(given.operands(&["-e", "-f", "-l"])),
        "perl" | "ruby" if given.edits_in_place(&[]) => into(given.operands(&["-e", "-E", "-I", "-M", "-r"])),
        "awk" | "gawk" if given.has_value(&["-i", "--include"], "inplace") => into(given.operands(&["-i", "-v", "-F"])),
        "rm" | "unlink" => tree(given.operands(&[])),
        "chmod" => tree(given.operands(&[])),
        "mv" | "cp" | "install" | "ln" | "rsync" | "ditto" | "gcp" | "gmv" => copies(program, &given),
        "dd" => into(given.after("of=")),
        "patch" if !given.has("--dry-run") => {
            into(given.operands(&["-i", "--input", "-p", "-d", "-F", "-o", "-r", "-B", "-D", "-V"]))
        }
        "tar" | "bsdtar" | "gtar" if given.is_extraction() => below(given.values(&["-C", "--directory"])),
        "unzip" if !given.has_any(&["-l", "-t", "-p", "-v", "-Z", "-z"]) => below(given.values(&["-d"])),
        "gzip" | "gunzip" | "bzip2" | "bunzip2" | "xz" | "unxz" | "zstd"
            if !given.has_any(&["-c", "--stdout", "-t", "--test", "-l", "--list", "-k", "--keep", "-dc", "-cd"]) =>
        {
            tree(given.operands(&[]))
        }
        "curl" => into(given.values(&["-o", "--output"])),
        "wget" => into(given.values(&["-O", "--output-document", "-o", "--output-file"])),
        "sort" | "pandoc" | "iconv" | "cc" | "gcc" | "clang" | "g++" | "clang++" | "ld" | "go" | "rustc" | "tsc" => {
            into(given.values(&["-o", "--output", "--outFile"]))
        }
        _ => formats(program, &given),
    }
}

/// Formatters and fixers, which write what they read, where they are told to.
fn formats(program: &str, given: &Given<'_>) -> Use {
    let only_looks = ["--check", "--diff", "--dry-run", "--list-different", "--no-write", "-l", "-d"];
    let writes = match program {
        "black" | "isort" | "rustfmt" | "pyupgrade" => !given.has_any(&["--check", "--diff", "--check-only", "-c"]),
        "ruff" => given.has("--fix") || (given.first() == Some("format") && !given.has_any(&["--check", "--diff"])),
        "gofmt" | "goimports" | "gofumpt" | "shfmt" | "prettier" | "oxfmt" => given.has_any(&["-w", "--write"]),
        "clang-format" | "autopep8" | "yapf" | "yq" | "jq" | "docformatter" | "cmake-format" => {
            given.has_any(&["-i", "--in-place", "--inplace"])
        }
        _ => given.has_any(&["--fix", "--write", "--in-place", "--inplace"]) && !given.has_any(&only_looks),
    };
    let outputs = given.values(&["--output", "--output-file", "--out-file", "--outfile", "--out"]);
    let mut written: Vec<(Field, How)> = outputs.into_iter().map(|field| (field, How::Into)).collect();
    if !writes {
        return if written.is_empty() { Use::Reads } else { Use::Writes(written) };
    }
    written.extend(given.operands(&["-l", "--line-length", "--config", "-c"]).into_iter().map(|f| (f, SOME_BELOW)));
    Use::Writes(written)
}

/// Files below a folder, none of which is named.
pub(super) const SOME_BELOW: How = How::Below { only: None, all: false };

fn below(folders: Vec<Field>) -> Use {
    Use::Writes(folders.into_iter().map(|field| (field, SOME_BELOW)).collect())
}

/// `cp` and those like it: what is written is the last word, or in the folder that `-t` names.
fn copies(program: &str, given: &Given<'_>) -> Use {
    let with_value: &[&str] = match program {
        "rsync" => &["-e", "--rsh", "-f", "--filter", "--exclude", "--include", "-T", "-B", "-M"],
        "install" => &["-t", "--target-directory", "-m", "--mode", "-o", "--owner", "-g", "--group", "-S", "--suffix"],
        _ => &["-t", "--target-directory", "-S", "--suffix"],
    };
    let folders = if program == "rsync" { Vec::new() } else { given.values(&["-t", "--target-directory"]) };
    let mut sources = given.operands(with_value);
    if program == "install" && given.has_any(&["-d", "--directory"]) {
        return Use::Writes(Vec::new());
    }
    let mut written = Vec::new();
    let target = match folders.into_iter().next() {
        Some(folder) => Some(folder),
        None if sources.len() > 1 => sources.pop(),
        // `ln -s ../x` makes `x` here.
        None if program == "ln" => Some(Field { text: ".".to_owned(), pattern: None, is_known: true }),
        None => None,
    };
    let ends = |field: &Field| field.text.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
    if let Some(target) = target {
        // `rsync a/ b` puts there what is in `a`.
        let names: Vec<String> =
            sources.iter().filter(|f| f.is_known && f.pattern.is_none()).filter_map(ends).collect();
        let unseen =
            sources.len() > names.len() || (program == "rsync" && sources.iter().any(|f| f.text.ends_with('/')));
        written.push((target.clone(), How::Place(names)));
        if unseen {
            written.push((target, SOME_BELOW));
        }
    }
    if matches!(program, "mv" | "gmv") || given.has("--remove-source-files") {
        written.extend(sources.into_iter().map(|source| (source, How::Tree)));
    }
    Use::Writes(written)
}

/// The arguments of a command.
pub(super) struct Given<'a> {
    pub(super) arguments: &'a [Field],
}

impl Given<'_> {
    /// Whether an option is given.
    pub(super) fn has(&self, option: &str) -> bool {
        self.options().any(|field| {
            field.text == option
                || field.text.strip_prefix(option).is_some_and(|rest| option.starts_with("--") && rest.starts_with('='))
        })
    }

    pub(super) fn has_any(&self, options: &[&str]) -> bool {
        options.iter().any(|option| self.has(option))
    }

    /// The first word that is no option.
    pub(super) fn first(&self) -> Option<&str> {
        self.arguments.iter().map(|field| field.text.as_str()).find(|text| !text.starts_with('-'))
    }

    /// The words before `--`.
    fn options(&self) -> impl Iterator<Item = &Field> {
        self.arguments.iter().take_while(|field| field.text != "--")
    }

    fn has_value(&self, options: &[&str], value: &str) -> bool {
        self.values(options).iter().any(|field| field.text == value)
    }

    /// What follows these options, in the next word or in their own.
    pub(super) fn values(&self, options: &[&str]) -> Vec<Field> {
        let mut values = Vec::new();
        for (at, field) in self.options().enumerate() {
            for option in options {
                let rest = field.text.strip_prefix(option);
                match rest {
                    Some("") => values.extend(self.arguments.get(at + 1).cloned()),
                    Some(rest) if option.starts_with("--") => {
                        values.extend(rest.strip_prefix('=').map(|rest| part(field, rest)));
                    }
                    Some(rest) => values.push(part(field, rest)),
                    None => {}
                }
            }
        }
        values
    }

    /// What follows a prefix.
    fn after(&self, prefix: &str) -> Vec<Field> {
        let rest = |field: &Field| field.text.strip_prefix(prefix).map(|rest| part(field, rest));
        self.arguments.iter().filter_map(rest).collect()
    }

    /// The words that are neither options nor the values of those options, and not empty.
    pub(super) fn operands(&self, with_value: &[&str]) -> Vec<Field> {
        let (mut operands, mut is_value, mut only) = (Vec::new(), false, false);
        for field in self.arguments {
            if std::mem::take(&mut is_value) {
                continue;
            }
            match field.text.as_str() {
                "--" if !only => only = true,
                text if !only && text.len() > 1 && text.starts_with('-') => is_value = with_value.contains(&text),
                "" if field.is_known => {}
                _ => operands.push(field.clone()),
            }
        }
        operands
    }

    /// `-i`, also as `-i.bak` or among other letters (`-pi`), as sed and perl have it.
    fn edits_in_place(&self, long: &[&str]) -> bool {
        let short = |text: &str| {
            let letters = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            // Behind one of these letters comes a script, a file or a module.
            letters.is_some_and(|l| l.chars().take_while(|c| !"eEfIMm".contains(*c)).any(|c| c == 'i'))
        };
        self.options().any(|field| short(&field.text)) || self.has_any(long)
    }

    /// tar's `x`, among other letters, of which the first word needs no dash.
    fn is_extraction(&self) -> bool {
        let has_x = |letters: &str| letters.chars().all(|c| c.is_ascii_alphabetic()) && letters.contains('x');
        let first = self.arguments.first().is_some_and(|field| has_x(&field.text));
        first
            || self.options().any(|f| f.text.strip_prefix('-').is_some_and(has_x))
            || self.has_any(&["--extract", "--get"])
    }
}

/// The part of a word behind an option's name.
pub(super) fn part(field: &Field, rest: &str) -> Field {
    Field { text: rest.to_owned(), pattern: None, is_known: field.is_known }
}
