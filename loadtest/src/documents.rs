//! Documents: which text goes into which format, under which name.

use crate::draft::Draft;
use crate::formats::archive::{self, Packing};
use crate::formats::mail::{self, Carried};
use crate::formats::text::{self, Encoding};
use crate::formats::{Unwritten, columns, markup, office, pdf, tabular};
use crate::machine;
use crate::prose::Desk;
use crate::random::Random;
use crate::table::{self, Table};
use crate::written::Written;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Shape {
    Text(Encoding),
    Log,
    Code,
    Configuration,
    Csv(usize),
    Tsv,
    Json,
    JsonLines,
    Xml,
    HtmlText,
    HtmlTable,
    Pdf(bool),
    Docx,
    Xlsx,
    Pptx,
    Eml(Carried),
    EmlAttached,
    Mbox,
    Parquet,
    Sqlite,
    Zip,
    Tar,
    TarGz,
    ZipInTarGz,
    Packed(Packing),
}

/// All of them; what stands twice comes twice as often.
pub const SHAPES: &[Shape] = &[
    Shape::Text(Encoding::Utf8),
    Shape::Text(Encoding::Utf8),
    Shape::Text(Encoding::Utf8Marked),
    Shape::Text(Encoding::Utf16Le),
    Shape::Text(Encoding::Utf16Be),
    Shape::Text(Encoding::Latin1),
    Shape::Text(Encoding::Windows1252),
    Shape::Log,
    Shape::Log,
    Shape::Code,
    Shape::Code,
    Shape::Code,
    Shape::Code,
    Shape::Code,
    Shape::Configuration,
    Shape::Configuration,
    Shape::Configuration,
    Shape::Configuration,
    Shape::Configuration,
    Shape::Csv(0),
    Shape::Csv(1),
    Shape::Csv(2),
    Shape::Csv(3),
    Shape::Tsv,
    Shape::Json,
    Shape::JsonLines,
    Shape::Xml,
    Shape::HtmlText,
    Shape::HtmlTable,
    Shape::Pdf(true),
    Shape::Pdf(false),
    Shape::Docx,
    Shape::Docx,
    Shape::Xlsx,
    Shape::Xlsx,
    Shape::Pptx,
    Shape::Eml(Carried::Plain),
    Shape::Eml(Carried::Quoted),
    Shape::Eml(Carried::Base64),
    Shape::EmlAttached,
    Shape::Mbox,
    Shape::Parquet,
    Shape::Sqlite,
    Shape::Zip,
    Shape::Tar,
    Shape::TarGz,
    Shape::ZipInTarGz,
    Shape::Packed(Packing::Gzip),
    Shape::Packed(Packing::Bzip2),
    Shape::Packed(Packing::Xz),
    Shape::Packed(Packing::Zstd),
];

/// A document with the parts of its name.
#[derive(Debug)]
pub struct Document {
    /// The folder it belongs to.
    pub folder: &'static str,
    /// The beginning of its name.
    pub stem: &'static str,
    /// The ending of its name.
    pub ending: String,
    /// What is in it.
    pub file: Written,
}

/// Makes a document of a shape; a big one has some megabytes where the shape can grow.
pub fn make(
    seed: u64,
    shape: Shape,
    big: bool,
    random: &mut Random,
) -> Result<Document, Unwritten> {
    let scale = if big { 60 } else { 1 };
    let maker = &mut Maker { seed, scale, random };
    let (folder, stem) = place(shape);
    let (ending, file) = maker.file(shape)?;
    Ok(Document { folder, stem, ending, file })
}

fn place(shape: Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Text(_) | Shape::Docx | Shape::Pdf(_) => ("office", "note"),
        Shape::Pptx => ("office", "slides"),
        Shape::Log => ("logs", "server"),
        Shape::Code => ("src", "module"),
        Shape::Configuration => ("deploy", "settings"),
        Shape::Csv(_) | Shape::Tsv | Shape::Xlsx => ("exports", "export"),
        Shape::Json | Shape::JsonLines | Shape::Xml => ("api", "dump"),
        Shape::HtmlText | Shape::HtmlTable => ("wiki", "page"),
        Shape::Eml(_) | Shape::EmlAttached | Shape::Mbox => ("mail", "message"),
        Shape::Parquet | Shape::Sqlite => ("warehouse", "part"),
        _ => ("archive", "bundle"),
    }
}

struct Maker<'a> {
    seed: u64,
    scale: u64,
    random: &'a mut Random,
}

