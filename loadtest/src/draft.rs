//! Drafts: text with what is planted in it.

/// What is expected of a scan at a planted value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It must be found.
    Found,
    /// It must not be found.
    Absent,
    /// People would argue: it counts neither way.
    Either,
}

/// A value planted in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plant {
    /// Its type.
    pub kind: &'static str,
    /// Other types that a person would grant as well.
    pub also: &'static [&'static str],
    /// What a scan must do with it.
    pub expect: Expect,
    /// First byte in the draft's text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A value on its way into a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its type.
    pub kind: &'static str,
    /// Other types that a person would grant as well.
    pub also: &'static [&'static str],
    /// What a scan must do with it.
    pub expect: Expect,
    /// As written.
    pub text: String,
}

impl Value {
    /// A value that must be found.
    pub fn found(kind: &'static str, text: impl Into<String>) -> Self {
        Self { kind, also: &[], expect: Expect::Found, text: text.into() }
    }

    /// A near miss, which must not be found.
    pub fn absent(kind: &'static str, text: impl Into<String>) -> Self {
        Self { expect: Expect::Absent, ..Self::found(kind, text) }
    }

    /// A value over which people would argue.
    pub fn either(kind: &'static str, text: impl Into<String>) -> Self {
        Self { expect: Expect::Either, ..Self::found(kind, text) }
    }

    /// The same, for which other types are granted as well.
    pub fn or(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}

/// Text with what is planted in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// What is planted, in the order of the text.
    pub plants: Vec<Plant>,
}

impl Draft {
    /// Plain text without a plant.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), plants: Vec::new() }
    }

    /// A value alone.
    pub fn of(value: Value) -> Self {
        let mut draft = Self::default();
        draft.plant(value);
        draft
    }

    /// Appends text.
    pub fn say(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a value and remembers it.
    pub fn plant(&mut self, value: Value) -> &mut Self {
        let start = self.text.len();
        self.text.push_str(&value.text);
        let end = self.text.len();
        let Value { kind, also, expect, .. } = value;
        self.plants.push(Plant { kind, also, expect, start, end });
        self
    }

    /// Appends another draft with all its plants.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        let base = self.text.len();
        self.text.push_str(&other.text);
        self.plants.extend(other.plants.iter().map(|p| Plant {
            start: p.start + base,
            end: p.end + base,
            ..p.clone()
        }));
        self
    }

    /// The same text written otherwise, character by character (quoted, escaped), with the plants
    /// where they come to stand.
    pub fn written(&self, write: impl Fn(char, &mut String)) -> Self {
        let mut text = String::with_capacity(self.text.len());
        let mut marks = Marks::of(self);
        for (at, c) in self.text.char_indices() {
            marks.pass(at, text.len());
            write(c, &mut text);
        }
        marks.pass(self.text.len(), text.len());
        Self { text, plants: marks.plants }
    }

    /// The bytes of the text in an encoding that writes each character by itself, with the plants
    /// in bytes.
    pub fn encoded(&self, bom: &[u8], write: impl Fn(char, &mut Vec<u8>)) -> (Vec<u8>, Vec<Plant>) {
        let mut bytes = bom.to_vec();
        let mut marks = Marks::of(self);
        for (at, c) in self.text.char_indices() {
            marks.pass(at, bytes.len());
            write(c, &mut bytes);
        }
        marks.pass(self.text.len(), bytes.len());
        (bytes, marks.plants)
    }
}

/// Moves the borders of plants along while a text is written anew.
struct Marks {
    plants: Vec<Plant>,
    borders: Vec<(usize, usize, bool)>,
    next: usize,
}

impl Marks {
    fn of(draft: &Draft) -> Self {
        let mut borders: Vec<_> = draft
            .plants
            .iter()
            .enumerate()
            .flat_map(|(i, p)| [(p.start, i, true), (p.end, i, false)])
            .collect();
        borders.sort_unstable();
        Self { plants: draft.plants.clone(), borders, next: 0 }
    }

    fn pass(&mut self, from: usize, to: usize) {
        while let Some(&(border, plant, is_start)) = self.borders.get(self.next) {
            if border > from {
                return;
            }
            let plant = &mut self.plants[plant];
            if is_start {
                plant.start = to;
            } else {
                plant.end = to;
            }
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plants_follow_their_text_through_escaping_and_encoding() {
        let mut draft = Draft::plain("é\"");
        draft.plant(Value::found("email", "a\"b")).say("!");
        let escaped = draft.written(|c, out| {
            if c == '"' {
                out.push('\\');
            }
            out.push(c);
        });
        let plant = &escaped.plants[0];
        assert_eq!(&escaped.text[plant.start..plant.end], "a\\\"b");

        let (bytes, plants) = draft.encoded(&[0xff, 0xfe], |c, out| {
            let mut buffer = [0; 2];
            for unit in c.encode_utf16(&mut buffer) {
                out.extend_from_slice(&unit.to_le_bytes());
            }
        });
        assert_eq!(&bytes[plants[0].start..plants[0].end], b"a\0\"\0b\0");
    }
}
