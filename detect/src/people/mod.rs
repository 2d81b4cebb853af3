//! Names and addresses of people, which no pattern and no check digit tells.
//!
//! Three ways, cheap first. A field whose label says that it holds a name or an address is judged by
//! what its value may be ([`field`]). In running text, capitalised words that the lexicon knows lead to
//! the sentence or line that they stand in ([`seed`], [`unit`]), and only there the labeller, a linear
//! chain with weights of our own, tells names from what looks like them ([`labeller`]). Addresses are
//! told by the shapes of postcodes, words of streets and towns ([`address`]).
//!
//! Whatever is decided depends on the unit (at most [`unit::MAX_UNIT_BYTES`]) and a few words on
//! either side of it, so that a cut of the text changes nothing; see [`crate::reach`].

mod address;
mod again;
mod column;
mod features;
mod field;
mod inline;
mod label;
mod labeller;
mod lexicon;
mod marks;
mod model;
mod other;
mod scripts;
mod seed;
mod segments;
mod token;
#[cfg(any(test, feature = "testing"))]
pub mod train;
mod unit;
mod words;

use std::ops::Range;

use trawl_model::{Piece, Segment};

use crate::reach::NEIGHBOUR_BYTES;

/// What the model finds. A rule takes one by a pattern of seed `model`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// A name in a field that is called by one.
    NameInField,
    /// A name in running text, as sure as the model can be.
    NameSure,
    /// A name in running text that might be something else.
    NameLikely,
    /// A name in a script without capitals, by a word beside it.
    NameByWord,
    /// An address in a field that is called by one.
    AddressInField,
    /// A street with its number, and a town with its postcode.
    AddressSure,
    /// A street with its number and a town, or a postcode.
    AddressLikely,
}

impl Finding {
    const ALL: [Self; 7] = [
        Self::NameInField,
        Self::NameSure,
        Self::NameLikely,
        Self::NameByWord,
        Self::AddressInField,
        Self::AddressSure,
        Self::AddressLikely,
    ];

    /// The names by which rules take findings.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(Self::name)
    }

    /// The finding of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.name() == name)
    }

    /// Whether it is a name, and no address.
    pub(crate) const fn is_name(self) -> bool {
        matches!(self, Self::NameInField | Self::NameSure | Self::NameLikely | Self::NameByWord)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::NameInField => "name_in_field",
            Self::NameSure => "name_sure",
            Self::NameLikely => "name_likely",
            Self::NameByWord => "name_by_word",
            Self::AddressInField => "address_in_field",
            Self::AddressSure => "address_sure",
            Self::AddressLikely => "address_likely",
        }
    }

    /// What it means, for people.
    pub const fn what(self) -> &'static str {
        match self {
            Self::NameInField => {
                "what the field is called by holds names, and the value may be one"
            }
            Self::NameSure => "a name, by its words and those around it",
            Self::NameLikely => "likely a name, by its words and those around it",
            Self::NameByWord => "a name, by its signs and the word beside it",
            Self::AddressInField => {
                "what the field is called by holds addresses, and the value may be one"
            }
            Self::AddressSure => "a street with its number, and a town with its postcode",
            Self::AddressLikely => "a street with its number, and a town or a postcode",
        }
    }
}

/// What changes with the model: equal ones find equal things.
pub(crate) fn fingerprint() -> &'static [u8] {
    model::fingerprint()
}

/// Seeds so far before and after the core are looked at: one there may decide about a neighbour of the
/// core that stands in the same unit.
const WINDOW_BYTES: usize =
    NEIGHBOUR_BYTES + again::AGAIN_BYTES + unit::MAX_UNIT_BYTES + address::MAX_ADDRESS_BYTES;

// The law, as arithmetic: a unit and its context around a seed at the edge of the window.
const _: () = assert!(
    WINDOW_BYTES
        + unit::MAX_UNIT_BYTES
        + unit::CONTEXT_BYTES
        + seed::CODE_BYTES
        + address::MAX_ADDRESS_BYTES
        < crate::reach::OVERLAP_BYTES
);

