//! What a command writes, and what it ends with, is the same where a node has the data directory open as
//! where none has: read over one directory, one time so and one time so; changed in two that are alike.

use std::path::Path;

use crate::support::node::Node;
use crate::support::stored::give_up;
use crate::support::{Place, age, letters, lines, two_days_ago};
use serde_json::Value;
use trawl_loadtest::corpus::{self, Plan};

/// What reads. Words in capitals are names of ids, and NOTHING of a word that is empty.
const READING: &str = "
    scans; scans list; scans --limit 2; scans --format jsonl
    scans show PAUSED; scans show PAUSED --format jsonl
    scans show FINISHED; scans show FINISHED --format jsonl
    coverage; coverage --format json; coverage --format jsonl
    coverage PAUSED; coverage FINISHED --format json
    findings; findings --format json; findings --format jsonl; findings --format csv
    findings --format sarif; findings --limit 3 --format jsonl
    findings --type us.* --min-confidence 80; findings --source letters --path-prefix letter1
    findings --verdict none --sensitivity high --format csv; findings --verdict confirmed
    findings --state closed --format jsonl
    search *; search * --limit 1000 --format json; search * --limit 1000 --format jsonl
    search * --limit 1000 --format csv; search type:email --facet type,kind --facet verdict
    search type:email --facet type,kind --facet verdict --format json
    search * --sort path --limit 7 --format jsonl; search * --sort path --limit 7 --after NEXT
    search * --sort -size --limit 7 --format json; search verdict:confirmed
    search state:closed --format jsonl; search kind:object --sort confidence --limit 5
    source list; source list --format jsonl; source show letters; source show slow
    source validate letters
    schedule list; schedule list letters --format jsonl; schedule next letters leap --count 3
    parked list letters; parked list letters --format jsonl; parked list slow
    key list; key list --format jsonl
    audit list; audit list --format jsonl; audit verify; rules list
";

