//! What a boundary may cost, in objects read and programs started: numbers that are the same on every machine.

use std::path::Path;

use git2::{Index, IndexEntry, IndexTime, Oid, Repository, Signature, Time};
use tempfile::TempDir;

use super::git::{Repo, Work, take_work};
use super::judge::{Judge, Scope};
use super::range::check_commits;
use super::steps::check_staged;
use super::trust::trusted_for;
use super::world::World;
use crate::change::ObjectId;
use crate::policy::LOG_PATH;
use crate::report::{Report, Verdict};

/// As large as it may never be read where nothing protected is touched.
const LOG_SIZE: usize = 200_000;
const COVERED: [&str; 2] = ["agentos/integrations/one.py", "agentos/metrics/two.py"];

/// A repository of 50 folders with 40 files each, a log with an ACK for [`COVERED`], and a remote branch at its root.
struct Place {
    folder: TempDir,
    repository: Repository,
    index: Index,
    tip: Oid,
    commits: i64,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let index = repository.index().unwrap();
        let mut place = Place { folder, repository, index, tip: Oid::ZERO_SHA1, commits: 0 };
        for n in 0..2_000 {
            place.stage(&format!("src/f{}/g{}/{n}.py", n % 5, n % 50), "one");
        }
        let gate = format!("- What we will change: `{}`, `{}`", COVERED[0], COVERED[1]);
        let log = format!(
            "# Log\n\n{}\n## AgentOS (alignment gate: r4)\n\n{gate}\n\n## CCC (ACK: r4)\n\nYes.\n",
            "Once upon a time.\n".repeat(LOG_SIZE / 18)
        );
        place.stage(LOG_PATH, &log);
        COVERED.iter().for_each(|path| place.stage(path, "one"));
        place.commit();
        place.repository.reference("refs/remotes/origin/main", place.tip, true, "").unwrap();
        place
    }

    fn stage(&mut self, path: &str, content: &str) {
        let entry = IndexEntry {
            ctime: IndexTime::new(0, 0),
            mtime: IndexTime::new(0, 0),
            dev: 0,
            ino: 0,
            mode: 0o100644,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: Oid::ZERO_SHA1,
            flags: 0,
            flags_extended: 0,
            path: path.as_bytes().to_vec(),
        };
        self.index.add_frombuffer(&entry, content.as_bytes()).unwrap();
    }

    fn commit(&mut self) {
        let tree = self.repository.find_tree(self.index.write_tree().unwrap()).unwrap();
        self.commits += 1;
        let who = Signature::new("A", "a@b", &Time::new(1_762_300_800 + self.commits, 0)).unwrap();
        let parents: Vec<_> =
            (self.commits > 1).then(|| self.repository.find_commit(self.tip).unwrap()).into_iter().collect();
        let parents: Vec<_> = parents.iter().collect();
        self.tip = self.repository.commit(Some("HEAD"), &who, &who, "x", &tree, &parents).unwrap();
    }

    /// What a judgement says, and what it cost.
    fn judged(&mut self, threads: usize, judge: impl Fn(&Judge<'_>, &Repo, &World) -> Report) -> (Report, Work) {
        self.index.write_tree().unwrap();
        self.index.write().unwrap();
        let repo = open(self.folder.path());
        let today = jiff::civil::date(2025, 11, 5);
        let (threads, variables) = (Some(threads), Vec::new());
        let world = World { today, now: 1_762_300_800, log_repo: None, reads_all: false, threads, variables };
        take_work();
        let report = judge(&Judge::new(&repo, &world, false), &repo, &world);
        (report, take_work())
    }

    fn staged(&mut self) -> (Report, Work) {
        self.judged(1, |judge, repo, world| check_staged(judge, repo, world, true, Vec::new()).unwrap())
    }

    fn pushed(&mut self, threads: usize) -> (Report, Work) {
        let tip = ObjectId::from(self.tip);
        self.judged(threads, |judge, repo, _| {
            let trusted = trusted_for(repo, None).unwrap();
            let hidden = [trusted.as_ref().unwrap().id];
            check_commits(judge, repo, Scope::Push, std::slice::from_ref(&tip), &hidden, trusted.as_ref()).unwrap()
        })
    }
}

fn open(folder: &Path) -> Repo {
    Repo::open_other(folder).unwrap()
}

/// Holds what was done against the most that it may be: as much as it is today, and a little.
fn at_most(what: &str, (report, work): (Report, Work), objects: u64, bytes: u64) {
    assert_eq!(report.verdict(), Verdict::Pass, "{what}");
    assert!(
        work.objects <= objects && work.bytes <= bytes,
        "{what}: {work:?}, more than {objects} objects, {bytes} bytes"
    );
    assert_eq!(work.children, 0, "{what}");
}

#[test]
fn a_commit_reads_the_trees_that_differ_and_no_log() {
    let mut place = Place::new();
    for n in [0, 50, 1] {
        place.stage(&format!("src/f{}/g{}/{n}.py", n % 5, n % 50), "two");
    }
    at_most("nothing protected", place.staged(), 16, 8_000);
    COVERED.iter().for_each(|path| place.stage(path, "two"));
    let log = LOG_SIZE as u64;
    at_most("two covered", place.staged(), 24, 10_000 + log);
}

#[test]
fn a_push_reads_each_object_once() {
    let mut place = Place::new();
    for n in 1..=60 {
        place.stage(&format!("src/f{}/g{}/{n}.py", n % 5, n % 50), &n.to_string());
        place.commit();
    }
    // Each commit and its root: what differs there is none of the folders that the policy looks at.
    at_most("nothing protected", place.pushed(1), 140, 18_000);
    for n in 1..=60 {
        place.stage(COVERED[n % 2], &n.to_string());
        place.commit();
    }
    let log = LOG_SIZE as u64;
    at_most("every second covered", place.pushed(1), 400, 45_000 + log);
}

#[test]
fn threads_say_together_what_one_says() {
    let mut place = Place::new();
    let mut judged = Vec::new();
    for n in 1..=130 {
        let other = format!("src/f{}/{n}.py", n % 5);
        place.stage(if n % 9 == 0 { COVERED[n % 2] } else { &other }, &n.to_string());
        place.commit();
        // Neither in the first row nor in the last, and in both.
        if [40, 70, 130].contains(&n) {
            place.stage(&format!("agentos/schemas/{n}.json"), "{}");
            place.commit();
        }
        if [39, 100, 130].contains(&n) {
            let one = place.pushed(1);
            for threads in [2, 3, 4] {
                let many = place.pushed(threads);
                assert_eq!(format!("{:?}", many.0), format!("{:?}", one.0), "{n} commits, {threads} threads");
                assert!(many.1.objects >= one.1.objects);
                judged.push((many.0.verdict(), many.1.objects > one.1.objects));
            }
        }
    }
    let (few, many) = ((Verdict::Pass, false), (Verdict::Block, true));
    assert_eq!(judged, [[few; 3], [many; 3], [many; 3]].concat());
}
