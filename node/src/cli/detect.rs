//! The engine, its rules and the settings: what needs nothing that is kept.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::ListFormat;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trawl detect notes.txt
  git diff | trawl detect - --format jsonl

The text is taken as it is: no format is read, nothing is kept.")]
pub(crate) struct Detect {
    /// A file, or - for standard input
    #[arg(default_value = "-", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// How what is found is written
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Shows every setting as it holds, and where it was set
    Print,
    /// Checks a file of settings
    Check {
        /// The file
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Has the node that runs read its settings again, as SIGHUP does
    ///
    /// They are read as the node was started: from its file, its environment and its flags.
    Reload,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// Lists the rules
    List {
        /// How they are written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
        /// With those of the packs that were put, which lie in the data directory
        #[arg(long)]
        with_packs: bool,
    },
    /// Shows the file of a rule, or those of a type
    Show {
        /// The id of a rule or a type, such as us.ssn
        rule: String,
    },
    /// Runs the examples of rules against all rules at once
    ///
    /// An example that shows something else than it says is told, and the exit code is 1.
    Test {
        /// Folders of rules that are looked for beside those that come with trawl
        /// [default: all rules that there are, by `detect.rules`]
        #[arg(value_hint = ValueHint::DirPath)]
        folders: Vec<PathBuf>,
    },
    /// Reads rules and makes them ready, and tells all that is wrong with them
    ///
    /// What is wrong is named with file and line, and the exit code is 2. What could be better is told, too.
    Lint {
        /// Folders of rules that are looked for beside those that come with trawl
        /// [default: those of `detect.rules`]
        #[arg(value_hint = ValueHint::DirPath)]
        folders: Vec<PathBuf>,
    },
    /// Lists the packs of rules that apply to scans beside those that come with trawl
    Packs {
        /// How they are written
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Puts the files of a folder as a pack of rules: it applies to scans that begin from now on
    ///
    /// The folder holds files of rules (.toml), what they need beside them, and, where something is to be said of
    /// rules that are there already, overrides.toml. A pack of the same name is replaced. What is wrong is named
    /// with file and place, and nothing is changed.
    #[command(after_help = "Example:\n  trawl rules put acme ./rules/acme")]
    Put {
        /// Its name: a-z, 0-9 and -, a letter first
        pack: String,
        /// The folder
        #[arg(value_hint = ValueHint::DirPath)]
        folder: PathBuf,
        /// Only looks whether it would be taken
        #[arg(long)]
        check: bool,
    },
    /// Writes the files of a pack into a folder
    Get {
        /// Its name
        pack: String,
        /// The folder, which must be new or empty
        #[arg(value_hint = ValueHint::DirPath)]
        folder: PathBuf,
        /// Which version [default: the one that applies]
        #[arg(long)]
        of_version: Option<u32>,
    },
    /// Removes a pack: scans that begin from now on do without it
    Remove {
        /// Its name
        pack: String,
    },
}
