//! The log of another repository: beside this one, named, or fetched.

use std::fs;
use std::path::Path;

use ackgate::change::RepoPath;
use ackgate::shell::Error;
use ackgate::shell::git::{OtherLog, Repo, Wanted, fetch, fetched, locate};

use crate::support::Scratch;

fn wanted() -> Wanted {
    Wanted {
        path: RepoPath::from("docs/LOG.md"),
        owner_repositories: vec!["AgentOS".to_owned(), "Agent".to_owned()],
        configured: None,
        env: None,
        reference: None,
    }
}

/// A repository with a commit, and beside it one that holds the log.
fn pair(name: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    scratch.commit("first");
    other(&scratch, &scratch.beside(name));
    scratch
}

fn other(scratch: &Scratch, place: &Path) {
    fs::create_dir_all(place.join("docs")).unwrap();
    fs::write(place.join("docs/LOG.md"), "# Log\n").unwrap();
    scratch.git_in(place, &["init", "-q", "-b", "main"]);
    scratch.git_in(place, &["add", "-A"]);
    scratch.git_in(place, &["commit", "-q", "-m", "log"]);
}

fn refused(result: Result<OtherLog, Error>) -> Error {
    result.err().expect("no log should be found")
}

#[test]
fn finds_a_sibling_that_holds_the_log() {
    let scratch = pair("Agent");
    let place = scratch.beside("Agent");
    fs::create_dir(scratch.beside("AgentOS")).unwrap();
    let found = locate(&scratch.repo(), &wanted()).unwrap();
    assert_eq!(found.place, place.to_str().unwrap());
    assert_eq!(found.commit.to_string(), scratch.git_in(&place, &["rev-parse", "HEAD"]));
    assert_eq!(found.repo.root(), Some(place.as_path()));

    let deep = scratch.beside("far/away/linked");
    scratch.git(&["worktree", "add", "-q", "-b", "side", deep.to_str().unwrap()]);
    assert!(locate(&Repo::open_other(&deep).unwrap(), &wanted()).is_ok());

    let bare = scratch.beside("bare.git");
    scratch.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    assert!(locate(&Repo::open_other(&bare).unwrap(), &wanted()).is_ok());
}

#[test]
fn finds_a_bare_sibling() {
    let scratch = pair("source");
    scratch.git(&["clone", "-q", "--bare", "../source", "../AgentOS.git"]);
    assert!(locate(&scratch.repo(), &wanted()).unwrap().repo.is_bare());
}

#[test]
fn says_where_it_looked() {
    let scratch = pair("elsewhere");
    let error = refused(locate(&scratch.repo(), &wanted()));
    assert!(error.to_string().contains(scratch.beside("AgentOS").to_str().unwrap()), "{error}");
    assert_eq!(error.hints().len(), 3);
    let climbing = Wanted { owner_repositories: vec!["../x/elsewhere".to_owned(), "..".to_owned()], ..wanted() };
    assert!(locate(&scratch.repo(), &climbing).is_err());
}

#[test]
fn a_sibling_without_the_log_does_not_count() {
    let scratch = pair("AgentOS");
    assert!(locate(&scratch.repo(), &Wanted { path: RepoPath::from("docs/OTHER.md"), ..wanted() }).is_err());
    let same = Wanted { owner_repositories: vec!["here".to_owned()], path: RepoPath::from("a"), ..wanted() };
    assert!(locate(&scratch.repo(), &same).is_err());
}

#[test]
fn a_configured_place_must_hold_the_log() {
    let scratch = pair("place");
    let configured = |place: &str| Wanted { configured: Some(place.to_owned()), ..wanted() };
    assert!(locate(&scratch.repo(), &configured("../place")).is_ok());
    for bad in ["../nowhere", ".", "../place/docs"] {
        assert!(locate(&scratch.repo(), &configured(bad)).is_err(), "{bad}");
    }
    // What is configured outweighs what the environment says.
    let both = Wanted { env: Some("../nowhere".into()), ..configured("../place") };
    assert!(locate(&scratch.repo(), &both).is_ok());
    assert!(locate(&scratch.repo(), &Wanted { env: Some("../nowhere".into()), ..wanted() }).is_err());
    let named = Wanted { env: Some(scratch.beside("place").into()), ..wanted() };
    assert!(locate(&scratch.repo(), &named).is_ok());
    let no_ref = Wanted { reference: Some("origin/main".to_owned()), ..named.clone() };
    assert!(locate(&scratch.repo(), &no_ref).is_err());
    let with_ref = Wanted { reference: Some("main".to_owned()), ..named };
    assert!(locate(&scratch.repo(), &with_ref).is_ok());
}

