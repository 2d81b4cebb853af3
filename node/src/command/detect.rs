//! `trawl detect`: the engine alone, over a text as it comes.
//!
//! The text is cut into pieces with overlap, as formats do; so what is found doesn't depend on
//! where it is cut, and memory is bounded whatever comes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use trawl_cluster_config::Settings;
use trawl_detect::{Detection, Engine, Scene};
use trawl_model::place::PlaceView;
use trawl_model::{Anchor, Piece, Preview, Segment};
use zeroize::Zeroizing;

use super::Ended;
use crate::cli::{Detect, Global, ListFormat};
use crate::error::{Error, exit};
use crate::output::columns::Columns;
use crate::start;
use crate::terminal;

/// So many are shown in a table.
const SHOWN: usize = 50;

pub(super) fn run(global: &Global, detect: &Detect) -> Ended {
    let config = start::configure(global.layers())?;
    let engine = start::engine(&config.settings)?;
    let path = (detect.file != Path::new("-")).then_some(detect.file.as_path());
    let input: Box<dyn Read> = match path {
        Some(path) => Box::new(File::open(path).map_err(Error::reading(path))?),
        None => Box::new(io::stdin().lock()),
    };
    let mut window = Window::new(input, &config.settings);
    match detect.format {
        ListFormat::Jsonl => {
            let mut out = io::BufWriter::new(io::stdout().lock());
            search(&engine, &config.settings, &mut window, path, |found| {
                serde_json::to_writer(&mut out, &found).map_err(io::Error::from)?;
                Ok(out.write_all(b"\n")?)
            })?;
            out.flush()?;
        }
        ListFormat::Table => {
            let mut table = Table::default();
            search(&engine, &config.settings, &mut window, path, |found| {
                table.take(found);
                Ok(())
            })?;
            table.write()?;
        }
    }
    Ok(exit::DONE)
}

/// What is told of a detection. It has no id and no token: there is no source, and no key.
#[derive(Serialize)]
struct Found<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a str>,
    #[serde(rename = "type")]
    type_id: &'a str,
    rule: &'a str,
    rule_version: u32,
    confidence: f64,
    sensitivity: &'a str,
    place: PlaceView,
    preview: &'a str,
}

