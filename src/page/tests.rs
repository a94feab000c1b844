use jiff::civil::date;

use super::*;
use crate::log::{read, two_parties};
use crate::proof::Who;

/// What others may have written.
const HOSTILE: &str =
    "</title></style><script>alert('x')</script><a href=\"javascript:alert(1)\">&amp;\u{1b}[2J\u{202e}\u{0}\n`\"'";

fn owned(text: &str) -> String {
    text.to_owned()
}

/// A page on which `said` stands wherever somebody else's text does.
fn page(said: &str) -> Page {
    let text =
        "## AgentOS (alignment gate: r4)\n\nx\n\n## CCC (ACK: r4)\n\n## CCC\n\nhello\n\n## AgentOS (landed: r4)\n";
    let mut log = read(text, &two_parties());
    for entry in &mut log.entries {
        entry.heading = said.to_owned();
        entry.why = said.to_owned();
        entry.party = Some(said.to_owned());
    }
    let used = UsedOverride {
        commit: owned(said),
        reason: owned(said),
        by: owned(said),
        date: date(2025, 11, 6),
        paths: vec![RepoPath::from(said)],
    };
    let gate = GateCard {
        view: GateView {
            slice: owned(said),
            line: 1,
            party: owned(said),
            state: "landed",
            paths: vec![owned(said)],
            fields: vec![owned(said)],
            reply: Some(crate::report::ReplyView { party: owned(said), line: 5, kind: "landed" }),
            answers: None,
            expires: Some(date(2025, 11, 8)),
        },
        entry: 0,
        open: true,
        excluded: vec![owned(said)],
        questions: vec![owned(said)],
        digest: owned(said),
        proof: Some(Proof {
            party: owned(said),
            brought: vec![Who { author: owned(said), committer: owned(said) }],
            authored: Err(owned(said)),
            signed: Err(owned(said)),
            carries_signature: true,
        }),
        asked: vec![(owned(said), Level::Signed)],
    };
    let commit = CommitRow {
        id: owned(said),
        date: date(2025, 11, 6),
        author: owned(said),
        subject: owned(said),
        after: 2,
        touched: vec![(RepoPath::from(said), None)],
        gates: vec![0],
        refused: vec![("AG104", owned(said))],
        overrides: vec![used.clone()],
    };
    let repository = Repository {
        name: owned(said),
        tip: Some(owned(said)),
        judged: 1,
        more: true,
        files: vec![File { path: RepoPath::from(said), class: owned(said), open: Some(0), listed: Some(0) }],
        commits: vec![commit],
        uncovered: vec![used],
        notes: vec![owned(said)],
    };
    Page {
        party: owned(said),
        parties: vec![owned(said), owned("CCC")],
        policy: owned(said),
        log_path: owned(said),
        log_place: owned(said),
        day: Some(date(2025, 11, 6)),
        brought: vec![Some(Brought { commit: owned(said), date: date(2025, 11, 6) }); log.entries.len()],
        log: Ok(Rc::new(log)),
        gates: vec![gate],
        turn: Turn { parties: vec![owned(said)], why: Some(owned(said)), next: owned(said) },
        repositories: vec![repository],
        notes: vec![owned(said)],
    }
}

/// Every tag of a page, with its attributes; panics where one is not closed, not known or not quoted.
fn tags(html: &str) -> Vec<String> {
    const EMPTY: [&str; 2] = ["meta", "input"];
    let (mut open, mut all): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut rest = html.strip_prefix("<!DOCTYPE html>\n").unwrap();
    while let Some((text, more)) = rest.split_once('<') {
        // The style is text that no parser looks into for tags.
        assert!(!text.contains('>') || open.last().is_some_and(|name| name == "style"), "{text}");
        let (tag, more) = more.split_once('>').unwrap();
        rest = more;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "after {all:?}");
            continue;
        }
        let name = tag.split(' ').next().unwrap().to_owned();
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{tag}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if !EMPTY.contains(&name.as_str()) {
            open.push(name);
        }
        all.push(tag.to_owned());
    }
    assert_eq!((open, rest), (Vec::<String>::new(), "\n"));
    all
}

