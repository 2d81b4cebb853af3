//! What tests of formats need: a sink that collects, and a check that places lead back.

use std::io;
use std::ops::Range;

use trawl_model::unit::Resume;
use trawl_model::{Class, Coverage, FewBytes, Fingerprint, Item, Piece, Place, Spot};

use crate::Limits;
use crate::connector::Content;
use crate::formats::{Outcome, read_object};
use crate::sink::{Sink, Stopped};

mod hostile;

pub use hostile::{hostile, hostile_object, hostile_package, hostile_page, hostile_parts, page};

/// An object that lies in memory.
pub struct Memory {
    bytes: Vec<u8>,
    fingerprint: Fingerprint,
    /// Stretches that hold data, where it is to look like a sparse file.
    pub data: Option<Vec<(u64, u64)>>,
    /// From this offset on, reading fails.
    pub fails_at: Option<u64>,
}

impl Memory {
    /// An object of these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let fingerprint = Fingerprint {
            size: bytes.len() as u64,
            modified: None,
            tag: FewBytes::new(),
            identity: FewBytes::new(),
        };
        Self { bytes, fingerprint, data: None, fails_at: None }
    }
}

impl Content for Memory {
    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn fingerprint_now(&mut self) -> io::Result<Fingerprint> {
        Ok(self.fingerprint.clone())
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if self.fails_at.is_some_and(|at| offset + buffer.len() as u64 > at) {
            return Err(io::Error::other("the disk is gone"));
        }
        let from = (offset as usize).min(self.bytes.len());
        let n = buffer.len().min(self.bytes.len() - from);
        buffer[..n].copy_from_slice(&self.bytes[from..from + n]);
        Ok(n)
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        let size = self.bytes.len() as u64;
        let Some(data) = &self.data else { return Ok((offset < size).then_some((offset, size))) };
        let next = data.iter().find(|(_, end)| *end > offset);
        Ok(next.map(|(start, end)| (offset.max(*start), *end)))
    }
}

/// A value that was found, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The value.
    pub value: Vec<u8>,
    /// Where it stands.
    pub place: Place,
    /// What its segment is called.
    pub label: Option<String>,
}

/// A safe point, and what had been given before it.
pub struct SafePoint {
    /// Where reading can begin again.
    pub at: Resume,
    /// How many pieces had been given.
    pub pieces: usize,
    /// What had been entered.
    pub coverage: Coverage,
}

/// Gathers all that a format gives.
#[derive(Default)]
pub struct Collected {
    /// The pieces.
    pub pieces: Vec<Piece>,
    /// The safe points.
    pub safe_points: Vec<SafePoint>,
    /// What was entered. The bytes that were read are not in it.
    pub coverage: Coverage,
    /// Memory reserved beside the pieces.
    pub reserved: usize,
    /// More than this is refused; 0 refuses nothing.
    pub budget: usize,
    /// Stops reading when so many pieces have been given.
    pub stop_after: Option<usize>,
}

impl Sink for Collected {
    fn piece(&mut self, piece: Piece) -> Result<(), Stopped> {
        check_piece(&piece);
        self.pieces.push(piece);
        if self.stop_after.is_some_and(|n| self.pieces.len() >= n) { Err(Stopped) } else { Ok(()) }
    }

    fn safe_point(&mut self, at: Resume) -> Result<(), Stopped> {
        let (pieces, coverage) = (self.pieces.len(), self.coverage.clone());
        self.safe_points.push(SafePoint { at, pieces, coverage });
        Ok(())
    }

    fn reserve(&mut self, bytes: usize) -> Result<bool, Stopped> {
        if self.budget > 0 && self.reserved + bytes > self.budget {
            return Ok(false);
        }
        self.reserved += bytes;
        Ok(true)
    }

    fn items(&mut self, item: Item, class: Class, count: u64) {
        self.coverage.add_items(item, class, count);
    }

    fn unread_bytes(&mut self, class: Class, bytes: u64) {
        self.coverage.add_bytes(class, bytes);
    }
}

impl Collected {
    /// Where a value is found: once for each piece in whose core it begins, in one segment.
    pub fn find(&self, value: &str) -> Vec<Found> {
        self.find_all(value_engine(value))
    }

    /// What a toy of an engine finds; it is asked segment by segment.
    pub fn find_all(&self, engine: impl Fn(&[u8]) -> Vec<Range<usize>>) -> Vec<Found> {
        found_in(&self.pieces, &engine)
    }

    /// The one place of a value.
    #[track_caller]
    pub fn one(&self, value: &str) -> Found {
        let mut found = self.find(value);
        assert_eq!(found.len(), 1, "{value} is there once: {found:?}");
        found.remove(0)
    }

