//! No found value is kept, logged or answered: a node scans a corpus whose values are known, and is
//! used in every way that there is; then all that it has written and said is searched for them by bytes.
//!
//! fjall is built without compression, so that rows lie in its files as they are; a backup, which is
//! written without the tree's shortened keys, is searched as well. Splits are packed, and laid open.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::node::{Answer, Node};
use crate::support::stored::give_up;
use crate::support::{Place, shown};
use rustix::process::Signal;
use serde_json::{Value, json};
use trawl_loadtest::corpus::{self, Plan};
use trawl_loadtest::leak::{Leak, Leaks};
use trawl_loadtest::truth;
use trawl_search::split::{Blobs, Folder, Split};
use trawl_search::testing::inside;

/// What no rule finds, and people put into labels and names: it must be found wherever it may be, or
/// the search sees nothing.
const CONTROL: &str = "wachtelkoenig-rauhfusskauz";

/// Values in names of objects that can't be read, and of a folder that is gone.
const NAMED: [&str; 3] = [
    "quittenblau.rotkehlchen@broken-mail.example.org",
    "4539 1661 8507 0399",
    "mispelrot.stieglitz@gone-mail.example.org",
];

/// All that was answered and told, with what was asked.
#[derive(Default)]
struct Told(Vec<u8>);

impl Told {
    fn keep(&mut self, what: &str, said: &[u8]) {
        self.0.extend_from_slice(format!("\n== {what}\n").as_bytes());
        self.0.extend_from_slice(said);
    }

    fn ask(&mut self, node: &Node, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let mut request = node.ask(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send();
        for (name, value) in &answer.headers {
            self.keep(&format!("{method} {path}"), format!("{name}: {value}").as_bytes());
        }
        self.keep(&format!("{method} {path}"), &answer.body);
        answer
    }

    /// Asks again and again until something is at work no more, and keeps each answer.
    fn until_it_ends(&mut self, node: &Node, path: &str) {
        let mut answers = (0..).map(|_| self.ask(node, "GET", path, None).json());
        let ended = answers.find(|told| told["state"] != "running").unwrap();
        assert_eq!(ended["state"], "finished", "{ended}");
    }

    fn run(&mut self, place: &Place, words: &[&str]) {
        let ran = place.run(words);
        self.keep(&words.join(" "), ran.out.as_bytes());
        self.keep(&words.join(" "), ran.err.as_bytes());
    }
}

/// The corpus of `make run`, with objects that can't be read, and what is planted in both.
struct Sample {
    place: Place,
    /// In contents, and in no name.
    contents: BTreeSet<String>,
    /// In names of objects and folders.
    names: BTreeSet<String>,
}

impl Sample {
    fn make() -> Self {
        let place = Place::new();
        let folder = place.path("sample");
        corpus::make(&Plan { seed: 1, size: 2_000_000, large: None, truth: None }, &folder)
            .unwrap();
        let (mut contents, mut names) = (BTreeSet::new(), BTreeSet::new());
        for planted in truth::read(&truth::beside(&folder)).unwrap().into_values().flatten() {
            if planted.name {
                names.insert(planted.value);
            } else if !planted.negative && !planted.either {
                contents.insert(planted.value);
            }
        }
        let archive =
            b"PK\x03\x04\x14\0\0\0\x08\0 no archive: write to holunder.fink@torn.example.org";
        contents.insert("holunder.fink@torn.example.org".to_owned());
        place.write(&format!("sample/broken/letter to {}.zip", NAMED[0]), archive);
        place.write(&format!("sample/broken/card {}.pdf", NAMED[1]), "%PDF-1.7 and no more");
        place.write(&format!("gone/{}/note.txt", NAMED[2]), "Nothing of note.");
        place.write(&format!("sample/{CONTROL}.txt"), "Nothing of note.");
        names.extend(NAMED.map(str::to_owned));
        contents.retain(|value| !names.contains(value));
        assert!(contents.len() > 200 && names.len() > 3);
        Self { place, contents, names }
    }

