//! Kinds of files that are known and not read, told by their first bytes.

use trawl_model::Reason;

/// Kinds that hold text which a later format may read: coverage names what is missing.
const UNSUPPORTED: &[(&[u8], &str)] = &[
    (b"7z\xBC\xAF\x27\x1C", "7z archive"),
    (b"Rar!\x1A\x07", "RAR archive"),
    (b"MSCF", "cabinet archive"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old Office document or other OLE2 file"),
    (b"{\\rtf", "RTF document"),
    (b"!<arch>\n", "ar archive"),
    (b"\xED\xAB\xEE\xDB", "RPM package"),
    (b"Obj\x01", "Avro file"),
    (b"ORC", "ORC file"),
    (b"ARROW1", "Arrow file"),
    (b"\x89HDF\r\n\x1A\n", "HDF5 file"),
    (b"070701", "cpio archive"),
    (b"070707", "cpio archive"),
    (b"\x04\x22\x4D\x18", "LZ4 stream"),
    (b"\x1F\x9D", "compress stream"),
    (b"LZIP", "lzip stream"),
    (b"!BDN", "Outlook mailbox (PST)"),
    (b"PGDMP", "PostgreSQL dump in custom format"),
    (b"%!PS", "PostScript document"),
];

/// Kinds without text of their own.
const BINARY: &[(&[u8], &str)] = &[
    (b"\x7FELF", "ELF program"),
    (b"\xCF\xFA\xED\xFE", "Mach-O program"),
    (b"\xCE\xFA\xED\xFE", "Mach-O program"),
    (b"\xCA\xFE\xBA\xBE", "Java class or Mach-O program"),
    (b"\0asm", "WebAssembly module"),
    (b"\x89PNG\r\n\x1A\n", "PNG image"),
    (b"\xFF\xD8\xFF", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"II*\0", "TIFF image"),
    (b"MM\0*", "TIFF image"),
    (b"8BPS", "Photoshop image"),
    (b"\0\0\x01\0", "icon"),
    (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"),
    (b"fLaC", "FLAC audio"),
    (b"\x1A\x45\xDF\xA3", "Matroska media"),
    (b"\0\x01\0\0\0", "TrueType font"),
    (b"OTTO", "OpenType font"),
    (b"wOFF", "web font"),
    (b"wOF2", "web font"),
    (b"DIRC", "git index"),
    (b"PACK\0\0\0", "git pack"),
    (b"\xFFtOc", "git pack index"),
];

/// Why a file that begins like this is not read, and what it is.
pub(super) fn unread(head: &[u8]) -> Option<(Reason, String)> {
    let find = |table: &'static [(&'static [u8], &'static str)]| {
        table.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name)
    };
    if let Some(name) = find(UNSUPPORTED) {
        return Some(unsupported(name));
    }
    let name = find(BINARY).or_else(|| in_container(head))?;
    Some((Reason::Binary, format!("{name}: holds no text of its own")))
}

fn unsupported(name: &str) -> (Reason, String) {
    (Reason::UnsupportedFormat, format!("{name}: known, but not read yet"))
}

fn in_container(head: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| {
        head.get(offset..).is_some_and(|rest| rest.starts_with(magic))
    };
    match head {
        _ if at(0, b"RIFF") && at(8, b"WEBP") => Some("WebP image"),
        _ if at(0, b"RIFF") && (at(8, b"WAVE") || at(8, b"AVI ")) => Some("RIFF media"),
        _ if at(4, b"ftyp") => Some("MP4 or HEIF media"),
        _ if at(0, b"MZ") && head.contains(&0) => Some("Windows program"),
        _ if at(0, b"BM") && at(6, b"\0\0\0\0") => Some("BMP image"),
        _ => None,
    }
}