    /// All text of all cores, piece by piece; names too.
    pub fn text(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|p| p.text[p.core.clone()].to_vec()).collect()
    }
}

/// What holds of every piece.
#[track_caller]
fn check_piece(piece: &Piece) {
    let length = piece.text.len();
    assert!(piece.core.start <= piece.core.end && piece.core.end <= length, "core in text");
    let mut last = 0;
    for segment in &piece.segments {
        assert!(segment.text.start >= last && segment.text.end <= length, "segments in order");
        assert!(segment.text.start <= segment.text.end, "segments run forwards");
        last = segment.text.end;
    }
}

/// Reads an object from its start.
pub fn read(bytes: &[u8], name: &str, limits: &Limits) -> (Collected, Outcome) {
    read_from(&mut Memory::new(bytes), name, limits, &Resume::default())
}

/// Reads an object on from where it was left, and checks that its ledger stays within its size.
#[track_caller]
pub fn read_from(
    content: &mut dyn Content,
    name: &str,
    limits: &Limits,
    from: &Resume,
) -> (Collected, Outcome) {
    let mut sink = Collected::default();
    let size = content.size();
    let outcome =
        read_object(content, name.as_bytes(), limits, from, &mut sink).expect("nobody stops it");
    let unread = sink.coverage.total_bytes();
    assert!(unread <= size, "coverage-adds-up: {unread} bytes unread of {size}");
    assert_eq!(sink.coverage.bytes_of(Class::Read), 0, "what was read is not entered");
    (sink, outcome)
}

/// Reads an object on from each of its safe points: with what was given before, that must find
/// and count what reading it at once does. Returns what it finds.
#[track_caller]
pub fn check_resume(bytes: &[u8], name: &str, limits: &Limits, value: &str) -> Vec<Found> {
    let (whole, outcome) = read(bytes, name, limits);
    let mut expected = whole.find(value);
    expected.sort();
    for point in &whole.safe_points {
        check_point(bytes, name, limits, value, (&whole, &outcome, &expected), point);
    }
    expected
}

/// Reads an object on from one of the safe points of reading it whole.
#[track_caller]
fn check_point(
    bytes: &[u8],
    name: &str,
    limits: &Limits,
    value: &str,
    (whole, outcome, expected): (&Collected, &Outcome, &[Found]),
    point: &SafePoint,
) {
    let (rest, again) = read_from(&mut Memory::new(bytes), name, limits, &point.at);
    let mut found = found_in(&whole.pieces[..point.pieces], &value_engine(value));
    found.extend(rest.find(value));
    found.sort();
    assert_eq!(found, expected, "on from {:?}", point.at);
    let mut coverage = point.coverage.clone();
    coverage += &rest.coverage;
    // As it is kept: of an archive whose headers lie, more than its size may be entered.
    let mut expected = whole.coverage.clone();
    coverage.settle(bytes.len() as u64);
    expected.settle(bytes.len() as u64);
    assert_eq!(coverage, expected, "on from {:?}", point.at);
    assert_eq!(again.class, outcome.class, "on from {:?}", point.at);
}

/// Checks that cutting the raw bytes of the innermost member at a place gives the value again, in
/// the encoding of the member.
#[track_caller]
pub fn check_leads_back(found: &Found, raw: &[u8], encoding: &'static encoding_rs::Encoding) {
    let Spot::Bytes { start, end } = found.place.spot else {
        panic!("no place in bytes: {:?}", found.place.spot);
    };
    let cut = &raw[start as usize..end as usize];
    let (text, _) = encoding.decode_without_bom_handling(cut);
    assert_eq!(text.as_bytes(), found.value, "at {:?}", found.place);
}

fn value_engine(value: &str) -> impl Fn(&[u8]) -> Vec<Range<usize>> {
    move |text| memchr::memmem::find_iter(text, value).map(|at| at..at + value.len()).collect()
}

fn found_in(pieces: &[Piece], engine: &impl Fn(&[u8]) -> Vec<Range<usize>>) -> Vec<Found> {
    let mut all = Vec::new();
    for piece in pieces {
        let mut placer = piece.placer();
        for segment in &piece.segments {
            for found in engine(&piece.text[segment.text.clone()]) {
                let span = segment.text.start + found.start..segment.text.start + found.end;
                if !piece.core.contains(&span.start) {
                    continue;
                }
                let place = placer.place(&span).expect("a span in a segment has a place");
                let label = segment.label.as_deref().map(str::to_owned);
                all.push(Found { value: piece.text[span].to_vec(), place, label });
            }
        }
    }
    all
}
