//! PDF (ISO 32000): pages as text, the document's properties, form fields and comments, and
//! embedded files as members.
//!
//! The file is held whole, within [`Limits::whole_bytes`](crate::Limits); its objects are parsed
//! when they are needed, its streams decoded within a bound of their own, and all of it together
//! within a budget of work, so that no file costs more than a multiple of its size. A page's text
//! stands in the order in which it was drawn: see [`layout`]. What needs a password is skipped,
//! and so is a page that is only an image.

mod cmap;
mod content;
mod file;
mod filter;
mod font;
mod glyph;
mod layout;
mod object;

use std::collections::HashSet;
use std::sync::Arc;

use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Class, Item, Reason, Step};
use zeroize::Zeroizing;

use self::content::{Drawn, Fonts, Interpreter};
use self::file::File;
use self::object::{Dict, Object, text_string};
use super::fields::Pieces;
use super::{Bytes, Fault, Format, Head, Input, Member, Reader};

const NAME: &str = "pdf";

/// Pages of one document.
const MAX_PAGES: u32 = 1_000_000;
/// Page trees and name trees, at most so deep.
const MAX_TREE: usize = 64;
/// Comments and form fields of one page.
const MAX_ASIDES: usize = 10_000;
/// Embedded files are members behind the pages.
const FILES_FROM: u64 = 1 << 32;
/// A decoded stream is at most so large, whatever the file; a small file's is smaller.
const MAX_STREAM_BYTES: usize = 32 << 20;
const MIN_STREAM_BYTES: usize = 1 << 20;
const STREAM_PER_BYTE: usize = 64;

/// PDF.
pub struct Pdf;

impl Format for Pdf {
    fn name(&self) -> &'static str {
        NAME
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let head = head.bytes();
        match memchr::memmem::find(&head[..head.len().min(1024)], b"%PDF-") {
            Some(0) => 90,
            Some(_) => 55,
            None => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let bytes = reader.load_whole(input)?;
        let bound = bytes.len().saturating_mul(STREAM_PER_BYTE);
        let bound = bound.clamp(MIN_STREAM_BYTES, MAX_STREAM_BYTES);
        // A stream, what it is decoded from, and the text that comes of it.
        reader.reserve(2 * bound)?;
        let file = File::open(&bytes, bound)
            .ok_or_else(|| Fault::broken(NAME, "no catalogue of pages is to be found"))?;
        if file.trailer.get(b"Encrypt").is_some() {
            return Err(Fault::skipped(Reason::Encrypted, "encrypted, and no password is known"));
        }
        Document { file, fonts: Fonts::default(), pieces: Pieces::new(reader), page: 0 }
            .read(reader)
    }
}

struct Document<'a> {
    file: File<'a>,
    fonts: Fonts,
    pieces: Pieces,
    page: u32,
}

