//! Files beside a rule: lists of terms, dictionaries, lists of hashes. Who reads the rules reads
//! them; here they are judged.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use super::LISTS;
use super::file::Fold;
use crate::term::list;

/// At most so many bytes of a file beside a rule.
pub const MAX_ATTACHED_BYTES: usize = 256 << 20;
/// At most so many terms a dictionary.
const MAX_TERMS: usize = 8 << 20;
/// At most so many bytes a name of a file.
const MAX_NAME_BYTES: usize = 128;

/// Gives the content of a file that stands beside a rule, by the name of the rule's file and by its
/// own, or says why it can't be had.
pub type Beside<'a> = &'a dyn Fn(&str, &str) -> Result<Vec<u8>, String>;

/// No file stands beside any rule.
pub(super) fn nothing(_: &str, name: &str) -> Result<Vec<u8>, String> {
    Err(format!("{name:?} can't be read here: files beside rules are read with rule folders alone"))
}

/// The files beside one rule.
pub(super) struct Attached<'a> {
    rule: &'a str,
    beside: Beside<'a>,
    hash: RefCell<Option<blake3::Hasher>>,
}

impl<'a> Attached<'a> {
    pub(super) fn new(rule: &'a str, beside: Beside<'a>) -> Self {
        Self { rule, beside, hash: RefCell::new(None) }
    }

    /// The text of a file.
    pub(super) fn text(&self, name: &str) -> Result<Arc<str>, String> {
        let is_name = !name.is_empty()
            && name.len() <= MAX_NAME_BYTES
            && !name.starts_with('.')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !is_name {
            return Err(format!(
                "{name:?} is no name of a file beside the rule: use letters, digits, dots, - and _"
            ));
        }
        let bytes = (self.beside)(self.rule, name)?;
        if bytes.len() > MAX_ATTACHED_BYTES {
            let size = bytes.len();
            return Err(format!("{name}: has {size} bytes, and {MAX_ATTACHED_BYTES} may be"));
        }
        self.hash.borrow_mut().get_or_insert_default().update(&bytes);
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            format!("{name}: no UTF-8 from byte {at} on; save it as UTF-8")
        })?;
        Ok(text.into())
    }

    /// The hash of the content of all that were read.
    pub(super) fn hash(&self) -> Option<[u8; 32]> {
        self.hash.borrow().as_ref().map(|hash| hash.finalize().into())
    }
}

/// The terms of a pattern.
#[derive(Debug, Clone)]
pub(crate) enum Terms {
    /// The lists of a folder that come with Trawl.
    Lists { folder: String },
    /// A list from outside.
    List { text: Arc<str> },
    /// A term a line.
    Dictionary { text: Arc<str>, fold: Fold },
}

impl Terms {
    pub(super) fn list(text: Arc<str>) -> Result<Self, String> {
        let mut count = 0;
        list::read(&text, |_, _| count += 1)
            .map_err(|(line, what)| format!("line {line}: {what}"))?;
        bounded(count)?;
        Ok(Self::List { text })
    }

    pub(super) fn dictionary(text: Arc<str>, fold: Fold) -> Result<Self, String> {
        bounded(text.lines().filter(|line| !line.trim().is_empty()).count())?;
        Ok(Self::Dictionary { text, fold })
    }

    /// The terms of a dictionary.
    pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
        text.lines().map(str::trim).filter(|line| !line.is_empty())
    }
}

fn bounded(count: usize) -> Result<(), String> {
    match count {
        0 => Err("the file holds no terms".to_owned()),
        1..=MAX_TERMS => Ok(()),
        _ => Err(format!("the file holds {count} terms, and {MAX_TERMS} may be")),
    }
}

/// Whether a folder of lists comes with Trawl.
pub(super) fn is_folder(name: &str) -> bool {
    let within = |file: &str| file.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    LISTS.iter().any(|(file, _)| within(file))
}

/// A key in hexadecimal digits.
pub(super) fn key(text: &str) -> Option<[u8; 32]> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok()
}

/// Keyed hashes of values.
#[derive(Clone)]
pub(crate) struct Hashes {
    key: [u8; 32],
    sorted: Vec<[u8; 32]>,
}

impl fmt::Debug for Hashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hashes", self.sorted.len())
    }
}

impl Hashes {
    pub(super) fn read(key_: [u8; 32], text: &str) -> Result<Self, String> {
        let mut sorted = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let hash = key(line).ok_or_else(|| {
                format!("line {}: a hash is 64 hexadecimal digits, and nothing else", number + 1)
            })?;
            sorted.push(hash);
        }
        bounded(sorted.len())?;
        sorted.sort_unstable();
        sorted.dedup();
        Ok(Self { key: key_, sorted })
    }

    /// Whether a value in its one form is one of them.
    pub(crate) fn hold(&self, value: &[u8]) -> bool {
        let hash: [u8; 32] = blake3::keyed_hash(&self.key, value).into();
        self.sorted.binary_search(&hash).is_ok()
    }
}
