//! A full disk: a small file system of its own as the data directory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use trawl_actors::Target;
use trawl_model::scan::Scan;
use trawl_sources::files::{Files, Settings};

use crate::checked::{adds_up, close, gather_log};
use crate::folder;
use crate::support::{Trawl, options, write};

struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let place = folder();
        let size = format!("size={megabytes}m");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(place.path())
            .stderr(Stdio::null())
            .status();
        mount.is_ok_and(|status| status.success()).then(|| Self(place))
    }

    /// What is free on it.
    fn free(&self) -> u64 {
        let stat = rustix::fs::statvfs(self.0.path()).unwrap();
        stat.f_bavail * stat.f_frsize
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

async fn try_scan(trawl: &Trawl, root: &Path) -> Result<Scan, String> {
    let connector = Arc::new(Files::new(root.to_owned(), Settings::default()).unwrap());
    let target = Target::of(connector);
    let handle = trawl.node.scan(target).await.map_err(|error| error.to_string())?;
    handle.wait().await.map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_fills_the_disk_says_so_and_goes_on_when_there_is_room() {
    gather_log();
    let (reference, root) = (folder(), folder());
    for n in 0..60 {
        let lines = (0..200).map(|m| format!("mail u{n}x{m}@mail.example.org\n"));
        write(root.path(), &format!("f{n:03}.txt"), lines.collect::<String>());
    }
    let whole = Trawl::open(reference.path(), options()).await;
    adds_up(&whole.scan(root.path()).await);
    whole.close().await;
    let Some(disk) = SmallDisk::mount(96) else {
        println!("SKIPPED: a tmpfs can't be mounted here");
        return;
    };
    let (data, ballast) = (disk.0.path().join("data"), disk.0.path().join("ballast"));
    std::fs::create_dir(&data).unwrap();
    let trawl = Trawl::open(&data, options()).await;
    // The store keeps 32 MiB for itself: this leaves little above that.
    let room = 33 << 20;
    std::fs::write(&ballast, vec![1; usize::try_from(disk.free() - room).unwrap()]).unwrap();
    let full = try_scan(&trawl, root.path()).await.unwrap_err();
    assert!(full.contains("no space left") && full.contains("make room"), "{full}");
    std::fs::remove_file(&ballast).unwrap();
    // The same node goes on, or at the latest the next one: both must end.
    let scan = match try_scan(&trawl, root.path()).await {
        Ok(scan) => scan,
        Err(error) => panic!("with room again it goes on, but: {error}"),
    };
    adds_up(&scan);
    assert_eq!(scan.counts.findings, 60 * 200);
    assert_eq!(trawl.all(root.path()).await.len(), 60 * 200);
    close(trawl).await;
}
