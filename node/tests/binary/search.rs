//! Searching from the command line, after scans by the real binary.

use crate::support::node::Node;
use crate::support::{Place, age, lines};
use serde_json::Value;

/// A folder with letters to twelve people.
fn letters() -> Place {
    let place = Place::new();
    for n in 0..12 {
        let folder = if n % 2 == 0 { "invoices" } else { "letters" };
        place.write(
            &format!("t/{folder}/note{n}.txt"),
            format!("Dear reader,\nwrite to person.number{n}@mail.example.org\n"),
        );
    }
    place.write("t/picture.bin", [0xFF, 0xD8, 0xFF, 0, 1, 2, 3]);
    age(&place.path("t"));
    place.ok(&["scan", "t"]);
    place
}

fn search(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let all: Vec<&str> = ["search", "--format", "jsonl"].iter().chain(arguments).copied().collect();
    lines(&place.ok(&all))
}

/// The matches and the line of the page.
fn page(place: &Place, arguments: &[&str]) -> (Vec<Value>, Value) {
    let mut lines = search(place, arguments);
    let page = lines.pop().unwrap();
    assert_eq!(page["kind"], "page");
    (lines, page)
}

#[test]
fn what_was_scanned_is_searched_and_bodies_are_those_of_the_store() {
    let place = letters();
    let (found, page) = page(&place, &["type:email path:invoices"]);
    assert_eq!((found.len(), &page["count"], &page["next"]), (6, &6.into(), &Value::Null));
    let of_store = lines(&place.ok(&["findings", "--format", "jsonl"]));
    for finding in &found {
        assert_eq!(finding["kind"], "finding");
        let same = of_store.iter().find(|other| other["id"] == finding["id"]).unwrap();
        for key in ["object", "place", "preview", "token", "last_seen", "confidence"] {
            assert_eq!(finding[key], same[key], "{key}");
        }
    }
    let (objects, _) = self::page(&place, &["kind:object coverage:skipped"]);
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["object"], "picture.bin");
    assert_eq!(objects[0]["items"][0]["reason"], "binary");
}

#[test]
fn what_was_never_opened_is_shown_as_often_as_it_is_counted() {
    let place = letters();
    std::os::unix::fs::symlink("invoices", place.path("t/link")).unwrap();
    place.write("t/large.txt", "nothing of note\n".repeat(1_000));
    place.write("t/torn.zip", b"PK\x03\x04 and no more");
    place.ok(&["scan", "t", "--max-size", "10KB"]);
    for (reason, object) in
        [("symlink", "link"), ("too-large", "large.txt"), ("broken", "torn.zip")]
    {
        let (found, page) = page(&place, &[&format!("reason:{reason}")]);
        assert_eq!(page["count"], 1, "{reason}");
        assert_eq!(found.len(), 1, "{reason}");
        assert_eq!(found[0]["object"], object);
    }
}

#[test]
fn a_verdict_and_a_change_are_found_at_once() {
    let place = letters();
    assert_eq!(page(&place, &["verdict:confirmed"]).0.len(), 0);
    let first = page(&place, &["path:note4 kind:finding"]).0.remove(0);
    place.ok(&["verdict", first["id"].as_str().unwrap(), "confirmed"]);
    let (found, _) = page(&place, &["verdict:confirmed"]);
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["id"], &found[0]["verdict"]), (&first["id"], &"confirmed".into()));
    place.write("t/new.txt", "card 4111 1111 1111 1111, write to new.person@mail.example.org\n");
    std::fs::remove_file(place.path("t/letters/note1.txt")).unwrap();
    place.ok(&["scan", "t"]);
    assert_eq!(page(&place, &["path:new type:email"]).0.len(), 1);
    assert_eq!(page(&place, &["state:closed kind:finding"]).0.len(), 1);
}

