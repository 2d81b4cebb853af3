//! A terminal of a test's own: what a program draws on it is read, and keys are pressed on it.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// A program on a terminal.
pub(crate) struct Screen {
    child: Child,
    /// Our side: what is pressed goes in here.
    ours: File,
    /// The side of the program. As long as it is open here, too, its modes can be looked at.
    terminal: OwnedFd,
    drawn: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Screen {
    /// Starts a program on a terminal of this size.
    pub(crate) fn start(command: &mut Command, columns: u16, lines: u16) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let terminal = rustix::fs::open(name.as_c_str(), flags, Mode::empty()).unwrap();
        let size = Winsize { ws_row: lines, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&ours, size).unwrap();
        let side = || terminal.try_clone().unwrap();
        let child = command.stdin(side()).stdout(side()).stderr(side()).spawn().unwrap();
        // It holds them, too, and they would never be closed.
        command.stdin(std::process::Stdio::null());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let ours = File::from(ours);
        let drawn = Arc::new(Mutex::new(Vec::new()));
        let (mut from, to) = (ours.try_clone().unwrap(), Arc::clone(&drawn));
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // It fails when nobody has the other side any more.
            while let Ok(count) = from.read(&mut bytes) {
                to.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        Self { child, ours, terminal, drawn, reader }
    }

    /// All that was drawn so far, with what moves the cursor.
    pub(crate) fn drawn(&self) -> String {
        String::from_utf8_lossy(&self.drawn.lock().unwrap()).into_owned()
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.ours.write_all(keys.as_bytes()).unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Whether the terminal gives lines that are typed, and shows them, as it does for a shell.
    pub(crate) fn is_for_lines(&self) -> bool {
        let modes = tcgetattr(&self.terminal).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Waits for the end of the program; gives its exit code, whether the terminal is as it was, and all that
    /// was drawn.
    pub(crate) fn ended(mut self) -> (i32, bool, String) {
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        let is_as_before = self.is_for_lines();
        drop(self.terminal);
        self.reader.join().unwrap();
        let drawn = String::from_utf8_lossy(&self.drawn.lock().unwrap()).into_owned();
        (code, is_as_before, drawn)
    }
}