/// What a search of one piece found, and what it needs, kept from piece to piece.
#[derive(Default)]
pub(crate) struct Search {
    found: Vec<(Finding, Range<usize>)>,
    /// What was found in cells of statements before the piece was searched.
    in_cells: Vec<(Finding, Range<usize>)>,
    /// Addresses of one field.
    addresses: Vec<(Finding, Range<usize>)>,
    seeds: seed::Seeds,
    again: again::Again,
    labels: field::Labels,
    columns: column::Columns,
}

impl Search {
    /// What was found in the last piece.
    pub(crate) fn list(&self) -> impl Iterator<Item = &(Finding, Range<usize>)> {
        self.found.iter()
    }

    /// Forgets what was found in cells.
    pub(crate) fn begin(&mut self) {
        self.in_cells.clear();
    }

    /// Judges a cell of a statement by what its column is called: what is found is of the next search.
    pub(crate) fn cell(&mut self, column: &str, text: &[u8], cell: &Range<usize>) {
        let seed::Seeds { words, lines, .. } = &mut self.seeds;
        let kind = lines.kind(column.as_bytes());
        if cell.len() <= field::MAX_FIELD_BYTES {
            words.tidy();
            field::judge(words, kind, &text[..cell.end], cell.start, &mut self.in_cells);
        }
    }

    /// A column that is called `name` alone, beside one of given names, holds family names.
    fn beside(&mut self, kind: label::Kind, segments: &[Segment], at: usize) -> label::Kind {
        /// Fields so far before and after are looked at.
        const BESIDE: usize = 2;
        if kind != label::Kind::Perhaps {
            return kind;
        }
        let near = &segments[at.saturating_sub(BESIDE)..segments.len().min(at + BESIDE + 1)];
        let is_part = |s: &Segment| {
            s.label.as_ref().is_some_and(|label| self.labels.kind(label) == label::Kind::Part)
        };
        let is_bare = |label: &std::sync::Arc<str>| label::is_bare(label);
        let is_name = near.iter().any(is_part) && segments[at].label.as_ref().is_some_and(is_bare);
        if is_name { label::Kind::Part } else { kind }
    }

    /// What a label leaves open, the cells of its column may say.
    fn by_column(&self, kind: label::Kind, segment: &Segment) -> label::Kind {
        if !matches!(kind, label::Kind::Perhaps | label::Kind::Other) {
            return kind;
        }
        segment.label.as_ref().and_then(|label| self.columns.kind(label)).unwrap_or(kind)
    }

    /// Searches one piece.
    pub(crate) fn search(&mut self, piece: &Piece) {
        self.found.clear();
        self.found.append(&mut self.in_cells);
        let core = &piece.core;
        let from = core.start.saturating_sub(WINDOW_BYTES);
        let to = piece.text.len().min(core.end.saturating_add(WINDOW_BYTES));
        let first = piece.segments.partition_point(|s| s.text.end <= from);
        self.columns.read(&mut self.seeds.words, &mut self.labels, piece);
        for (i, segment) in piece.segments.iter().enumerate().skip(first) {
            if segment.text.start >= to {
                break;
            }
            let Some(text) = piece.text.get(..segment.text.end) else { continue };
            let start = segment.text.start;
            let window = start.max(from)..text.len().min(to);
            if window.is_empty() {
                continue;
            }
            let label = segment.label.as_ref().map(|label| self.labels.kind(label));
            let label = label.map(|kind| self.beside(kind, &piece.segments, i));
            let label = label.map(|kind| self.by_column(kind, segment));
            match label {
                Some(kind) if text.len() - start <= field::MAX_FIELD_BYTES => {
                    let words = &mut self.seeds.words;
                    words.tidy();
                    if field::judge(words, kind, text, start, &mut self.found) {
                        continue;
                    }
                    if !field::is_prose(&text[start..]) {
                        continue;
                    }
                }
                _ => {}
            }
            self.seeds(unit::Field { text, start }, window);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Names in a text, or in a field that is called by a label.
    fn names(text: &str, label: Option<&str>) -> Vec<String> {
        let mut piece = Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([]));
        piece.segments[0].label = label.map(Arc::from);
        let mut search = Search::default();
        search.search(&piece);
        let mut spans: Vec<Range<usize>> = search
            .list()
            .filter(|(finding, _)| finding.name().starts_with("name"))
            .map(|(_, span)| span.clone())
            .collect();
        spans.sort_by_key(|span| (span.start, span.end));
        spans.dedup();
        spans.into_iter().map(|span| text[span].to_owned()).collect()
    }

    fn addresses(text: &str) -> Vec<String> {
        let piece = Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([]));
        let mut search = Search::default();
        search.search(&piece);
        let found = search.list().filter(|(finding, _)| finding.name().starts_with("address"));
        found.map(|(_, span)| text[span.clone()].to_owned()).collect()
    }

