//! Slides and their notes: the text of a slide is its paragraphs, line by line.

use std::io::Read;
use std::sync::Arc;

use trawl_model::{Anchor, Item, Step};
use zeroize::Zeroizing;

use super::xml::{Events, Mark};
use crate::formats::fields::Pieces;
use crate::formats::{Fault, Reader};

/// Reads a slide, or the notes of one.
pub(super) fn read<R: Read>(
    mut events: Events<R>,
    reader: &mut Reader<'_>,
    member: Arc<[Step]>,
    page: u32,
    counts: bool,
) -> Result<(), Fault> {
    let mut pieces = Pieces::within(member);
    let (mut offset, mut in_text, mut fallback) = (0u64, false, 0usize);
    let mut line = Zeroizing::new(String::new());
    while let Some(mark) = events.next()? {
        match mark {
            Mark::Open(tag) => match tag.local_name().as_ref() {
                "p" => line.clear(),
                "t" => in_text = true,
                "br" => line.push('\n'),
                "Fallback" => fallback += 1,
                _ => {}
            },
            Mark::Text(text) if in_text && fallback == 0 => {
                if line.len() + text.len() <= reader.limits().whole_bytes / 4 {
                    line.push_str(&text);
                }
            }
            Mark::Text(_) => {}
            Mark::Close(name) => match name.as_str() {
                "t" => in_text = false,
                "Fallback" => fallback = fallback.saturating_sub(1),
                "p" if fallback == 0 => {
                    let anchor = Anchor::Page { page, offset };
                    pieces.field(reader, None, line.as_bytes(), anchor)?;
                    pieces.border(reader, None, None)?;
                    offset += line.chars().count() as u64 + 1;
                    line.clear();
                }
                _ => {}
            },
        }
    }
    pieces.flush(reader)?;
    if counts {
        reader.items(Item::Page, trawl_model::Class::Read, 1);
    }
    Ok(())
}
