//! A package: its parts, and what the parts at its root say of the others.

use std::collections::HashMap;
use std::io::{Read, Seek};
use std::sync::Arc;

use trawl_model::{Reason, Step};

use super::sheet::{self, Sheet};
use super::strings::Strings;
use super::workbook::{Styles, Workbook};
use super::xml::{Bounded, Events, Mark, attribute};
use super::{slide, word};
use crate::formats::input::read_full;
use crate::formats::{Fault, Input, Reader};

/// The directory of a package: a part takes up about a hundred bytes of it.
const MAX_DIRECTORY_BYTES: u64 = 4 << 20;
/// A package's own directory lies within so many bytes of its end.
const TAIL_BYTES: u64 = 66_000;
/// What a part in the directory costs in memory, for each byte that it takes up there.
const MEMORY_PER_BYTE: usize = 16;

/// How a part is read.
pub(super) enum Role {
    /// It has paragraphs.
    Words,
    Sheet(Arc<str>),
    /// Comments on cells of this sheet.
    Comments(Arc<str>),
    Slide(u32),
    Notes(u32),
    /// The shared strings: read by way of the cells that show them.
    Strings,
    Other,
}

/// An opened package.
pub(super) struct Package<R> {
    format: &'static str,
    archive: zip::ZipArchive<R>,
    pub(super) index: u64,
    /// Stored bytes that parts may still claim: together they are no more than the package.
    room: u64,
    roles: HashMap<String, Role>,
    strings: Strings,
    styles: Styles,
    /// Why cells that show shared strings can't be read.
    without_strings: Option<Reason>,
}

/// Refuses a directory that would not fit into memory, before it is read.
pub(super) fn check_directory(format: &'static str, input: &mut dyn Input) -> Result<(), Fault> {
    let size = input.size().unwrap_or(0);
    let from = size.saturating_sub(TAIL_BYTES);
    let mut tail = vec![0; (size - from) as usize];
    let filled = read_full(input, from, &mut tail)?;
    let end = memchr::memmem::rfind(&tail[..filled], b"PK\x05\x06");
    let field = end.and_then(|end| tail.get(end + 12..end + 16));
    let Some(field) = field else {
        return Err(Fault::broken(format, "it has no directory: it was cut off"));
    };
    let bytes = field.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    if bytes > MAX_DIRECTORY_BYTES {
        let what = "it has far more parts than such a package should";
        return Err(Fault::skipped(Reason::ReaderLimit, what));
    }
    Ok(())
}

impl<R: Read + Seek> Package<R> {
    pub(super) fn new(
        format: &'static str,
        archive: zip::ZipArchive<R>,
        room: u64,
        reader: &mut Reader<'_>,
    ) -> Result<Self, Fault> {
        let names: usize =
            archive.file_names().map(|name| name.map_or(0, |name| name.len()) + 64).sum();
        reader.reserve(names * MEMORY_PER_BYTE)?;
        let mut package = Self {
            format,
            archive,
            index: 0,
            room,
            roles: HashMap::new(),
            strings: Strings::default(),
            styles: Styles::default(),
            without_strings: None,
        };
        match format {
            "xlsx" => package.read_workbook(reader)?,
            "pptx" => package.read_presentation(reader)?,
            _ => {}
        }
        Ok(package)
    }

    pub(super) fn len(&self) -> u64 {
        self.archive.len() as u64
    }

    /// The name of the part, and how many bytes it takes up; none if it is a folder.
    pub(super) fn name(&mut self) -> Result<Option<(String, u64)>, Fault> {
        let part = self.archive.by_index_raw(self.index as usize);
        let part = part.map_err(|_| Fault::broken(self.format, "a part can't be found"))?;
        let name = part.name().map_or_else(|_| "?".to_owned(), |name| name.into_owned());
        let stored = part.compressed_size().min(self.room);
        self.room -= stored;
        Ok((!name.ends_with('/')).then_some((name, stored)))
    }

    /// How a part is read.
    pub(super) fn role(&mut self, name: &str) -> Role {
        if let Some(role) = self.roles.remove(name) {
            return role;
        }
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let Some(stem) = file.strip_suffix(".xml") else { return Role::Other };
        let kind = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = stem[kind.len()..].parse().unwrap_or(1);
        match (self.format, folder, kind) {
            ("docx", "word", "document" | "header" | "footer" | "footnotes" | "endnotes")
            | ("docx", "word", "comments") => Role::Words,
            ("pptx", "ppt/slides", "slide") => Role::Slide(number),
            ("pptx", "ppt/notesSlides", "notesSlide") => Role::Notes(number),
            ("xlsx", "xl/worksheets", "sheet") => Role::Sheet(stem.into()),
            ("xlsx", "xl", "sharedStrings") => Role::Strings,
            _ => Role::Other,
        }
    }