fn search(
    engine: &Engine,
    settings: &Settings,
    window: &mut Window,
    path: Option<&Path>,
    mut each: impl FnMut(Found<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let shown = path.map(|path| path.display().to_string());
    let scene = Scene { path: path.map_or(b"".as_slice(), |p| p.as_os_str().as_encoded_bytes()) };
    let mut scratch = engine.scratch();
    let mut detections = Vec::new();
    let reading = |error| match path {
        Some(path) => Error::reading(path)(error),
        None => Error::System { what: "standard input can't be read", source: error },
    };
    while let Some(piece) = window.next().map_err(reading)? {
        detections.clear();
        engine.detect(piece, &scene, &mut scratch, &mut detections);
        let mut placer = piece.placer();
        for detection in &detections {
            let sure = detection.confidence.as_percent();
            let place = placer.place(&detection.span);
            let place = place.filter(|_| sure >= settings.detect.min_confidence.get());
            let Some(mut place) = place else { continue };
            place.via = detection.via().to_vec();
            let rule = engine.rule(detection);
            each(Found {
                object: shown.as_deref(),
                type_id: rule.type_id.as_str(),
                rule: &rule.reference.id,
                rule_version: rule.reference.version,
                confidence: f64::from(sure) / 100.0,
                sensitivity: rule.sensitivity.name(),
                place: place.view(),
                preview: preview(engine, piece, detection).as_str(),
            })?;
        }
    }
    Ok(())
}

fn preview(engine: &Engine, piece: &Piece, detection: &Detection) -> Preview {
    if engine.rule(detection).secret {
        Preview::of_secret()
    } else {
        Preview::of(&engine.raw(piece, detection))
    }
}

/// A stretch of the text that moves on over it: overlap, core, overlap.
struct Window {
    input: Box<dyn Read>,
    piece_bytes: usize,
    overlap_bytes: usize,
    piece: Piece,
    start: u64,
    line: (u64, u64),
    ended: bool,
    begun: bool,
}

impl Window {
    fn new(input: Box<dyn Read>, settings: &Settings) -> Self {
        let (piece_bytes, overlap_bytes) =
            (settings.scan.piece_bytes.as_len(), settings.scan.overlap_bytes.as_len());
        // Of its full size from the start, so that growing leaves no copies behind in memory.
        let text = Vec::with_capacity(piece_bytes + 2 * overlap_bytes);
        let piece = Piece::plain(text, 0, Some((1, 1)), Arc::from([]));
        Self {
            input,
            piece_bytes,
            overlap_bytes,
            piece,
            start: 0,
            line: (1, 1),
            ended: false,
            begun: false,
        }
    }

    /// The next piece; none at the end.
    fn next(&mut self) -> io::Result<Option<&Piece>> {
        if self.begun && self.piece.core.end == self.piece.text.len() && self.ended {
            return Ok(None);
        }
        let front = self.move_on();
        self.fill(front + self.piece_bytes + self.overlap_bytes)?;
        let len = self.piece.text.len();
        let end = if self.ended { len } else { front + self.piece_bytes };
        self.piece.core = front..end;
        let anchor = Anchor::Raw {
            start: self.start,
            runs: Box::default(),
            line: Some(self.line),
            row: None,
        };
        self.piece.segments = vec![Segment { text: 0..len, label: None, anchor }];
        self.begun = true;
        Ok(Some(&self.piece))
    }

    /// Lets go what lies before the overlap of the next core, and says how long that overlap is.
    fn move_on(&mut self) -> usize {
        let done = self.piece.core.end.min(self.piece.text.len());
        if !self.begun {
            return 0;
        }
        let front = done.min(self.overlap_bytes);
        let gone = done - front;
        let text: &mut Zeroizing<Vec<u8>> = &mut self.piece.text;
        self.start += gone as u64;
        self.line = line_behind(&text[..gone], self.line);
        text.drain(..gone);
        front
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        let text = &mut self.piece.text;
        let missing = wanted.saturating_sub(text.len());
        // One byte more would tell the end sooner; a core that is empty does no harm.
        let read = self.input.by_ref().take(missing as u64).read_to_end(text)?;
        self.ended = read < missing;
        Ok(())
    }
}

/// Line and column behind some text.
fn line_behind(text: &[u8], (line, column): (u64, u64)) -> (u64, u64) {
    let chars = |bytes: &[u8]| bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count() as u64;
    match memchr::memrchr(b'\n', text) {
        Some(last) => {
            (line + memchr::memchr_iter(b'\n', text).count() as u64, 1 + chars(&text[last + 1..]))
        }
        None => (line, column + chars(text)),
    }
}

#[derive(Default)]
struct Table {
    counts: BTreeMap<String, (u64, String)>,
    first: Vec<[String; 4]>,
    total: u64,
}

impl Table {
    fn take(&mut self, found: Found<'_>) {
        self.total += 1;
        let of_type = self.counts.entry(found.type_id.to_owned());
        of_type.or_insert_with(|| (0, found.sensitivity.to_owned())).0 += 1;
        if self.first.len() < SHOWN {
            let (line, column) = (found.place.line.unwrap_or(0), found.place.column.unwrap_or(0));
            self.first.push([
                found.type_id.to_owned(),
                format!("{:.2}", found.confidence),
                format!("{line}:{column}"),
                found.preview.to_owned(),
            ]);
        }
    }

    fn write(self) -> Result<(), Error> {
        let mut out = anstream::stdout().lock();
        if self.total == 0 {
            writeln!(out, "nothing found")?;
            return Ok(());
        }
        let mut counts = Columns::new(["TYPE", "FOUND", "SENSITIVITY"]).right(&[1]);
        for (type_id, (count, sensitivity)) in self.counts {
            counts.row([type_id, terminal::number(count), sensitivity]);
        }
        counts.write(&mut out)?;
        writeln!(out)?;
        let shown = self.first.len() as u64;
        let mut first = Columns::new(["TYPE", "CONFIDENCE", "LINE", "PREVIEW"]).right(&[1]);
        self.first.into_iter().for_each(|row| first.row(row));
        first.write(&mut out)?;
        if shown < self.total {
            let total = terminal::number(self.total);
            writeln!(out, "\nthe first {shown} of {total}; see all with --format jsonl")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trawl_cluster_config::Bytes;

    /// All places of a letter, found by way of pieces of this size.
    fn places(text: &str, piece: u64) -> Vec<(u64, u64, u64)> {
        let mut settings = Settings::default();
        settings.scan.piece_bytes = Bytes::new(piece);
        settings.scan.overlap_bytes = Bytes::new(3);
        let input = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
        let mut window = Window::new(input, &settings);
        let mut places = Vec::new();
        while let Some(piece) = window.next().unwrap() {
            let mut placer = piece.placer();
            for at in piece.core.clone().filter(|at| piece.text[*at] == b'x') {
                let view = placer.place(&(at..at + 1)).unwrap().view();
                places.push((view.start.unwrap(), view.line.unwrap(), view.column.unwrap()));
            }
        }
        places
    }

    #[test]
    fn each_byte_belongs_to_one_piece_whatever_its_size() {
        let text = "xäx\n\nxx 漢x\nx".repeat(7);
        let whole = places(&text, 1 << 20);
        assert_eq!(whole.len(), 6 * 7);
        assert_eq!(whole[..3], [(0, 1, 1), (3, 1, 3), (6, 3, 1)]);
        for piece in [1, 2, 3, 5, 8, 31, 126] {
            assert_eq!(places(&text, piece), whole, "in pieces of {piece}");
        }
        assert!(places("", 8).is_empty());
    }
}
