//! A PDF as a file: where its objects lie (ISO 32000-1, 7.5), found by the cross-reference table
//! or, where that is damaged, by looking for them.
//!
//! Objects are parsed when they are asked for and not kept; what all this may cost is one budget
//! of work, counted in bytes looked at or decoded.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use memchr::memmem;
use zeroize::Zeroizing;

use super::filter::{self, Undecoded};
use super::object::{Dict, Lexer, Object, is_blank};

/// Objects of one file.
const MAX_OBJECTS: usize = 1_000_000;
/// References that lead to references.
const MAX_HOPS: usize = 16;
/// Cross-reference sections, one an update.
const MAX_SECTIONS: usize = 1_000;
/// Object streams that are kept decoded, so that objects of one aren't decoded one by one.
const KEPT_STREAMS: usize = 4;
/// Work without regard to the size of the file, and work a byte of it.
const FREE_WORK: u64 = 64 << 20;
const WORK_PER_BYTE: u64 = 64;

#[derive(Clone, Copy)]
enum Entry {
    At(usize),
    In { stream: u32, index: usize },
}

/// A stream: its dictionary, and where its bytes lie.
#[derive(Clone)]
pub(crate) struct Stream {
    pub(crate) dict: Dict,
    raw: Range<usize>,
}

/// An object by its number.
#[derive(Clone)]
enum Loaded {
    Plain(Object),
    Stream(Stream),
}

struct ObjectStream {
    number: u32,
    bytes: Zeroizing<Vec<u8>>,
    offsets: Vec<(u32, usize)>,
}

/// An opened file.
pub(crate) struct File<'a> {
    bytes: &'a [u8],
    entries: HashMap<u32, Entry>,
    pub(crate) trailer: Dict,
    kept: Vec<Rc<ObjectStream>>,
    work: u64,
    stream_bound: usize,
    rebuilt: bool,
    loading: usize,
}

impl<'a> File<'a> {
    /// Opens a file; none if it has no catalogue, however hard one looks.
    pub(crate) fn open(bytes: &'a [u8], stream_bound: usize) -> Option<Self> {
        // Offsets count from the header, which may stand behind something else.
        let header = memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-")?;
        let bytes = &bytes[header..];
        let work = FREE_WORK + bytes.len() as u64 * WORK_PER_BYTE;
        let mut file = Self {
            bytes,
            entries: HashMap::new(),
            trailer: Dict::default(),
            kept: Vec::new(),
            work,
            stream_bound,
            rebuilt: false,
            loading: 0,
        };
        file.read_sections();
        if !file.trailer.0.contains_key(b"Encrypt".as_slice()) && file.catalogue().is_none() {
            file.rebuild();
            if !file.trailer.0.contains_key(b"Encrypt".as_slice()) {
                file.catalogue()?;
            }
        }
        Some(file)
    }

    /// Whether the budget of work is spent: what is missing then is not missing in the file.
    pub(crate) fn is_spent(&self) -> bool {
        self.work == 0
    }

    /// Takes from the budget of work.
    pub(crate) fn spend(&mut self, work: usize) -> bool {
        self.work = self.work.saturating_sub(work as u64);
        self.work > 0
    }

    /// The catalogue, from which all else is reached.
    pub(crate) fn catalogue(&mut self) -> Option<Dict> {
        let root = self.trailer.get(b"Root")?.clone();
        self.dict(&root).filter(|root| root.get(b"Pages").is_some())
    }

    /// Finds the objects by looking through the file, once.
    pub(crate) fn rebuild(&mut self) -> bool {
        if std::mem::replace(&mut self.rebuilt, true) || !self.spend(self.bytes.len()) {
            return false;
        }
        self.entries.clear();
        self.kept.clear();
        let mut streams = Vec::new();
        for at in memmem::find_iter(self.bytes, b"obj") {
            let Some((number, start)) = header_before(self.bytes, at) else { continue };
            if self.entries.len() >= MAX_OBJECTS {
                break;
            }
            self.entries.insert(number, Entry::At(start));
            let head = &self.bytes[at + 3..self.bytes.len().min(at + 512)];
            if memmem::find(head, b"/ObjStm").is_some() {
                streams.push(number);
            }
            if memmem::find(head, b"/XRef").is_some() || memmem::find(head, b"/Catalog").is_some() {
                self.root_from(number, at + 3);
            }
        }
        for number in streams {
            let Some(stream) = self.object_stream(number) else { continue };
            for (index, (inner, _)) in stream.offsets.iter().enumerate() {
                self.entries.entry(*inner).or_insert(Entry::In { stream: number, index });
            }
        }
        for at in memmem::find_iter(self.bytes, b"trailer").collect::<Vec<_>>() {
            let mut lexer = Lexer::new(self.bytes, at + 7);
            if let Some(Object::Dict(dict)) = lexer.object() {
                self.trailer.0.extend(dict.0);
            }
            if !self.spend(64) {
                break;
            }
        }
        true
    }

