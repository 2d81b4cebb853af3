//! The connector over real trees.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use proptest::prelude::*;
use trawl_model::unit::Resume;
use trawl_model::{Class, ObjectKey, Reason};

use super::{Files, Settings};
use crate::connector::{Action, Connector, Gap, ListRequest, Listing, SourceError};
use crate::testing::Collected;
use crate::{Limits, formats};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn files(root: &Path, settings: Settings) -> Files {
    Files::new(root.to_owned(), settings).unwrap()
}

fn page(files: &Files, after: Option<&[u8]>, until: Option<&[u8]>, limit: usize) -> Listing {
    let key = |bytes: &[u8]| ObjectKey::new(bytes);
    let from = after.map(key).map_or_else(ObjectKey::default, |after| after.successor());
    block_on(files.list(ListRequest { from, until: until.map(key), limit })).unwrap()
}

/// All pages of this size, each asked of a connector that knows nothing of the one before if
/// `afresh`.
fn all(root: &Path, settings: &Settings, limit: usize, afresh: bool) -> Listing {
    let mut connector = files(root, settings.clone());
    let mut whole = Listing::default();
    let mut after: Option<ObjectKey> = None;
    loop {
        if afresh {
            connector = files(root, settings.clone());
        }
        let page = page(&connector, after.as_ref().map(ObjectKey::as_bytes), None, limit);
        assert!(page.entries.len() + page.gaps.len() <= limit);
        whole.entries.extend(page.entries);
        whole.gaps.extend(page.gaps);
        match page.next {
            Some(next) => {
                assert!(after.is_none_or(|after| after < next), "each page goes on");
                after = Some(next);
            }
            None => return whole,
        }
    }
}

fn keys(listing: &Listing) -> Vec<Vec<u8>> {
    listing.entries.iter().map(|entry| entry.key.as_bytes().to_vec()).collect()
}

fn write(root: &Path, path: &[u8], content: &[u8]) {
    let path = root.join(OsStr::from_bytes(path));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn skip_of(listing: &Listing, key: &[u8]) -> Option<Reason> {
    listing.entries.iter().find(|e| e.key.as_bytes() == key).unwrap().skip
}

fn open_error(files: &Files, key: &[u8]) -> SourceError {
    block_on(files.open(&ObjectKey::new(key))).err().unwrap()
}

#[test]
fn keys_come_in_byte_order_also_around_folders() {
    let root = tempfile::tempdir().unwrap();
    for path in ["a/x", "a.txt", "a-b", "a0", "a/y/z", "b", "a b/c"] {
        write(root.path(), path.as_bytes(), b"1");
    }
    let listed = keys(&all(root.path(), &Settings::default(), 100, false));
    let expected: [&[u8]; 7] = [b"a b/c", b"a-b", b"a.txt", b"a/x", b"a/y/z", b"a0", b"b"];
    assert_eq!(listed, expected);
}

fn names() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(
        prop_oneof![
            Just(b'a'),
            Just(b'-'),
            Just(b'0'),
            Just(b'.'),
            Just(b'\n'),
            Just(0xFF),
            Just(b' ')
        ],
        1..4,
    )
    .prop_filter("no dots alone", |name| name != b"." && name != b"..")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_tree_is_listed_in_key_order_in_pages_of_any_size(
        paths in proptest::collection::vec(proptest::collection::vec(names(), 1..5), 0..25),
        limit in 1usize..7,
        afresh: bool,
    ) {
        let root = tempfile::tempdir().unwrap();
        let mut made = BTreeSet::new();
        for path in paths {
            let path = path.join(&b'/');
            let place = root.path().join(OsStr::from_bytes(&path));
            // A name can be a file's or a folder's, not both.
            if fs::create_dir_all(place.parent().unwrap()).is_ok() && fs::write(&place, "").is_ok() {
                made.insert(path);
            }
        }
        let listed = keys(&all(root.path(), &Settings::default(), limit, afresh));
        prop_assert_eq!(listed, made.iter().cloned().collect::<Vec<_>>());
        if let (Some(first), Some(last)) = (made.first(), made.last()) {
            let connector = files(root.path(), Settings::default());
            let between = page(&connector, Some(first), Some(last), 100);
            prop_assert_eq!(between.entries.len(), made.len().saturating_sub(2));
            prop_assert!(between.next.is_none());
        }
    }
}

