//! How layers make settings, and what is said of wrong ones.

#![allow(clippy::unwrap_used, reason = "what tests share may fail as tests do")]

use std::path::PathBuf;

use tempfile::TempDir;
use trawl_cluster_config::{Bytes, Environment, Error, Layers, Origin, SECTIONS, SecretRef, check};

/// A file of settings in a folder of its own.
struct Written {
    path: PathBuf,
    _folder: TempDir,
}

fn written(text: &str) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trawl.toml");
    std::fs::write(&path, text).unwrap();
    Written { path, _folder: folder }
}

/// The problems of a file by itself.
fn problems(text: &str) -> Vec<String> {
    let file = written(text);
    let error = check(&file.path).expect_err("these settings are wrong");
    let folder = format!("{}/", file.path.parent().unwrap().display());
    error.problems().iter().map(|problem| problem.to_string().replace(&folder, "")).collect()
}

/// The problems of a variable by itself.
fn of_variable(name: &str, value: &str) -> Vec<String> {
    match Layers::default().environment(Environment::of([(name, value)])).load() {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn each_layer_wins_over_the_one_below() {
    let file = written("[scan]\nmax_depth = 2\nmax_nesting = 32\npiece_bytes = '2MiB'\n");
    let environment =
        Environment::of([("TRAWL_SCAN_MAX_NESTING", "64"), ("TRAWL_SCAN_PIECE_BYTES", "3MiB")]);
    let config = Layers::default()
        .file(&file.path)
        .environment(environment)
        .flag("--piece", "scan.piece_bytes", "4MiB")
        .load()
        .unwrap();
    let scan = &config.settings.scan;
    assert_eq!(scan.max_members, 1_000_000);
    assert_eq!(scan.max_depth, 2);
    assert_eq!(scan.max_nesting, 64);
    assert_eq!(scan.piece_bytes, Bytes::mib(4));
    assert_eq!(config.origin("scan.max_members"), Origin::Default);
    assert_eq!(config.origin("scan.max_depth"), Origin::File { path: file.path.clone(), line: 2 });
    let variable = "TRAWL_SCAN_MAX_NESTING".to_owned();
    assert_eq!(config.origin("scan.max_nesting"), Origin::Variable(variable));
    assert_eq!(config.origin("scan.piece_bytes"), Origin::Flag("--piece".into()));
}

#[test]
fn the_effective_settings_are_all_settings() {
    let config = Layers::default().overrides([("log.format", "json")]).load().unwrap();
    let effective = config.effective();
    let count: usize = SECTIONS.iter().map(|section| section.settings().len()).sum();
    assert_eq!(effective.len(), count);
    let format = effective.iter().find(|setting| setting.key == "log.format").unwrap();
    assert_eq!(format.value.as_deref(), Some("\"json\""));
    assert_eq!(format.origin, Origin::Flag("--set".into()));
    let lease = effective.iter().find(|setting| setting.key == "range.lease").unwrap();
    assert_eq!((lease.value.as_deref(), lease.kind), (Some("\"1m\""), "duration"));
}

#[test]
fn what_is_printed_as_effective_can_be_read_again() {
    let config = Layers::default()
        .overrides([("scan.include", "a \"b\".{txt,md}"), ("range.vanished_share", "20%")])
        .overrides([("node.root_key", "env:ROOT"), ("scan.one_file_system", "true")])
        .load()
        .unwrap();
    let lines = config
        .effective()
        .into_iter()
        .filter_map(|setting| setting.value.map(|value| format!("{} = {value}\n", setting.key)));
    let file = written(&lines.collect::<String>());
    let again = Layers::default().file(&file.path).load().unwrap();
    assert_eq!(again.settings, config.settings);
}

#[test]
fn an_unknown_key_names_place_key_and_the_nearest() {
    let found = problems("[scan]\n\npice_bytes = '1MiB'\n");
    assert_eq!(found.len(), 1);
    let start = "trawl.toml:3: scan.pice_bytes is not a setting; allowed is in [scan]: include,";
    assert!(found[0].starts_with(start), "{found:?}");
    assert!(found[0].ends_with("did you mean scan.piece_bytes?"), "{found:?}");
}

#[test]
fn a_key_in_the_wrong_section_or_in_none_is_led_to_its_own() {
    assert!(problems("[scan]\nlease = '60s'\n")[0].ends_with("did you mean range.lease?"));
    assert!(problems("piece_bytes = '1MiB'\n")[0].ends_with("did you mean scan.piece_bytes?"));
    assert!(problems("[scna]\nmax_depth = 1\n")[0].ends_with("did you mean scan.max_depth?"));
    assert!(problems("'scan.max_depth' = 1\n")[0].ends_with("did you mean scan.max_depth?"));
    let found = problems("colour = 1\n");
    assert!(
        found[0].contains("a setting in one of [node], [api], [log], [otel], [scan]"),
        "{found:?}"
    );
}

#[test]
fn a_bad_value_names_place_key_value_and_what_is_allowed() {
    assert_eq!(
        problems("[scan]\npiece_bytes = '10XB'\n"),
        ["trawl.toml:2: scan.piece_bytes is \"10XB\"; allowed is a size such as 256MiB: 64KiB to \
          64MiB; a whole number with B, KiB, MiB, GiB, TiB, kB, MB, GB or TB"]
    );
    assert_eq!(
        problems("[scan]\nmax_depth = 1000\n"),
        ["trawl.toml:2: scan.max_depth is 1000; allowed is a whole number: 1 to 64"]
    );
    assert_eq!(
        problems("[log]\nformat = 'jsn'\n"),
        ["trawl.toml:2: log.format is \"jsn\"; allowed is one word: text, json; did you mean \
          \"json\"?"]
    );
    assert_eq!(
        of_variable("TRAWL_RANGE_LEASE", "60"),
        [
            "variable TRAWL_RANGE_LEASE: range.lease is \"60\"; allowed is a duration such as 5s: 5s \
          to 1h; a whole number with its unit, which is ms, s, m, h or d"
        ]
    );
    let error = Layers::default().flag("--max-size", "scan.max_object_bytes", "big").load();
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("flag --max-size: scan.max_object_bytes is \"big\";"), "{error}");
}

#[test]
fn all_problems_of_all_layers_are_told_at_once() {
    let file = written("[scan]\nmax_depth = 0\npice_bytes = 1\n[store]\nkind = 'sql'\n");
    let error = Layers::default()
        .file(&file.path)
        .environment(Environment::of([("TRAWL_LOG_FORMAT", "xml"), ("TRAWL_SCAN_DEPTH", "3")]))
        .overrides([("scan.max_depth", "3"), ("scan.nothing", "1")])
        .load()
        .unwrap_err();
    let keys: Vec<&str> = error.problems().iter().map(|p| p.key.as_str()).collect();
    let expected =
        ["scan.max_depth", "scan.pice_bytes", "store.kind", "", "log.format", "scan.nothing"];
    assert_eq!(keys, expected, "{error}");
}

#[test]
fn a_section_that_is_no_table_and_a_setting_that_is_one_are_refused() {
    assert!(problems("scan = 3\n")[0].contains("scan is not a setting"));
    assert!(problems("[scan.max_depth]\nx = 1\n")[0].contains("scan.max_depth is a table"));
    assert!(problems("[[scan]]\nmax_depth = 1\n")[0].contains("scan is not a setting"));
}

#[test]
fn settings_that_do_not_go_together_are_refused_where_somebody_set_one() {
    let pieces = "[scan]\npiece_bytes = '64KiB'\nmax_field_bytes = '64KiB'\n";
    assert_eq!(
        problems(&format!("{pieces}overlap_bytes = '64KiB'\n")),
        [
            "trawl.toml:4: scan.overlap_bytes is 64KiB; allowed is at most half of scan.piece_bytes, \
          here 32KiB; else more is read again than anew"
        ]
    );
    assert_eq!(
        problems("[scan]\ncontent_in_flight_bytes = '16MiB'\n"),
        ["trawl.toml:2: scan.whole_bytes is 64MiB; allowed is at most \
          scan.content_in_flight_bytes, here 16MiB; what is loaded whole counts as in flight, and \
          must fit; scan.content_in_flight_bytes is set there, scan.whole_bytes by default"]
    );
}

#[test]
fn a_variable_names_the_file_unless_it_is_empty() {
    let file = written("[scan]\nmax_depth = 2\n");
    let named = Environment::of([("TRAWL_CONFIG", &file.path)]);
    assert_eq!(Layers::of(named).load().unwrap().settings.scan.max_depth, 2);
    let empty = Environment::of([("TRAWL_CONFIG", "")]);
    assert_eq!(Layers::of(empty).load().unwrap().settings.scan.max_depth, 8);
    let missing = Environment::of([("TRAWL_CONFIG", "/nowhere/trawl.toml")]);
    assert!(Layers::of(missing).load().unwrap_err().to_string().contains("/nowhere/trawl.toml"));
}

#[test]
fn the_environment_of_the_process_is_read() {
    let process = Environment::of_process();
    assert!(process.get("CARGO_MANIFEST_DIR").is_some());
    for name in ["", "A=B", "A\0B", "TRAWL_NO_SUCH_VARIABLE"] {
        assert_eq!(process.get(name), None, "{name:?}");
    }
}

#[test]
fn a_plain_secret_is_refused_without_being_shown() {
    let file = written("[node]\nroot_key = 'hunter2'\n");
    let in_file = check(&file.path).unwrap_err();
    let environment = Environment::of([("TRAWL_NODE_ROOT_KEY", "hunter2")]);
    let in_variable = Layers::default().environment(environment).load().unwrap_err();
    let in_flag = Layers::default().overrides([("node.root_key", "hunter2")]).load().unwrap_err();
    for error in [in_file, in_variable, in_flag] {
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("hunter2"), "{text}");
            assert!(text.contains("write file:PATH"), "{text}");
        }
    }
}

