//! What this user may not read. Root may read everything: run as root, a test runs itself again as
//! nobody.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use trawl_model::{Class, Item, Reason};

use crate::checked::{adds_up, class_of, close, gather_log, has_a_word, tells_nothing};
use crate::folder;
use crate::made::line;
use crate::support::{Trawl, options, write};

const NOBODY: u32 = 65_534;

/// Runs the test of this name again as nobody, if this is root; false if it isn't.
fn ran_as_nobody(test: &str) -> bool {
    if !rustix::process::geteuid().is_root() {
        return false;
    }
    let place = folder();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    // Where it was built, nobody may have no business.
    let program = place.path().join("bad_input");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(&program);
    command.args(["--exact", test, "--nocapture"]).current_dir("/").uid(NOBODY).gid(NOBODY);
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            println!("SKIPPED: root can't become nobody here ({error})");
            return true;
        }
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}\n{errors}");
    true
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_read_closes_nothing() {
    if ran_as_nobody("permissions::what_may_not_be_read_closes_nothing") {
        return;
    }
    gather_log();
    let (data, root) = (folder(), folder());
    let path = root.path();
    for name in ["closed/a.txt", "closed/deeper/b.txt", "open/c.txt", "open/locked.txt"] {
        write(path, name, line());
    }
    let trawl = Trawl::open(data.path(), options()).await;
    adds_up(&trawl.scan(path).await);
    write(path, "open/locked.txt", line().repeat(2));
    allow(&path.join("open/locked.txt"), 0o000);
    allow(&path.join("closed"), 0o000);
    let second = trawl.scan(path).await;
    adds_up(&second);
    let denied = Class::Failed(Reason::Permission);
    assert_eq!(second.coverage.items_of(Item::Folder, denied), 1);
    assert_eq!(second.coverage.items_of(Item::Object, denied), 1);
    assert_eq!(second.counts.vanished, 0);
    let objects = trawl.objects(path).await;
    assert!(objects.values().all(|object| !object.closed && object.vanished.is_none()));
    assert_eq!(class_of(&objects["open/locked.txt"]), denied);
    has_a_word("open/locked.txt", &objects["open/locked.txt"]);
    assert_eq!(trawl.all(path).await.len(), 4, "findings stay as they were");
    tells_nothing(&trawl, path, data.path()).await;

    allow(&path.join("open/locked.txt"), 0o600);
    allow(&path.join("closed"), 0o700);
    let third = trawl.scan(path).await;
    adds_up(&third);
    assert_eq!(third.counts.vanished, 0);
    assert_eq!(trawl.all(path).await.len(), 5);
    close(trawl).await;
}
