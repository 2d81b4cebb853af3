use std::os::unix::fs::PermissionsExt;

use super::*;

const DAY: Duration = Duration::from_secs(86_400);

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000)
}

fn cluster(name: &str) -> ClusterName {
    name.parse().unwrap()
}

fn node(name: &str) -> NodeName {
    name.parse().unwrap()
}

fn authority(name: &str) -> Authority {
    Authority::make(&cluster(name), AUTHORITY_LIFETIME, now()).unwrap()
}

fn issued(authority: &Authority) -> Issued {
    authority.issue(&node("n1"), DAY, now()).unwrap()
}

fn read(issued: &Issued, authorities: &str, at: SystemTime) -> Result<Credentials, MeshError> {
    Credentials::of_pem(issued.certificate(), issued.key(), authorities, &cluster("prod"), at)
}

/// What a refusal says.
fn refused<T>(result: Result<T, MeshError>) -> String {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_issued_is_believed_and_names_its_node() {
    let authority = authority("prod");
    let credentials = read(&issued(&authority), authority.certificate(), now()).unwrap();
    assert_eq!(credentials.node(), &node("n1"));
    assert_eq!(credentials.cluster(), &cluster("prod"));
    assert_eq!(credentials.holds_until(), now() + DAY);
}

#[test]
fn no_two_certificates_have_a_number_or_a_key_in_common() {
    let authority = authority("prod");
    let (one, other) = (issued(&authority), issued(&authority));
    let serial = |issued: &Issued| {
        let der = certificate::of_pem("it", issued.certificate().as_bytes()).unwrap();
        let parsed = x509_parser::parse_x509_certificate(&der[0]).unwrap().1;
        parsed.raw_serial().to_vec()
    };
    assert_eq!(serial(&one).len(), 16);
    assert_ne!(serial(&one), serial(&other));
    assert_ne!(one.key(), other.key());
}

#[test]
fn an_authority_signs_nodes_alone_and_a_node_signs_nothing() {
    let authority = authority("prod");
    let der = certificate::of_pem("it", authority.certificate().as_bytes()).unwrap();
    let parsed = x509_parser::parse_x509_certificate(&der[0]).unwrap().1;
    let constraints = parsed.basic_constraints().unwrap().unwrap().value;
    assert_eq!((constraints.ca, constraints.path_len_constraint), (true, Some(0)));
    let usage = parsed.key_usage().unwrap().unwrap().value;
    assert!(usage.key_cert_sign() && usage.crl_sign() && !usage.digital_signature());

    let der = certificate::of_pem("it", issued(&authority).certificate().as_bytes()).unwrap();
    let parsed = x509_parser::parse_x509_certificate(&der[0]).unwrap().1;
    assert!(!parsed.is_ca());
    let usage = parsed.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.client_auth && usage.server_auth && !usage.any);
}

#[test]
fn it_is_written_once_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("ca");
    let made = authority("prod");
    let written = made.write(&folder).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&written.key), mode(&written.certificate)), (0o600, 0o644));
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "nothing else is left");

    let before = std::fs::read(&written.key).unwrap();
    let word = refused(made.write(&folder));
    assert!(word.contains("ca.key: is there already"), "{word}");
    std::fs::remove_file(&written.certificate).unwrap();
    assert!(refused(made.write(&folder)).contains("ca.key: is there already"));
    assert_eq!(std::fs::read(&written.key).unwrap(), before);
    std::fs::write(&written.certificate, made.certificate()).unwrap();

    let again = Authority::read(&folder).unwrap();
    assert_eq!(again.cluster(), &cluster("prod"));
    assert_eq!(again.holds_until(), made.holds_until());
    let issued = issued(&again);
    read(&issued, made.certificate(), now()).unwrap();

    let nodes = folder.join("nodes");
    let written = issued.write(&nodes).unwrap();
    assert_eq!(written.certificate, nodes.join("n1.pem"));
    assert_eq!(mode(&written.key), 0o600);
    let files = CredentialFiles {
        certificate: written.certificate,
        key: written.key,
        authorities: folder.join(AUTHORITY_CERTIFICATE),
    };
    Credentials::read(&files, &cluster("prod"), now()).unwrap();
    assert!(refused(issued.write(&nodes)).contains("n1.key: is there already"));
}