#[test]
fn reads_origin_head_before_head() {
    let scratch = pair("source");
    scratch.git(&["clone", "-q", "../source", "../AgentOS"]);
    let clone = scratch.beside("AgentOS");
    let before = scratch.git_in(&clone, &["rev-parse", "HEAD"]);
    scratch.git_in(&clone, &["commit", "-q", "--allow-empty", "-m", "local"]);
    assert_eq!(locate(&scratch.repo(), &wanted()).unwrap().commit.to_string(), before);
}

#[test]
fn an_unborn_sibling_is_an_error() {
    let scratch = Scratch::new();
    scratch.git(&["init", "-q", "../AgentOS"]);
    assert!(locate(&scratch.repo(), &wanted()).is_err());
}

#[test]
fn fetches_only_when_confirmed_and_into_its_own_reference() {
    let scratch = pair("source");
    let head = scratch.git_in(&scratch.beside("source"), &["rev-parse", "HEAD"]);
    let error = fetch(&scratch.repo(), "../source", None).unwrap_err();
    assert_eq!(error.hints(), ["run `git config ackgate.fetch true`"]);
    scratch.git(&["config", "ackgate.fetch", "true"]);
    scratch.git_in(&scratch.beside("source"), &["tag", "v1"]);
    let hook = "echo ran > ran";
    scratch.hook("reference-transaction", hook);
    let repo = scratch.repo();
    assert_eq!(fetched(&repo, "../source").unwrap(), None);
    assert_eq!(fetch(&repo, "../source", None).unwrap().to_string(), head);
    assert_eq!(fetch(&repo, "../source", Some("origin/main")).unwrap().to_string(), head);
    assert_eq!(fetched(&repo, "../source").unwrap().unwrap().to_string(), head);
    let url = format!("file://{}", scratch.beside("source").display());
    assert_eq!(fetch(&repo, &url, Some("main")).unwrap().to_string(), head);
    let refs = scratch.git(&["for-each-ref", "--format=%(refname)"]);
    assert!(refs.lines().all(|name| name == "refs/heads/main" || name.starts_with("refs/ackgate/log/")), "{refs}");
    assert!(!scratch.root().join(".git/FETCH_HEAD").exists());
    assert!(!scratch.root().join("ran").exists() && !scratch.root().join(".git/ran").exists());
    assert!(fetch(&repo, "../source", Some("origin/none")).is_err());
    assert!(fetch(&repo, "../nowhere", None).is_err());
    scratch.git(&["config", "ackgate.fetch", "perhaps"]);
    assert!(fetch(&scratch.repo(), "../source", None).is_err());
}

#[test]
fn fetches_into_repositories_that_git_reads() {
    for kind in ["--ref-format=reftable", "--object-format=sha256"] {
        let scratch = Scratch::with(&["init", "-q", "-b", "main", kind]);
        scratch.git(&["config", "ackgate.fetch", "true"]);
        let source = scratch.beside("source");
        scratch.git(&["init", "-q", "-b", "main", kind, source.to_str().unwrap()]);
        scratch.git_in(&source, &["commit", "-q", "--allow-empty", "-m", "log"]);
        let repo = scratch.repo();
        assert_eq!(fetched(&repo, "../source").unwrap(), None);
        let commit = fetch(&repo, "../source", None).unwrap();
        assert_eq!(commit.to_string(), scratch.git_in(&source, &["rev-parse", "HEAD"]));
        assert_eq!(fetched(&repo, "../source").unwrap().as_ref(), Some(&commit));
        assert!(repo.is_commit(&commit).unwrap());
    }
}

#[test]
fn refuses_urls_that_run_something_or_trust_the_network() {
    let scratch = Scratch::new();
    scratch.git(&["config", "ackgate.fetch", "true"]);
    // Even a rewrite in the user's configuration leads nowhere else.
    scratch.git(&["config", "url.ext::sh -c touch% ran .insteadOf", "https://rewritten/"]);
    let repo = scratch.repo();
    for url in [
        "",
        "-x",
        "--upload-pack=touch ran",
        "ext::sh -c 'touch ran'",
        "http://host/x",
        "git://host/x",
        "ftp://host/x",
        "fd::3",
        "ssh://-oProxyCommand=touch/x",
        "ssh://me@-oProxyCommand=touch/x",
        "-oProxyCommand=touch:x",
        "me@-oProxyCommand=touch:x",
        "https://",
        "file://relative",
        "a\nb",
        "https://rewritten/x",
    ] {
        assert!(fetch(&repo, url, None).is_err(), "{url}");
    }
    for reference in ["-x", "a b", "a..b", "refs/heads/x:refs/heads/main", "", "+main"] {
        assert!(fetch(&repo, ".", Some(reference)).is_err(), "{reference}");
    }
    assert!(!scratch.root().join("ran").exists() && !scratch.root().join(".git/ran").exists());
}
