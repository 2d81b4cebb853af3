//! Bad input: whole scans of what nobody would wish for. Each ends, its ledgers add up, what was
//! not read has a reason and a sentence, and no content is in any of it but in the source.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]
#![allow(clippy::print_stdout, reason = "what is skipped is said aloud")]

mod broken;
mod changing;
mod checked;
mod disk;
mod folders;
mod made;
mod permissions;
#[path = "../support/mod.rs"]
mod support;
mod table;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
