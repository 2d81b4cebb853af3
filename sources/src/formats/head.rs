//! The first bytes of an object or member, and what all formats ask of them: looked at once.

use std::cell::OnceCell;

use super::json::Looks;
use super::text::Charset;

/// Names end in no longer ending than this.
const ENDING_BYTES: usize = 16;

/// Endings of programs, their settings and prose: what looks like a table or a message in them is
/// an example of one.
const WRITTEN: &[&[u8]] = &[
    b".adoc",
    b".asm",
    b".awk",
    b".bash",
    b".bat",
    b".bazel",
    b".c",
    b".cc",
    b".cfg",
    b".clj",
    b".cmake",
    b".cmd",
    b".cpp",
    b".cs",
    b".css",
    b".cxx",
    b".dart",
    b".diff",
    b".el",
    b".erl",
    b".ex",
    b".exs",
    b".f90",
    b".go",
    b".gradle",
    b".graphql",
    b".groovy",
    b".h",
    b".hh",
    b".hpp",
    b".hs",
    b".idl",
    b".ini",
    b".java",
    b".jl",
    b".js",
    b".jsx",
    b".kt",
    b".less",
    b".lisp",
    b".lock",
    b".lua",
    b".m",
    b".markdown",
    b".md",
    b".mk",
    b".ml",
    b".mli",
    b".nix",
    b".pas",
    b".patch",
    b".php",
    b".pl",
    b".pm",
    b".proto",
    b".ps1",
    b".py",
    b".pyi",
    b".r",
    b".rb",
    b".rs",
    b".rst",
    b".s",
    b".sass",
    b".scala",
    b".scss",
    b".sh",
    b".sol",
    b".sql",
    b".swift",
    b".tcl",
    b".tex",
    b".tf",
    b".toml",
    b".ts",
    b".tsx",
    b".v",
    b".vb",
    b".vhd",
    b".vim",
    b".vue",
    b".yaml",
    b".yml",
    b".zig",
    b".zsh",
];

/// The first bytes of an object or member, with its name.
pub struct Head<'h> {
    bytes: &'h [u8],
    /// The last bytes of the name, in lower case.
    ending: Vec<u8>,
    /// None: no text. `Some(None)`: text, but it takes longer to say in which encoding.
    told: OnceCell<Option<Option<Charset>>>,
    json: OnceCell<Looks>,
}

impl<'h> Head<'h> {
    /// Up to [`HEAD_BYTES`](super::HEAD_BYTES) of what is called so.
    pub fn new(bytes: &'h [u8], name: &[u8]) -> Self {
        let ending = name[name.len().saturating_sub(ENDING_BYTES)..].to_ascii_lowercase();
        Self { bytes, ending, told: OnceCell::new(), json: OnceCell::new() }
    }

    /// The bytes.
    pub fn bytes(&self) -> &'h [u8] {
        self.bytes
    }

    /// Whether the name ends in one of these, in whatever case; they are in lower case.
    pub fn is_named(&self, endings: &[&[u8]]) -> bool {
        endings.iter().any(|ending| self.ending.ends_with(ending))
    }

    /// Whether it is named as a program, settings or prose.
    pub fn is_named_as_written(&self) -> bool {
        let from = self.ending.iter().rposition(|b| *b == b'.');
        from.is_some_and(|from| WRITTEN.contains(&&self.ending[from..]))
    }

    /// Whether the bytes are text at all.
    pub fn is_text(&self) -> bool {
        self.told().is_some()
    }

    /// The encoding of the text; UTF-8 if nothing says so.
    pub(super) fn charset(&self) -> Charset {
        match self.told() {
            Some(told) => told.unwrap_or_else(|| Charset::guess(self.bytes)),
            None => Charset::UTF_8,
        }
    }

    pub(super) fn looks_like_json(&self) -> Looks {
        *self.json.get_or_init(|| super::json::looks(self))
    }

    fn told(&self) -> Option<Option<Charset>> {
        *self.told.get_or_init(|| Charset::detect_quickly(self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_by_its_ending_what_it_is() {
        let head = |name: &'static str| Head::new(b"", name.as_bytes());
        assert!(head("a/very/long/path/to/People.CSV").is_named(&[b".tsv", b".csv"]));
        assert!(!head("csv").is_named(&[b".csv"]));
        assert!(head("src/main.RS").is_named_as_written());
        assert!(!head("src/main.rs.txt").is_named_as_written());
        assert!(!head("LICENSE").is_named_as_written());
    }

    #[test]
    fn endings_are_no_longer_than_what_is_kept_of_names() {
        assert!(WRITTEN.iter().all(|ending| ending.len() < ENDING_BYTES));
        assert!(WRITTEN.is_sorted());
    }
}
