//! Places: where in an object a value stands.
//!
//! A place leads back to the value: whoever opens the object, enters the members and cuts at the
//! spot has it in his hand. Its identity, which goes into the finding's id, is the members, the
//! spot and how what stands there is decoded; line, column, row and field are there for the reader.

use serde::{Deserialize, Serialize};

/// How a stretch of bytes is turned into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Codec {
    /// RFC 1952.
    Gzip,
    /// bzip2.
    Bzip2,
    /// The xz container, or LZMA alone.
    Xz,
    /// RFC 8878.
    Zstd,
    /// RFC 4648, with or without line breaks.
    Base64,
    /// RFC 2045, 6.7.
    QuotedPrintable,
    /// Two hexadecimal digits a byte.
    Hex,
    /// `%40`: RFC 3986.
    Url,
    /// `&#64;` and `&commat;`, as in HTML and XML.
    Html,
    /// What strings of programs write behind a backslash: `\u0040`, `\x40`, `\n`.
    Escape,
    /// UTF-16 among other bytes.
    Utf16,
    /// Characters that look like others, or like nothing: digits and letters of other scripts,
    /// full-width forms, spaces and dashes of print, what has no width, accents that stand alone.
    Unicode,
}

impl Codec {
    /// The name as it is shown, and as it goes into ids: never changed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Base64 => "base64",
            Self::QuotedPrintable => "quoted-printable",
            Self::Hex => "hex",
            Self::Url => "url",
            Self::Html => "html",
            Self::Escape => "escape",
            Self::Utf16 => "utf-16",
            Self::Unicode => "unicode",
        }
    }
}

/// A step into an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// A named member of an archive or a package, and which of those of the same name it is.
    Entry {
        /// The name as stored.
        name: Vec<u8>,
        /// 0 for the first of this name.
        nth: u32,
    },
    /// What a stream of bytes is when it is decoded.
    Stream(Codec),
    /// A message of a mailbox, from 0.
    Message(u64),
    /// A part of a message, in the order in which a reader meets them, from 0.
    Part(u32),
}

/// Where a value stands in its innermost member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Spot {
    /// Bytes of the innermost member as it is stored there, before any decoding of characters.
    Bytes {
        /// The first byte.
        start: u64,
        /// One past the last byte.
        end: u64,
    },
    /// Characters of a page's (or slide's) text.
    Page {
        /// From 1.
        page: u32,
        /// In characters, from 0.
        offset: u64,
        /// In characters.
        length: u32,
    },
    /// Characters of a paragraph.
    Paragraph {
        /// From 1, in the order of the part of the document that the member names.
        paragraph: u32,
        /// In characters, from 0.
        offset: u64,
        /// In characters.
        length: u32,
    },
    /// Characters of a cell of a sheet.
    Cell {
        /// The sheet's name.
        sheet: String,
        /// From 1, as sheets count.
        row: u64,
        /// From 1: A is 1.
        column: u32,
        /// In characters, from 0.
        offset: u64,
        /// In characters.
        length: u32,
    },
    /// Characters of a field of a table's row.
    Field {
        /// The table's name; empty where a file is one table.
        table: String,
        /// From 1 in the table's own order, or the table's own row number where it has one.
        row: u64,
        /// The column's name.
        field: String,
        /// In characters, from 0.
        offset: u64,
        /// In characters.
        length: u32,
    },
    /// Characters of the name of the object (or of the innermost member, when there is one).
    Name {
        /// In characters, from 0.
        offset: u64,
        /// In characters.
        length: u32,
    },
}

/// Where in an object a value stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The way in, outermost first; empty for the object itself.
    pub member: Vec<Step>,
    /// Where in the innermost member.
    pub spot: Spot,
    /// From 1, where the member has lines.
    pub line: Option<u64>,
    /// From 1, in characters, where the member has lines.
    pub column: Option<u64>,
    /// From 1, where the member has rows and the spot doesn't say.
    pub row: Option<u64>,
    /// The column's name or the key's path, where there is one and the spot doesn't say.
    pub field: Option<String>,
    /// How what stands at the spot is decoded to have the value, the outermost first; empty where the
    /// value itself stands there.
    pub via: Vec<Codec>,
}

/// A place as it was before values were decoded.
#[derive(Serialize, Deserialize)]
pub(crate) struct PlaceV1 {
    pub(crate) member: Vec<Step>,
    pub(crate) spot: Spot,
    pub(crate) line: Option<u64>,
    pub(crate) column: Option<u64>,
    pub(crate) row: Option<u64>,
    pub(crate) field: Option<String>,
}

