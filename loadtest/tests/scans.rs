//! The commands that run trawl, against stand-ins for it: scripts that speak its command line.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use trawl_loadtest::truth;

/// Finds whatever holds an `@` in text files of the folder `notes`, a file at a time, and goes on
/// where it was.
const HONEST: &str = r#"#!/bin/sh
command=$1; shift
while [ $# -gt 0 ]; do
  case $1 in
    --data) data=$2; shift 2;;
    --out) out=$2; shift 2;;
    --format|--log) shift 2;;
    *) target=$1; shift;;
  esac
done
if [ "$command" = coverage ]; then cat "$data/coverage.json"; exit 0; fi
mkdir -p "$data/done"
bytes=0; objects=0
for file in "$target"/*.txt; do
  [ -e "$file" ] || continue
  name=$(basename "$file")
  objects=$((objects + 1))
  bytes=$((bytes + $(wc -c < "$file")))
  if [ ! -e "$data/done/$name" ]; then
    grep -ob '[^ ]*@[^ ]*' "$file" | while IFS=: read -r start value; do
      echo "{\"id\":\"$name-$start\",\"object\":\"$name\",\"type\":\"email\",\"place\":{\"start\":$start,\"end\":$((start + ${#value}))}}"
    done > "$data/part"
    EXTRA
    mv "$data/part" "$data/done/$name"
  fi
done
echo "{\"bytes\":{\"read\":$bytes},\"objects\":{\"read\":$objects}}" > "$data/coverage.json"
cat "$data"/done/* > "$out" 2>/dev/null || : > "$out"
"#;

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(extra: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("trawl");
        fs::write(&script, HONEST.replace("EXTRA", extra)).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let bench = Self { folder };
        let corpus = bench.corpus();
        fs::create_dir(&corpus).unwrap();
        let mut lines = String::new();
        for i in 0..30 {
            let (name, value) = (format!("{i:02}.txt"), format!("person{i}@web.de"));
            fs::write(corpus.join(&name), format!("write to {value} soon\n")).unwrap();
            let end = 9 + value.len();
            lines.push_str(&format!(
                "{{\"object\":\"{name}\",\"type\":\"email\",\"value\":\"{value}\",\"start\":9,\"end\":{end}}}\n"
            ));
        }
        fs::write(truth::beside(&corpus), lines).unwrap();
        bench
    }

    fn corpus(&self) -> PathBuf {
        self.folder.path().join("notes")
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Output {
        Command::new(Path::new(env!("CARGO_BIN_EXE_trawl-loadtest")))
            .arg(command)
            .arg("--trawl")
            .arg(self.folder.path().join("trawl"))
            .args(arguments)
            .arg(self.corpus())
            .output()
            .unwrap()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_scan_that_finds_all_is_told_so() {
    let output = Bench::new("").run("recall", &["--min-recall", "1", "--min-precision", "1"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("add up"), "{text}");
    let all = text.lines().find(|l| l.starts_with("all ")).unwrap();
    let words: Vec<&str> = all.split_whitespace().collect();
    assert_eq!(words, ["all", "30", "30", "0", "1.0000", "1.0000", "1.0000"]);
}

#[test]
fn a_scan_that_misses_stays_below_the_bound() {
    let forgets = r#"[ "$name" = 07.txt ] && : > "$data/part""#;
    let output = Bench::new(forgets).run("recall", &["--min-recall", "0.99"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("missed    email `person7@web.de` in 07.txt bytes 9..23"), "{text}");
}

#[test]
fn ledgers_that_leave_out_an_object_fail() {
    let forgets = r#"[ "$name" = 07.txt ] && objects=$((objects - 1))"#;
    let output = Bench::new(forgets).run("recall", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("do NOT add up"));
}

#[test]
fn kills_that_change_nothing_pass() {
    let output = Bench::new("").run("kill", &["--runs", "6", "--seed", "3"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("6 kills in"), "{text}");
}

#[test]
fn a_scan_that_doubles_what_it_had_before_a_crash_is_caught() {
    let falls = r#"if [ -n "$TRAWL_FAILPOINTS" ] && [ "$name" = 05.txt ]; then
      cp "$data/part" "$data/done/00-again"; kill -9 $$; fi"#;
    let output = Bench::new(falls).run("kill", &["--runs", "0", "--crash-at", "before-commit"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("crashed at before-commit: 1 kills, NOT the same"), "{text}");
    assert!(text.contains("double: 1"), "{text}");
}

#[test]
fn a_crash_point_that_is_never_met_is_an_error() {
    let output = Bench::new("").run("kill", &["--runs", "0", "--crash-at", "nowhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("never came to the crash point `nowhere`"));
}

#[test]
fn alarms_are_told_by_what_people_said_of_them() {
    let bench = Bench::new("");
    let logs = bench.corpus().join("logs");
    fs::create_dir(&logs).unwrap();
    let mut packed = liblzma::write::XzEncoder::new(Vec::new(), 1);
    packed.write_all(b"by bo@web.de\nciphers gcm@ssh.com\n\nfrom x@y.zz\n").unwrap();
    fs::write(logs.join("sshd.txt.xz"), packed.finish().unwrap()).unwrap();
    let labels = "object\tplace\ttype\trule\tverdict\twhy\n\
        sshd.txt\tbytes 3..12\temail\temail\ttrue\tan author\n\
        sshd.txt\tbytes 21..32\temail\temail\tfalse\ta cipher\n";
    fs::write(bench.corpus().join("logs.tsv"), labels).unwrap();
    let output = bench.run("alarms", &["logs", "--labels"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("logs: 0.0 MB read, 3 alarms"), "{text}");
    assert!(text.contains("false, of a hundred          50.00 (1.26 to 98.74)"), "{text}");
    assert!(text.contains("unread    email in sshd.txt bytes 39..45"), "{text}");
}