impl Document<'_> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if reader.start().is_none() {
            self.properties(reader)?;
        }
        self.pages(reader)?;
        if self.page == 0 && self.file.rebuild() {
            self.pages(reader)?;
        }
        self.pieces.flush(reader)?;
        if self.file.is_spent() {
            let what = "decodes to far more than such a file should";
            return Err(Fault::skipped(Reason::ExpansionLimit, what));
        }
        if self.page == 0 {
            return Err(Fault::broken(NAME, "it has no pages"));
        }
        self.embedded_files(reader)
    }

    fn properties(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let info = self.file.trailer.get(b"Info").cloned();
        let Some(info) = info.and_then(|info| self.file.dict(&info)) else { return Ok(()) };
        for (key, value) in &info.0 {
            let Object::Text(value) = self.file.resolve(value) else { continue };
            let label: Arc<str> = String::from_utf8_lossy(key).into();
            let (table, field) = (Arc::from("Info"), Arc::clone(&label));
            let anchor = Anchor::Field { table, row: 1, field, offset: 0 };
            let text = Zeroizing::new(text_string(&value));
            self.pieces.field(reader, Some(&label), text.as_bytes(), anchor)?;
        }
        self.pieces.border(reader, None, None)
    }

    fn pages(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let Some(root) = self.file.catalogue() else { return Ok(()) };
        let mut seen = HashSet::new();
        let first: Vec<Object> = root.get(b"Pages").cloned().into_iter().collect();
        let mut stack = vec![(first.into_iter(), Dict::default())];
        while let Some((kids, inherited)) = stack.last_mut() {
            let Some(kid) = kids.next() else {
                stack.pop();
                continue;
            };
            if let Object::Reference(number) = kid
                && !seen.insert(number)
            {
                continue;
            }
            let inherited = inherited.clone();
            let Some(node) = self.file.dict(&kid) else { continue };
            let resources = self.file.dict_at(&node, b"Resources").unwrap_or(inherited);
            if node.get(b"Kids").is_some() && !node.is(b"Type", b"Page") {
                let kids = self.file.items_at(&node, b"Kids");
                if stack.len() < MAX_TREE {
                    stack.push((kids.into_iter(), resources));
                }
                continue;
            }
            if self.page >= MAX_PAGES || self.file.is_spent() {
                break;
            }
            self.page += 1;
            self.page(reader, &node, &resources)?;
        }
        Ok(())
    }

    fn page(
        &mut self,
        reader: &mut Reader<'_>,
        node: &Dict,
        resources: &Dict,
    ) -> Result<(), Fault> {
        let at = u64::from(self.page);
        if reader.start().is_some_and(|start| at <= start.at) {
            return Ok(());
        }
        let mut drawn = Drawn::default();
        let content = self.content(node, &mut drawn);
        Interpreter::new(&mut self.file, &mut self.fonts, &mut drawn).page(&content, resources);
        drop(content);
        self.asides(node, &mut drawn);
        let cut = drawn.cut || drawn.layout.is_cut();
        let text = drawn.layout.text();
        let class = match (text.is_empty(), drawn.has_image) {
            _ if cut => Class::Skipped(Reason::ReaderLimit),
            (true, true) => Class::Skipped(Reason::UnsupportedFormat),
            _ => Class::Read,
        };
        let anchor = Anchor::Page { page: self.page, offset: 0 };
        self.pieces.field(reader, None, text.as_bytes(), anchor)?;
        reader.items(Item::Page, class, 1);
        let next = ResumeLevel { at, ..ResumeLevel::default() };
        self.pieces.border(reader, None, Some(next))
    }

    fn content(&mut self, node: &Dict, drawn: &mut Drawn) -> Zeroizing<Vec<u8>> {
        let mut content = Zeroizing::new(Vec::new());
        for part in self.file.items_at(node, b"Contents") {
            let Some(stream) = self.file.stream(&part) else { continue };
            match self.file.decode(&stream) {
                Ok(bytes) if content.len() + bytes.len() <= MAX_STREAM_BYTES => {
                    content.extend_from_slice(&bytes);
                    content.push(b' ');
                }
                _ => drawn.cut = true,
            }
        }
        content
    }

    /// Comments, links and the values of form fields stand behind the page's text.
    fn asides(&mut self, node: &Dict, drawn: &mut Drawn) {
        for annotation in self.file.items_at(node, b"Annots").iter().take(MAX_ASIDES) {
            let Some(annotation) = self.file.dict(annotation) else { continue };
            if let Object::Text(text) = self.file.value(&annotation, b"Contents") {
                drawn.layout.aside(&text_string(&text));
            }
            if let Some(action) = self.file.dict_at(&annotation, b"A")
                && let Object::Text(link) = self.file.value(&action, b"URI")
            {
                self.link(&text_string(&link), drawn);
            }
            let parent = self.file.dict_at(&annotation, b"Parent").unwrap_or_default();
            for field in [&annotation, &parent] {
                if let Object::Text(value) = self.file.value(field, b"V") {
                    let name = match self.file.value(field, b"T") {
                        Object::Text(name) => format!("{}: ", text_string(&name)),
                        _ => String::new(),
                    };
                    drawn.layout.aside(&format!("{name}{}", text_string(&value)));
                }
            }
        }
    }

    /// A link is told if the page doesn't show it anyway.
    fn link(&mut self, link: &str, drawn: &mut Drawn) {
        let shown = ["mailto:", "tel:", "https://", "http://"];
        let shown = shown.iter().find_map(|scheme| link.strip_prefix(scheme)).unwrap_or(link);
        if self.file.spend(drawn.layout.bytes()) && !drawn.layout.shows(shown) {
            drawn.layout.aside(link);
        }
    }

    fn embedded_files(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let root = self.file.catalogue().unwrap_or_default();
        let names = self.file.dict_at(&root, b"Names").unwrap_or_default();
        let Some(tree) = names.get(b"EmbeddedFiles").cloned() else { return Ok(()) };
        let (mut stack, mut seen, mut number) = (vec![tree], HashSet::new(), 0u32);
        while let Some(node) = stack.pop() {
            if let Object::Reference(number) = node
                && !seen.insert(number)
            {
                continue;
            }
            let Some(node) = self.file.dict(&node) else { continue };
            if stack.len() < MAX_TREE * MAX_TREE {
                stack.extend(self.file.items_at(&node, b"Kids").into_iter().rev());
            }
            for pair in self.file.items_at(&node, b"Names").chunks_exact(2) {
                self.embedded_file(reader, &pair[1], number)?;
                number += 1;
            }
        }
        Ok(())
    }

    fn embedded_file(
        &mut self,
        reader: &mut Reader<'_>,
        specification: &Object,
        number: u32,
    ) -> Result<(), Fault> {
        let Some(specification) = self.file.dict(specification) else { return Ok(()) };
        let name =
            [&b"UF"[..], b"F"].iter().find_map(|key| match self.file.value(&specification, key) {
                Object::Text(name) => Some(text_string(&name).into_bytes()),
                _ => None,
            });
        let name = name.unwrap_or_default();
        let step = Step::Entry { name: name.clone(), nth: number };
        let mut member = Member::numbered(FILES_FROM + u64::from(number), step, &name, None);
        let streams = self.file.dict_at(&specification, b"EF").unwrap_or_default();
        let stream = streams.get(b"F").or(streams.get(b"UF")).cloned();
        let stream = stream.and_then(|stream| self.file.stream(&stream));
        let Some(stream) = stream else { return reader.fail_member(&member, Reason::Broken) };
        match self.file.decode(&stream) {
            Ok(bytes) => {
                member.stored_bytes = None;
                reader.member(&member, &mut Bytes(bytes))
            }
            Err(filter::Undecoded::TooLarge) => reader.skip_member(&member, Reason::ExpansionLimit),
            Err(filter::Undecoded::Image) => reader.skip_member(&member, Reason::Binary),
        }
    }
}
