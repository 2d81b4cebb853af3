//! Archives and packed streams.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::Unwritten;
use crate::written::Written;

/// Ways to pack a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// RFC 1952.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// RFC 8878.
    Zstd,
}

impl Packing {
    /// The ending of names.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Bzip2 => "bz2",
            Self::Xz => "xz",
            Self::Zstd => "zst",
        }
    }

    /// The step as trawl shows it.
    pub fn step(self) -> &'static str {
        match self {
            Self::Gzip => "(gzip)",
            Self::Bzip2 => "(bzip2)",
            Self::Xz => "(xz)",
            Self::Zstd => "(zstd)",
        }
    }
}

/// A packed file.
pub fn packed(file: Written, packing: Packing) -> Result<Written, Unwritten> {
    let bytes = match packing {
        Packing::Gzip => {
            let builder = flate2::GzBuilder::new().mtime(0);
            let mut out = builder.write(Vec::new(), flate2::Compression::default());
            out.write_all(&file.bytes)?;
            out.finish()?
        }
        Packing::Bzip2 => {
            let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(6));
            out.write_all(&file.bytes)?;
            out.finish()?
        }
        Packing::Xz => {
            let mut out = liblzma::write::XzEncoder::new(Vec::new(), 2);
            out.write_all(&file.bytes)?;
            out.finish()?
        }
        Packing::Zstd => zstd::encode_all(file.bytes.as_slice(), 3)?,
    };
    Ok(Written { bytes, marks: Written::marks_within(file.marks, packing.step()) })
}

/// Files in a zip.
pub fn zip(files: Vec<(String, Written)>) -> Result<Written, Unwritten> {
    let (contents, marks) = parted(files);
    Ok(Written { bytes: zip_of(&contents)?, marks })
}

/// Files in a tar.
pub fn tar(files: Vec<(String, Written)>) -> Result<Written, Unwritten> {
    let (contents, marks) = parted(files);
    let mut out = ::tar::Builder::new(Vec::new());
    for (name, bytes) in &contents {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_736_850_000);
        out.append_data(&mut header, name, bytes.as_slice())?;
    }
    Ok(Written { bytes: out.into_inner()?, marks })
}

/// The bytes of a zip with these members, all of one old day, so that it is always the same.
pub fn zip_of(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Unwritten> {
    let mut out = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(::zip::CompressionMethod::Deflated)
        .last_modified_time(::zip::DateTime::default());
    for (name, bytes) in files {
        out.start_file(name.as_str(), options)?;
        out.write_all(bytes)?;
    }
    Ok(out.finish()?.into_inner())
}

type Parted = (Vec<(String, Vec<u8>)>, Vec<crate::written::Mark>);

fn parted(files: Vec<(String, Written)>) -> Parted {
    let (mut contents, mut marks) = (Vec::new(), Vec::new());
    for (name, file) in files {
        marks.extend(Written::marks_within(file.marks, &name));
        contents.push((name, file.bytes));
    }
    (contents, marks)
}
