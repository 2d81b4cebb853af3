//! Files of every format, by small writers of their own or by the libraries of the formats.

pub mod archive;
pub mod columns;
pub mod mail;
pub mod markup;
pub mod office;
pub mod pdf;
pub mod tabular;
pub mod text;

use std::fmt;

/// Why a file could not be written.
#[derive(Debug)]
pub struct Unwritten(String);

impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unwritten {}

macro_rules! unwritten_from {
    ($($error:ty),*) => { $(
        impl From<$error> for Unwritten {
            fn from(error: $error) -> Self {
                Self(format!("a file of the corpus could not be written: {error}"))
            }
        }
    )* };
}

unwritten_from!(
    std::io::Error,
    zip::result::ZipError,
    rusqlite::Error,
    parquet::errors::ParquetError,
    serde_json::Error
);
