//! The pages of the docs are right: their commands are run, one after the other, as a reader would,
//! and write what stands below them: the same words, where a word with a digit in it stands for any
//! (ids, times and sums are others each time), and an ellipsis for the rest of its line.

use std::collections::BTreeMap;

use crate::support::node::Node;
use crate::support::{Place, Ran, age, shown};
use serde_json::json;

/// A command of a page, and what it is said to write.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    words: Vec<String>,
    told: Vec<String>,
}

/// The blocks of a page that are fenced with this word.
fn blocks<'a>(page: &'a str, word: &str) -> Vec<&'a str> {
    let begin = format!("```{word}\n");
    page.split(begin.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The commands of the blocks that show a console.
fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for block in blocks(page, "console") {
        let mut of_block: Vec<Example> = Vec::new();
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => {
                    of_block.push(Example { words: words(command), told: Vec::new() });
                }
                None => of_block.last_mut().unwrap().told.push(line.to_owned()),
            }
        }
        examples.append(&mut of_block);
    }
    examples
}

/// Words as a shell takes them, with quotes and comments.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(end), _) if c == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// What is told of the machine, and is another on each.
const OF_THE_MACHINE: [&str; 2] = ["disk ", "open files "];

/// Whether each line that a page tells is written, in their order. There may be more.
fn is_as_told(told: &[String], text: &str) -> bool {
    let mut lines = text.lines();
    let mut told = told.iter().filter(|line| !OF_THE_MACHINE.iter().any(|m| line.starts_with(m)));
    told.all(|told| lines.any(|line| line_is_as_told(told, line)))
}

