//! `docs/configuration.md` says what the declarations say.

#[test]
fn the_documentation_is_in_step_with_the_declarations() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let made = trawl_cluster_config::markdown();
    let first = written.lines().zip(made.lines()).position(|(w, m)| w != m);
    assert!(
        written == made,
        "docs/configuration.md is not what `make docs` writes: line {first:?}"
    );
}

#[test]
fn every_setting_has_a_meaning_a_default_within_its_bounds_and_a_variable_of_its_own() {
    let mut variables = std::collections::BTreeSet::new();
    for setting in trawl_cluster_config::SECTIONS.iter().flat_map(|section| section.settings()) {
        let key = setting.key();
        assert!(setting.meaning().ends_with('.'), "{key}");
        assert!(variables.insert(setting.variable()), "{key}");
        let Some(default) = setting.default() else { continue };
        let text = default.trim_matches('"');
        let config = trawl_cluster_config::Layers::default().overrides([(&key, text)]).load();
        let config = config.unwrap_or_else(|error| panic!("{key}: {error}"));
        assert_eq!(setting.written(&config.settings), Some(default), "{key}");
    }
    assert!(variables.len() > 40);
}
