//! The page of the API is right: its examples are asked of a real node, and its table of codes is
//! that of the document.

use std::collections::BTreeMap;

use crate::support::node::Node;
use crate::support::{Place, age, shown};
use serde_json::Value;

const PAGE: &str = include_str!("../../../docs/api.md");

/// The blocks of a page that are fenced with this word.
fn blocks(word: &str) -> Vec<&'static str> {
    let begin = format!("```{word}\n");
    PAGE.split(begin.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// What stands in the page for what is only known when it is asked.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    fn put(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value))
    }

    /// Whether an answer has all that is told of it; names that are met first are learnt.
    fn hold(&mut self, told: &Value, answer: &Value) -> bool {
        match (told, answer) {
            (Value::Object(told), Value::Object(answer)) => told
                .iter()
                .all(|(key, told)| answer.get(key).is_some_and(|found| self.hold(told, found))),
            (Value::Array(told), Value::Array(answer)) => {
                told.len() == answer.len()
                    && told.iter().zip(answer).all(|(told, found)| self.hold(told, found))
            }
            (Value::String(told), Value::String(found)) => match told.strip_prefix('$') {
                Some(name) => self.0.entry(name.to_owned()).or_insert(found.clone()) == found,
                None => told == found,
            },
            _ => told == answer,
        }
    }
}

#[test]
fn the_examples_of_the_page_are_answered_as_it_says() {
    let place = Place::new();
    place.write("letters/letter.txt", "Dear reader,\nwrite to person.number1@mail.example.org\n");
    age(&place.path("letters"));
    let node = Node::up(&place, &[]);
    let mut names = Names::default();
    names.0.insert("letters".to_owned(), shown(&place.path("letters")).to_owned());
    let examples = blocks("http");
    assert!(examples.len() >= 10);
    for example in examples {
        let lines: Vec<&str> = example.lines().collect();
        let (method, path) = lines[0].split_once(' ').unwrap();
        let mut request = node.ask(method, &names.put(path));
        if lines.len() > 2 {
            request = request.json(&serde_json::from_str(&names.put(lines[1])).unwrap());
        }
        // The index follows within moments: it is asked until it has.
        let mut answer = request.send();
        while path.starts_with("/api/v1/search") && answer.json()["count"] == 0 {
            answer = node.ask(method, &names.put(path)).send();
        }
        let (status, told) = lines.last().unwrap().split_once(' ').unwrap();
        let told: Value = serde_json::from_str(told).unwrap_or_else(|e| panic!("{e}: {told}"));
        assert_eq!(answer.status.to_string(), status, "{example}{}", answer.text());
        assert!(names.hold(&told, &answer.json()), "{example}{}", answer.text());
        if path == "/api/v1/scans" {
            node.events(&names.0["scan"].clone());
        }
    }
}

#[test]
fn the_table_of_codes_has_all_that_the_document_tells_of() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let document = node.get("/api/v1/openapi.json");
    let mut told = BTreeMap::new();
    for operation in document["paths"].as_object().unwrap().values() {
        for operation in operation.as_object().unwrap().values() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let text = response["description"].as_str().unwrap();
                for code in text.strip_prefix("Code: ").unwrap_or_default().split(", ") {
                    told.insert(code.to_owned(), status.clone());
                }
            }
        }
    }
    told.remove("");
    for (code, status) in told {
        let row = format!("| `{code}` | {status} |");
        assert!(PAGE.contains(&row), "{row} is in docs/api.md");
    }
}
