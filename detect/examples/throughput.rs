//! How fast files are searched, with decoding and without, and what is found only by it:
//! `cargo run --release -p trawl-detect --example throughput -- FOLDER...`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use trawl_detect::{Engine, Limits, Rules, Scene};
use trawl_model::Piece;

fn files(path: &Path, all: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(path) else { return all.push(path.to_path_buf()) };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().for_each(|path| files(path, all));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut all = Vec::new();
    std::env::args().skip(1).for_each(|path| files(Path::new(&path), &mut all));
    let texts: Vec<(&PathBuf, Piece)> = all
        .iter()
        .filter_map(|path| Some((path, std::fs::read(path).ok()?)))
        .filter(|(_, text)| !text[..text.len().min(1 << 16)].contains(&0))
        .map(|(path, text)| (path, Piece::plain(text, 0, Some((1, 1)), Arc::from([]))))
        .collect();
    let bytes: usize = texts.iter().map(|(_, piece)| piece.text.len()).sum();
    let mut out = io::stdout().lock();
    for round in 0..2 {
        for (name, limits) in [("without decoding", Limits::OFF), ("decoding", Limits::default())] {
            let engine = Engine::compile(&Rules::built_in()?)?.decoding(limits);
            let (mut scratch, mut found) = (engine.scratch(), Vec::new());
            let (mut time, mut count) = (Duration::ZERO, 0);
            for (path, piece) in &texts {
                found.clear();
                let scene = Scene { path: path.as_os_str().as_encoded_bytes() };
                let start = Instant::now();
                engine.detect(piece, &scene, &mut scratch, &mut found);
                time += start.elapsed();
                count += found.len();
                for detection in found.iter().filter(|d| round == 0 && !d.via().is_empty()) {
                    let via: Vec<_> = detection.via().iter().map(|codec| codec.name()).collect();
                    let rule = &engine.rule(detection).reference.id;
                    let text = String::from_utf8_lossy(&piece.text[detection.span.clone()]);
                    let value = engine.raw(piece, detection);
                    let value = value.with(|value| String::from_utf8_lossy(value).into_owned());
                    let file = path.display();
                    writeln!(
                        out,
                        "{file}: {rule} {} {via:?} {value:?} {text:?}",
                        detection.confidence.as_percent()
                    )?;
                }
            }
            let rate = bytes as f64 / 1e6 / time.as_secs_f64();
            writeln!(out, "{name}: {count} found in {bytes} bytes, {rate:.1} MB/s")?;
        }
    }
    Ok(())
}