impl From<PlaceV1> for Place {
    fn from(place: PlaceV1) -> Self {
        let PlaceV1 { member, spot, line, column, row, field } = place;
        Self { member, spot, line, column, row, field, via: Vec::new() }
    }
}

/// So many bytes of a member share a bucket.
const BUCKET_BYTES: u64 = 512 * 1024;
/// So many rows of a table share a bucket.
const BUCKET_ROWS: u64 = 16_384;

impl Place {
    /// The bytes that stand for the place in a finding's id. They are never laid out anew: that
    /// would change every id.
    pub fn identity(&self) -> Vec<u8> {
        let mut out = Fields::default();
        out.member(&self.member);
        match &self.spot {
            Spot::Bytes { start, end } => out.tag(b'b').number(*start).number(*end),
            Spot::Page { page, offset, length } => {
                out.tag(b'p').number(u64::from(*page)).number(*offset).number(u64::from(*length))
            }
            Spot::Paragraph { paragraph, offset, length } => out
                .tag(b'g')
                .number(u64::from(*paragraph))
                .number(*offset)
                .number(u64::from(*length)),
            Spot::Cell { sheet, row, column, offset, length } => out
                .tag(b'c')
                .text(sheet.as_bytes())
                .number(*row)
                .number(u64::from(*column))
                .number(*offset)
                .number(u64::from(*length)),
            Spot::Field { table, row, field, offset, length } => out
                .tag(b'f')
                .text(table.as_bytes())
                .number(*row)
                .text(field.as_bytes())
                .number(*offset)
                .number(u64::from(*length)),
            Spot::Name { offset, length } => {
                out.tag(b'n').number(*offset).number(u64::from(*length))
            }
        };
        for codec in &self.via {
            out.tag(b'd').text(codec.name().as_bytes());
        }
        out.0
    }

    /// What findings of one bucket have in common: the member, and some half a megabyte or sixteen
    /// thousand rows of it. Of the place alone, never of the order in which findings were met.
    pub fn neighbourhood(&self) -> Vec<u8> {
        let mut out = Fields::default();
        out.member(&self.member);
        match &self.spot {
            Spot::Bytes { start, .. } => out.number(start / BUCKET_BYTES),
            Spot::Page { page, .. } => out.number(u64::from(*page) / 64),
            Spot::Paragraph { paragraph, .. } => out.number(u64::from(*paragraph) / 4096),
            Spot::Cell { sheet, row, .. } => out.text(sheet.as_bytes()).number(row / BUCKET_ROWS),
            Spot::Field { table, row, .. } => out.text(table.as_bytes()).number(row / BUCKET_ROWS),
            Spot::Name { .. } => out.tag(b'n'),
        };
        out.0
    }

    /// The place as it is written in JSON: what doesn't apply is absent.
    pub fn view(&self) -> PlaceView {
        let mut view = PlaceView {
            line: self.line,
            column: self.column,
            row: self.row,
            field: self.field.clone(),
            member: self.member.iter().map(Step::shown).collect(),
            via: self.via.iter().map(|codec| codec.name().to_owned()).collect(),
            ..PlaceView::default()
        };
        match &self.spot {
            Spot::Bytes { start, end } => (view.start, view.end) = (Some(*start), Some(*end)),
            Spot::Page { page, offset, .. } => {
                (view.page, view.offset) = (Some(*page), Some(*offset));
            }
            Spot::Paragraph { paragraph, offset, .. } => {
                (view.paragraph, view.offset) = (Some(*paragraph), Some(*offset));
            }
            Spot::Cell { sheet, row, column, offset, .. } => {
                (view.sheet, view.row) = (Some(sheet.clone()), Some(*row));
                (view.column, view.offset) = (Some(u64::from(*column)), Some(*offset));
            }
            Spot::Field { table, row, field, offset, .. } => {
                view.table = (!table.is_empty()).then(|| table.clone());
                (view.row, view.field) = (Some(*row), Some(field.clone()));
                view.offset = Some(*offset);
            }
            Spot::Name { offset, .. } => (view.name, view.offset) = (Some(true), Some(*offset)),
        }
        view
    }
}

impl Step {
    /// The step as people read it: bytes that are no text, and control characters, are escaped.
    pub fn shown(&self) -> String {
        match self {
            Self::Entry { name, nth: 0 } => name.escape_ascii_keeping_text(),
            Self::Entry { name, nth } => format!("{}#{nth}", name.escape_ascii_keeping_text()),
            Self::Stream(codec) => format!("({})", codec.name()),
            Self::Message(n) => format!("(message {n})"),
            Self::Part(n) => format!("(part {n})"),
        }
    }
}

