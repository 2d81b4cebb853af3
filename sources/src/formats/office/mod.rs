//! Office Open XML (ECMA-376): DOCX, XLSX and PPTX.
//!
//! A package is a zip of parts. What has text of its own (paragraphs, cells, slides, comments) is
//! read here, with places that people know; every other part is a member like that of any
//! archive: properties are XML, embedded packages are entered, images are skipped with their
//! reason. The position of a part in the directory is where reading can begin again, and the row
//! or paragraph inside it.

mod package;
mod sheet;
mod slide;
mod strings;
mod word;
mod workbook;
mod xml;

use trawl_model::{Class, Item, Reason, Step};

use self::package::{Package, Role};
pub(crate) use self::workbook::civil;
use super::input::Seeking;
use super::{Bytes, Fault, Format, Head, Input, Member, Reader, Stream};

/// A kind of package.
pub struct Office {
    name: &'static str,
    folder: &'static [u8],
    /// Endings of names: the last letter tells macros from none.
    endings: &'static [&'static [u8]],
}

/// Word processing.
pub const DOCX: Office =
    Office { name: "docx", folder: b"word/", endings: &[b".docx", b".docm", b".dotx", b".dotm"] };
/// Spreadsheets.
pub const XLSX: Office =
    Office { name: "xlsx", folder: b"xl/", endings: &[b".xlsx", b".xlsm", b".xltx", b".xltm"] };
/// Presentations.
pub const PPTX: Office =
    Office { name: "pptx", folder: b"ppt/", endings: &[b".pptx", b".pptm", b".ppsx", b".potx"] };

const OLE2: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// `EncryptedPackage`, as a directory of such a file spells it.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

impl Format for Office {
    fn name(&self) -> &'static str {
        self.name
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let ending = head.is_named(self.endings);
        let head = head.bytes();
        if head.starts_with(OLE2) {
            let encrypted = memchr::memmem::find(head, ENCRYPTED).is_some();
            return if encrypted || ending { 92 + u8::from(ending) } else { 0 };
        }
        if !head.starts_with(b"PK\x03\x04") {
            return 0;
        }
        let has = |part: &[u8]| memchr::memmem::find(head, part).is_some();
        let package = has(b"[Content_Types].xml") || has(b"_rels/.rels");
        if (package && has(self.folder)) || ending { 95 + u8::from(ending) } else { 0 }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if !input.is_random() || input.size().is_none() {
            let whole = reader.load_whole(input)?;
            return self.read(&mut Bytes(whole), reader);
        }
        let mut head = [0; 8];
        input.read_at(0, &mut head)?;
        if head.starts_with(OLE2) {
            let what = "encrypted (or in the old binary format), and no password is known";
            return Err(Fault::skipped(Reason::Encrypted, what));
        }
        let size = input.size().unwrap_or(0);
        package::check_directory(self.name, input)?;
        let broken = || Fault::broken(self.name, "its directory can't be read");
        let seeking = Seeking::new(input).ok_or_else(broken)?;
        let archive = zip::ZipArchive::new(seeking).map_err(|_| broken())?;
        let mut package = Package::new(self.name, archive, size, reader)?;
        let start = reader.start().unwrap_or_default();
        for index in start.at..package.len() {
            package.index = index;
            let from = if index == start.at { start.row } else { 0 };
            self.part(&mut package, reader, from)?;
        }
        Ok(())
    }
}

impl Office {
    fn part<R: std::io::Read + std::io::Seek>(
        &self,
        package: &mut Package<R>,
        reader: &mut Reader<'_>,
        from: u64,
    ) -> Result<(), Fault> {
        let Some((name, stored)) = package.name()? else { return Ok(()) };
        let role = package.role(&name);
        let step = Step::Entry { name: name.clone().into_bytes(), nth: 0 };
        if matches!(role, Role::Other) {
            let member = Member::numbered(package.index, step, name.as_bytes(), Some(stored));
            return match package.open(reader) {
                Ok(Some(part)) => reader.member(&member, &mut Stream::new(part, None)),
                Ok(None) => reader.skip_member(&member, Reason::Encrypted),
                Err(_) => reader.fail_member(&member, Reason::Broken),
            };
        }
        let done = package.read_part(reader, step, &role, from);
        let class = match &done {
            Ok(()) => Class::Read,
            Err(Fault::Stopped(_)) => return done,
            Err(Fault::Skipped { reason, .. }) => Class::Skipped(*reason),
            Err(_) => Class::Failed(Reason::Broken),
        };
        reader.items(Item::Member, class, 1);
        if class != Class::Read {
            reader.unread(class, stored);
        }
        Ok(())
    }
}
