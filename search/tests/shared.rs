//! Files of an index in a place that several nodes reach: a folder, and a bucket of a real server.

// The makers of tests unwrap as the tests do.
#![allow(clippy::unwrap_used)]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use trawl_search::IndexError;
use trawl_search::split::{
    Blobs, Bucket, BucketOptions, FileSlice, Keys, Mounted, Place, Shared, Told, Whole,
};
use trawl_search::testing::s3::Server;

const OWNER: &str = "cluster one";
const MIB: usize = 1 << 20;

fn server(name: &str) -> Server {
    Server::up(env!("CARGO_TARGET_TMPDIR"), name)
}

/// A node: a folder of its own with what it has copied.
struct Node {
    cache: TempDir,
    files: Shared,
}

impl Node {
    fn of(place: impl Place + 'static) -> Self {
        Self::with(place, 1 << 30)
    }

    fn with(place: impl Place + 'static, most_bytes: u64) -> Self {
        let cache = tempfile::tempdir().unwrap();
        let files = Shared::open(place, OWNER, cache.path(), most_bytes).unwrap();
        Self { cache, files }
    }

    fn at(options: BucketOptions) -> Self {
        Self::of(Bucket::of(options).unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), IndexError> {
        self.files.put(name, &mut |to| to.write_all(bytes))
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, IndexError> {
        self.files.open(name).map(|file| bytes(&file))
    }

    /// What it has copied.
    fn copied(&self) -> Vec<String> {
        names(self.cache.path())
    }
}

fn bytes(file: &FileSlice) -> Vec<u8> {
    file.read_bytes().unwrap().as_slice().to_vec()
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

/// Bytes that are nowhere the same.
fn long(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().update(b"long").finalize_xof().fill(&mut bytes);
    bytes
}

fn quick(server: &Server, prefix: &str) -> BucketOptions {
    BucketOptions { request_within: Duration::from_millis(500), ..server.options(prefix) }
}

#[test]
fn a_bucket_holds_files_below_its_prefix_and_touches_nothing_else() {
    let server = server("holds");
    let one = Node::at(server.options("of/trawl"));
    one.put("a.split", b"first").unwrap();
    one.put("b.dead", b"second").unwrap();
    // Of others: beside the prefix, in it, and below it.
    let objects = server.objects();
    for key in ["of/trawl2/c.split", "of/d.split", "of/trawl/notes.txt", "of/trawl/sub/e.split"] {
        fs::create_dir_all(objects.join(key).parent().unwrap()).unwrap();
        fs::write(objects.join(key), "a stranger's").unwrap();
    }
    assert_eq!(one.files.list().unwrap(), ["a.split", "b.dead"]);
    let other = Node::at(server.options("of/trawl"));
    assert_eq!(other.read("a.split").unwrap(), b"first");
    assert_eq!(other.copied(), ["a.split"]);
    one.files.delete("a.split").unwrap();
    one.files.delete("a.split").unwrap();
    one.files.delete("never.split").unwrap();
    assert_eq!(one.copied(), ["b.dead"]);
    let gone = one.read("a.split").unwrap_err();
    assert_eq!(
        gone.to_string(),
        "can't read or write s3://trawl/of/trawl/a.split: it is not there"
    );
    // What was removed by one is removed from the copies of the other when it looks.
    assert_eq!(other.files.list().unwrap(), ["b.dead"]);
    assert!(other.copied().is_empty());
    for key in ["of/trawl2/c.split", "of/d.split", "of/trawl/notes.txt", "of/trawl/sub/e.split"] {
        assert!(objects.join(key).exists(), "{key}");
    }
}

#[test]
fn a_list_has_all_pages_and_a_large_file_all_parts() {
    let server = server("pages");
    let one = Node::at(server.options("many"));
    // As many as three answers name.
    let all: Vec<String> = (0..2_100).map(|n| format!("{n:05}.split")).collect();
    for name in &all {
        fs::write(server.objects().join("many").join(name), "x").unwrap();
    }
    assert_eq!(one.files.list().unwrap(), all);
    for length in [8 * MIB, 8 * MIB + 1, 41 * MIB + 5] {
        let written = long(length);
        one.put("large.split", &written).unwrap();
        assert_eq!(one.read("large.split").unwrap(), written, "{length}");
        assert_eq!(Node::at(server.options("many")).read("large.split").unwrap(), written);
    }
}

#[test]
fn what_a_bucket_has_damaged_is_not_kept_and_read_again_when_it_is_whole() {
    let server = server("damaged");
    let one = Node::at(server.options("p"));
    let written = long(9 * MIB);
    one.put("a.split", &written).unwrap();
    let other = Node::at(server.options("p"));
    let object = server.objects().join("p/a.split");
    let mut changed = written.clone();
    changed[8 * MIB + 7] ^= 1;
    for damaged in [&written[..MIB], &written[..9 * MIB - 1], &changed] {
        fs::write(&object, damaged).unwrap();
        let error = other.read("a.split").unwrap_err();
        assert!(error.is_damaged(), "{error}");
        assert!(
            error.to_string().contains("a.split") && error.to_string().contains("s3://trawl/p")
        );
        assert!(other.copied().is_empty());
    }
    fs::write(&object, &written).unwrap();
    assert_eq!(other.read("a.split").unwrap(), written);
}

#[test]
fn a_server_that_is_killed_costs_time_and_no_file_is_half_there() {
    let server = server("killed");
    let one = Node::at(quick(&server, "p"));
    let other = Node::at(quick(&server, "p"));
    let (small, large) = (long(MIB), long(20 * MIB));
    one.put("a.split", &large).unwrap();

    // In the middle of a request: it is held first, so that it is met there.
    server.tell("pause");
    std::thread::scope(|scope| {
        let put = scope.spawn(|| one.put("b.split", &large));
        let opened = scope.spawn(|| other.read("a.split"));
        for said in [put.join().unwrap().unwrap_err(), opened.join().unwrap().unwrap_err()] {
            assert!(said.is_away() && said.to_string().contains("no answer came"), "{said}");
            assert!(said.to_string().contains(&server.address), "{said}");
        }
    });
    server.tell("kill");
    let away = one.put("b.split", &small).unwrap_err();
    assert!(away.is_away(), "{away}");
    for word in ["can't write s3://trawl/p/b.split", "refused", "index.endpoint", &server.address] {
        assert!(away.to_string().contains(word), "{away}");
    }
    let away = other.files.list().unwrap_err();
    assert!(away.to_string().starts_with("can't list s3://trawl/p: "), "{away}");
    // What was copied is there as before.
    assert_eq!(one.read("a.split").unwrap(), large);
    assert!(other.copied().is_empty());

    server.tell("start");
    one.put("b.split", &large).unwrap();
    assert_eq!(other.read("a.split").unwrap(), large);
    assert_eq!(other.read("b.split").unwrap(), large);
    assert_eq!(one.files.list().unwrap(), ["a.split", "b.split"]);
}

#[test]
fn a_start_finds_what_was_copied_and_the_rest_is_copied_when_it_is_opened() {
    let server = server("again");
    let one = Node::at(server.options("p"));
    for name in ["a.split", "b.split", "c.split"] {
        one.put(name, &long(MIB)).unwrap();
    }
    let Node { cache, files } = one;
    drop(files);
    fs::write(cache.path().join(".new-left"), b"by a crash").unwrap();
    fs::remove_file(cache.path().join("b.split")).unwrap();
    let again = |most_bytes: usize| {
        let bucket = Bucket::of(server.options("p")).unwrap();
        Shared::open(bucket, OWNER, cache.path(), most_bytes as u64).unwrap()
    };
    let files = again(10 * MIB);
    assert!(!cache.path().join(".new-left").exists());
    assert_eq!(bytes(&files.open("b.split").unwrap()), long(MIB));
    // Fewer may be there now: what was not opened for longest goes.
    drop((files.open("a.split").unwrap(), files));
    let files = again(2 * MIB);
    assert_eq!(names(cache.path()), ["a.split", "b.split"]);
    // What became damaged here is fetched once more.
    fs::write(cache.path().join("a.split"), b"damaged").unwrap();
    assert_eq!(bytes(&files.open_anew("a.split").unwrap()), long(MIB));
}

#[test]
fn a_bucket_belongs_to_one_store() {
    let server = server("owner");
    let one = Node::at(server.options("p"));
    let cache = tempfile::tempdir().unwrap();
    let open = |prefix: &str, owner: &str| {
        let bucket = Bucket::of(server.options(prefix)).unwrap();
        Shared::open(bucket, owner, cache.path(), 1).map(drop)
    };
    let taken = open("p", "cluster two").unwrap_err().to_string();
    for word in ["s3://trawl/p", OWNER, "cluster two", "`owner`"] {
        assert!(taken.contains(word), "{taken}");
    }
    open("p", OWNER).unwrap();
    open("q", "cluster two").unwrap();
    one.put("a.split", b"first").unwrap();
}

#[test]
fn who_may_not_and_what_is_missing_is_named_with_the_way_out() {
    let server = server("denied");
    let said = |options: BucketOptions| {
        let bucket = Bucket::of(options).unwrap();
        let cache = tempfile::tempdir().unwrap();
        Shared::open(bucket, OWNER, cache.path(), 1).map(drop).unwrap_err().to_string()
    };
    let options = server.options("p");
    let wrong = Keys { access: "trawl".to_owned(), secret: "not-the-secret".to_owned().into() };
    let denied = said(BucketOptions { keys: Some(wrong), ..options.clone() });
    assert!(denied.contains("index.secret_key") && denied.contains("s3://trawl/p"), "{denied}");
    assert!(!denied.contains("not-the-secret"), "{denied}");
    let missing = said(BucketOptions { bucket: "nowhere".to_owned(), ..options.clone() });
    assert!(missing.contains("s3://nowhere/p") && missing.contains("index.bucket"), "{missing}");
    let nobody = Some("http://127.0.0.1:1".to_owned());
    let away = said(BucketOptions { endpoint: nobody, ..options });
    assert!(away.contains("127.0.0.1:1") && away.contains("index.endpoint"), "{away}");
}

#[test]
fn a_bucket_is_reached_by_tls_by_who_believes_its_certificate() {
    let server = Server::up_by_tls(env!("CARGO_TARGET_TMPDIR"), "tls");
    assert!(server.address.starts_with("https://"));
    let mut roots = RootCertStore::empty();
    let believing = |roots: RootCertStore| {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider);
        let config = config.with_safe_default_protocol_versions().unwrap();
        let tls = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
        BucketOptions { tls: Some(tls), ..server.options("p") }
    };
    let cache = tempfile::tempdir().unwrap();
    let stranger = Bucket::of(believing(roots.clone())).unwrap();
    let error = Shared::open(stranger, OWNER, cache.path(), 1).map(drop).unwrap_err().to_string();
    assert!(error.contains("UnknownIssuer") && error.contains("s3://trawl/p"), "{error}");
    roots.add(CertificateDer::from_pem_file(server.authority()).unwrap()).unwrap();
    let one = Node::at(believing(roots.clone()));
    one.put("a.split", &long(9 * MIB)).unwrap();
    assert_eq!(Node::at(believing(roots)).read("a.split").unwrap(), long(9 * MIB));
}

/// A folder that counts what is copied from it, and lets nobody copy until two have asked.
struct Counted {
    folder: Mounted,
    fetched: Arc<AtomicUsize>,
}

impl Place for Counted {
    fn name(&self) -> &str {
        self.folder.name()
    }

    fn owner(&self, asks: &str) -> Result<String, IndexError> {
        self.folder.owner(asks)
    }

    fn fetch(&self, name: &str, to: &mut dyn Write) -> Result<Told, IndexError> {
        self.fetched.fetch_add(1, Ordering::SeqCst);
        self.folder.fetch(name, to)
    }

    fn store(&self, name: &str, from: &mut File, whole: &Whole) -> Result<(), IndexError> {
        self.folder.store(name, from, whole)
    }

    fn list(&self) -> Result<Vec<String>, IndexError> {
        self.folder.list()
    }

    fn delete(&self, name: &str) -> Result<(), IndexError> {
        self.folder.delete(name)
    }
}

#[test]
fn who_opens_the_same_file_at_once_copies_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let one = Node::of(Mounted::at(folder.path()));
    one.put("a.split", &long(5 * MIB)).unwrap();
    let fetched = Arc::new(AtomicUsize::new(0));
    let counted = Counted { folder: Mounted::at(folder.path()), fetched: Arc::clone(&fetched) };
    let other = Node::of(counted);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(other.read("a.split").unwrap(), long(5 * MIB)));
        }
    });
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
    // What was written here is not copied back.
    other.put("b.split", b"second").unwrap();
    other.read("b.split").unwrap();
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
}