/// A place as it is written in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlaceView {
    /// First byte in the innermost member.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start: Option<u64>,
    /// One past the last byte.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub end: Option<u64>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u64>,
    /// Column, from 1: of the line in characters, or of the sheet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u64>,
    /// Page or slide, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<u32>,
    /// Paragraph, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paragraph: Option<u32>,
    /// Sheet by name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sheet: Option<String>,
    /// Table by name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// Row, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<u64>,
    /// Field by name or path.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// The way in.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub member: Vec<String>,
    /// By what the bytes there are decoded to have the value, the outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub via: Vec<String>,
    /// Characters into the text of page, paragraph, cell, field or name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub offset: Option<u64>,
    /// True when the value stands in a name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<bool>,
}

#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn tag(&mut self, tag: u8) -> &mut Self {
        self.0.push(tag);
        self
    }

    fn number(&mut self, number: u64) -> &mut Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    fn text(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn member(&mut self, steps: &[Step]) -> &mut Self {
        self.number(steps.len() as u64);
        for step in steps {
            match step {
                Step::Entry { name, nth } => self.tag(b'e').text(name).number(u64::from(*nth)),
                Step::Stream(codec) => self.tag(b's').text(codec.name().as_bytes()),
                Step::Message(n) => self.tag(b'm').number(*n),
                Step::Part(n) => self.tag(b'p').number(u64::from(*n)),
            };
        }
        self
    }
}

/// How names that may be any bytes are shown.
pub trait EscapeName {
    /// Text as it is; control characters and bytes that are no text as `\xNN`, and `\` doubled.
    fn escape_ascii_keeping_text(&self) -> String;
}

impl EscapeName for [u8] {
    fn escape_ascii_keeping_text(&self) -> String {
        let mut out = String::with_capacity(self.len());
        for chunk in self.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\\' => out.push_str("\\\\"),
                    c if c.is_control() => {
                        let mut buffer = [0; 4];
                        for byte in c.encode_utf8(&mut buffer).bytes() {
                            out.push_str(&format!("\\x{byte:02x}"));
                        }
                    }
                    c => out.push(c),
                }
            }
            for byte in chunk.invalid() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        }
        out
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps() -> impl Strategy<Value = Step> {
        prop_oneof![
            (any::<Vec<u8>>(), any::<u32>()).prop_map(|(name, nth)| Step::Entry { name, nth }),
            Just(Step::Stream(Codec::Gzip)),
            Just(Step::Stream(Codec::Xz)),
            any::<u64>().prop_map(Step::Message),
            any::<u32>().prop_map(Step::Part),
        ]
    }

    fn spots() -> impl Strategy<Value = Spot> {
        prop_oneof![
            (any::<u64>(), any::<u64>()).prop_map(|(start, end)| Spot::Bytes { start, end }),
            (any::<u32>(), any::<u64>(), any::<u32>())
                .prop_map(|(page, offset, length)| Spot::Page { page, offset, length }),
            (".{0,4}", any::<u64>(), ".{0,4}", any::<u64>(), any::<u32>()).prop_map(
                |(table, row, field, offset, length)| Spot::Field {
                    table,
                    row,
                    field,
                    offset,
                    length
                }
            ),
            (any::<u64>(), any::<u32>()).prop_map(|(offset, length)| Spot::Name { offset, length }),
        ]
    }

    pub(crate) fn places() -> impl Strategy<Value = Place> {
        let via = prop_oneof![
            3 => Just(Vec::new()),
            1 => Just(vec![Codec::Base64]),
            1 => Just(vec![Codec::Base64, Codec::Gzip]),
        ];
        (proptest::collection::vec(steps(), 0..3), spots(), any::<Option<u64>>(), via).prop_map(
            |(member, spot, line, via)| Place {
                member,
                spot,
                line,
                column: None,
                row: None,
                field: None,
                via,
            },
        )
    }

    proptest! {
        #[test]
        fn places_are_told_apart_by_member_spot_and_decoding_alone(a in places(), b in places()) {
            let same = a.member == b.member && a.spot == b.spot && a.via == b.via;
            prop_assert_eq!(a.identity() == b.identity(), same);
        }

        #[test]
        fn what_is_for_the_reader_is_not_in_the_identity(a in places(), line: u64) {
            let moved = Place { line: Some(line), field: Some("x".into()), ..a.clone() };
            prop_assert_eq!(moved.identity(), a.identity());
            prop_assert_eq!(moved.neighbourhood(), a.neighbourhood());
        }

        #[test]
        fn shown_names_hold_no_control_character(name: Vec<u8>) {
            prop_assert!(!name.escape_ascii_keeping_text().chars().any(char::is_control));
        }
    }
}