#[test]
fn a_reference_is_shown_and_its_secret_is_not() {
    let environment = Environment::of([
        ("TRAWL_NODE_ROOT_KEY", "env:TRAWL_ROOT"),
        // It begins as settings do, but is none: a secret is in it.
        ("TRAWL_ROOT", "hunter2"),
    ]);
    let config = Layers::default().environment(environment.clone()).load().unwrap();
    let printed = format!("{config:?}{:?}", config.effective());
    assert!(printed.contains("env:TRAWL_ROOT") && !printed.contains("hunter2"));
    let reference = config.settings.node.root_key.unwrap();
    assert_eq!(reference, SecretRef::Env("TRAWL_ROOT".into()));
    assert!(reference.resolve(&environment).unwrap().with(|bytes| bytes == b"hunter2"));
}

#[test]
fn an_unknown_variable_is_refused_and_led_to_the_right_one() {
    let found = of_variable("TRAWL_SCAN_PICE_BYTES", "1MiB");
    assert!(found[0].ends_with("did you mean TRAWL_SCAN_PIECE_BYTES?"), "{found:?}");
    let found = of_variable("TRAWL_NODE_DATA_DIR", "/data");
    assert!(found[0].ends_with("did you mean TRAWL_DATA?"), "{found:?}");
    assert_eq!(of_variable("TRAWL_CONFIG", "x.toml"), [""; 0]);
}

