//! Running the real binary, in a folder of its own and in an environment without settings.
pub(crate) mod disk;
pub(crate) mod node;
pub(crate) mod screen;
pub(crate) mod stored;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A rule of one's own.
pub(crate) const BADGE: &str = "id = 'own.badge'\nversion = 1\ntype = 'badge'\nname = 'Badge'\n\
    category = 'online'\nsensitivity = 'low'\n[[pattern]]\nseed = 'literal'\n\
    literals = ['BDG-']\nregex = 'BDG-\\d{6}'\nconfidence = 90\n\
    [[example]]\ntext = 'see BDG-123456'\nfinds = 'BDG-123456'\n";

/// A folder in which `trawl` is run.
pub(crate) struct Place {
    folder: TempDir,
}

/// What a run came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trawl"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs it and expects it to end well.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}\n{}\n{}", ran.out, ran.err);
        ran.out
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // From a thread of its own: both sides may be full at once.
        let fed = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let ran = Ran::of(child.wait_with_output().unwrap());
        fed.join().unwrap();
        ran
    }
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap_or(-1);
        Self { code, out: text(output.stdout), err: text(output.stderr) }
    }

    /// The JSON objects of an output that has one a line.
    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        lines(&self.out)
    }
}

pub(crate) fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Gives all files below a folder a time of change that lies back: what was changed just now is
/// read again by the next scan.
pub(crate) fn age(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            age(&path);
        } else {
            let file = std::fs::File::options().append(true).open(&path).unwrap();
            let before = std::time::Duration::from_secs(1_600_000_000);
            file.set_modified(std::time::SystemTime::UNIX_EPOCH + before).unwrap();
        }
    }
}

/// A folder with ten letters, each with an address of its own.
pub(crate) fn letters() -> Place {
    let place = Place::new();
    for n in 0..10 {
        place.write(
            &format!("t/letter{n}.txt"),
            format!("Dear reader,\nwrite to person.number{n}@mail.example.org\n"),
        );
    }
    age(&place.path("t"));
    place
}

/// The hours of a day of the week that is past, wherever it is now.
pub(crate) fn two_days_ago() -> String {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    // The first day of 1970 was a Thursday.
    let day = now.as_secs() / 86_400 + 3 - 2;
    format!("{} 00:00-24:00", DAYS[(day % 7) as usize])
}

/// Asks until it is so. A test that asks for ever is ended by whoever runs it.
pub(crate) fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        std::thread::yield_now();
    }
}
