//! The examples of all rule files, run against all rules at once.

use std::sync::Arc;

use trawl_detect::rule::{Example, Rule};
use trawl_detect::{Engine, Rules, Scene};
use trawl_model::Piece;

#[test]
fn every_example_of_every_rule_file_is_found_as_it_says() {
    let rules = Rules::built_in_with_examples().unwrap_or_else(|e| panic!("{e}"));
    let engine = Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"));
    let wrong: Vec<String> = rules
        .list()
        .iter()
        .flat_map(|rule| rule.examples.iter().enumerate().map(move |(i, e)| (rule, i, e)))
        .filter_map(|(rule, i, example)| wrong(&engine, rule, i, example))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn wrong(engine: &Engine, rule: &Rule, number: usize, example: &Example) -> Option<String> {
    let text = example.text.clone().into_bytes();
    let mut piece = Piece::plain(text, 0, None, Arc::from([]));
    piece.segments[0].label = example.label.as_deref().map(Arc::from);
    let scene = Scene { path: example.path.as_bytes() };
    let mut detections = Vec::new();
    engine.detect(&piece, &scene, &mut engine.scratch(), &mut detections);
    let found: Vec<&str> = detections
        .iter()
        .filter(|d| engine.rule(d).type_id == rule.type_id)
        .map(|d| &example.text[d.span.clone()])
        .collect();
    let right = match example.finds.as_str() {
        "" => found.is_empty(),
        value => found.contains(&value),
    };
    let all: Vec<String> = detections
        .iter()
        .map(|d| {
            let id = &engine.rule(d).reference.id;
            format!("{id} {} {:?}", d.confidence.as_percent(), &example.text[d.span.clone()])
        })
        .collect();
    (!right).then(|| {
        let (id, want) = (&rule.reference.id, &example.finds);
        format!("{id}, example {}: wanted {want:?}, found {all:?}", number + 1)
    })
}
