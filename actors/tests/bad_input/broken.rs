//! Files of every format, made by real programs where they are more than text, cut off, with bits turned over, and with noise
//! behind a right beginning.

use std::path::{Path, PathBuf};

use crate::checked::{MARKER, adds_up, close, gather_log, has_a_word};
use crate::folder;
use crate::made::line;
use crate::support::{Trawl, options, write};

/// Ways to turn bits over, each with other bits.
const TURNS: u64 = 4;

fn fixtures() -> Vec<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sources/tests/fixtures");
    let mut files = Vec::new();
    for kind in std::fs::read_dir(all).unwrap() {
        let entries = std::fs::read_dir(kind.unwrap().path()).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    files.retain(|path| !path.to_str().unwrap().ends_with("truth.json"));
    files.sort();
    files
}

/// What is text, and made by whoever writes some: tables with and without quotes, JSON in one value
/// and in lines, and words in the encodings that there are.
fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let rows = |separator: char| -> String {
        let row = |n: usize| format!("{n}{separator}\"a, \"\"b\"\"\n{n}\"{separator}{MARKER}\n");
        format!("id{separator}note{separator}email\n{}", (0..60).map(row).collect::<String>())
    };
    let value = |n: usize| format!("{{\"n\":{n},\"at\":[null,{{\"e\\u006dail\":\"{MARKER}\"}}]}}");
    let list: Vec<String> = (0..60).map(value).collect();
    let prose = format!("Zoë wrote: {}\n", line()).repeat(40);
    let wide = prose.encode_utf16().flat_map(u16::to_le_bytes);
    vec![
        ("rows.csv", rows(',').into_bytes()),
        ("rows.tsv", rows('\t').into_bytes()),
        ("list.json", format!("[{}]", list.join(",\n")).into_bytes()),
        ("lines.jsonl", list.join("\n").into_bytes()),
        ("prose.txt", prose.clone().into_bytes()),
        ("utf-16.txt", [0xFF, 0xFE].into_iter().chain(wide).collect()),
        ("latin-1.txt", prose.chars().map(|of| u8::try_from(of).unwrap_or(b'?')).collect()),
    ]
}

/// Numbers that are the same in each run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

fn spoiled(bytes: &[u8], seed: u64) -> Vec<(String, Vec<u8>)> {
    let mut noise = Noise(0x9E37_79B9_7F4A_7C15 ^ seed);
    let mut all = Vec::new();
    for quarter in 1..4 {
        all.push((format!("cut{quarter}"), bytes[..bytes.len() * quarter / 4].to_vec()));
    }
    all.push(("short".to_owned(), bytes[..bytes.len() - 1].to_vec()));
    for turn in 0..TURNS {
        let mut turned = bytes.to_vec();
        for _ in 0..=bytes.len() / 200 {
            turned[noise.below(bytes.len())] ^= 1 << noise.below(8);
        }
        all.push((format!("turned{turn}"), turned));
    }
    let mut behind = bytes[..bytes.len().min(16)].to_vec();
    behind.extend((16..bytes.len()).map(|_| noise.next() as u8));
    all.push(("noise".to_owned(), behind));
    let middle = bytes.len() / 2;
    all.push(("hole".to_owned(), [&bytes[..middle], &[0; 512], &bytes[middle..]].concat()));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn spoiled_files_of_every_format_end_with_a_word() {
    gather_log();
    let (data, root) = (folder(), folder());
    let fixtures = fixtures();
    assert!(fixtures.len() > 40, "the fixtures of sources are there");
    let read = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        (name.to_owned(), std::fs::read(path).unwrap())
    };
    let texts = texts().into_iter().map(|(name, bytes)| (name.to_owned(), bytes));
    let mut made = 0;
    for (n, (name, bytes)) in fixtures.iter().map(read).chain(texts).enumerate() {
        for (how, bytes) in spoiled(&bytes, n as u64) {
            // The extension stays, for it is one of the signs of a format.
            write(root.path(), &format!("{how}/{name}"), bytes);
            made += 1;
        }
    }
    let trawl = Trawl::open(data.path(), options()).await;
    let scan = trawl.scan(root.path()).await;
    adds_up(&scan);
    assert_eq!(scan.listed_objects, made);
    for (name, object) in trawl.objects(root.path()).await {
        has_a_word(&name, &object);
    }
    // What failed is tried again, what was read is carried, and all of it adds up again.
    let again = trawl.scan(root.path()).await;
    adds_up(&again);
    assert_eq!(again.counts.findings, scan.counts.findings);
    close(trawl).await;
}