/// What is asked for and can't be given. Nothing of it is entered in the audit record.
const REFUSED: &str = "
    scans show 00000000000000000000; scans show none; scans pause 00000000000000000000
    coverage 00000000000000000000; coverage none; coverage NOTHING
    findings --source nowhere; findings --source NOTHING
    explain 0000000000000000000000000000000000000000000000000000000000; explain none
    verdict 0000000000000000000000000000000000000000000000000000000000 confirmed
    search tpye:email; search (a; search size:>many; search * --sort -nothing
    search * --sort NOTHING; search * --facet path; search * --facet type --format csv
    search * --after nobody-gave-this; search * --after NOTHING; search * --limit 0
    findings --limit 0; scans --limit 0; parked list letters --limit 0
    search * --limit 10001
    source show nowhere; source show NOTHING; source validate absent; source change letters
    source delete letters; source delete nowhere --yes; source delete NOTHING --yes
    source add late t --include [
    schedule list nowhere; schedule next letters none; schedule next letters NOTHING
    schedule add letters a/b @daily; schedule add letters NOTHING @daily
    schedule add letters odd 61; schedule add letters odd @daily --zone Mars
    schedule remove letters none; schedule remove letters NOTHING
    schedule remove letters a/../b
    parked list nowhere; parked release nowhere
    key revoke none; key revoke NOTHING; key revoke a/../b; key new --name NOTHING --can read
    scan nowhere; scan t --fail-on nothing; scan t --include [
";

fn commands(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let commands = text.split([';', '\n']).map(str::trim).filter(|line| !line.is_empty());
    commands.map(|line| line.split(' ').collect())
}

type Told = (i32, String, String);

fn told(place: &Place, words: &[&str]) -> Told {
    let ran = place.run(words);
    (ran.code, ran.out, ran.err)
}

fn first(text: &str, key: &str) -> String {
    lines(text)[0][key].as_str().unwrap().to_owned()
}

/// A data directory with all that there may be in one: sources that were scanned whole, by half and
/// never, findings with verdicts and without, open and closed, something that was given up, schedules
/// and keys. Gives a key of the API, and the ids of a scan that is paused and of one that has ended.
fn filled() -> (Place, [String; 3]) {
    let place = letters();
    place.ok(&["source", "add", "letters", "t", "--label", "owner=people", "--priority", "high"]);
    place.ok(&["scan", "t"]);
    std::fs::remove_file(place.path("t/letter9.txt")).unwrap();
    place.ok(&["scan", "t"]);
    give_up(&place, "letter3.txt");
    let finished = first(&place.ok(&["scans", "--format", "jsonl"]), "id");

    let sample = place.path("sample");
    corpus::make(&Plan { seed: 3, size: 300_000, large: None, truth: None }, &sample).unwrap();
    place.write("sample/torn.zip", b"PK\x03\x04 and no more");
    place.write("sample/picture.bin", [0xFF, 0xD8, 0xFF, 0, 1, 2, 3]);
    place.write("sample/a \u{1b}[1m\n.txt", "write to odd.name@mail.example.org\n");
    age(&sample);
    place.ok(&["scan", "sample"]);
    let found = lines(&place.ok(&["findings", "--format", "jsonl"]));
    for (at, verdict) in ["confirmed", "false-positive", "accepted"].iter().enumerate() {
        place.ok(&["verdict", found[at * 7]["id"].as_str().unwrap(), verdict]);
    }
    place.ok(&["source", "add", "absent", "mnt/absent"]);
    place.ok(&["schedule", "add", "letters", "leap", "30 2 29 2 *", "--zone", "Europe/Berlin"]);
    place.ok(&["schedule", "add", "letters", "whole", "0 4 29 2 *", "--full"]);
    let made = |name: &str| place.run(&["key", "new", "--name", name, "--can", "read"]);
    made("reader");
    place.ok(&["key", "revoke", &id_of_key(&made("gone").err)]);

    for n in 0..12 {
        place.write(&format!("slow/{n:02}.txt"), format!("write to slow{n}@mail.example.org\n"));
    }
    place.ok(&["source", "add", "slow", "slow", "--objects-per-second", "2"]);
    let node = Node::up(&place, &[]);
    let paused = place.ok(&["scan", "slow", "--detach"]).trim().to_owned();
    let path = format!("/api/v1/scans/{paused}");
    while node.get(&path)["done_objects"] == 0 {}
    place.ok(&["scans", "pause", &paused]);
    let key = node.key.clone();
    assert_eq!(node.stop(), 0);
    let state = first(&place.ok(&["scans", "show", &paused, "--format", "jsonl"]), "state");
    assert_eq!(state, "paused");
    (place, [key, paused, finished])
}

/// The id in `made the key ID; …`.
fn id_of_key(told: &str) -> String {
    told.split([' ', ';']).nth(4).unwrap().to_owned()
}

/// What doctor sees but how much is free on the disk: others write there meanwhile.
fn seen(place: &Place) -> (i32, Vec<Value>, Vec<String>) {
    let ran = place.run(&["doctor", "--format", "jsonl"]);
    let mut checks = ran.lines();
    let disk = checks.iter_mut().find(|check| check["name"] == "disk").unwrap();
    disk["detail"] = Value::Null;
    let table = place.ok(&["doctor"]);
    let rows = table.lines().filter(|line| !line.starts_with("disk"));
    (ran.code, checks, rows.map(str::to_owned).collect())
}

#[test]
fn what_is_read_by_way_of_a_node_is_what_is_read_without_one() {
    let (place, [key, paused, finished]) = filled();
    let page = place.ok(&["search", "*", "--sort", "path", "--limit", "7", "--format", "json"]);
    let page: Value = serde_json::from_str(&page).unwrap();
    let next = page["next"].as_str().unwrap();
    let names = [("PAUSED", &*paused), ("FINISHED", &*finished), ("NEXT", next), ("NOTHING", "")];
    let named = |word| names.iter().find(|(name, _)| *name == word).map_or(word, |(_, id)| *id);
    let found = lines(&place.ok(&["findings", "--format", "jsonl"]));
    let mut types = std::collections::BTreeSet::new();
    // One of each type: what is said of it depends on its rule and its place.
    let one_of_each = found.iter().filter(|found| types.insert(found["type"].to_string()));
    let explained: Vec<[&str; 2]> =
        one_of_each.map(|found| ["explain", found["id"].as_str().unwrap()]).collect();
    assert!(explained.len() > 10, "{types:?}");
    // Longer than a query and the name of an object may be, and than a request.
    let long = "long ".repeat(20_000);

    let named = |words: Vec<&'static str>| words.into_iter().map(named).collect::<Vec<&str>>();
    let mut asked: Vec<Vec<&str>> = commands(READING).map(named).collect();
    asked.extend(explained.iter().map(|words| words.to_vec()));
    let read = asked.len();
    asked.extend(commands(REFUSED).map(named));
    asked.push(vec!["search", &long]);
    asked.push(vec!["findings", "--path-prefix", &long]);
    let here: Vec<Told> = asked.iter().map(|words| told(&place, words)).collect();
    for (at, (words, told)) in asked.iter().zip(&here).enumerate() {
        assert_eq!(told.0 == 0, at < read, "{words:?}: {told:?}");
    }
    let seen_here = seen(&place);

    let node = Node::up_with(&place, &[], &key);
    // By then the index has taken all in.
    assert_eq!(seen(&place), seen_here);
    for (words, here) in asked.iter().zip(&here) {
        assert_eq!(told(&place, words), *here, "{words:?}");
    }
    assert_eq!(node.stop(), 0);
}

/// Two data directories that were alike: a node has the first open, and nobody the second.
struct Twins {
    place: Place,
    node: Option<Node>,
    /// What is called so, and differs.
    names: Vec<(String, [String; 2])>,
}

const SIDES: [&str; 2] = ["data", "twin"];

impl Twins {
    fn of(place: Place) -> Self {
        let key = place.ok(&["key", "new", "--name", "tests", "--can", "admin"]);
        copy(&place.path(SIDES[0]), &place.path(SIDES[1]));
        let node = Some(Node::up_with(&place, &[], key.trim()));
        Self { place, node, names: Vec::new() }
    }

    fn name(&mut self, name: &str, ids: [String; 2]) {
        self.names.push((name.to_owned(), ids));
    }

    fn told(&self, side: usize, words: &[&str]) -> Told {
        let id =
            |word| self.names.iter().find(|(name, _)| name == word).map(|(_, ids)| &*ids[side]);
        let words: Vec<&str> = words.iter().map(|word| id(word).unwrap_or(word)).collect();
        told(&self.place, &[&words[..], &["--data", SIDES[side]]].concat())
    }

    /// Without what must differ: ids that have a name, times, and how long something took.
    fn neutral(&self, side: usize, text: &str) -> String {
        let mut neutral = timeless(text);
        for (name, ids) in self.names.iter().filter(|(_, ids)| !ids[side].is_empty()) {
            neutral = neutral.replace(&ids[side], name);
        }
        neutral = neutral.replace(&*format!("/{}", SIDES[side]), "/DATA");
        // Only a node waits for the hours in which it would begin a scan.
        let lines = neutral.lines().filter(|line| !line.starts_with("waits "));
        let lines = lines.map(|line| match line.contains(": scan ") {
            true => line.split(" in ").next().unwrap_or(line),
            false => line,
        });
        lines.collect::<Vec<&str>>().join("\n")
    }

    fn told_both(&self, words: &[&str]) -> [Told; 2] {
        [self.told(0, words), self.told(1, words)]
    }

    /// Runs it on both sides and expects the same.
    #[track_caller]
    fn both(&self, words: &[&str]) -> [Told; 2] {
        let told = self.told_both(words);
        let [there, here] = [0, 1].map(|side| {
            let (code, out, err) = &told[side];
            (*code, self.neutral(side, out), self.neutral(side, err))
        });
        assert_eq!(there, here, "{words:?}");
        told
    }

    #[track_caller]
    fn all(&self, code: i32, text: &str) {
        for words in commands(text) {
            let told = self.both(&words);
            assert_eq!(told[0].0, code, "{words:?}: {told:?}");
        }
    }

    /// Gives all scans a name, the oldest first. Gives what is told of them.
    fn name_scans(&mut self) -> [Vec<Value>; 2] {
        let scans = self.told_both(&["scans", "--format", "jsonl"]).map(|told| lines(&told.1));
        assert_eq!(scans[0].len(), scans[1].len());
        for (at, (there, here)) in scans[0].iter().rev().zip(scans[1].iter().rev()).enumerate() {
            let ids = [there, here].map(|scan| scan["id"].as_str().unwrap().to_owned());
            self.name(&format!("SCAN-{at}"), ids);
        }
        scans
    }

    /// Holds what is kept on one side against what is kept on the other.
    fn is_kept_alike(&mut self) {
        let scans = self.name_scans();
        // By which request one was ordered, only a node can say.
        let [there, here] = [0, 1].map(|side| {
            let mut scans = scans[side].clone();
            for scan in &mut scans {
                scan.as_object_mut().unwrap().remove("request_id");
            }
            self.neutral(side, &serde_json::to_string_pretty(&scans).unwrap())
        });
        assert_eq!(there, here);
        self.all(0, "findings --format jsonl; search * --sort path --limit 1000 --format json");
        self.all(0, "source list --format jsonl; schedule list --format jsonl; audit list");
        self.all(0, "key list --format jsonl; parked list letters; coverage; scans");
    }
}

/// Puts a word in the place of each time.
fn timeless(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(next) = rest.chars().next() {
        let shape = |c: char| if c.is_ascii_digit() { '0' } else { c };
        let begins: String = rest.chars().take(19).map(shape).collect();
        let length = match &*begins.replace(' ', "T") {
            "0000-00-00T00:00:00" if rest.as_bytes().get(19) == Some(&b'.') => 24,
            "0000-00-00T00:00:00" => 19,
            _ => 0,
        };
        match length {
            0 => out.push(next),
            _ => out.push_str("TIME"),
        }
        rest = &rest[length.max(next.len_utf8())..];
    }
    out
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        match path.is_dir() {
            true => copy(&path, &to.join(name)),
            false => drop(std::fs::copy(&path, to.join(name)).unwrap()),
        }
    }
}

#[test]
fn what_is_changed_by_way_of_a_node_is_told_and_kept_as_it_is_without_one() {
    let place = letters();
    // A node leaves what is ordered of it in the queue: it may be read at no hour of the present.
    place.ok(&["source", "add", "letters", "t", "--hours", &two_days_ago()]);
    place.ok(&["scan", "t"]);
    give_up(&place, "letter3.txt");
    for n in 0..8 {
        place.write(&format!("post/{n}.txt"), format!("write to post{n}@mail.example.org\n"));
    }
    age(&place.path("post"));
    let found = lines(&place.ok(&["findings", "--format", "jsonl"]));
    let mut twins = Twins::of(place);
    twins.name("NOTHING", [0; 2].map(|_| String::new()));
    for (name, at) in [("FINDING", 0), ("OTHER", 1)] {
        let id = found[at]["id"].as_str().unwrap().to_owned();
        twins.name(name, [id.clone(), id]);
    }

    twins.all(0, "verdict FINDING confirmed; verdict FINDING false-positive");
    twins.all(0, "verdict FINDING none; verdict OTHER accepted; findings --format csv");

    twins.both(&["schedule", "add", "letters", "leap", "30 2 29 2 *", "--zone", "Europe/Berlin"]);
    twins.both(&["schedule", "add", "letters", "whole", "0 4 29 2 *", "--full"]);
    twins.both(&["schedule", "add", "letters", "odd", "61 * * * *"]);
    twins.all(0, "schedule remove letters leap; schedule list --format jsonl");
    twins.all(1, "schedule remove letters leap");

    let released = twins.told_both(&["parked", "release", "letters"]);
    let id = |told: &Told| told.1.split([' ', ';']).nth(1).unwrap().to_owned();
    twins.name("SCAN", [id(&released[0]), id(&released[1])]);
    let told = [0, 1].map(|side| twins.neutral(side, &released[side].1));
    assert_eq!(told, ["queued: SCAN; it tries all of it again"; 2]);
    twins.all(0, "scans pause SCAN; scans pause SCAN; scans show SCAN; scans");
    twins.all(0, "scans resume SCAN; scans show SCAN; scans cancel SCAN; scans");
    twins.all(1, "scans resume SCAN; scans pause SCAN");
    twins.all(0, "scans cancel SCAN; scans show SCAN; parked list letters");

    twins.all(0, "source add post post --label owner=people; source add absent mnt/absent");
    twins.all(0, "source change post --name mail --priority high --clear labels");
    twins.all(0, "source show mail; source validate mail; source list --format jsonl");
    twins.all(1, "source add post post; source change mail --name letters");
    twins.all(2, "source validate absent; source change mail --name a/b");
    twins.all(2, "source change mail --objects-per-second 0");

    twins.all(0, "scan post --format jsonl; scan post; scan post/3.txt --format csv");
    twins.all(0, "scan post --include 0.txt --format jsonl; scan post --full --format sarif");
    twins.all(3, "scan post --fail-on email");
    for n in 0..7 {
        std::fs::remove_file(twins.place.path(&format!("post/{n}.txt"))).unwrap();
    }
    twins.all(1, "scan post --format jsonl");
    twins.all(0, "scan post --vanished keep; scan post post/7.txt --vanished close");
    twins.all(0, "findings --state closed --format jsonl");

    let made = twins.told_both(&["key", "new", "--name", "reader", "--can", "read"]);
    twins.name("KEY", [id_of_key(&made[0].2), id_of_key(&made[1].2)]);
    assert_eq!(twins.neutral(0, &made[0].2), twins.neutral(1, &made[1].2));
    assert!(made.iter().all(|(code, out, _)| *code == 0 && out.starts_with("trawl_default_")));
    twins.all(0, "key revoke KEY; key revoke KEY; key list; key list --format jsonl");
    twins.all(2, "key new --name NOTHING --can read");

    twins.name("COPY", ["copy-of-data", "copy-of-twin"].map(str::to_owned));
    let copied = twins.told_both(&["backup", "COPY"]);
    assert!(copied.iter().all(|(code, ..)| *code == 0), "{copied:?}");
    // How much it is differs: a node keeps ids of requests, and lets go of what it has indexed.
    let folders = [0, 1].map(|side| {
        let told = twins.neutral(side, &copied[side].1);
        told.split_once(": ").unwrap().0.to_owned()
    });
    assert_eq!(folders[0], folders[1]);
    assert_eq!(copied[0].2, copied[1].2);
    twins.all(0, "index rebuild");
    twins.all(1, "backup COPY; backup t/letter0.txt");

    twins.name_scans();
    let mail = twins.both(&["source", "show", "mail"]);
    let mail = serde_json::from_str::<Value>(&mail[0].1).unwrap()["id"].clone();
    twins.name("MAIL", [0; 2].map(|_| mail.as_str().unwrap().to_owned()));
    twins.all(2, "source delete mail");
    twins.all(0, "source delete mail --yes; source delete MAIL --yes; source list");
    twins.all(0, "audit verify");

    assert_eq!(twins.node.take().unwrap().stop(), 0);
    twins.is_kept_alike();
}
