//! Planted values looked for by bytes: as they were written, and in the forms in which a program that
//! is careless with them would leave them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use aho_corasick::{AhoCorasick, BuildError};
use data_encoding::{BASE64_NOPAD, HEXLOWER};

/// A shorter form is met by chance.
const LEAST: usize = 9;
/// One of digits alone, or of what hashes are written with, is met by chance even where it is longer.
const LEAST_DIGITS: usize = 11;
/// Of a value that is longer than this a piece from its middle is looked for too: its beginning may
/// be that of all of its kind.
const LONG: usize = 48;
const PIECE: usize = 24;

/// Finds planted values.
#[derive(Debug)]
pub struct Leaks {
    automaton: AhoCorasick,
    /// Of each pattern its form, and the value.
    patterns: Vec<(&'static str, String)>,
}

/// A value that was found where none may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// Where.
    pub place: String,
    /// At which byte.
    pub at: usize,
    /// In which form.
    pub form: &'static str,
    /// The value.
    pub value: String,
}

impl Leaks {
    /// Looks for these values.
    pub fn of(values: &BTreeSet<String>) -> Result<Self, BuildError> {
        let (mut bytes, mut patterns) = (Vec::new(), Vec::new());
        for value in values {
            for (form, pattern) in forms(value) {
                patterns.push((form, value.clone()));
                bytes.push(pattern);
            }
        }
        // Capital letters and small ones are alike: that is one form less of each.
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(bytes)?;
        Ok(Self { automaton, patterns })
    }

    /// How many forms are looked for.
    pub fn forms(&self) -> usize {
        self.patterns.len()
    }

    /// What stands in some bytes, which are called so.
    pub fn within(&self, place: &str, bytes: &[u8]) -> Vec<Leak> {
        let found = self.automaton.find_iter(bytes).map(|found| {
            let (form, value) = &self.patterns[found.pattern().as_usize()];
            Leak { place: place.to_owned(), at: found.start(), form, value: value.clone() }
        });
        found.collect()
    }

    /// What stands in the files of a folder, and of the folders in it. The files are named as they
    /// lie in it.
    pub fn within_files(&self, folder: &Path) -> io::Result<Vec<Leak>> {
        let (mut leaks, mut open) = (Vec::new(), vec![folder.to_owned()]);
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next)? {
                let path = entry?.path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
                    leaks.extend(self.within(&name, &fs::read(&path)?));
                }
            }
        }
        leaks.sort();
        Ok(leaks)
    }
}

/// The forms of a value that are long enough to be met by nothing but the value.
fn forms(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bare: String = value.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut forms = Vec::new();
    for text in BTreeSet::from([value.to_owned(), value.to_lowercase()]) {
        forms.push(("as it is", text.clone().into_bytes()));
        forms.push(("in hexadecimal", HEXLOWER.encode(text.as_bytes()).into_bytes()));
        forms.extend(base64(&text).map(|coded| ("in Base64", coded)));
        let units: Vec<u16> = text.encode_utf16().collect();
        let ends = |of: fn(u16) -> [u8; 2]| units.iter().flat_map(|unit| of(*unit)).collect();
        forms.push(("in UTF-16", ends(u16::to_le_bytes)));
        forms.push(("in UTF-16", ends(u16::to_be_bytes)));
        forms.push(("in a URL", percent(&text)));
        forms.push(("in JSON", json(&text)));
    }
    forms.push(("without separators", bare.into_bytes()));
    if value.len() > LONG {
        let piece = value.as_bytes().iter().skip(value.len() / 2).take(PIECE);
        forms.push(("a piece of it", piece.copied().collect()));
    }
    forms.retain(|(_, form)| is_telling(form));
    let mut met = BTreeSet::new();
    forms.retain(|(_, form)| met.insert(form.to_ascii_lowercase()));
    forms
}

fn is_telling(form: &[u8]) -> bool {
    let least = if form.iter().all(u8::is_ascii_hexdigit) { LEAST_DIGITS } else { LEAST };
    form.len() >= least
}