#[test]
fn what_the_container_file_sets_is_a_setting() {
    let file = include_str!("../../deploy/Containerfile");
    let words = file.split(|of: char| of.is_whitespace()).filter(|word| word.starts_with("TRAWL_"));
    let set: Vec<(&str, &str)> = words.filter_map(|word| word.split_once('=')).collect();
    assert!(set.iter().any(|(name, _)| *name == "TRAWL_DATA"), "{set:?}");
    for (name, value) in set {
        assert_eq!(of_variable(name, value), [""; 0], "{name}");
    }
}

#[test]
fn a_kubernetes_service_named_trawl_does_not_keep_the_node_from_starting() {
    for (name, value) in [
        ("TRAWL_SERVICE_HOST", "10.0.0.1"),
        ("TRAWL_SERVICE_PORT", "7700"),
        ("TRAWL_SERVICE_PORT_HTTP", "7700"),
        ("TRAWL_PORT", "tcp://10.0.0.1:7700"),
        ("TRAWL_PORT_7700_TCP_ADDR", "10.0.0.1"),
    ] {
        assert_eq!(of_variable(name, value), [""; 0], "{name}");
    }
    assert_eq!(of_variable("TRAWL_PORT", "7700").len(), 1);
}

#[test]
fn a_list_is_one_entry_or_a_list_and_flags_add_up() {
    let load = |value: &str| {
        let environment = Environment::of([("TRAWL_SCAN_EXCLUDE", value)]);
        Layers::default().environment(environment).load().unwrap().settings.scan.exclude
    };
    assert_eq!(load("*.{a,b}"), ["*.{a,b}"]);
    assert_eq!(load(r#"["*.a", "*.b"]"#), ["*.a", "*.b"]);
    let config = Layers::default()
        .flag("--exclude", "scan.exclude", "*.a")
        .flag("--exclude", "scan.exclude", r#"["*.b"]"#)
        .load()
        .unwrap();
    assert_eq!(config.settings.scan.exclude, ["*.a", "*.b"]);
}

#[test]
fn a_file_that_can_not_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = check(&folder.path().join("none.toml")).unwrap_err();
    assert!(matches!(missing, Error::File { .. }) && missing.to_string().contains("none.toml"));
    let file = written("");
    let open = std::fs::OpenOptions::new().write(true).open(&file.path).unwrap();
    open.set_len(2 << 20).unwrap();
    assert!(check(&file.path).unwrap_err().to_string().contains("more than 1MiB"));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_refused() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let value = OsString::from_vec(vec![0xff]);
    let environment = Environment::of([(OsString::from("TRAWL_LOG_LEVEL"), value)]);
    let error = Layers::default().environment(environment).load().unwrap_err();
    assert!(error.to_string().contains("log.level is not UTF-8 text"), "{error}");
}