fn line_is_as_told(told: &str, line: &str) -> bool {
    let (mut told, mut words) = (told.split_whitespace(), line.split_whitespace());
    loop {
        match (told.next(), words.next()) {
            (Some("…"), _) | (None, None) => return true,
            (Some(told), Some(word)) => {
                if told != word && !told.contains(|c: char| c.is_ascii_digit()) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// Runs the commands of a page. What stands in it for what is only known then is put in its place.
fn run(place: &Place, page: &str, names: &BTreeMap<&str, String>) -> usize {
    let examples = examples(page);
    for example in &examples {
        let put = |text: &String| {
            names.iter().fold(text.clone(), |text, (name, value)| text.replace(name, value))
        };
        let words: Vec<String> = example.words.iter().map(put).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(words[0], "trawl", "{example:?}");
        let Ran { code, out, err } = place.run(&words[1..]);
        assert_eq!(code, 0, "{example:?}\n{out}{err}");
        let told: Vec<String> = example.told.iter().map(put).collect();
        assert!(is_as_told(&told, &out), "{example:?} wrote\n{out}{err}");
    }
    examples.len()
}

#[test]
fn what_stands_in_a_page_is_read_as_a_shell_reads_it() {
    assert_eq!(words("trawl a 'b c' \"d\"  # so"), ["trawl", "a", "b c", "d"]);
    let page = "```console\n$ trawl a\nb  c1\nd …\n$ trawl e\n```\n```toml\n$ no\n```\n";
    let examples = examples(page);
    assert_eq!(examples.len(), 2);
    let told = |text| is_as_told(&examples[0].told, text);
    assert!(told("b c1\nd e f\n") && told("a\nb x\nc\nd\ne\n"));
    assert!(!told("b c1\n") && !told("b\nd e\n") && !told("d\nb c1\n") && !told("x c1\nd\n"));
}

/// A folder with letters, one of which can't be read as what it claims to be.
fn letters(place: &Place, folder: &str) {
    for n in 0..4 {
        let text = format!("Dear reader,\nwrite to person.number{n}@mail.example.org\n");
        place.write(&format!("{folder}/invoices/letter{n}.txt"), text);
    }
    place.write(&format!("{folder}/torn.zip"), b"PK\x03\x04 and no more");
    age(&place.path(folder));
}

/// The day of the week that comes in three days.
fn in_three_days() -> &'static str {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    // The first day of 1970 was a Thursday.
    let today = since.as_secs() / 86_400 + 3;
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][((today + 3) % 7) as usize]
}

#[test]
fn the_commands_of_the_page_on_operating_do_what_it_says() {
    let place = Place::new();
    letters(&place, "srv/hr");
    let node = Node::up(&place, &[]);
    // A scan that waits for another day, to be paused and resumed.
    place.write("slow/note.txt", "Nothing of note.");
    let hours = json!({ "zone": "UTC", "windows": [
        { "days": [in_three_days()], "from": "08:00", "to": "09:00" },
    ] });
    let wanted = json!({
        "target": shown(&place.path("slow")), "profile": { "name": "slow", "hours": hours },
    });
    let slow = node.ask("POST", "/api/v1/sources").json(&wanted).send().json();
    let order = json!({ "source": slow["id"] });
    let ordered = node.ask("POST", "/api/v1/scans").json(&order).send().json();
    let names = BTreeMap::from([
        ("/srv/hr", shown(&place.path("srv/hr")).to_owned()),
        ("/backups", shown(&place.path("backups")).to_owned()),
        ("/var/lib/trawl", shown(&place.path("restored")).to_owned()),
        ("/keys/root.key", shown(&place.path("data/root.key")).to_owned()),
        ("SCAN", ordered["id"].as_str().unwrap().to_owned()),
    ]);
    assert!(run(&place, include_str!("../../../docs/operations.md"), &names) > 15);
    let scan = node.get(&format!("/api/v1/scans/{}", names["SCAN"]));
    assert_eq!(scan["state"], "cancelled");
    assert!(place.ok(&["scans", "--data", "restored"]).contains(&names["SCAN"]));
}

#[test]
fn the_settings_of_the_page_on_operating_let_others_in() {
    let place = Place::new();
    let page = include_str!("../../../docs/operations.md");
    let made = rcgen::generate_simple_self_signed(["trawl.example.org".to_owned()]).unwrap();
    let certificate = place.write("node.pem", made.cert.pem());
    let key = place.write("node.key", made.signing_key.serialize_pem());
    let settings = blocks(page, "toml");
    let of = "of those who are let in, of traces, of a database, a bucket and the other nodes";
    assert_eq!(settings.len(), 5, "{of}");
    let (here, elsewhere) = settings.split_at(2);
    place.write("trawl.toml", elsewhere.concat());
    let read = place.ok(&["config", "print"]);
    assert!(read.contains("cql") && read.contains("db1.example.org:9042"), "{read}");
    assert!(read.contains("10.0.0.1:7301") && read.contains("/etc/trawl/n1.pem"), "{read}");
    assert!(read.contains("s3") && read.contains("file:/etc/trawl/bucket.secret"), "{read}");
    let settings = here
        .concat()
        .replace("0.0.0.0:7300", "0.0.0.0:0")
        .replace("/etc/trawl/node.pem", shown(&certificate))
        .replace("/etc/trawl/node.key", shown(&key));
    place.write("trawl.toml", settings);
    let key = place.ok(&["key", "new", "--name", "NAME", "--can", "read"]);
    place.write("t/a.txt", "write to person.number1@mail.example.org\n");
    // Its own setting of where it listens is that of the file: nothing of the test's is over it.
    let mut command = place.command(&["up"]);
    let mut node = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let out = node.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
    assert!(line.starts_with("trawl is up: https://"), "{line}");
    let ran = place.run(&["scan", "t"]);
    node.kill().unwrap();
    node.wait().unwrap();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(key.starts_with("trawl_default_"));
}

#[test]
fn the_metrics_of_the_page_on_operating_are_those_of_a_node() {
    let place = Place::new();
    // Nobody collects there: what is exported is counted all the same.
    let node = Node::up(&place, &["otel.endpoint=http://127.0.0.1:9"]);
    node.get("/api/v1/sources");
    let answer = node.ask("GET", "/metrics").send().text();
    let page = include_str!("../../../docs/operations.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `trawl_"));
    let told: Vec<(&str, &str)> = rows
        .map(|row| {
            let mut cells = row.split(" | ");
            (cells.next().unwrap().trim_end_matches('`'), cells.next().unwrap())
        })
        .collect();
    assert!(told.len() > 5);
    for pool in ["scan", "analysis"] {
        for (name, is_zero) in [("workers", false), ("busy", true), ("depth", true)] {
            let line = format!("trawl_pool_{name}{{pool=\"{pool}\"}} ");
            let number = answer.lines().find_map(|said| said.strip_prefix(&line)).unwrap();
            assert_eq!(number == "0", is_zero, "{line}{number}");
        }
    }
    for (name, kind) in &told {
        let line = format!("# TYPE trawl_{name} {kind}\n");
        assert!(answer.contains(&line), "{line}");
    }
    for line in answer.lines().filter_map(|line| line.strip_prefix("# TYPE trawl_")) {
        let name = line.split(' ').next().unwrap();
        assert!(told.iter().any(|(known, _)| *known == name), "trawl_{name} is in no table");
    }
    // What is watched is there, too.
    let watched = concat!(
        include_str!("../../../deploy/prometheus/trawl.rules.yml"),
        include_str!("../../../deploy/grafana/trawl.json")
    );
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = watched.split(|c| !word(c)).filter_map(|name| name.strip_prefix("trawl_"));
    let names: std::collections::BTreeSet<&str> = names
        .map(|name| ["_bucket", "_count"].iter().find_map(|e| name.strip_suffix(e)).unwrap_or(name))
        .collect();
    assert!(names.len() > 15);
    for name in names {
        assert!(told.iter().any(|(known, _)| *known == name), "trawl_{name} is no metric");
    }
    for line in page.lines().filter_map(|line| line.strip_prefix("| `/")) {
        let route = format!("/{}", line.split('`').next().unwrap());
        assert_eq!(node.ask("GET", &route).send().status, 200, "{route}");
    }
}

#[test]
fn the_commands_of_the_page_on_searching_are_queries() {
    let place = Place::new();
    letters(&place, "t");
    place.ok(&["scan", "t"]);
    assert!(run(&place, include_str!("../../../docs/search.md"), &BTreeMap::new()) >= 3);
}

#[test]
fn the_commands_of_the_page_of_the_api_reach_a_node() {
    let place = Place::new();
    letters(&place, "t");
    let node = Node::up(&place, &[]);
    let scan = node.scan(shown(&place.path("t")))["id"].as_str().unwrap().to_owned();
    let mut asked = 0;
    for example in examples(include_str!("../../../docs/api.md")) {
        let words: Vec<&str> = example.words.iter().map(String::as_str).collect();
        match words[..] {
            ["trawl", "up"] => {
                let line = format!("trawl is up: http://{}", node.address);
                let told = [example.told[0].replace("127.0.0.1:7300", &node.address)];
                assert!(is_as_told(&told, &line), "{example:?}");
            }
            ["trawl", ref words @ ..] => {
                let out = place.ok(words);
                assert!(is_as_told(&example.told, &out), "{example:?} wrote\n{out}");
            }
            ["curl", ref words @ ..] => {
                let header = words.iter().position(|word| *word == "-H").unwrap() + 1;
                assert!(words[header].starts_with("Authorization: Bearer "));
                let path = words.last().unwrap().strip_prefix("http://127.0.0.1:7300").unwrap();
                let answer = node.ask("GET", &path.replace("$SCAN", &scan)).send();
                assert_eq!(answer.status, 200, "{example:?}");
                // Of a scan that has ended the end alone is told: the page shows one at work.
                let end = example.told.iter().position(|line| line == "event: end");
                let told = &example.told[end.unwrap_or(0)..];
                let text = answer.text();
                assert!(is_as_told(told, &text), "{example:?} was answered with\n{text}");
                if path.contains("events") {
                    assert!(text.contains("\"state\":\"finished\""), "{text}");
                }
            }
            _ => panic!("{example:?} is not known"),
        }
        asked += 1;
    }
    assert!(asked >= 4);
    assert_eq!(node.ask("POST", "/api/v1/scans").json(&json!({})).send().status, 400);
}

/// The keys of an object in JSON, in their order, without those of objects in it.
fn keys(line: &str) -> Vec<&str> {
    let (mut keys, mut depth) = (Vec::new(), 0);
    let mut rest = line;
    while let Some(at) = rest.find(['{', '}', '"']) {
        let sign = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match sign {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {
                let (word, behind) = rest.split_once('"').unwrap();
                if depth == 1 && behind.starts_with(':') {
                    keys.push(word);
                }
                rest = behind;
            }
        }
    }
    keys
}

#[test]
fn a_finding_has_the_keys_that_the_readme_tells_in_their_order() {
    let place = Place::new();
    letters(&place, "t");
    place.ok(&["scan", "t"]);
    let [told] = blocks(include_str!("../../../README.md"), "json")[..] else {
        panic!("there is one line of JSON")
    };
    let written = place.ok(&["findings", "--format", "jsonl", "--limit", "1"]);
    assert_eq!(keys(&written), keys(told));
}
