//! Backups by the real binary: of a directory at rest and of a running node, and what a restored one
//! answers. And whether the doctor sees what is wrong.

use crate::support::node::Node;
use crate::support::{Place, age, lines};

/// A folder with letters, scanned, with a verdict.
fn scanned() -> Place {
    let place = Place::new();
    for n in 0..40 {
        let text = format!("write to person.number{n}@mail.example.org or call 8.8.{n}.1\n");
        place.write(&format!("t/letter{n}.txt"), text);
    }
    age(&place.path("t"));
    let found = lines(&place.ok(&["scan", "t", "--format", "jsonl"]));
    place.ok(&["verdict", found[7]["id"].as_str().unwrap(), "false-positive"]);
    place
}

/// What there is to be seen of a data directory.
fn seen(place: &Place, data: &str) -> Vec<String> {
    let mut seen = vec![
        place.ok(&["findings", "--format", "jsonl", "--data", data]),
        place.ok(&["scans", "--format", "jsonl", "--data", data]),
    ];
    let search = ["search", "type:email", "--facet", "verdict", "--format", "json", "--data", data];
    seen.push(place.ok(&search));
    seen
}

#[test]
fn what_is_restored_answers_as_what_was_copied_did() {
    let place = scanned();
    let told = place.run(&["backup", "copy"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.err.contains("root.key"), "{}", told.err);
    let again = place.run(&["backup", "copy"]);
    assert!(again.code == 1 && again.err.contains("not empty"), "{}", again.err);

    let keyless = place.run(&["restore", "copy", "--data", "other"]);
    assert!(keyless.code == 2 && keyless.err.contains("--root-key"), "{}", keyless.err);
    place.write("wrong.key", [7; 32]);
    let wrong = place.run(&["restore", "copy", "--data", "other", "--root-key", "wrong.key"]);
    assert!(wrong.code == 1 && wrong.err.contains("not the one"), "{}", wrong.err);
    let right = ["restore", "copy", "--data", "other", "--root-key", "data/root.key"];
    place.ok(&right);
    assert_eq!(seen(&place, "other"), seen(&place, "data"));
    let audit = |data| lines(&place.ok(&["audit", "list", "--format", "jsonl", "--data", data]));
    let (was, is) = (audit("data"), audit("other"));
    // The second attempt was entered after the copy was made.
    assert_eq!(is[..4], was[..4], "the backup itself is entered before it is made");
    assert_eq!((is.len(), &is[4]["action"]), (5, &"restore".into()));
    assert!(place.ok(&["audit", "verify", "--data", "other"]).contains("none was changed"));
    let over = place.run(&right);
    assert!(over.code != 0 && over.err.contains("already"), "{}", over.err);
    // What is restored goes on: nothing has changed since it was copied.
    place.ok(&["scan", "t", "--data", "other"]);
    let last = ["scans", "--format", "jsonl", "--limit", "1", "--data", "other"];
    assert_eq!(lines(&place.ok(&last))[0]["counts"]["same"], 40);
}

#[test]
fn a_running_node_is_copied_and_looked_at_by_the_same_commands() {
    let place = scanned();
    assert_eq!(place.run(&["doctor", "--ready"]).code, 1, "no node runs");
    let node = Node::up(&place, &[]);
    assert_eq!(place.run(&["doctor", "--ready"]).code, 0);
    place.ok(&["backup", "copy"]);
    let relative = serde_json::json!({ "folder": "copy2" });
    let refused = node.ask("POST", "/api/v1/backups").json(&relative).send();
    assert!(refused.status == 400 && refused.text().contains("whole path"), "{}", refused.text());
    let checks = lines(&place.ok(&["doctor", "--format", "jsonl"]));
    let of = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap();
    let all = place.ok(&["findings", "--format", "jsonl"]).lines().count();
    let expected = format!("{all} findings and 40 objects, as are kept");
    assert_eq!(of("index")["detail"], expected.as_str());
    assert_eq!(of("audit")["state"], "ok");
    assert_eq!(node.stop(), 0);
    let at_rest = lines(&place.ok(&["doctor", "--format", "jsonl"]));
    let index = at_rest.iter().find(|check| check["name"] == "index").unwrap();
    assert_eq!(index["detail"], expected.as_str());
    place.ok(&["restore", "copy", "--data", "other", "--root-key", "data/root.key"]);
    assert_eq!(seen(&place, "other")[0], seen(&place, "data")[0]);
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    use std::os::unix::fs::PermissionsExt;
    let place = scanned();
    let nowhere = place.run(&["doctor", "--data", "nowhere"]);
    assert!(nowhere.code == 1 && nowhere.out.contains("is not there"), "{}", nowhere.out);
    let key = place.path("data/root.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = place.run(&["doctor"]);
    assert!(open.code == 1 && open.out.contains("chmod 600"), "{}", open.out);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    // It was made for its user alone.
    let directory = place.path("data");
    assert_eq!(std::fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o755)).unwrap();
    let seen = place.run(&["doctor"]);
    assert!(seen.code == 0 && seen.out.contains("chmod 700"), "{}", seen.out);
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o700)).unwrap();
    // A split that is gone: it is said, and made anew.
    place.ok(&["search", "*"]);
    let splits: Vec<_> = walk(&place.path("data/index"));
    assert!(!splits.is_empty());
    for split in splits {
        std::fs::remove_file(split).unwrap();
    }
    let broken = place.run(&["doctor"]);
    assert!(broken.code == 1 && broken.out.contains("index rebuild"), "{}", broken.out);
    place.ok(&["index", "rebuild"]);
    assert_eq!(place.run(&["doctor"]).code, 0);
}