    #[test]
    fn titles_and_possessives_are_no_part_of_names() {
        assert_eq!(names("We spoke to Mrs Patricia Hollis's lawyer.", None), ["Patricia Hollis"]);
        assert_eq!(names("Sehr geehrte Frau Dr. Baumgartner,", None), ["Baumgartner"]);
    }

    #[test]
    fn fields_are_judged_by_their_labels() {
        assert_eq!(names("Oyelaran", Some("last_name")), ["Oyelaran"]);
        assert_eq!(names("Dr. Petra Lindner", Some("Ansprechpartner")), ["Petra Lindner"]);
        assert_eq!(names("Anna Berg <anna@berg.example>", Some("From")), ["Anna Berg"]);
        assert!(names("N/A", Some("last_name")).is_empty());
        assert!(names("Lindner GmbH", Some("customer")).is_empty());
        assert!(names("Petra Lindner", Some("product_name")).is_empty());
    }

    #[test]
    fn firms_code_and_logs_have_no_names() {
        for text in [
            "We ordered from Baker & Sons Ltd and from Weber GmbH.",
            "let george = Mary::new(); // Frank { Ruth } = James;",
            "2024-05-17 08:30:11 INFO [main] c.e.App - Started Jenkins in 4 seconds",
            "The University of Oxford and the Bank of England",
        ] {
            assert!(names(text, None).is_empty(), "{text}: {:?}", names(text, None));
        }
    }

    #[test]
    fn addresses_are_whole() {
        for (text, address) in [
            (
                "send it to 14 Alder Lane, Brookfield, OH 44403.",
                "14 Alder Lane, Brookfield, OH 44403",
            ),
            ("12-14 Alder Lane, Brookfield, OH 44403", "12-14 Alder Lane, Brookfield, OH 44403"),
            ("Ahornweg 12\n50937 Köln\n", "Ahornweg 12\n50937 Köln"),
            ("8 bis, rue des Lilas, 69003 Lyon", "8 bis, rue des Lilas, 69003 Lyon"),
            ("vive en calle Mayor, 5, 3º B, 28013 Madrid.", "calle Mayor, 5, 3º B, 28013 Madrid"),
            ("Flat 2, 31 Mill Road, Cambridge CB1 2AD", "Flat 2, 31 Mill Road, Cambridge CB1 2AD"),
            ("Via Garibaldi 8, 20121 Milano (MI)", "Via Garibaldi 8, 20121 Milano (MI)"),
            ("ul. Długa 3/5, 00-238 Warszawa", "ul. Długa 3/5, 00-238 Warszawa"),
            ("Prinsengracht 263, 1016 GV Amsterdam", "Prinsengracht 263, 1016 GV Amsterdam"),
        ] {
            assert_eq!(addresses(text), [address], "{text}");
        }
    }

    #[test]
    fn numbers_beside_words_are_no_addresses() {
        for text in [
            "Chapter 12, Road to Berlin, was written in 1945.",
            "On page 5 Alice meets the Queen.",
            "Rechnung 12 vom 3. Mai, Konto 50937",
            "10 Windows Server, Table 3, Version 4, Linux",
        ] {
            assert!(addresses(text).is_empty(), "{text}: {:?}", addresses(text));
        }
    }
}
