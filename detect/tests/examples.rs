//! The examples of all rule files, run against all rules at once.

use trawl_detect::{Engine, Rules, proof};

#[test]
fn every_example_of_every_rule_file_is_found_as_it_says() {
    let rules = Rules::built_in_with_examples().unwrap_or_else(|e| panic!("{e}"));
    let engine = Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"));
    let wrong = proof::wrong(&engine, rules.list());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