#[test]
fn a_backup_goes_to_the_folder_that_was_named_and_not_into_what_it_is_of() {
    use std::os::unix::ffi::OsStrExt;
    let place = scanned();
    std::os::unix::fs::symlink("data", place.path("link")).unwrap();
    let inside = ["data/copy", "link/copy", "link/deeper/copy", "other/../data/copy", "data"];
    let is_refused = || {
        for folder in inside {
            let ran = place.run(&["backup", folder]);
            assert_eq!(ran.code, 2, "{folder}: {}", ran.err);
            assert!(ran.err.contains("lies in the data directory"), "{folder}: {}", ran.err);
        }
        assert!(!place.path("data/copy").exists() && !place.path("other").exists());
    };
    is_refused();
    let node = Node::up(&place, &[]);
    is_refused();
    let odd = std::ffi::OsStr::from_bytes(b"copy\xff");
    let before = walk(&place.path("")).len();
    let ran = place.command(&["backup"]).arg(odd).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("is no UTF-8"));
    assert_eq!(walk(&place.path("")).len(), before);
    assert_eq!(node.stop(), 0);
    // By our own hands any name will do.
    assert!(place.command(&["backup"]).arg(odd).output().unwrap().status.success());
    assert!(place.path("").join(odd).join("store.backup").exists());
}

#[test]
fn the_doctor_looks_whether_the_root_key_is_the_right_one() {
    let place = scanned();
    let key = place.path("data/root.key");
    let right = std::fs::read(&key).unwrap();
    let node = Node::up(&place, &[]);
    // Where a node runs it is that one who looks; none is made, whoever looks.
    let look = |state: &str, way_out: &str| {
        let ran = place.run(&["doctor", "--format", "jsonl"]);
        let checks = ran.lines();
        let of_key = checks.iter().find(|check| check["name"] == "root key").unwrap();
        assert_eq!(
            (ran.code != 0, &of_key["state"]),
            (state != "ok", &state.into()),
            "{}",
            ran.out
        );
        assert!(of_key["way_out"].as_str().unwrap_or_default().contains(way_out), "{of_key}");
    };
    look("ok", "");
    std::fs::remove_file(&key).unwrap();
    look("failed", "kept apart");
    assert_eq!(node.stop(), 0);
    look("failed", "kept apart");
    assert!(!key.exists());
    write_key(&key, &[7; 32]);
    look("failed", "kept apart");
    write_key(&key, &right);
    look("ok", "");
}

fn write_key(path: &std::path::Path, key: &[u8]) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, key).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn the_doctor_warns_of_a_disk_that_has_less_than_enough() {
    let place = scanned();
    let checks = lines(&place.ok(&["doctor", "--format", "jsonl"]));
    assert_eq!(checks[1]["name"], "disk");
    let warned = place.ok(&["doctor", "--format", "jsonl", "--set", "disk.enough_bytes=32TiB"]);
    assert_eq!(lines(&warned)[1]["state"], "warning", "{warned}");
}

#[test]
fn the_doctor_has_another_way_out_for_an_index_than_for_a_store() {
    let place = scanned();
    let data = format!("data-{}", "long".repeat(40));
    std::fs::rename(place.path("data"), place.path(&data)).unwrap();
    place.write(&format!("{data}/index"), "no folder");
    let ran = place.run(&["doctor", "--data", &data]);
    assert_eq!(ran.code, 1);
    let of = |name: &str| ran.out.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(of("index: ").contains("trawl index rebuild"), "{}", ran.out);
    assert!(of("index ").contains("FAILED") && of("index ").contains(&data), "{}", ran.out);
    assert!(of("store ").contains(" ok ") && of("audit ").contains(" ok "), "{}", ran.out);
    assert!(!ran.out.contains("backup"), "{}", ran.out);
}

#[test]
fn the_doctor_warns_where_files_are_of_another_user() {
    let place = scanned();
    let of_another = place.path("data/store");
    if std::os::unix::fs::chown(&of_another, Some(12_345), None).is_err() {
        eprintln!("passed over: only root may give files to others");
        return;
    }
    let checks = lines(&place.ok(&["doctor", "--format", "jsonl"]));
    let seen = checks[0]["detail"].as_str().unwrap();
    assert_eq!(checks[0]["state"], "warning", "{seen}");
    assert!(seen.contains("store is of user 12345"), "{seen}");
    assert!(checks[0]["way_out"].as_str().unwrap().contains("runuser"), "{}", checks[0]);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