#[test]
fn links_and_special_files_are_entered_and_never_opened() {
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), b"secret", b"out of the root");
    symlink(outside.path(), root.path().join("away")).unwrap();
    symlink(outside.path().join("secret"), root.path().join("link")).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, root.path().join("pipe"), fifo, mode, 0).unwrap();

    let listing = all(root.path(), &Settings::default(), 10, false);
    assert_eq!(keys(&listing), [&b"away"[..], b"link", b"pipe"]);
    assert_eq!(skip_of(&listing, b"away"), Some(Reason::Symlink));
    assert_eq!(skip_of(&listing, b"link"), Some(Reason::Symlink));
    assert_eq!(skip_of(&listing, b"pipe"), Some(Reason::SpecialFile));
    assert!(listing.entries.iter().all(|entry| entry.fingerprint.size == 0));

    let connector = files(root.path(), Settings::default());
    assert_eq!(open_error(&connector, b"link").reason, Reason::Symlink);
    assert_eq!(open_error(&connector, b"pipe").reason, Reason::SpecialFile);
    assert!(block_on(connector.open(&ObjectKey::new(*b"away/secret"))).is_err());
    assert_eq!(open_error(&connector, b"../secret").reason, Reason::Vanished);
    assert_eq!(open_error(&connector, b"none").reason, Reason::Vanished);
}

#[test]
fn filters_leave_out_files_with_a_reason_and_folders_as_gaps() {
    let root = tempfile::tempdir().unwrap();
    for path in ["a.txt", "b.log", "node_modules/x/y.txt", "src/c.txt"] {
        write(root.path(), path.as_bytes(), b"12345");
    }
    let settings = Settings {
        include: vec!["*.txt".into()],
        exclude: vec!["node_modules".into()],
        max_bytes: Some(4),
        one_file_system: true,
    };
    for (limit, afresh) in [(1, true), (1, false), (10, false)] {
        let listing = all(root.path(), &settings, limit, afresh);
        assert_eq!(keys(&listing), [&b"a.txt"[..], b"b.log", b"src/c.txt"]);
        assert_eq!(skip_of(&listing, b"a.txt"), Some(Reason::TooLarge));
        assert_eq!(skip_of(&listing, b"b.log"), Some(Reason::Excluded));
        let prefix = ObjectKey::new(*b"node_modules/");
        let reason = Reason::Excluded;
        assert_eq!(listing.gaps, [Gap { prefix, reason, skipped: true }]);
    }
}

#[test]
fn a_root_that_is_a_file_has_one_key() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), b"one.txt", b"hello");
    let connector = files(&root.path().join("one.txt"), Settings::default());
    let listing = page(&connector, None, None, 10);
    assert_eq!(keys(&listing), [b"one.txt"]);
    assert!(page(&connector, Some(b"one.txt"), None, 10).entries.is_empty());
    let mut content = block_on(connector.open(&ObjectKey::new(*b"one.txt"))).unwrap();
    let mut buffer = [0; 10];
    assert_eq!(content.read_at(1, &mut buffer).unwrap(), 4);
    assert!(block_on(connector.open(&ObjectKey::new(*b"two.txt"))).is_err());
    assert!(block_on(connector.validate()).is_ok());
}

#[test]
fn a_root_that_was_exchanged_proves_to_be_another() {
    let above = tempfile::tempdir().unwrap();
    let root = above.path().join("root");
    fs::create_dir(&root).unwrap();
    let connector = files(&root, Settings::default());
    let proof = block_on(connector.validate()).unwrap();
    fs::rename(&root, above.path().join("old")).unwrap();
    let gone = block_on(connector.validate()).unwrap_err();
    assert_eq!(gone[0].reason, Reason::SourceFailed);
    fs::create_dir(&root).unwrap();
    assert_ne!(block_on(connector.validate()).unwrap(), proof);
}

#[test]
fn folders_five_hundred_deep_are_listed_and_read() {
    let root = tempfile::tempdir().unwrap();
    // Made step by step: the whole path is longer than the system takes at once.
    let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::DIRECTORY;
    let mut opened = rustix::fs::open(root.path(), flags, rustix::fs::Mode::empty()).unwrap();
    let (mut key, mode) = (Vec::new(), rustix::fs::Mode::from_raw_mode(0o700));
    let mut expected = Vec::new();
    for _ in 0..500 {
        for name in ["a", "z"] {
            let flags = rustix::fs::OFlags::CREATE | rustix::fs::OFlags::WRONLY;
            let file = rustix::fs::openat(&opened, name, flags, mode).unwrap();
            rustix::io::write(&file, b"deep").unwrap();
            expected.push([&key[..], name.as_bytes()].concat());
        }
        rustix::fs::mkdirat(&opened, "deep-folder", mode).unwrap();
        key.extend(b"deep-folder/");
        opened = rustix::fs::openat(&opened, "deep-folder", flags, mode).unwrap();
    }
    expected.sort();
    for limit in [7, 5000] {
        assert_eq!(keys(&all(root.path(), &Settings::default(), limit, false)), expected);
    }
    let connector = files(root.path(), Settings::default());
    let deepest = expected.iter().max_by_key(|key| key.len()).unwrap();
    let mut content = block_on(connector.open(&ObjectKey::new(deepest.clone()))).unwrap();
    assert_eq!(content.read_at(0, &mut [0; 9]).unwrap(), 4);
}

