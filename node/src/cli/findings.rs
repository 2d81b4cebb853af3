//! What was found and what was read: listed, explained, judged.

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use trawl_model::{FindingRef, Level, Verdict};
use utoipa::ToSchema;

use super::{Out, count};

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  trawl explain $(trawl findings --limit 1 --format csv | sed -n '2s/,.*//p')"
)]
pub(crate) struct Explain {
    /// The finding's id, as every output shows it
    #[arg(value_parser = finding)]
    pub(crate) finding: FindingRef,
}

/// How coverage is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageFormat {
    /// For people
    Table,
    /// One JSON document: the sums of all, then each scan with what was not read
    Json,
    /// One JSON object a line: each scan, then each thing that was not read
    Jsonl,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl coverage                       the last scan of each source
  trawl coverage SCAN --format jsonl   one scan; one line for each thing that was not read")]
pub(crate) struct Coverage {
    /// A scan by its id, as `trawl scans` shows it [default: the last of each source]
    #[arg(value_name = "SCAN")]
    pub(crate) scan: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = CoverageFormat::Table)]
    pub(crate) format: CoverageFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl findings --type 'us.*' --min-confidence 85
  trawl findings --sensitivity critical --path-prefix src/ --format jsonl
  trawl findings --verdict none --state open --limit 20")]
pub(crate) struct Findings {
    #[command(flatten)]
    pub(crate) out: Out,
    /// Only of this type; `us.*` takes all that begin so; may be given again
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<String>,
    /// Only of this source, by id or by location
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Only in objects whose name begins so
    #[arg(long, value_name = "PREFIX")]
    pub(crate) path_prefix: Option<String>,
    /// Only those that are at least this sure, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_confidence: Option<u8>,
    /// Only open ones, closed ones (their object has vanished), or all
    #[arg(long, value_enum, default_value_t = StateFilter::All)]
    pub(crate) state: StateFilter,
    /// Only those with this verdict
    #[arg(long, value_enum)]
    pub(crate) verdict: Option<VerdictWord>,
    /// Only those that are at least this bad
    #[arg(long, value_enum)]
    pub(crate) sensitivity: Option<LevelWord>,
    /// Only what this scan found: in objects that it has read, and no later scan has read anew
    #[arg(long)]
    pub(crate) scan: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", value_parser = count)]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StateFilter {
    Open,
    Closed,
    All,
}

/// A verdict, or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VerdictWord {
    /// It is what it is said to be
    Confirmed,
    /// It is not
    FalsePositive,
    /// It is, and may stay
    Accepted,
    /// Nothing is said of it
    None,
}

impl VerdictWord {
    /// The verdict; none takes one back.
    pub(crate) fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Confirmed => Some(Verdict::Confirmed),
            Self::FalsePositive => Some(Verdict::FalsePositive),
            Self::Accepted => Some(Verdict::Accepted),
            Self::None => None,
        }
    }
}

/// How bad it is when a value gets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LevelWord {
    Low,
    Medium,
    High,
    Critical,
}

impl LevelWord {
    /// The level.
    pub(crate) fn level(self) -> Level {
        match self {
            Self::Low => Level::Low,
            Self::Medium => Level::Medium,
            Self::High => Level::High,
            Self::Critical => Level::Critical,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
A verdict holds for all findings of the same value and type in the same object, wherever in it they
stand. It is entered in the audit record before it takes effect.")]
pub(crate) struct SetVerdict {
    /// The finding's id
    #[arg(value_parser = finding)]
    pub(crate) finding: FindingRef,
    /// What it is; none takes back what was said
    #[arg(value_enum)]
    pub(crate) verdict: VerdictWord,
}

fn finding(text: &str) -> Result<FindingRef, String> {
    text.parse().map_err(|error: trawl_model::id::IdError| error.to_string())
}
