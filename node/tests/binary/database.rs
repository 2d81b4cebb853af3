//! `trawl migrate` against a real server that asks for a name and a password, and speaks TLS alone.

use std::path::Path;

use trawl_storage::testing::cassandra;

use crate::support::{Place, Ran, shown};

#[test]
fn the_tables_of_a_database_are_made_over_tls_by_whoever_may() {
    let folder = cassandra::folder(env!("CARGO_TARGET_TMPDIR"), "secured");
    let address = cassandra::run(&["up", "--auth", "--tls"], &folder).pop().unwrap();
    let place = Place::new();
    let secret = |name: &str, text: &str| {
        format!("database.password=file:{}", shown(&place.write(name, text)))
    };
    let (right, wrong) = (secret("right", "cassandra\n"), secret("wrong", "not it\n"));
    let nodes = format!("database.nodes={address}");
    let signed = |by: &Path| format!("database.certificates={}", shown(by));
    let certificates = signed(&folder.join("tls/ca.pem"));
    let asked = |password: &str, certificates: &str, check: bool| {
        let mut arguments = vec!["migrate"];
        let one = "database.replication=datacenter1:1";
        for set in [&nodes, certificates, one, "database.user=cassandra", password] {
            arguments.extend(["--set", set]);
        }
        arguments.extend(check.then_some("--check"));
        let Ran { code, out, err } = place.run(&arguments);
        (code, out + &err)
    };

    let (code, said) = asked(&right, &certificates, true);
    assert_ne!(code, 0);
    assert!(said.contains("keyspace trawl: it has no tables of trawl"), "{said}");
    let (code, said) = asked(&wrong, &certificates, false);
    assert_ne!(code, 0);
    assert!(said.contains("the database can't be reached"), "{said}");
    assert!(!said.contains("not it"), "{said}");

    let (code, said) = asked(&right, &certificates, false);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("trawl: made, with "), "{said}");
    let (code, said) = asked(&right, &certificates, false);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("trawl: its tables are as they are to be"), "{said}");
    let (code, said) = asked(&right, &certificates, true);
    assert_eq!((code, said.as_str()), (0, "trawl: its tables are as they are to be\n"));

    // One who was signed by somebody else is not believed.
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = place.write("other.pem", other.cert.pem());
    let (code, said) = asked(&right, &signed(&other), true);
    assert_ne!(code, 0);
    assert!(said.contains("the database can't be reached"), "{said}");
    assert!(!place.path("data").exists(), "nothing is made in a data directory");
    cassandra::run(&["down"], &folder);
}

#[test]
fn a_database_that_is_set_by_halves_is_named() {
    let place = Place::new();
    let said = |settings: &[&str]| {
        let settings = settings.iter().flat_map(|set| ["--set", *set]);
        let ran = place.run(&std::iter::once("migrate").chain(settings).collect::<Vec<_>>());
        assert_ne!(ran.code, 0);
        ran.err
    };
    assert!(said(&[]).contains("database.nodes names no database"));
    let node = "database.nodes=127.0.0.1:1";
    let user = said(&[node, "database.user=somebody"]);
    assert!(user.contains("database.user and database.password belong together"), "{user}");
    let key = said(&[node, "database.certificate=/nowhere.pem"]);
    assert!(key.contains("database.certificate and database.key belong together"), "{key}");
    let nobody = said(&[node, "database.connect_within=1s"]);
    assert!(nobody.contains("the database can't be reached: 127.0.0.1:1"), "{nobody}");
    assert!(said(&["database.nodes=nowhere"]).contains("database.nodes"));
}