    /// Opens the part; none if it is encrypted.
    pub(super) fn open(&mut self, reader: &Reader<'_>) -> Result<Option<impl Read + '_>, Fault> {
        open(&mut self.archive, self.format, self.index as usize, reader)
    }

    /// Reads a part that has a role.
    pub(super) fn read_part(
        &mut self,
        reader: &mut Reader<'_>,
        step: Step,
        role: &Role,
        from: u64,
    ) -> Result<(), Fault> {
        let member = reader.path_with(step);
        let (format, index) = (self.format, self.index);
        let part = open(&mut self.archive, format, index as usize, reader)?;
        let encrypted = || Fault::skipped(Reason::Encrypted, "a part is encrypted");
        let events = Events::new(part.ok_or_else(encrypted)?, format, reader);
        let whole = from == 0;
        match role {
            Role::Words => word::read(events, reader, member, index, from),
            Role::Slide(page) => slide::read(events, reader, member, *page, true),
            Role::Notes(page) => slide::read(events, reader, member, *page, false),
            Role::Comments(sheet) if whole => sheet::comments(events, reader, member, sheet),
            Role::Sheet(name) => {
                let (strings, styles) = (&self.strings, &self.styles);
                let name = Arc::clone(name);
                let mut sheet = Sheet::new(name, strings, styles, member, index, from);
                sheet.read(events, reader)?;
                match self.without_strings {
                    Some(reason) if sheet.missed > 0 => {
                        Err(Fault::skipped(reason, "its shared strings can't be read"))
                    }
                    None if sheet.missed > 0 => {
                        Err(Fault::broken(format, "cells show strings that aren't there"))
                    }
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn read_workbook(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let targets = self.relations("xl/workbook.xml", reader)?;
        let workbook = match self.events("xl/workbook.xml", reader)? {
            Some(events) => Workbook::read(events)?,
            None => Workbook::default(),
        };
        for (name, relation) in workbook.sheets {
            let name: Arc<str> = name.into();
            let target = targets.iter().find(|target| target.id == relation);
            let Some(target) = target.map(|target| target.part.clone()) else { continue };
            for about in self.relations(&target, reader)? {
                if about.kind.ends_with("/comments") {
                    self.roles.insert(about.part, Role::Comments(Arc::clone(&name)));
                }
            }
            self.roles.insert(target, Role::Sheet(name));
        }
        let styles = match self.events("xl/styles.xml", reader)? {
            Some(events) => Styles::read(events, workbook.from_1904)?,
            None => Styles::default(),
        };
        self.styles = styles;
        let strings = match self.events("xl/sharedStrings.xml", reader)? {
            Some(events) => Strings::read(events, reader),
            None => return Ok(()),
        };
        match strings {
            Ok(strings) => self.strings = strings,
            Err(Fault::Skipped { reason, .. }) => self.without_strings = Some(reason),
            Err(Fault::Broken { .. }) => self.without_strings = Some(Reason::Broken),
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn read_presentation(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let targets = self.relations("ppt/presentation.xml", reader)?;
        let mut slides: Vec<String> = Vec::new();
        if let Some(mut events) = self.events("ppt/presentation.xml", reader)? {
            while let Some(mark) = events.next()? {
                let Mark::Open(tag) = mark else { continue };
                if tag.local_name().as_ref() != "sldId" {
                    continue;
                }
                // Its own number is called `id` too: the relation begins with letters.
                let mut attributes = tag.attributes();
                let ids = attributes.with_checks(false).flatten();
                let ids = ids.filter(|a| a.key.as_ref().ends_with(":id"));
                let ids: Vec<String> = ids.map(|a| a.value.to_string()).collect();
                let target = targets.iter().find(|t| ids.contains(&t.id));
                slides.extend(target.map(|target| target.part.clone()));
            }
        }
        for (page, slide) in (1..).zip(slides) {
            for about in self.relations(&slide, reader)? {
                if about.kind.ends_with("/notesSlide") {
                    self.roles.insert(about.part, Role::Notes(page));
                }
            }
            self.roles.insert(slide, Role::Slide(page));
        }
        Ok(())
    }

    /// What a part refers to.
    fn relations(&mut self, part: &str, reader: &Reader<'_>) -> Result<Vec<Relation>, Fault> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let mut relations = Vec::new();
        let name = format!("{folder}/_rels/{file}.rels");
        let Some(mut events) = self.events(&name, reader)? else { return Ok(relations) };
        while let Some(mark) = events.next()? {
            let Mark::Open(tag) = mark else { continue };
            let get = |name: &str| attribute(&tag, name).unwrap_or_default();
            let target = get("Target");
            if !target.is_empty() && get("TargetMode") != "External" {
                let part = resolved(folder, &target);
                relations.push(Relation { id: get("Id"), kind: get("Type"), part });
            }
        }
        Ok(relations)
    }

    fn events(
        &mut self,
        name: &str,
        reader: &Reader<'_>,
    ) -> Result<Option<Events<impl Read + '_>>, Fault> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let part = open(&mut self.archive, self.format, index, reader)?;
        Ok(part.map(|part| Events::new(part, self.format, reader)))
    }
}

struct Relation {
    id: String,
    kind: String,
    part: String,
}

fn open<'p, R: Read + Seek>(
    archive: &'p mut zip::ZipArchive<R>,
    format: &'static str,
    index: usize,
    reader: &Reader<'_>,
) -> Result<Option<Bounded<impl Read + 'p>>, Fault> {
    let broken = |_| Fault::broken(format, "a part can't be opened");
    let raw = archive.by_index_raw(index).map_err(broken)?;
    let (encrypted, stored) = (raw.encrypted(), raw.compressed_size());
    drop(raw);
    if encrypted {
        return Ok(None);
    }
    let part = archive.by_index(index).map_err(broken)?;
    Ok(Some(Bounded::new(part, stored, reader)))
}

/// The name of a part that is given from a folder.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}
