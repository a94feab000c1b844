//! Everything that reads git repositories: objects, the index, the graph of commits, other repositories.
//!
//! libgit2 finds and opens repositories and reads references, configuration and the index; the user's git does, by its plumbing,
//! where libgit2 cannot (`reader` is what both are asked). Objects are read from their packs and files here (`objects` says why).
//! Commits and trees are parsed here from the raw object, since libgit2 applies `info/grafts` to the parents it shows, and what git
//! configuration says about diffs must have no say. All that cannot be read is an error, never an empty answer.

mod changes;
mod commit;
mod conversation;
mod descent;
mod edits;
mod fetch;
mod found;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod graph;
mod history;
mod id;
mod index;
mod index_file;
mod library;
mod listing;
mod maker;
mod meanwhile;
mod newest;
mod objects;
mod open;
mod other;
mod program;
mod reader;
mod settings;
mod snapshot;
mod staged;
mod tree;
mod trusted;
mod work;
mod worktree;
mod write;

pub use changes::{changes_between, changes_within, commit_changes, commit_changes_within};
pub use commit::{Commit, Identity, Parent};
pub use descent::{Descent, is_ancestor};
pub use edits::edits;
pub use fetch::{fetch, fetch_commit, fetched, scrub};
pub use graph::{NewCommits, new_commits};
pub use history::{Anchors, LogVersion, versions};
pub use index::{githead_parents, merge_parents, tracked};
pub use maker::maker;
pub use newest::{Newest, newest};
pub use open::{Opener, Repo};
pub use other::{OtherLog, Wanted, locate, sibling};
pub use snapshot::{Snapshot, Take, sides_at, tree_id};
pub use staged::staged;
pub use tree::{Entry, FileAt};
pub use trusted::{
    DefaultBranch, branches_and_tags, commit_at, default_branch, known_of, local_branches, remote_branches,
    served_branch, upstream, upstream_of,
};
pub use work::{Work, add_work, take_work};
pub use worktree::{blob_id, worktree, worktree_file};
pub use write::{commit_path, configured_path, editor, is_committed, is_unmerged};
