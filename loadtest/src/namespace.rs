//! Network namespaces, by iproute2 and by what the system offers whoever wants to be in one.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where iproute2 keeps namespaces by their names.
const PLACE: &str = "/run/netns";

/// What the names of ours begin with; then comes the process that made them.
const OURS: &str = "trawl-";

/// A network namespace, for as long as this lives.
#[derive(Debug)]
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// Makes one, in which the loopback is up. Its name says what it is for, and whose it is.
    pub fn make(what: &str) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (own, next) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let name = format!("{OURS}{own}-{next}-{what}");
        ip(&["netns", "add", &name])?;
        let made = Self { name };
        made.ip(&["link", "set", "lo", "up"])?;
        Ok(made)
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs iproute2 in it.
    pub fn ip(&self, words: &[&str]) -> io::Result<()> {
        ip(&[&["-n", self.name.as_str()], words].concat())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = ip(&["netns", "del", &self.name]);
    }
}

/// Removes what processes have left behind that are gone.
pub fn clear_away() {
    let Ok(entries) = fs::read_dir(PLACE) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_left_behind(&name, |process| Path::new("/proc").join(process).exists()) {
            let _ = ip(&["netns", "del", &name]);
        }
    }
}

/// Whether a namespace is one of ours whose process is gone.
fn is_left_behind(name: &str, lives: impl Fn(&str) -> bool) -> bool {
    let process = name.strip_prefix(OURS).and_then(|rest| rest.split('-').next());
    process.is_some_and(|process| {
        !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit()) && !lives(process)
    })
}

/// Does something in a namespace, or here where none is named: what is opened there stays there, whoever
/// uses it.
pub fn inside<T: Send>(
    name: Option<&str>,
    act: impl FnOnce() -> io::Result<T> + Send,
) -> io::Result<T> {
    let Some(name) = name else { return act() };
    // A thread is in it alone, and ends there.
    let acted = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                enter(&Path::new(PLACE).join(name))?;
                act()
            })
            .join()
    });
    acted.unwrap_or_else(|_| Err(io::Error::other("what was to be done in a namespace fell")))
}

#[cfg(target_os = "linux")]
fn enter(namespace: &Path) -> io::Result<()> {
    let namespace = fs::File::open(namespace)?;
    Ok(nix::sched::setns(namespace, nix::sched::CloneFlags::CLONE_NEWNET)?)
}

#[cfg(not(target_os = "linux"))]
fn enter(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn ip(words: &[&str]) -> io::Result<()> {
    let output = Command::new("ip").args(words).stdin(Stdio::null()).output();
    let output = output.map_err(|error| io::Error::other(format!("`ip`: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("`ip {}`: {}", words.join(" "), told.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_made_or_somebody_still_uses_is_left_alone() {
        let lives = |process: &str| process == "12";
        assert!(is_left_behind("trawl-13-0-hub", lives));
        for other in ["trawl-12-0-hub", "trawl-", "trawl-x-0-hub", "blue", "13-0-hub"] {
            assert!(!is_left_behind(other, lives), "{other}");
        }
    }
}
