//! What a command takes from its surroundings, taken once.

use std::ffi::OsString;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The surroundings of one run.
#[derive(Debug, Clone)]
pub struct World {
    /// Today, in UTC.
    pub today: Date,
    /// Now, in Unix seconds.
    pub now: i64,
    /// `ACKGATE_LOG_REPO`: where the repository with the log is.
    pub log_repo: Option<OsString>,
    /// `ACKGATE_READ_ALL`, set to anything: what could be left unread is read as well. Says the same, and takes longer.
    pub reads_all: bool,
    /// How many threads may work at once; `None` for as many as the machine has processors.
    pub threads: Option<usize>,
    /// Names of all environment variables, for git's `GITHEAD_<id>`.
    pub variables: Vec<OsString>,
}

impl World {
    /// The surroundings as they are.
    pub fn new() -> Self {
        let now = Timestamp::now();
        World {
            today: TimeZone::UTC.to_datetime(now).date(),
            now: now.as_second(),
            log_repo: std::env::var_os("ACKGATE_LOG_REPO"),
            reads_all: std::env::var_os("ACKGATE_READ_ALL").is_some(),
            threads: None,
            variables: std::env::vars_os().map(|(name, _)| name).collect(),
        }
    }

    /// How many threads may work at once.
    pub fn threads(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// The day of a commit's time, in UTC; a time that no calendar has counts as the first day of all.
pub fn date_of(seconds: i64) -> Date {
    Timestamp::from_second(seconds).map_or(Date::MIN, |time| TimeZone::UTC.to_datetime(time).date())
}
