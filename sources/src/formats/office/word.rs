//! The parts of a DOCX that hold paragraphs: the document, its headers, footers, notes, comments.

use std::io::Read;
use std::sync::Arc;

use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Step};
use zeroize::Zeroizing;

use super::xml::{Events, Mark};
use crate::formats::fields::Pieces;
use crate::formats::{Fault, Reader};

/// A paragraph that has begun. What is shown, and behind it what is not: deleted text, fields.
struct Paragraph {
    number: u32,
    shown: Zeroizing<String>,
    hidden: Zeroizing<String>,
}

/// Reads a part, on from behind a paragraph. Paragraphs are counted in the order in which they
/// begin; the runs of one are joined, however a value was set.
pub(super) fn read<R: Read>(
    mut events: Events<R>,
    reader: &mut Reader<'_>,
    member: Arc<[Step]>,
    index: u64,
    from: u64,
) -> Result<(), Fault> {
    let mut pieces = Pieces::within(member);
    let mut open: Vec<Paragraph> = Vec::new();
    let (mut number, mut into, mut fallback) = (0u32, None, 0usize);
    while let Some(mark) = events.next()? {
        match mark {
            Mark::Open(tag) => match tag.local_name().as_ref() {
                "p" => {
                    number = number.saturating_add(1);
                    let (shown, hidden) = Default::default();
                    open.push(Paragraph { number, shown, hidden });
                }
                // What older programs see instead: the same text once more.
                "Fallback" => fallback += 1,
                "t" => into = Some(true),
                "delText" | "instrText" => into = Some(false),
                "tab" => add(&mut open, true, "\t", reader),
                "br" | "cr" => add(&mut open, true, "\n", reader),
                "noBreakHyphen" => add(&mut open, true, "-", reader),
                "tabs" | "pPr" => into = None,
                _ => {}
            },
            Mark::Text(text) => {
                if let Some(shown) = into {
                    add(&mut open, shown, &text, reader);
                }
            }
            Mark::Close(name) => match name.as_str() {
                "t" | "delText" | "instrText" => into = None,
                "Fallback" => fallback = fallback.saturating_sub(1),
                // The stops of a paragraph's settings are no tabs of its text.
                "pPr" => {
                    if let Some(paragraph) = open.last_mut() {
                        paragraph.shown.clear();
                    }
                }
                "p" => {
                    let Some(paragraph) = open.pop() else { continue };
                    if fallback == 0 && u64::from(paragraph.number) > from {
                        give(&mut pieces, reader, &paragraph)?;
                    }
                    let next = ResumeLevel { at: index, row: number.into(), ..Default::default() };
                    let whole = open.is_empty() && u64::from(number) > from;
                    pieces.border(reader, None, whole.then_some(next))?;
                }
                _ => {}
            },
        }
    }
    pieces.flush(reader)
}

fn add(open: &mut [Paragraph], shown: bool, text: &str, reader: &Reader<'_>) {
    let Some(paragraph) = open.last_mut() else { return };
    let into = if shown { &mut paragraph.shown } else { &mut paragraph.hidden };
    // A paragraph is held whole: what is longer than can be loaded is cut off.
    if into.len() + text.len() <= reader.limits().whole_bytes / 4 {
        into.push_str(text);
    }
}

fn give(pieces: &mut Pieces, reader: &mut Reader<'_>, paragraph: &Paragraph) -> Result<(), Fault> {
    let Paragraph { number, shown, hidden } = paragraph;
    let mut text = Zeroizing::new(String::with_capacity(shown.len() + hidden.len() + 1));
    text.push_str(shown);
    if !hidden.is_empty() {
        text.push('\n');
        text.push_str(hidden);
    }
    let anchor = Anchor::Paragraph { paragraph: *number, offset: 0 };
    pieces.field(reader, None, text.as_bytes(), anchor)
}
