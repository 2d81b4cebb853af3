//! Names and trees: what a file system allows and nobody expects.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, symlink};
use std::os::unix::net::UnixListener;

use rustix::fs::{CWD, FileType, Mode, OFlags};
use trawl_model::{Class, Item, Reason};

use crate::checked::{adds_up, class_of, close, gather_log, tells_nothing};
use crate::folder;
use crate::made::line;
use crate::support::{Trawl, age, options, write};

#[tokio::test(flavor = "multi_thread")]
async fn names_of_any_bytes_are_kept_and_shown_escaped() {
    gather_log();
    let (data, root) = (folder(), folder());
    let names: [&[u8]; 8] = [
        b"new\nline.txt",
        b"\x1B[2J\x1B]0;owned\x07.txt",
        b"\xFF\xFE\x80.txt",
        b"tab\tand\rreturn.txt",
        b"-rf",
        b" ",
        "right\u{202E}left\u{200B}.txt".as_bytes(),
        &[b'n'; 255],
    ];
    for name in names {
        let path = root.path().join(OsStr::from_bytes(name));
        std::fs::write(&path, line()).unwrap();
        age(&path);
    }
    let trawl = Trawl::open(data.path(), options()).await;
    let scan = trawl.scan(root.path()).await;
    adds_up(&scan);
    let objects = trawl.objects(root.path()).await;
    assert_eq!(objects.len(), names.len(), "no two names look alike");
    for (name, object) in &objects {
        assert_eq!(object.findings, 1, "{name}");
        assert!(!name.contains(char::is_control), "{name:?}");
    }
    let again = trawl.scan(root.path()).await;
    assert_eq!(again.counts.same, names.len() as u64);
    tells_nothing(&trawl, root.path(), data.path()).await;
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn special_files_and_links_are_entered_and_left_alone() {
    gather_log();
    let (data, root, outside) = (folder(), folder(), folder());
    let path = root.path();
    write(outside.path(), "secret.txt", line());
    write(path, "sub/plain.txt", line());
    symlink(outside.path(), path.join("out")).unwrap();
    symlink(outside.path().join("secret.txt"), path.join("file-out")).unwrap();
    symlink(path, path.join("sub/loop")).unwrap();
    symlink("self", path.join("self")).unwrap();
    symlink("nowhere", path.join("dangling")).unwrap();
    let mode = Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(CWD, path.join("pipe.txt"), FileType::Fifo, mode, 0).unwrap();
    let _socket = UnixListener::bind(path.join("socket")).unwrap();
    let mut special = 2;
    // /dev/zero has no end: whoever opens it never comes back.
    let zero = rustix::fs::makedev(1, 5);
    let device = path.join("zero.txt");
    match rustix::fs::mknodat(CWD, device, FileType::CharacterDevice, mode, zero) {
        Ok(()) => special += 1,
        Err(error) => println!("SKIPPED: no device can be made here ({error})"),
    }
    let trawl = Trawl::open(data.path(), options()).await;
    for _ in 0..2 {
        let scan = trawl.scan(path).await;
        adds_up(&scan);
        let count = |class| scan.coverage.items_of(Item::Object, class);
        assert_eq!(count(Class::Skipped(Reason::Symlink)), 5);
        assert_eq!(count(Class::Skipped(Reason::SpecialFile)), special);
        assert_eq!(scan.counts.findings, 1);
    }
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_five_hundred_deep_are_scanned_to_their_end() {
    gather_log();
    let (data, root) = (folder(), folder());
    let flags = OFlags::RDONLY | OFlags::DIRECTORY;
    let mut opened = rustix::fs::open(root.path(), flags, Mode::empty()).unwrap();
    let mode = Mode::from_raw_mode(0o700);
    for _ in 0..500 {
        let new = OFlags::CREATE | OFlags::WRONLY;
        let file = rustix::fs::openat(&opened, "f.txt", new, mode).unwrap();
        rustix::io::write(&file, line().as_bytes()).unwrap();
        rustix::fs::mkdirat(&opened, "deep-folder", mode).unwrap();
        opened = rustix::fs::openat(&opened, "deep-folder", flags, mode).unwrap();
    }
    let trawl = Trawl::open(data.path(), options()).await;
    let scan = trawl.scan(root.path()).await;
    adds_up(&scan);
    assert_eq!((scan.listed_objects, scan.counts.findings), (500, 500));
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hole_of_twenty_gigabytes_is_passed_over_and_what_lies_behind_it_read() {
    const SIZE: u64 = 20 << 30;
    gather_log();
    let (data, root) = (folder(), folder());
    for name in ["sparse.txt", "sparse.csv", "sparse.bin", "only-a-hole.txt"] {
        let path = root.path().join(name);
        let file = std::fs::File::create(&path).unwrap();
        file.set_len(SIZE).unwrap();
        let text = [b"\n", line().as_bytes()].concat();
        match name {
            "sparse.bin" => file.write_all_at(&[0, 159, 146, 150, 0, 1, 2, 3], SIZE / 2).unwrap(),
            "only-a-hole.txt" => {}
            _ => file.write_all_at(&text, SIZE - text.len() as u64).unwrap(),
        }
        age(&path);
    }
    let stored = std::fs::metadata(root.path().join("sparse.txt")).unwrap();
    if std::os::unix::fs::MetadataExt::blocks(&stored) > 1_000_000 {
        println!("SKIPPED: this file system keeps no holes");
        return;
    }
    let trawl = Trawl::open(data.path(), options()).await;
    let scan = trawl.scan(root.path()).await;
    adds_up(&scan);
    assert_eq!(scan.listed_bytes, 4 * SIZE);
    let hole = scan.coverage.bytes_of(Class::Skipped(Reason::Hole));
    assert!(hole > 4 * SIZE - (1 << 20), "{:?}", scan.coverage);
    assert_eq!(trawl.findings(root.path(), "sparse.txt").await.len(), 1);
    tells_nothing(&trawl, root.path(), data.path()).await;
    close(trawl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_thousand_files_in_one_folder_are_cut_into_ranges_and_all_carried() {
    const FILES: usize = 200_000;
    // A file has no more names than this on some file systems.
    const NAMES: usize = 50_000;
    let (data, root) = (folder(), folder());
    let path = |n: usize| root.path().join(format!("{n:06}"));
    for n in 0..FILES {
        let first = n - n % NAMES;
        if n == first {
            write(root.path(), &format!("{n:06}"), format!("number {n}\n"));
        } else {
            std::fs::hard_link(path(first), path(n)).unwrap();
        }
    }
    let trawl = Trawl::open(data.path(), options()).await;
    let first = trawl.scan(root.path()).await;
    adds_up(&first);
    assert_eq!(first.listed_objects, FILES as u64);
    let ranges: BTreeSet<_> =
        trawl.ranges(root.path()).await.into_iter().map(|at| at.range).collect();
    assert!(
        ranges.len() >= FILES / options().tuning.max_objects as usize,
        "{} ranges",
        ranges.len()
    );
    let before = trawl.node.read_bytes();
    let second = trawl.scan(root.path()).await;
    adds_up(&second);
    assert_eq!(second.coverage.items_of(Item::Object, Class::Carried), FILES as u64);
    assert_eq!(trawl.node.read_bytes(), before);
    let objects = trawl.objects(root.path()).await;
    assert!(
        objects
            .values()
            .all(|object| class_of(object) == Class::Read || class_of(object) == Class::Carried)
    );
    close(trawl).await;
}