    fn path(&self, name: &str) -> String {
        shown(&self.place.path(name)).to_owned()
    }
}

/// What no line of a log and no split may hold, and what nothing else may either.
fn sought(sample: &Sample) -> (Leaks, Leaks) {
    let all = sample.contents.union(&sample.names).cloned().collect();
    (Leaks::of(&all).unwrap(), Leaks::of(&sample.contents).unwrap())
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Asks for everything that there is to ask for of what was found.
fn ask_for_all(told: &mut Told, node: &Node, sample: &Sample) {
    let page = told.ask(node, "GET", "/api/v1/findings?limit=60", None).json();
    let findings = page["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 60);
    for (at, finding) in findings.iter().enumerate() {
        let path = format!("/api/v1/findings/{}", finding["id"].as_str().unwrap());
        told.ask(node, "GET", &path, None);
        told.ask(node, "GET", &format!("{path}/explanation"), None);
        let word = ["confirmed", "false-positive", "accepted"][at % 3];
        told.ask(node, "PUT", &format!("{path}/verdict"), Some(&json!({ "verdict": word })));
        let token = finding["token"].as_str().unwrap();
        told.ask(node, "GET", &format!("/api/v1/search?q=token:{token}"), None);
    }
    let of = |finding: &Value| json!({ "finding": finding["id"], "verdict": "accepted" });
    let said = json!({ "verdicts": findings[..20].iter().map(of).collect::<Vec<_>>() });
    told.ask(node, "POST", "/api/v1/verdicts", Some(&said));
    for path in [
        "findings",
        "scans",
        "sources",
        "coverage",
        "audit",
        "audit/verification",
        "keys",
        "checks",
        "openapi.json",
        "search?q=*&limit=1000&facet=type,verdict,reason,format",
        "search?q=kind:object%20coverage:failed",
        "search?q=tpye:email",
        "findings?cursor=none",
    ] {
        told.ask(node, "GET", &format!("/api/v1/{path}"), None);
    }
    told.ask(node, "GET", "/metrics", None);
    look_after(told, node);
    // Who asks for a value has written it himself; that nobody else has is seen in the log. What
    // is answered repeats at most what was asked.
    for value in sample.contents.iter().filter(|value| value.len() < 60).take(20) {
        let value = percent(value);
        for path in [
            format!("/api/v1/search?q=%22{value}%22"),
            format!("/api/v1/findings?path_prefix={value}"),
            format!("/api/v1/findings/{value}"),
            format!("/{value}"),
        ] {
            node.ask("GET", &path).send();
        }
    }
}

/// Schedules, what was given up, and an index that is made anew.
fn look_after(told: &mut Told, node: &Node) {
    let sources = told.ask(node, "GET", "/api/v1/sources", None).json();
    for source in sources["sources"].as_array().unwrap() {
        let path = format!("/api/v1/sources/{}", source["id"].as_str().unwrap());
        let schedule = format!("{path}/schedules/leap");
        let timing = json!({ "cron": "30 2 29 2 *" });
        assert_eq!(told.ask(node, "PUT", &schedule, Some(&timing)).status, 200);
        for path in [&schedule, &format!("{schedule}/times"), &format!("{path}/parked")] {
            assert_eq!(told.ask(node, "GET", path, None).status, 200, "{path}");
        }
    }
    told.ask(node, "GET", "/api/v1/schedules", None);
    const REBUILD: &str = "/api/v1/index/rebuild";
    assert_eq!(told.ask(node, "POST", REBUILD, None).status, 202);
    told.until_it_ends(node, REBUILD);
}

/// A copy of all that is kept, by the node.
fn back_up(told: &mut Told, node: &Node, folder: &str) {
    let begun = told.ask(node, "POST", "/api/v1/backups", Some(&json!({ "folder": folder })));
    assert_eq!(begun.status, 202, "{}", begun.text());
    told.until_it_ends(node, &format!("/api/v1/backups/{}", begun.json()["id"].as_str().unwrap()));
}

/// What was given up, listed and tried again.
fn release(told: &mut Told, node: &Node, place: &Place, source: &str) {
    for format in ["table", "jsonl"] {
        told.run(place, &["parked", "list", source, "--format", format]);
    }
    let released = place.ok(&["parked", "release", source]);
    assert!(released.starts_with("queued: "), "{released}");
    told.keep("parked release", released.as_bytes());
    let id = released.split([' ', ';']).nth(1).unwrap();
    told.ask(node, "GET", &format!("/api/v1/scans/{id}/events"), None);
    told.run(place, &["parked", "list", source]);
}

/// Has all commands write all that they write, in all forms.
fn run_all(told: &mut Told, place: &Place) {
    for format in ["table", "json", "jsonl", "csv", "sarif"] {
        told.run(place, &["findings", "--format", format]);
        if format != "sarif" {
            told.run(place, &["search", "*", "--limit", "1000", "--format", format]);
        }
    }
    told.run(place, &["source", "validate", "gone"]);
    told.run(place, &["schedule", "next", "gone", "leap"]);
    let listed: [&[&str]; 7] = [
        &["coverage"],
        &["scans"],
        &["source", "list"],
        &["schedule", "list"],
        &["audit", "list"],
        &["key", "list"],
        &["doctor"],
    ];
    for words in listed {
        told.run(place, words);
        told.run(place, &[words, &["--format", "jsonl"]].concat());
    }
}

/// A source that was there when it was added and is gone when it is scanned.
fn scan_what_is_gone(told: &mut Told, node: &Node, sample: &Sample) {
    let target = sample.path(&format!("gone/{}", NAMED[2]));
    let wanted = json!({
        "target": target, "profile": { "name": "gone", "labels": { "kept": CONTROL } },
    });
    // Its folder is told to those who may know it, with the value that it bears.
    let added = told.ask(node, "POST", "/api/v1/sources", Some(&wanted)).json();
    let id = added["id"].as_str().unwrap_or_else(|| panic!("{added}"));
    std::fs::remove_dir_all(sample.place.path("gone")).unwrap();
    told.ask(node, "GET", &format!("/api/v1/sources/{id}/validation"), None);
    let order = json!({ "source": id });
    let ordered = told.ask(node, "POST", "/api/v1/scans", Some(&order)).json();
    let end = node.events(ordered["id"].as_str().unwrap()).pop().unwrap().1;
    assert_eq!(end["state"], "failed", "{end}");
}

/// All splits of a data directory, laid open.
fn splits(data: &Path) -> Vec<u8> {
    let folder = Folder::open(&data.join("index")).unwrap();
    let (mut lines, mut splits) = (Vec::new(), 0);
    for name in folder.list().unwrap().iter().filter(|name| name.ends_with(".split")) {
        lines.extend(inside(&Split::open(name, folder.open(name).unwrap()).unwrap()).unwrap());
        splits += 1;
    }
    assert!(splits > 0);
    lines
}

#[track_caller]
fn nothing(leaks: Vec<Leak>) {
    let shown: Vec<&Leak> = leaks.iter().take(20).collect();
    assert!(leaks.is_empty(), "{} values: {shown:#?}", leaks.len());
}

#[test]
fn no_planted_value_is_kept_logged_or_answered_and_none_of_a_name_is_searched_or_logged() {
    let sample = Sample::make();
    let place = &sample.place;
    let (anywhere, in_contents) = sought(&sample);
    let control = Leaks::of(&BTreeSet::from([CONTROL.to_owned()])).unwrap();
    let seen = |place: &str, bytes: &[u8]| {
        assert!(!control.within(place, bytes).is_empty(), "the search sees nothing in {place}");
    };

    let mut told = Told::default();
    let node = Node::up(place, &["api.stream_interval=10ms"]);
    let order = json!({ "target": sample.path("sample") });
    let ordered = told.ask(&node, "POST", "/api/v1/scans", Some(&order)).json();
    let events = format!("/api/v1/scans/{}/events", ordered["id"].as_str().unwrap());
    told.ask(&node, "GET", &events, None);
    scan_what_is_gone(&mut told, &node, &sample);
    ask_for_all(&mut told, &node, &sample);
    run_all(&mut told, place);
    told.run(place, &["backup", "copy"]);
    let key = node.key.clone();
    node.signal(Signal::KILL);
    assert_ne!(node.ended(), 0);

    // With what the journal holds of it, as a crash leaves it.
    let data = place.path("data");
    nothing(in_contents.within_files(&data).unwrap());
    let kept = control.within_files(&data.join("store")).unwrap();
    assert!(!kept.is_empty(), "the search sees nothing in the store");

    give_up(place, &format!("broken/letter to {}.zip", NAMED[0]));
    let node = Node::up_with(place, &[], &key);
    ask_for_all(&mut told, &node, &sample);
    back_up(&mut told, &node, &sample.path("later"));
    release(&mut told, &node, place, &sample.path("sample"));
    let log = node.log();
    assert_eq!(node.stop(), 0);
    told.run(place, &["index", "rebuild"]);
    run_all(&mut told, place);

    nothing(in_contents.within_files(&data).unwrap());
    assert!(!control.within_files(&data.join("store")).unwrap().is_empty());
    for folder in ["copy", "later"].map(|name| place.path(name)) {
        nothing(in_contents.within_files(&folder).unwrap());
        assert!(!control.within_files(&folder).unwrap().is_empty(), "nothing seen in a backup");
    }
    nothing(in_contents.within("an answer", &told.0));
    seen("an answer", &told.0);
    let splits = splits(&data);
    nothing(anywhere.within("a split", &splits));
    seen("a split", &splits);
    // A name is searched by its words.
    for word in ["quittenblau", "rotkehlchen", "mispelrot", "stieglitz"] {
        let word = Leaks::of(&BTreeSet::from([word.to_owned()])).unwrap();
        nothing(word.within("a split", &splits));
        nothing(word.within("the log", log.as_bytes()));
    }
    nothing(anywhere.within("the log", log.as_bytes()));
    assert!(log.contains("/api/v1/findings"), "the log is on");
    seen("the log", format!("{log}\n{CONTROL}").as_bytes());
}