#[test]
fn a_folder_is_shared_by_two_that_write_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "somebody's").unwrap();
    let one = Node::of(Mounted::at(folder.path()));
    one.put("a.split", b"first").unwrap();
    // Another one is being opened while this one writes: what is half written stays, and is listed, for
    // the janitor to remove it when it is there for too long.
    let half = folder.path().join(".new-half");
    fs::write(&half, b"hal").unwrap();
    let other = Node::of(Mounted::at(folder.path()));
    assert!(half.exists());
    assert_eq!(other.files.list().unwrap(), [".new-half", "a.split"]);
    assert_eq!(other.read("a.split").unwrap(), b"first");
    other.files.delete(".new-half").unwrap();
    other.files.delete("a.split").unwrap();
    assert_eq!(one.read("a.split").unwrap(), b"first", "as long as it is copied");
    assert!(one.files.list().unwrap().is_empty());
    let lost = one.read("a.split").unwrap_err().to_string();
    assert!(lost.contains(folder.path().join("a.split").to_str().unwrap()), "{lost}");
    assert_eq!(names(folder.path()), ["notes.txt", "owner"]);
    // A write that fails leaves nothing.
    let failed = one.files.put("b.split", &mut |to| {
        to.write_all(b"half")?;
        Err(io::Error::other("the disk is full"))
    });
    assert!(failed.is_err() && one.files.list().unwrap().is_empty());
}

#[test]
fn a_folder_that_is_not_mounted_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let cache = tempfile::tempdir().unwrap();
    let nowhere = Mounted::at(&folder.path().join("nowhere"));
    let error = Shared::open(nowhere, OWNER, cache.path(), 1).map(drop).unwrap_err();
    assert!(error.to_string().contains("mount it, or make it (index.folder)"), "{error}");
    let one = Node::of(Mounted::at(folder.path()));
    one.put("a.split", b"first").unwrap();
    // What lies below a mount is another folder.
    for name in ["owner", "a.split"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let error = one.put("b.split", b"second").unwrap_err();
    assert!(error.is_away() && error.to_string().contains("is mounted"), "{error}");
    assert!(one.files.list().is_err());
    assert!(names(folder.path()).is_empty());
    assert_eq!(one.read("a.split").unwrap(), b"first");
    assert!(one.read("c.split").unwrap_err().is_away(), "it may be there when the folder is");
    // Another store is refused, as in a bucket.
    fs::write(folder.path().join("owner"), "cluster two\n").unwrap();
    let again = Mounted::at(folder.path());
    let error = Shared::open(again, OWNER, cache.path(), 1).map(drop).unwrap_err();
    assert!(error.to_string().contains("cluster two"), "{error}");
}