#[test]
fn what_others_wrote_is_text_and_nothing_else() {
    let shape = |said: &str| {
        let html = render(&page(said));
        assert!(!html.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
        assert!(!html.contains('\u{202e}'));
        tags(&html)
    };
    let plain = shape("plain");
    for said in [HOSTILE, "<!--", "]]>", "&lt;script&gt;", "\" onfocus=\"alert(1)", "' x='", "{}%s\\", ""] {
        let hostile = shape(said);
        let code = |tags: &[String]| tags.iter().filter(|tag| *tag != "code").cloned().collect::<Vec<_>>();
        // Code between backticks is the only markup that text makes.
        assert_eq!(code(&hostile), code(&plain), "{said:?}");
    }
    let shown = render(&page(HOSTILE));
    assert!(shown.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
    assert!(shown.contains("\\u{1b}[2J\\u{202e}\\u{0}\\n"));
}

#[test]
fn no_element_loads_or_leads_out_of_the_page() {
    let html = render(&page(HOSTILE));
    for tag in tags(&html) {
        let name = tag.split(' ').next().unwrap();
        assert!(!["script", "link", "img", "iframe", "object", "form", "base"].contains(&name), "{tag}");
        assert!(!tag.contains(" src=") && !tag.contains(" style=") && !tag.contains(" on"), "{tag}");
        if let Some((_, target)) = tag.split_once("href=\"") {
            let id = target.strip_prefix('#').and_then(|target| target.split('"').next()).unwrap();
            assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{tag}");
        }
    }
    assert!(!html::STYLE.contains("url(") && !html::STYLE.contains("@import") && !html::STYLE.contains("</"));
    assert!(html.contains("content=\"default-src 'none'; style-src 'sha256-"));
}

#[test]
fn headings_are_in_order_and_tables_are_named() {
    let all = tags(&render(&page("plain")));
    let levels = all.iter().filter_map(|tag| tag.strip_prefix('h')?.get(..1)?.parse::<u32>().ok());
    let levels: Vec<u32> = levels.collect();
    assert_eq!(levels.first(), Some(&1));
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    let count = |name: &str| all.iter().filter(|tag| tag.split(' ').next() == Some(name)).count();
    assert_eq!((count("main"), count("h1"), count("table")), (1, 1, count("caption")));
    assert!(all.iter().filter(|tag| tag.starts_with("th ")).all(|tag| tag.contains("scope=")));
}

#[test]
fn a_huge_text_and_a_long_list_are_cut_and_say_so() {
    for huge in ["x", "`", "<", "\u{1b}"] {
        assert!(render(&page(&huge.repeat(1 << 16))).len() < 1_000_000);
    }
    let mut page = page("plain");
    let Some(repository) = page.repositories.first_mut() else { panic!("no repository") };
    let file = repository.files[0].clone();
    repository.files =
        (0..2000).map(|n| File { path: RepoPath::from(format!("x/{n}").as_str()), ..file.clone() }).collect();
    let html = render(&page);
    assert!(html.contains("1500 more are not shown") && html.contains("2000 files"));
}

#[test]
fn the_same_data_make_the_same_page() {
    assert_eq!(render(&page(HOSTILE)), render(&page(HOSTILE)));
}

#[test]
fn commits_stand_where_they_came_and_turns_change_with_the_party() {
    let mut page = page("plain");
    let text = "## AgentOS (alignment gate: r4)\n\nx\n\n## CCC (ACK: r4)\n\n## Nobody\n\n## AgentOS (landed: r4)\n";
    page.log = Ok(Rc::new(read(text, &two_parties())));
    let html = render(&page);
    let (_, timeline) = html.split_once("id=\"timeline\"").unwrap();
    let (timeline, _) = timeline.split_once("</section>").unwrap();
    let mut places = Vec::new();
    for mark in [
        "Turn 1: <bdi>AgentOS",
        "entry-1",
        "Turn 2: <bdi>CCC",
        "entry-2",
        "class=\"commit",
        "entry-3",
        "Turn 3",
        "entry-4",
    ] {
        places.push(timeline.find(mark).unwrap_or_else(|| panic!("no {mark}")));
    }
    assert!(places.is_sorted(), "{places:?}");
    assert!(!timeline.contains("Turn 4"));
}

#[test]
fn without_a_log_there_is_what_to_do() {
    let page = Page {
        log: Err(owned("write one with `verify-gate init`")),
        gates: Vec::new(),
        brought: Vec::new(),
        ..page("plain")
    };
    let html = render(&page);
    tags(&html);
    assert!(html.contains("There is no log: <bdi dir=\"ltr\">write one with <code>verify-gate init</code></bdi>"));
}
