//! The grammar of JSON: what may stand where, and what each value is called.

use std::sync::Arc;

/// A label is made of so many keys at most, the innermost ones.
const LABEL_KEYS: usize = 3;
/// So much of a key goes into a label.
const KEY_BYTES: usize = 64;

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    Value,
    /// A value, or the end of an array that is empty.
    FirstValue,
    Key,
    /// A key, or the end of an object that is empty.
    FirstKey,
    Colon,
    /// A comma, or the end of what the value lies in.
    Comma,
    /// Nothing: the value is whole.
    End,
}

enum Level {
    Object,
    Array,
}

/// Where in a value the reader is.
pub(super) struct Grammar {
    levels: Vec<Level>,
    /// The keys that lead here; those of objects that are not entered yet too.
    keys: Vec<Option<Arc<str>>>,
    pub(super) expect: Expect,
    label: Option<Arc<str>>,
    max_nesting: usize,
}

/// Not JSON.
pub(super) struct Broken;

impl Grammar {
    pub(super) fn new(max_nesting: usize) -> Self {
        let (levels, keys) = (Vec::new(), Vec::new());
        Self { levels, keys, expect: Expect::Value, label: None, max_nesting }
    }

    /// Behind an element of an array that is the whole value.
    pub(super) fn within_array(max_nesting: usize) -> Self {
        Self {
            levels: vec![Level::Array],
            keys: vec![None],
            expect: Expect::Comma,
            ..Self::new(max_nesting)
        }
    }

    /// Before a value again.
    pub(super) fn reset(&mut self) {
        (self.expect, self.label) = (Expect::Value, None);
        self.levels.clear();
        self.keys.clear();
    }

    /// Whether nothing has begun, or all has ended.
    pub(super) fn is_outside(&self) -> bool {
        self.levels.is_empty()
    }

    /// Whether an element of the outermost array has just ended.
    pub(super) fn ended_element(&self) -> bool {
        self.expect == Expect::Comma && matches!(self.levels[..], [Level::Array])
    }

    /// Whether the whole is an array.
    pub(super) fn is_in_array(&self) -> bool {
        matches!(self.levels.first(), Some(Level::Array))
    }

    pub(super) fn wants_key(&self) -> bool {
        matches!(self.expect, Expect::Key | Expect::FirstKey)
    }

    pub(super) fn wants_value(&self) -> bool {
        matches!(self.expect, Expect::Value | Expect::FirstValue)
    }

    /// What the next value is called.
    pub(super) fn label(&self) -> Option<&Arc<str>> {
        self.label.as_ref()
    }

    /// A byte of the structure.
    pub(super) fn take(&mut self, byte: u8) -> Result<(), Broken> {
        match (byte, self.expect) {
            (b'{' | b'[', Expect::Value | Expect::FirstValue) => {
                if self.levels.len() >= self.max_nesting {
                    return Err(Broken);
                }
                let is_object = byte == b'{';
                self.levels.push(if is_object { Level::Object } else { Level::Array });
                self.keys.push(None);
                self.expect = if is_object { Expect::FirstKey } else { Expect::FirstValue };
            }
            (b'}', Expect::FirstKey) | (b']', Expect::FirstValue) => self.leave(),
            (b'}', Expect::Comma) if matches!(self.levels.last(), Some(Level::Object)) => {
                self.leave()
            }
            (b']', Expect::Comma) if matches!(self.levels.last(), Some(Level::Array)) => {
                self.leave()
            }
            (b',', Expect::Comma) => {
                let in_object = matches!(self.levels.last(), Some(Level::Object));
                self.expect = if in_object { Expect::Key } else { Expect::Value };
            }
            (b':', Expect::Colon) => self.expect = Expect::Value,
            _ => return Err(Broken),
        }
        Ok(())
    }

    /// A key has ended.
    pub(super) fn key(&mut self, key: &[u8]) {
        let end = crate::formats::fields::border(key, KEY_BYTES.min(key.len()));
        let key: Arc<str> = String::from_utf8_lossy(&key[..end]).into();
        if let Some(last) = self.keys.last_mut() {
            *last = Some(key);
        }
        self.relabel();
        self.expect = Expect::Colon;
    }

    /// A value has ended.
    pub(super) fn value(&mut self) {
        self.expect = if self.levels.is_empty() { Expect::End } else { Expect::Comma };
    }

    fn leave(&mut self) {
        self.levels.pop();
        self.keys.pop();
        self.relabel();
        self.value();
    }

    fn relabel(&mut self) {
        let keys = self.keys.iter().rev().flatten().take(LABEL_KEYS);
        let mut keys: Vec<&str> = keys.map(|key| &**key).collect();
        keys.reverse();
        self.label = (!keys.is_empty()).then(|| keys.join(".").into());
    }
}
