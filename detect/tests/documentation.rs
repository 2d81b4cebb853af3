//! `docs/types.md` says what the rules say.

#[test]
fn the_list_of_types_is_in_step_with_the_rules() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/types.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let rules = trawl_detect::Rules::built_in().unwrap_or_else(|error| panic!("{error}"));
    let made = trawl_detect::rule::markdown::types(&rules);
    let first = written.lines().zip(made.lines()).position(|(w, m)| w != m);
    assert!(written == made, "docs/types.md is not what `make docs` writes: line {first:?}");
}