#[test]
fn an_authority_with_the_key_of_another_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    authority("prod").write(folder.path()).unwrap();
    let other = tempfile::tempdir().unwrap();
    authority("prod").write(other.path()).unwrap();
    std::fs::copy(other.path().join(AUTHORITY_KEY), folder.path().join(AUTHORITY_KEY)).unwrap();
    let word = refused(Authority::read(folder.path()));
    assert!(word.contains("ca.key: is not the key of"), "{word}");
    std::fs::remove_file(folder.path().join(AUTHORITY_CERTIFICATE)).unwrap();
    assert!(refused(Authority::read(folder.path())).contains("ca.pem: could not be read"));
}

#[test]
fn what_peers_would_refuse_is_refused_with_the_way_out() {
    let ours = authority("prod");
    let mine = issued(&ours);
    let (good, later) = (ours.certificate(), now() + 2 * DAY);

    let ran_out = refused(read(&mine, good, later));
    assert!(ran_out.contains("ran out on 2030-03-18 17:46 UTC"), "{ran_out}");
    assert!(ran_out.contains("trawl cluster issue n1"), "{ran_out}");
    let early = refused(read(&mine, good, now() - DAY));
    assert!(early.contains("holds from 2030-03-17 17:41 UTC on"), "{early}");

    let stranger = authority("prod");
    let unsigned = refused(read(&mine, stranger.certificate(), now()));
    assert!(unsigned.contains("is not signed by an authority in the authorities"), "{unsigned}");

    let swapped = Issued { key: issued(&ours).key, ..issued(&ours) };
    let swapped = refused(read(&swapped, good, now()));
    assert!(swapped.contains("the key: does not go with the certificate"), "{swapped}");

    let elsewhere = authority("test");
    let elsewhere = refused(read(&issued(&elsewhere), elsewhere.certificate(), now()));
    assert!(elsewhere.contains("is of the cluster test, this node is set to prod"), "{elsewhere}");

    let both = format!("{good}{}", authority("test").certificate());
    let both = refused(read(&mine, &both, now()));
    assert!(both.contains("the authorities: holds an authority of the cluster test"), "{both}");

    let nameless = Issued { certificate: good.to_owned(), ..issued(&ours) };
    assert!(refused(read(&nameless, good, now())).contains("names no node"));
    let no_authority = refused(read(&mine, mine.certificate(), now()));
    assert!(no_authority.contains("that is no authority's"), "{no_authority}");
    assert!(refused(read(&mine, "", now())).contains("holds no certificate"));
}

#[test]
fn an_authority_is_rotated_by_a_bundle() {
    let (old, new) = (authority("prod"), authority("prod"));
    let both = format!("{}{}", old.certificate(), new.certificate());
    for signer in [&old, &new] {
        read(&issued(signer), &both, now()).unwrap();
    }
    assert!(read(&issued(&old), new.certificate(), now()).is_err());
}

#[test]
fn an_authority_whose_time_is_over_counts_for_nothing() {
    let old = Authority::make(&cluster("prod"), DAY, now()).unwrap();
    let (new, later) = (authority("prod"), now() + 2 * DAY);
    let mine = new.issue(&node("n1"), DAY, later).unwrap();
    let word = refused(read(&mine, old.certificate(), later));
    assert!(word.contains("ran out on"), "{word}");
    read(&mine, &format!("{}{}", old.certificate(), new.certificate()), later).unwrap();
}

#[test]
fn no_certificate_outlasts_its_authority() {
    let short = Authority::make(&cluster("prod"), DAY, now()).unwrap();
    let word = refused(short.issue(&node("n1"), 2 * DAY, now()));
    assert!(word.contains("the authority itself only until 2030-03-18"), "{word}");
    assert!(short.issue(&node("n1"), Duration::ZERO, now()).is_err());
}
