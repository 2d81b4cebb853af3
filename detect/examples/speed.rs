//! Searches files as the engine alone does, on one core and with all rules, and says how fast that
//! was: `speed FILE...`. With `--print` first, where what is found is printed too, a line each and without
//! the value: to hold two states of the engine against each other.

use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use trawl_detect::reach::OVERLAP_BYTES;
use trawl_detect::{Engine, Scene};
use trawl_model::Piece;

/// How much of a file is a piece.
const PIECE_BYTES: usize = 1 << 20;

fn main() -> std::io::Result<()> {
    let mut files: Vec<_> = std::env::args_os().skip(1).collect();
    let prints = files.first().is_some_and(|first| first == "--print");
    files.drain(..usize::from(prints));
    let mut out = BufWriter::new(std::io::stdout().lock());
    let start = Instant::now();
    let engine = Engine::built_in();
    engine.make_ready();
    let ready = start.elapsed();
    let (mut scratch, mut found) = (engine.scratch(), Vec::new());
    let (mut taken, mut bytes, mut all) = (Duration::ZERO, 0, 0);
    for file in files {
        let text = std::fs::read(&file)?;
        let mut from = 0;
        while from < text.len() {
            let core = from..text.len().min(from + PIECE_BYTES);
            let before = core.start.saturating_sub(OVERLAP_BYTES);
            let after = text.len().min(core.end + OVERLAP_BYTES);
            let mut piece = Piece::plain(text[before..after].to_vec(), 0, None, Arc::from([]));
            piece.core = core.start - before..core.end - before;
            found.clear();
            let start = Instant::now();
            engine.detect(&piece, &Scene::default(), &mut scratch, &mut found);
            taken += start.elapsed();
            (bytes, all) = (bytes + core.len(), all + found.len());
            for one in found.iter().filter(|_| prints) {
                let (rule, span) = (&engine.rule(one).reference.id, &one.span);
                let (start, confidence) = (before + span.start, one.confidence.as_percent());
                let (name, end, score) = (file.to_string_lossy(), before + span.end, &one.score);
                writeln!(out, "{name}:{start}..{end} {rule} {confidence} {score:?}")?;
            }
            from = core.end;
        }
    }
    out.flush()?;
    let rate = bytes as f64 / taken.as_secs_f64() / 1e6;
    let (ready, taken) = (ready.as_secs_f64() * 1e3, taken.as_secs_f64());
    let told = format!(
        "{all} found in {bytes} bytes: {taken:.3} s, {rate:.1} MB/s; ready in {ready:.0} ms"
    );
    writeln!(std::io::stderr(), "{told}")
}
