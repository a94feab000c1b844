//! Findings and what a check comes to.

use jiff::civil::Date;

use crate::change::RepoPath;
use crate::message::Pin;
use crate::policy::Deviation;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Shown, and passes.
    Warning,
    /// Blocks.
    Error,
}

impl Severity {
    /// The word that every format uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What a check comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing blocks.
    Pass,
    /// At least one finding is an error.
    Block,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogPlace {
    /// The log's path, as the repository that holds it has it.
    pub path: String,
    /// From 1.
    pub line: usize,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Finding {
    /// `AG101` and so on.
    pub code: &'static str,
    /// The rule's name.
    pub name: &'static str,
    /// How much it weighs, after the policy had its say.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The path it is about.
    pub path: Option<RepoPath>,
    /// The line of that path's file, from 1.
    pub line: Option<usize>,
    /// The line of the log that it is about.
    pub log: Option<LogPlace>,
    /// What to do next.
    pub help: Option<String>,
    /// The commit that was judged; `None` for a change that is no commit yet.
    pub commit: Option<String>,
}

impl Finding {
    /// Whether another one differs in its commit at most.
    fn says_the_same(&self, other: &Finding) -> bool {
        let Finding { code, name, severity, message, path, line, log, help, commit: _ } = self;
        (code, name, severity, line) == (&other.code, &other.name, &other.severity, &other.line)
            && (path, message, log, help) == (&other.path, &other.message, &other.log, &other.help)
    }
}

/// A protected path that the change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedPath {
    /// From the repository's root.
    pub path: RepoPath,
    /// Its class.
    pub class: String,
    /// The slice of the gate that covers it.
    pub covered_by: Option<String>,
}

/// A gate as reports show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateView {
    /// Its slice.
    pub slice: String,
    /// Its line in the log.
    pub line: usize,
    /// Who posted it.
    pub party: String,
    /// What stands of it: one of the states, or `expired`.
    pub state: &'static str,
    /// The paths it lists, as written.
    pub paths: Vec<String>,
    /// The fields it lists.
    pub fields: Vec<String>,
    /// The last reply: the one that counts, where the policy does not ask for several.
    pub reply: Option<ReplyView>,
    /// Who said what, where the policy asks for the answers of several.
    pub answers: Option<AnswersView>,
    /// The last day of its timeline.
    pub expires: Option<Date>,
}

/// The answers to a gate that needs those of several, as reports show them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswersView {
    /// The last answer of each party that gave one.
    pub said: Vec<ReplyView>,
    /// The parties that have to answer yet.
    pub awaits: Vec<String>,
}

/// A reply as reports show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyView {
    /// Who wrote it.
    pub party: String,
    /// Its line in the log.
    pub line: usize,
    /// Its kind.
    pub kind: &'static str,
}

/// An emergency override that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedOverride {
    /// The commit, abbreviated.
    pub commit: String,
    /// Why, as its trailer says it.
    pub reason: String,
    /// Whose key signed it.
    pub by: String,
    /// The committer's day.
    pub date: Date,
    /// What it was used on.
    pub paths: Vec<RepoPath>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was judged: `staged`, `worktree`, `range`, `paths`, `push`, `receive`.
    pub scope: String,
    /// What holds where nothing is found, safe to print, where it is no change that is judged.
    pub holds: Option<String>,
    /// The protected paths that are touched.
    pub protected: Vec<ProtectedPath>,
    /// The gate that counts, where the log was needed.
    pub gate: Option<GateView>,
    /// The findings, most severe first.
    pub findings: Vec<Finding>,
    /// The emergency overrides that let something pass.
    pub overrides: Vec<UsedOverride>,
    /// What loosens the baselines that the policies extend which judged.
    pub deviations: Vec<Deviation>,
    /// What else is worth a line, about the run as a whole.
    pub notes: Vec<String>,
    /// What the message of the commit is to pin.
    pub pins: Vec<Pin>,
}

impl Report {
    /// An empty report.
    pub fn new(scope: impl Into<String>) -> Self {
        Report {
            scope: scope.into(),
            holds: None,
            protected: Vec::new(),
            gate: None,
            findings: Vec::new(),
            overrides: Vec::new(),
            deviations: Vec::new(),
            notes: Vec::new(),
            pins: Vec::new(),
        }
    }

    /// Takes over what another step found. A finding that is there already, but for its commit, is not said twice.
    pub fn absorb(&mut self, other: Report) {
        for path in other.protected {
            match self.protected.iter_mut().find(|p| p.path == path.path && p.class == path.class) {
                // One step that does not cover the path is enough for it to be uncovered.
                Some(known) if path.covered_by.is_none() => known.covered_by = None,
                Some(_) => {}
                None => self.protected.push(path),
            }
        }
        self.gate = other.gate.or(self.gate.take());
        self.note(other.notes);
        self.deviate(&other.deviations);
        for pin in other.pins {
            if !self.pins.contains(&pin) {
                self.pins.push(pin);
            }
        }
        self.overrides.extend(other.overrides);
        for finding in other.findings {
            if !self.findings.iter().any(|known| known.says_the_same(&finding)) {
                self.findings.push(finding);
            }
        }
    }

    /// Adds deviations, each once.
    pub fn deviate<'d>(&mut self, deviations: impl IntoIterator<Item = &'d Deviation>) {
        for deviation in deviations {
            if !self.deviations.contains(deviation) {
                self.deviations.push(deviation.clone());
            }
        }
    }

    /// Adds notes, each once.
    pub fn note(&mut self, notes: impl IntoIterator<Item = String>) {
        for note in notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// Sorts the findings: errors first, else in the order they were found.
    pub fn sort(&mut self) {
        self.findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    }

    /// Blocked by any error.
    pub fn verdict(&self) -> Verdict {
        match self.findings.iter().any(|f| f.severity == Severity::Error) {
            true => Verdict::Block,
            false => Verdict::Pass,
        }
    }
}