#[test]
fn pages_follow_each_other_and_facets_count_all_of_them() {
    let place = letters();
    let (mut after, mut met) = (None::<String>, Vec::new());
    loop {
        let mut arguments =
            vec!["type:email", "--limit", "5", "--sort", "-path", "--facet", "type"];
        if let Some(after) = &after {
            arguments.extend(["--after", after]);
        }
        let (mut found, page) = page(&place, &arguments);
        let facet = found.pop().unwrap();
        assert_eq!((&facet["value"], &facet["count"]), (&"email".into(), &12.into()));
        assert_eq!(page["count"], 12);
        met.extend(found.iter().map(|found| found["object"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    let mut sorted = met.clone();
    sorted.sort_by(|a, b| b.cmp(a));
    sorted.dedup();
    assert_eq!((met.len(), met), (12, sorted));
}

#[test]
fn an_index_that_is_made_anew_finds_the_same() {
    let place = letters();
    let before = page(&place, &["*", "--limit", "100", "--sort", "path"]);
    let out = place.ok(&["index", "rebuild"]);
    assert_eq!(out, "the index was made anew: 25 findings and objects\n");
    assert_eq!(page(&place, &["*", "--limit", "100", "--sort", "path"]), before);
    // What is lost with all of its files is made anew from the store.
    std::fs::remove_dir_all(place.path("data/index")).unwrap();
    let ran = place.run(&["search", "*"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("trawl index rebuild"), "{}", ran.err);
    place.ok(&["index", "rebuild"]);
    assert_eq!(page(&place, &["*", "--limit", "100", "--sort", "path"]), before);
}

#[test]
fn a_page_of_matches_has_the_bounds_of_a_page() {
    let place = letters();
    // Names of objects make up most of what is answered.
    for n in 0..200 {
        let name = format!("t/{}/{n:03}-{}.txt", "long".repeat(60), "name".repeat(60));
        place.write(&name, "nothing to be seen\n");
    }
    place.ok(&["scan", "t"]);
    let node = Node::up(&place, &["api.page_items=100", "api.page_bytes=64KiB"]);
    // By then the index has taken all in.
    node.get("/api/v1/checks");
    let (mut met, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let answer = node.ask("GET", &format!("/api/v1/search?limit=10000{cursor}")).send();
        let page = answer.json();
        let matches = page["matches"].as_array().unwrap();
        assert!(matches.len() <= 100 && answer.text().len() < 100 << 10);
        let ids = matches.iter().map(|of| (of["kind"].to_string(), of["id"].to_string()));
        met.extend(ids);
        pages += 1;
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let all = met.len();
    met.sort_unstable();
    met.dedup();
    assert_eq!((met.len(), all), (225, 225));
    assert!(pages > 3, "{pages} pages");
}

#[test]
fn as_many_matches_come_as_are_asked_for_however_few_a_page_has() {
    let place = letters();
    let asked = ["kind:*", "--limit", "12", "--sort", "path", "--facet", "kind"];
    let of_one_page = page(&place, &asked);
    assert_eq!(of_one_page.1["count"], 25);
    let small = [&asked[..], &["--set", "api.page_items=5"]].concat();
    assert_eq!(page(&place, &small), of_one_page);
    let node = Node::up(&place, &["api.page_items=5"]);
    assert_eq!(page(&place, &asked), of_one_page);
    let csv = place.ok(&["search", "*", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 26);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_query_may_begin_with_a_minus() {
    let place = letters();
    assert_eq!(page(&place, &["-type:email", "--limit", "20"]).1["count"], 13);
    assert_eq!(page(&place, &["--limit", "20", "-kind:object -path:invoices"]).1["count"], 6);
    let misspelt = place.run(&["search", "--limt=5"]);
    assert!(misspelt.code == 2 && misspelt.err.contains("no such flag"), "{}", misspelt.err);
}

#[test]
fn none_are_no_list_and_too_many_are_named_as_they_were_asked_for() {
    let place = letters();
    for list in [&["search", "*"][..], &["findings"], &["scans"], &["parked", "list", "t"]] {
        let ran = place.run(&[list, &["--limit", "0"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{list:?}");
        assert!(ran.err.contains("at least 1"), "{}", ran.err);
    }
    let ran = place.run(&["search", "*", "--limit", "99999999999"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("'99999999999'") && ran.err.contains("at most 10000"), "{}", ran.err);
}

#[test]
fn a_node_makes_its_index_anew_while_it_serves() {
    const PATH: &str = "/api/v1/index/rebuild";
    let place = letters();
    let all = ["*", "--limit", "100", "--sort", "path"];
    let before = page(&place, &all);
    let node = Node::up(&place, &[]);
    assert_eq!(node.ask("GET", PATH).send().code(), "not-found");
    let out = place.ok(&["index", "rebuild"]);
    assert_eq!(out, "the index was made anew: 25 findings and objects\n");
    assert_eq!(page(&place, &all), before);
    let told = node.get(PATH);
    assert_eq!((&told["state"], &told["documents"]), (&"finished".into(), &25.into()));
    assert!(told["started"].as_str() <= told["ended"].as_str(), "{told}");
    let audit = lines(&place.ok(&["audit", "list", "--format", "jsonl"]));
    let entries = audit.iter().filter(|entry| entry["action"] == "index-rebuild");
    assert_eq!(entries.count(), 1);
    assert_eq!(node.stop(), 0);

    // What is lost with all of its files is missed, and found again where it comes back.
    let (index, lost) = (place.path("data/index"), place.path("lost"));
    std::fs::rename(&index, &lost).unwrap();
    let node = Node::up(&place, &["index.look_every=1s"]);
    let missed = || node.get("/api/v1/search?q=*")["unsearched"].as_array().unwrap().len();
    assert!(missed() > 0);
    let ready = node.ask("GET", "/readyz").send();
    assert_eq!(ready.status, 503);
    assert!(ready.json()["parts"].as_array().unwrap().iter().any(|part| {
        part["name"] == "index" && part["why"].as_str().unwrap_or("").contains("index rebuild")
    }));
    let metrics = String::from_utf8(node.ask("GET", "/metrics").send().body).unwrap();
    assert!(metrics.contains(&format!("trawl_index_lanes_unsearched {}", missed())), "{metrics}");
    for file in std::fs::read_dir(&lost).unwrap() {
        let file = file.unwrap();
        if file.file_name() != ".scratch" {
            std::fs::rename(file.path(), index.join(file.file_name())).unwrap();
        }
    }
    while missed() > 0 {
        std::thread::yield_now();
    }
    assert_eq!(page(&place, &all), before);
    assert_eq!(node.ask("GET", "/readyz").send().status, 200);
    assert_eq!(node.stop(), 0);

    // And made anew by the node that misses it.
    std::fs::remove_dir_all(&index).unwrap();
    let node = Node::up(&place, &[]);
    let missed = &node.get("/api/v1/search?q=*")["unsearched"];
    assert!(missed.as_array().is_some_and(|missed| !missed.is_empty()), "{missed}");
    let begun = node.ask("POST", PATH).send();
    assert_eq!(begun.status, 202);
    let ended = (0..).map(|_| node.get(PATH)).find(|told| told["state"] != "running").unwrap();
    assert_eq!(ended["state"], "finished", "{ended}");
    assert_eq!(page(&place, &all), before);
}

#[test]
fn a_query_that_is_wrong_is_pointed_at() {
    let place = letters();
    let ran = place.run(&["search", "tpye:email"]);
    assert_eq!(ran.code, 2);
    for word in ["did you mean `type`?", "tpye:email\n", "^^^^"] {
        assert!(ran.err.contains(word), "{}", ran.err);
    }
    assert_eq!(place.run(&["search", "*", "--sort", "-nothing"]).code, 2);
    assert_eq!(place.run(&["search", "*", "--facet", "path"]).code, 2);
    assert_eq!(place.run(&["search", "*", "--after", "nobody-gave-this"]).code, 2);
    assert_eq!(place.run(&["search", "*", "--limit", "1000000"]).code, 2);
}

#[test]
fn people_and_programs_are_shown_what_they_can_read() {
    let place = letters();
    let table = place.ok(&["search", "type:email", "--facet", "type", "--limit", "3"]);
    for word in ["email", "12 matches", "the next page: --after ", "note"] {
        assert!(table.contains(word), "{word} in\n{table}");
    }
    let json = place.ok(&["search", "type:email", "--format", "json", "--facet", "type,kind"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["count"], json["matches"].as_array().unwrap().len()), (&12.into(), 12));
    assert_eq!(json["facets"]["kind"]["finding"], 12);
    let csv = place.ok(&["search", "*", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 26);
    assert!(csv.starts_with("kind,id,source,object,type"));
}