impl Maker<'_> {
    fn file(&mut self, shape: Shape) -> Result<(String, Written), Unwritten> {
        let file = match shape {
            Shape::Text(encoding) => {
                ("txt", text::encode(&self.prose(encoding.is_latin()), encoding))
            }
            Shape::Log => {
                let lines = self.random.between(20, 160) * self.scale;
                ("log", Written::text(&machine::log(self.seed, lines, self.random)))
            }
            Shape::Code => {
                let (ending, draft) = machine::code(self.random);
                (ending, Written::text(&draft))
            }
            Shape::Configuration => {
                let (ending, draft) = machine::configuration(self.random);
                (ending, Written::text(&draft))
            }
            Shape::Csv(n) => ("csv", tabular::csv(&self.table(), tabular::DIALECTS[n])),
            Shape::Tsv => ("tsv", tabular::csv(&self.table(), tabular::TABS)),
            Shape::Json => ("json", tabular::json(&self.table())),
            Shape::JsonLines => ("jsonl", tabular::json_lines(&self.table())),
            Shape::Xml => ("xml", markup::xml(&self.table())),
            Shape::HtmlText => ("html", markup::html_text(&self.prose(false))),
            Shape::HtmlTable => ("html", markup::html_table(&self.table())),
            Shape::Pdf(packed) => ("pdf", pdf::set(&self.prose(true), packed)?),
            Shape::Docx => ("docx", office::docx(&self.prose(false), self.random)?),
            Shape::Xlsx => ("xlsx", office::xlsx(&self.table())?),
            Shape::Pptx => ("pptx", office::pptx(&self.prose(false))?),
            Shape::Parquet => ("parquet", columns::parquet(&self.table())?),
            Shape::Sqlite => ("sqlite", columns::sqlite(&self.table())?),
            Shape::Eml(carried) => ("eml", self.message(carried, Vec::new())),
            Shape::EmlAttached => ("eml", self.attached()?),
            Shape::Mbox => ("mbox", self.mailbox()?),
            Shape::Zip => ("zip", archive::zip(self.members()?)?),
            Shape::Tar => ("tar", archive::tar(self.members()?)?),
            Shape::TarGz => {
                ("tar.gz", archive::packed(archive::tar(self.members()?)?, Packing::Gzip)?)
            }
            Shape::ZipInTarGz => ("tar.gz", self.nested()?),
            Shape::Packed(packing) => return self.packed(packing),
        };
        Ok((file.0.to_owned(), file.1))
    }

    /// Some texts of people, one after the other.
    fn prose(&mut self, latin: bool) -> Draft {
        let count = self.random.between(1, 5) * self.scale * if self.scale > 1 { 8 } else { 1 };
        let mut desk = Desk { seed: self.seed, random: self.random, latin };
        let mut draft = Draft::default();
        for _ in 0..count {
            draft.append(&desk.any()).say("\n\n");
        }
        draft
    }

    fn table(&mut self) -> Table {
        let rows = self.random.between(3, 30) * self.scale * if self.scale > 1 { 4 } else { 1 };
        let mut desk = Desk { seed: self.seed, random: self.random, latin: false };
        table::any(&mut desk, rows)
    }

    fn message(&mut self, carried: Carried, attachments: Vec<(String, Written)>) -> Written {
        let body = Desk { seed: self.seed, random: self.random, latin: false }.letter();
        mail::message(self.seed, &body, carried, attachments, self.random)
    }

    fn attached(&mut self) -> Result<Written, Unwritten> {
        let table = self.table();
        let files = vec![
            ("list.csv".to_owned(), tabular::csv(&table, tabular::DIALECTS[1])),
            ("letter.pdf".to_owned(), pdf::set(&self.prose(true), true)?),
        ];
        Ok(self.message(Carried::Quoted, files))
    }

    fn mailbox(&mut self) -> Result<Written, Unwritten> {
        let count = self.random.between(2, 8) * self.scale;
        let kinds = [Carried::Plain, Carried::Quoted, Carried::Base64];
        let messages = (0..count)
            .map(|_| {
                let carried = *self.random.choose(&kinds);
                self.message(carried, Vec::new())
            })
            .collect();
        mail::mailbox(messages)
    }

    fn members(&mut self) -> Result<Vec<(String, Written)>, Unwritten> {
        let count = self.random.between(2, 6);
        let inner =
            [Shape::Text(Encoding::Utf8), Shape::Csv(0), Shape::Docx, Shape::Log, Shape::Json];
        (0..count)
            .map(|i| {
                let shape = *self.random.choose(&inner);
                let (ending, file) = self.file(shape)?;
                Ok((format!("bundle/file-{i}.{ending}"), file))
            })
            .collect()
    }

    /// A zip and a message with an attachment in a packed tar.
    fn nested(&mut self) -> Result<Written, Unwritten> {
        let inner = archive::zip(self.members()?)?;
        let message = self.attached()?;
        let files =
            vec![("backup/inner.zip".to_owned(), inner), ("backup/mail.eml".to_owned(), message)];
        archive::packed(archive::tar(files)?, Packing::Gzip)
    }

    fn packed(&mut self, packing: Packing) -> Result<(String, Written), Unwritten> {
        let (ending, file) = if self.random.chance(50) {
            ("csv", tabular::csv(&self.table(), tabular::DIALECTS[0]))
        } else {
            ("log", Written::text(&machine::log(self.seed, 80 * self.scale, self.random)))
        };
        Ok((format!("{ending}.{}", packing.ending()), archive::packed(file, packing)?))
    }
}
