//! The strings that the sheets of a workbook share.

use std::io::Read;

use zeroize::Zeroizing;

use super::xml::{Events, Mark};
use crate::formats::{Fault, Reader};

/// Memory is asked for in steps of this size.
const STEP_BYTES: usize = 1 << 20;

/// All strings, one behind the other.
#[derive(Default)]
pub(super) struct Strings {
    text: Zeroizing<String>,
    ends: Vec<usize>,
    reserved: usize,
}

impl Strings {
    /// Reads the table, as far as there is room for it. What isn't there is not found later, and
    /// that is said where it is missing.
    pub(super) fn read<R: Read>(
        mut events: Events<R>,
        reader: &mut Reader<'_>,
    ) -> Result<Self, Fault> {
        let mut strings = Self::default();
        let (mut in_text, mut phonetic) = (false, false);
        while let Some(mark) = events.next()? {
            match mark {
                Mark::Open(tag) => match tag.local_name().as_ref() {
                    "t" => in_text = true,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Mark::Text(text) if in_text && !phonetic => strings.add(&text, reader)?,
                Mark::Text(_) => {}
                Mark::Close(name) => match name.as_str() {
                    "t" => in_text = false,
                    "rPh" => phonetic = false,
                    "si" => {
                        strings.make_room(size_of::<usize>(), reader)?;
                        strings.ends.push(strings.text.len());
                    }
                    _ => {}
                },
            }
        }
        Ok(strings)
    }

    /// A string by its number.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end)
    }

    fn add(&mut self, text: &str, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.make_room(text.len(), reader)?;
        if self.text.capacity() - self.text.len() < text.len() {
            // Grown by hand: what a string leaves behind when it moves would not be wiped.
            let wanted = (self.text.len() + text.len()).max(self.text.capacity() * 2);
            let mut grown = Zeroizing::new(String::with_capacity(wanted));
            grown.push_str(&self.text);
            self.text = grown;
        }
        self.text.push_str(text);
        Ok(())
    }

    fn make_room(&mut self, more: usize, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let held = self.text.len() + self.ends.len() * size_of::<usize>() + more;
        if held > reader.limits().whole_bytes {
            let what = "its table of strings is larger than can be held whole";
            return Err(Fault::skipped(trawl_model::Reason::ReaderLimit, what));
        }
        // Twice, for what grows has its old and its new place for a while.
        while self.reserved < 2 * held {
            reader.reserve(STEP_BYTES)?;
            self.reserved += STEP_BYTES;
        }
        Ok(())
    }
}