#[test]
fn a_key_beyond_the_bound_is_a_gap() {
    let root = tempfile::tempdir().unwrap();
    let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::DIRECTORY;
    let mut opened = rustix::fs::open(root.path(), flags, rustix::fs::Mode::empty()).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o700);
    let name = "n".repeat(250);
    for _ in 0..40 {
        rustix::fs::mkdirat(&opened, &*name, mode).unwrap();
        opened = rustix::fs::openat(&opened, &*name, flags, mode).unwrap();
    }
    let listing = all(root.path(), &Settings::default(), 10, false);
    assert!(listing.entries.is_empty());
    assert_eq!(listing.gaps.len(), 1);
    assert_eq!(listing.gaps[0].reason, Reason::NameTooLong);
}

#[test]
fn a_change_shows_in_the_fingerprint_and_a_rename_keeps_the_identity() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), b"a", b"one");
    let connector = files(root.path(), Settings::default());
    let mut content = block_on(connector.open(&ObjectKey::new(*b"a"))).unwrap();
    let before = content.fingerprint().clone();
    assert!(content.fingerprint_now().unwrap().same_content(&before));
    fs::write(root.path().join("a"), "another").unwrap();
    assert!(!content.fingerprint_now().unwrap().same_content(&before));
    fs::rename(root.path().join("a"), root.path().join("b")).unwrap();
    let listing = page(&connector, None, None, 10);
    assert_eq!(listing.entries[0].fingerprint.identity, before.identity);
}

#[test]
fn only_the_file_that_was_read_is_removed() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), b"d/a", b"one");
    let connector = files(root.path(), Settings::default());
    let key = ObjectKey::new(*b"d/a");
    let stale = block_on(connector.open(&key)).unwrap().fingerprint().clone();
    fs::write(root.path().join("d/a"), "changed").unwrap();
    let refused = block_on(connector.act(&key, Action::Delete { expected: stale })).unwrap_err();
    assert_eq!(refused.reason, Reason::Unsteady);
    let expected = block_on(connector.open(&key)).unwrap().fingerprint().clone();
    block_on(connector.act(&key, Action::Delete { expected })).unwrap();
    assert!(!root.path().join("d/a").exists());
}

#[test]
fn twenty_gigabytes_of_hole_cost_nothing() {
    let root = tempfile::tempdir().unwrap();
    let file = fs::File::create(root.path().join("sparse.txt")).unwrap();
    file.set_len(20 << 30).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, b"at the end MARK-4711\n", (20 << 30) - 21)
        .unwrap();
    let connector = files(root.path(), Settings::default());
    let mut content = block_on(connector.open(&ObjectKey::new(*b"sparse.txt"))).unwrap();
    if content.data_from(0).unwrap().is_none_or(|(start, _)| start == 0) {
        println!("not shown: this file system keeps no holes");
        return;
    }
    let mut sink = Collected::default();
    let limits = Limits::default();
    let from = Resume::default();
    let read = formats::read_object(&mut *content, b"sparse.txt", &limits, &from, &mut sink);
    assert_eq!(read.unwrap().class, Class::Read);
    assert!(sink.coverage.bytes_of(Class::Skipped(Reason::Hole)) > (20 << 30) - (1 << 20));
    assert_eq!(sink.find("MARK-4711").len(), 1);
}

#[test]
fn what_may_not_be_read_is_a_gap() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), b"closed/a", b"1");
    write(root.path(), b"open/b", b"1");
    let closed = root.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        println!("not shown: this user may read everything");
        return;
    }
    let listing = all(root.path(), &Settings::default(), 10, false);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(keys(&listing), [b"open/b"]);
    let prefix = ObjectKey::new(*b"closed/");
    assert_eq!(listing.gaps, [Gap { prefix, reason: Reason::Permission, skipped: false }]);
}

#[test]
fn twenty_thousand_files_of_one_folder_are_listed_in_small_pages() {
    let root = tempfile::tempdir().unwrap();
    (0..20_000).for_each(|i| fs::write(root.path().join(format!("{i:06}")), "").unwrap());
    let listing = all(root.path(), &Settings::default(), 100, false);
    assert_eq!(listing.entries.len(), 20_000);
}
