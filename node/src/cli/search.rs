//! What is searched.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::count;
use crate::answers::MOST_ASKED;

/// How matches are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SearchFormat {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line: the matches, then the counts, then the page
    Jsonl,
    /// Comma-separated values with a header (RFC 4180)
    Csv,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl search 'type:us.* confidence:>0.8'
  trawl search 'path:invoices -verdict:false-positive' --facet type,sensitivity
  trawl search 'kind:object coverage:failed' --sort -size --format jsonl

docs/search.md tells the language.")]
pub(crate) struct Search {
    /// What is searched for
    #[arg(allow_hyphen_values = true, value_parser = query)]
    pub(crate) query: String,
    /// How matches are written
    #[arg(long, value_enum, default_value_t = SearchFormat::Table)]
    pub(crate) format: SearchFormat,
    /// Writes into a file, which appears only when it is whole; a pipe or device is written to
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// At most so many matches
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = matches)]
    pub(crate) limit: usize,
    /// By what they are sorted; `-` before it begins with the largest [default: -first_seen]
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,
    /// Counts all matches by the values of a field; several are parted by commas
    #[arg(long = "facet", value_name = "FIELD")]
    pub(crate) facets: Vec<String>,
    /// Begins behind the page before, with the word that it has told
    #[arg(long, value_name = "CURSOR")]
    pub(crate) after: Option<String>,
}

/// A query may begin with a minus. With two it is a flag that was misspelt.
fn query(text: &str) -> Result<String, &'static str> {
    if text.starts_with("--") {
        return Err("there is no such flag, and one minus is enough before what is not meant");
    }
    Ok(text.to_owned())
}

/// How many matches are wanted: all of them are in memory at once.
fn matches(text: &str) -> Result<usize, String> {
    let most = MOST_ASKED as usize;
    match count(text)? {
        wanted if wanted > most => {
            Err(format!("at most {most} can be asked for at once; --after goes on behind them"))
        }
        wanted => Ok(wanted),
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Index {
    /// Makes the index anew from what is kept; until it is whole, the present one is searched
    Rebuild,
}
