//! What is fuzzed, a function a target. `fuzz_targets/` has a program for each of them, which `make fuzz`
//! runs for long; `cargo test` runs each for a moment (`actors/tests/fuzz.rs`).

use trawl_actors::message::{Answer, Checkpoint, Lease, Pull};
use trawl_detect::testing::{ENGINE, hostile_encoded, hostile_rule, hostile_text};
use trawl_model::testing::{hostile_value, hostile_values, hostile_words};
use trawl_search::testing::hostile_query;
use trawl_sources::testing::{
    hostile, hostile_object, hostile_package, hostile_page, hostile_parts,
};
use trawl_storage::testing::hostile_rows;

/// The text that bytes begin with.
fn utf8(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// Compressed streams, by the sign that they begin with.
pub(crate) fn compressed(bytes: &[u8]) {
    for format in ["gzip", "bzip2", "xz", "zstd"] {
        hostile(format, bytes);
    }
}

/// Texts that stand in others in another form, by the engine of all rules.
pub(crate) fn decoding(bytes: &[u8]) {
    hostile_encoded(&ENGINE, bytes);
}

/// Any text by the engine of all rules.
pub(crate) fn engine(bytes: &[u8]) {
    hostile_text(&ENGINE, bytes);
}

/// JSON, a value or a value a line, and going on within it.
pub(crate) fn json(bytes: &[u8]) {
    for (format, name) in [("json", "a.json"), ("jsonl", "a.jsonl")] {
        hostile(format, bytes);
        hostile_object(name, bytes);
    }
}

/// Messages and mailboxes.
pub(crate) fn mail(bytes: &[u8]) {
    for format in ["mbox", "eml"] {
        hostile(format, bytes);
    }
}

/// XML and HTML.
pub(crate) fn markup(bytes: &[u8]) {
    for format in ["xml", "html"] {
        hostile(format, bytes);
    }
}

/// An object by the format that claims it, with what is in it, and going on within it.
pub(crate) fn object(bytes: &[u8]) {
    hostile_object("object", bytes);
}

/// Packages of Office, whole, and their parts.
pub(crate) fn office(bytes: &[u8]) {
    for format in ["docx", "xlsx", "pptx"] {
        hostile(format, bytes);
    }
    hostile_package(bytes);
}

/// Parquet. What of it the code of others reads may panic, and is held off where objects are read; so it
/// is not read without that guard.
pub(crate) fn parquet(bytes: &[u8]) {
    hostile_object("rows.parquet", bytes);
}

/// PDF, whole, and what is drawn on a page.
pub(crate) fn pdf(bytes: &[u8]) {
    hostile("pdf", bytes);
    hostile_page(bytes);
}

/// Queries, what matches are sorted and counted by, and cursors of pages.
pub(crate) fn query(bytes: &[u8]) {
    hostile_query(utf8(bytes));
}

/// Keys and values of the embedded store.
pub(crate) fn rows(bytes: &[u8]) {
    hostile_rows(bytes);
}

/// Rule files, and engines of them.
pub(crate) fn rules(bytes: &[u8]) {
    hostile_rule(utf8(bytes));
}

/// Files of settings, variables and flags.
pub(crate) fn settings(bytes: &[u8]) {
    trawl_cluster_config::testing::hostile(utf8(bytes));
}

/// Databases of SQLite.
pub(crate) fn sqlite(bytes: &[u8]) {
    hostile("sqlite", bytes);
}

/// Tables of text, and going on within them.
pub(crate) fn tables(bytes: &[u8]) {
    hostile("csv", bytes);
    hostile_object("table.csv", bytes);
}

/// tar archives.
pub(crate) fn tar(bytes: &[u8]) {
    hostile("tar", bytes);
}

/// Plain text in any encoding: whole, cut into parts, and going on within it.
pub(crate) fn text(bytes: &[u8]) {
    hostile("text", bytes);
    hostile_object("notes.txt", bytes);
    hostile_parts(bytes);
}

/// Stored values, and what owners and workers say to each other.
pub(crate) fn values(bytes: &[u8]) {
    hostile_values(bytes);
    hostile_value::<Answer>(bytes);
    hostile_value::<Checkpoint>(bytes);
    hostile_value::<Lease>(bytes);
    hostile_value::<Pull>(bytes);
}

/// Ids, tokens and all else that people type.
pub(crate) fn words(bytes: &[u8]) {
    hostile_words(utf8(bytes));
}

/// zip archives.
pub(crate) fn zip(bytes: &[u8]) {
    hostile("zip", bytes);
}