/// What is the same of the Base64 of a value wherever in a text it begins.
fn base64(text: &str) -> [Vec<u8>; 3] {
    [(0, 0), (1, 2), (2, 3)].map(|(before, skipped)| {
        let bytes = [&[0; 2][..before], text.as_bytes()].concat();
        let coded = BASE64_NOPAD.encode(&bytes).into_bytes();
        let whole = bytes.len() * 8 / 6;
        coded[skipped.min(whole)..whole].to_vec()
    })
}

fn percent(text: &str) -> Vec<u8> {
    let mut coded = Vec::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            coded.push(byte);
        } else {
            coded.extend(format!("%{byte:02X}").into_bytes());
        }
    }
    coded
}

fn json(text: &str) -> Vec<u8> {
    serde_json::to_string(text).unwrap_or_default().trim_matches('"').as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "Anna.Schmidt@firma.example.de";

    fn leaks(values: &[&str]) -> Leaks {
        Leaks::of(&values.iter().map(|value| (*value).to_owned()).collect()).unwrap()
    }

    fn met(values: &[&str], bytes: &[u8]) -> Option<&'static str> {
        leaks(values).within("here", bytes).first().map(|leak| leak.form)
    }

    #[test]
    fn a_value_is_found_in_each_form() {
        let utf16 =
            |value: &str| -> Vec<u8> { value.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let text = format!("write to {VALUE}, please");
        let card = "4539 1661-8507 0399";
        let cases: [(&str, Vec<u8>, &str); 9] = [
            (VALUE, text.clone().into_bytes(), "as it is"),
            (VALUE, text.to_uppercase().into_bytes(), "as it is"),
            (card, b"4539166185070399".to_vec(), "without separators"),
            (VALUE, HEXLOWER.encode(text.as_bytes()).into_bytes(), "in hexadecimal"),
            (VALUE, BASE64_NOPAD.encode(text.as_bytes()).into_bytes(), "in Base64"),
            (VALUE, BASE64_NOPAD.encode(format!("x{text}").as_bytes()).into_bytes(), "in Base64"),
            (VALUE, BASE64_NOPAD.encode(format!("xy{text}").as_bytes()).into_bytes(), "in Base64"),
            (VALUE, utf16(&text), "in UTF-16"),
            (VALUE, b"q=anna.schmidt%40firma.example.de".to_vec(), "in a URL"),
        ];
        for (value, bytes, form) in cases {
            assert_eq!(met(&[value], &bytes), Some(form), "{}", String::from_utf8_lossy(&bytes));
        }
        assert_eq!(met(&[VALUE], b"write to A\xE2\x80\xA6@firma.example.de"), None);
    }

    #[test]
    fn a_value_of_lines_is_found_in_json_and_by_a_piece() {
        let word = "Tr0ub4dor\n\"and\" 3";
        let told = serde_json::json!({ "preview": word }).to_string();
        assert_eq!(met(&[word], told.as_bytes()), Some("in JSON"));
        let key = format!("-----BEGIN KEY-----\n{}\n-----END KEY-----", "Ab3xZ9".repeat(12));
        assert_eq!(met(&[&key], "Ab3xZ9".repeat(8).as_bytes()), Some("a piece of it"));
        assert_eq!(met(&[&key], b"-----BEGIN KEY-----"), None);
    }

    #[test]
    fn what_is_met_by_chance_is_not_looked_for() {
        assert_eq!(met(&["12345678"], b"at 12345678 micros"), None);
        assert_eq!(met(&["123-45-6789"], b"ssn 123-45-6789"), Some("as it is"));
        assert_eq!(met(&["123-45-6789"], b"123456789"), None);
    }

    #[test]
    fn files_of_folders_in_folders_are_looked_into() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/c"), format!("..{VALUE}")).unwrap();
        let found = leaks(&[VALUE]).within_files(folder.path()).unwrap();
        assert_eq!((found.len(), found[0].place.as_str(), found[0].at), (1, "a/b/c", 2));
    }
}