    fn root_from(&mut self, number: u32, at: usize) {
        let mut lexer = Lexer::new(self.bytes, at);
        let Some(Object::Dict(dict)) = lexer.object() else { return };
        self.spend(lexer.at - at);
        if dict.is(b"Type", b"Catalog") {
            self.trailer.0.insert(b"Root".to_vec(), Object::Reference(number));
        } else if dict.get(b"Root").is_some() {
            self.trailer.0.extend(dict.0);
        }
    }

    /// What an object is when references are followed.
    pub(crate) fn resolve(&mut self, object: &Object) -> Object {
        match self.follow(object) {
            Some(Loaded::Plain(object)) => object,
            Some(Loaded::Stream(stream)) => Object::Dict(stream.dict),
            None => Object::Null,
        }
    }

    /// The dictionary that an object is, or that its stream has.
    pub(crate) fn dict(&mut self, object: &Object) -> Option<Dict> {
        match self.resolve(object) {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The value under a key, references followed.
    pub(crate) fn value(&mut self, dict: &Dict, key: &[u8]) -> Object {
        dict.get(key).map_or(Object::Null, |object| self.resolve(object))
    }

    /// The dictionary under a key.
    pub(crate) fn dict_at(&mut self, dict: &Dict, key: &[u8]) -> Option<Dict> {
        self.dict(dict.get(key)?)
    }

    /// The items under a key: those of an array, or the one that stands alone.
    pub(crate) fn items_at(&mut self, dict: &Dict, key: &[u8]) -> Vec<Object> {
        match self.value(dict, key) {
            Object::Array(items) => items,
            Object::Null => Vec::new(),
            _ => dict.get(key).cloned().into_iter().collect(),
        }
    }

    /// The stream that an object is.
    pub(crate) fn stream(&mut self, object: &Object) -> Option<Stream> {
        match self.follow(object)? {
            Loaded::Stream(stream) => Some(stream),
            Loaded::Plain(_) => None,
        }
    }

    /// A stream's bytes, decoded.
    pub(crate) fn decode(&mut self, stream: &Stream) -> Result<Zeroizing<Vec<u8>>, Undecoded> {
        let names = self.items_at(&stream.dict, b"Filter");
        let parameters = self.items_at(&stream.dict, b"DecodeParms");
        let mut filters = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let Object::Name(name) = self.resolve(name) else { continue };
            let own = parameters.get(i).and_then(|p| self.dict(p)).unwrap_or_default();
            filters.push((name, own));
        }
        let decoded = filter::decode(&self.bytes[stream.raw.clone()], &filters, self.stream_bound);
        let cost = decoded.as_ref().map_or(self.stream_bound, |bytes| bytes.len());
        self.spend(stream.raw.len() + cost);
        if self.is_spent() { Err(Undecoded::TooLarge) } else { decoded }
    }

    fn follow(&mut self, object: &Object) -> Option<Loaded> {
        let mut loaded = Loaded::Plain(object.clone());
        for _ in 0..MAX_HOPS {
            let Loaded::Plain(Object::Reference(number)) = loaded else { return Some(loaded) };
            loaded = self.load(number)?;
        }
        None
    }

    fn load(&mut self, number: u32) -> Option<Loaded> {
        if self.loading >= MAX_HOPS || !self.spend(32) {
            return None;
        }
        self.loading += 1;
        let loaded = match self.entries.get(&number).copied() {
            Some(Entry::At(offset)) => self.load_at(number, offset),
            Some(Entry::In { stream, index }) => self.load_in(stream, index, number),
            None => None,
        };
        self.loading -= 1;
        loaded
    }

    fn load_at(&mut self, number: u32, offset: usize) -> Option<Loaded> {
        let mut lexer = Lexer::new(self.bytes, offset);
        let header = (lexer.token()?.size()?, lexer.token()?.size()?, lexer.token()?);
        let is_header = matches!(&header.2, Object::Word(word) if word == b"obj");
        if !is_header || header.0 != number as usize {
            // The table leads astray: what it says of other objects is worth nothing either.
            return self.rebuild().then(|| self.load(number)).flatten();
        }
        let object = lexer.object()?;
        lexer.skip_blank();
        let end = lexer.at;
        self.spend(end.saturating_sub(offset));
        match object {
            Object::Dict(dict) if self.bytes[end..].starts_with(b"stream") => {
                let raw = self.raw_of(&dict, end + 6);
                Some(Loaded::Stream(Stream { dict, raw }))
            }
            object => Some(Loaded::Plain(object)),
        }
    }

    /// Where a stream's bytes lie: as long as it says, if that is true; else up to its end mark.
    fn raw_of(&mut self, dict: &Dict, after: usize) -> Range<usize> {
        let rest = &self.bytes[after..];
        let skip = if rest.starts_with(b"\r\n") { 2 } else { usize::from(!rest.is_empty()) };
        let start = (after + skip).min(self.bytes.len());
        if let Some(length) = self.value(dict, b"Length").size() {
            let end = start.saturating_add(length);
            let mark = self.bytes.get(end..end.saturating_add(16).min(self.bytes.len()));
            let mark = mark.map(|m| m.trim_ascii_start());
            if mark.is_some_and(|m| m.starts_with(b"endstream")) {
                return start..end;
            }
        }
        let length = memmem::find(&self.bytes[start..], b"endstream");
        let length = length.unwrap_or(self.bytes.len() - start);
        self.spend(length);
        start..start + length
    }

    fn load_in(&mut self, stream: u32, index: usize, number: u32) -> Option<Loaded> {
        let stream = self.object_stream(stream)?;
        // By its number, for the index of a damaged table may be wrong.
        let at = |i: usize| stream.offsets.get(i).filter(|(n, _)| *n == number);
        let found = at(index).or_else(|| stream.offsets.iter().find(|(n, _)| *n == number));
        let mut lexer = Lexer::new(&stream.bytes, found?.1);
        let from = lexer.at;
        let object = lexer.object()?;
        self.spend(lexer.at - from);
        Some(Loaded::Plain(object))
    }

    fn object_stream(&mut self, number: u32) -> Option<Rc<ObjectStream>> {
        if let Some(kept) = self.kept.iter().find(|kept| kept.number == number) {
            return Some(Rc::clone(kept));
        }
        // An object stream that lies in another one is against the rules, and would not end.
        let Entry::At(offset) = *self.entries.get(&number)? else { return None };
        let Loaded::Stream(stream) = self.load_at(number, offset)? else { return None };
        let first = self.value(&stream.dict, b"First").size()?;
        let bytes = self.decode(&stream).ok()?;
        let mut lexer = Lexer::new(&bytes[..first.min(bytes.len())], 0);
        let mut offsets = Vec::new();
        while let Some(inner) = lexer.token().and_then(|n| n.size()) {
            let Some(offset) = lexer.token().and_then(|n| n.size()) else { break };
            if offsets.len() >= MAX_OBJECTS {
                break;
            }
            offsets.push((u32::try_from(inner).ok()?, first.saturating_add(offset)));
        }
        let stream = Rc::new(ObjectStream { number, bytes, offsets });
        if self.kept.len() >= KEPT_STREAMS {
            self.kept.remove(0);
        }
        self.kept.push(Rc::clone(&stream));
        Some(stream)
    }

    fn read_sections(&mut self) {
        let tail = self.bytes.len().saturating_sub(2048);
        let Some(mark) = memmem::rfind(&self.bytes[tail..], b"startxref") else { return };
        let mut lexer = Lexer::new(self.bytes, tail + mark + 9);
        let mut next = lexer.token().and_then(|n| n.size());
        let mut seen = HashSet::new();
        while let Some(at) = next.filter(|at| *at < self.bytes.len()) {
            if !seen.insert(at) || seen.len() > MAX_SECTIONS {
                break;
            }
            let Some(dict) = self.section(at) else { break };
            next = dict.get(b"Prev").and_then(Object::size);
            let hybrid = dict.get(b"XRefStm").and_then(Object::size);
            if let Some(at) = hybrid.filter(|at| seen.insert(*at)) {
                self.section(at);
            }
            for (key, value) in dict.0 {
                self.trailer.0.entry(key).or_insert(value);
            }
        }
    }

    fn section(&mut self, at: usize) -> Option<Dict> {
        let mut lexer = Lexer::new(self.bytes, at);
        lexer.skip_blank();
        if self.bytes[lexer.at..].starts_with(b"xref") {
            lexer.at += 4;
            return self.table(lexer);
        }
        lexer.token()?.size()?;
        lexer.token()?.size()?;
        let Object::Word(word) = lexer.token()? else { return None };
        let Object::Dict(dict) = lexer.object().filter(|_| word == b"obj")? else { return None };
        lexer.skip_blank();
        if !self.bytes[lexer.at..].starts_with(b"stream") {
            return None;
        }
        let raw = self.raw_of(&dict, lexer.at + 6);
        let stream = Stream { dict, raw };
        let rows = self.decode(&stream).ok()?;
        self.table_of_stream(&stream.dict, &rows);
        Some(stream.dict)
    }

    fn table(&mut self, mut lexer: Lexer<'_>) -> Option<Dict> {
        loop {
            match lexer.token()? {
                Object::Word(word) if word == b"trailer" => break,
                first => {
                    let (first, count) = (first.size()?, lexer.token()?.size()?);
                    for number in first..first.saturating_add(count) {
                        let offset = lexer.token()?.size()?;
                        lexer.token()?.size()?;
                        let Object::Word(kind) = lexer.token()? else { return None };
                        if kind == b"n" {
                            self.enter(number, Entry::At(offset))?;
                        }
                    }
                }
            }
        }
        match lexer.object()? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    fn table_of_stream(&mut self, dict: &Dict, rows: &[u8]) {
        let sizes = |items: &[Object]| items.iter().filter_map(Object::size).collect::<Vec<_>>();
        let Some(Object::Array(widths)) = dict.get(b"W") else { return };
        let widths = sizes(widths);
        if widths.len() < 3 || widths.iter().any(|w| *w > 8) || widths.iter().sum::<usize>() == 0 {
            return;
        }
        let index = match dict.get(b"Index") {
            Some(Object::Array(index)) => sizes(index),
            _ => vec![0, dict.get(b"Size").and_then(Object::size).unwrap_or(0)],
        };
        let mut rows = rows.chunks_exact(widths.iter().sum());
        for stretch in index.chunks_exact(2) {
            for number in stretch[0]..stretch[0].saturating_add(stretch[1]) {
                let Some(row) = rows.next() else { return };
                let (kind, rest) = row.split_at(widths[0]);
                let (second, third) = rest.split_at(widths[1]);
                let kind = if kind.is_empty() { 1 } else { big_endian(kind) };
                let (second, third) = (big_endian(second), big_endian(&third[..widths[2]]));
                let entry = match kind {
                    1 => Entry::At(second),
                    2 => Entry::In { stream: second as u32, index: third },
                    _ => continue,
                };
                if self.enter(number, entry).is_none() {
                    return;
                }
            }
        }
    }

    fn enter(&mut self, number: usize, entry: Entry) -> Option<()> {
        if self.entries.len() >= MAX_OBJECTS {
            return None;
        }
        // Newer sections are read first, so what is there stays.
        self.entries.entry(u32::try_from(number).ok()?).or_insert(entry);
        Some(())
    }
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The number of the object whose `obj` stands at an offset, and where its header begins.
fn header_before(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let from = at.saturating_sub(24);
    let before = &bytes[from..at];
    let before = trim_end(before, is_blank)?;
    let generation = trim_end(before, |b| b.is_ascii_digit())?;
    let number = trim_end(generation, is_blank)?;
    let rest = number.iter().rposition(|b| !b.is_ascii_digit()).map_or(0, |i| i + 1);
    let digits = std::str::from_utf8(&number[rest..]).ok()?;
    Some((digits.parse().ok()?, from + rest))
}

/// What is left when at least one byte of a kind is taken from the end.
fn trim_end(bytes: &[u8], kind: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let end = bytes.iter().rposition(|b| !kind(*b))? + 1;
    (end < bytes.len()).then_some(&bytes[..end])
}
