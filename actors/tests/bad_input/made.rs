//! Hostile files, made by hand: no writer of archives would write them.

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder, write::GzEncoder};

/// The planted value in a line of text.
pub(crate) fn line() -> String {
    format!("Write to {} before noon.\n", super::checked::MARKER)
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// So many megabytes of zeros, compressed a thousandfold.
pub(crate) fn gzip_of_zeros(megabytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    (0..megabytes).for_each(|_| encoder.write_all(&[0; 1 << 20]).unwrap());
    encoder.finish().unwrap()
}

/// A member of a zip file as its directory tells of it.
pub(crate) struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    stored: u32,
    size: u32,
    at: u32,
}

/// A zip file in the making.
#[derive(Default)]
pub(crate) struct Zip {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

impl Zip {
    pub(crate) fn add(mut self, name: &[u8], content: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        let (packed, at) = (encoder.finish().unwrap(), self.bytes.len() as u32);
        let mut crc = Crc::new();
        crc.update(content);
        let entry = Entry {
            name: name.to_vec(),
            flags: 0x800,
            method: 8,
            crc: crc.sum(),
            stored: packed.len() as u32,
            size: content.len() as u32,
            at,
        };
        self.local(&entry);
        self.bytes.extend(packed);
        self.entries.push(entry);
        self
    }

    /// A member that says that it is encrypted.
    pub(crate) fn encrypted(mut self, name: &[u8]) -> Self {
        let at = self.bytes.len() as u32;
        let entry =
            Entry { name: name.to_vec(), flags: 1, method: 0, crc: 1, stored: 24, size: 12, at };
        self.local(&entry);
        self.bytes.extend([0xA5; 24]);
        self.entries.push(entry);
        self
    }

    /// Names the last member so many times more: all of them lie in the same bytes.
    pub(crate) fn overlap(mut self, times: usize) -> Self {
        let last = self.entries.last().unwrap();
        let (name, crc, stored, size, at) =
            (last.name.clone(), last.crc, last.stored, last.size, last.at);
        for n in 0..times {
            let name = [&name[..], n.to_string().as_bytes()].concat();
            self.entries.push(Entry { name, flags: 0, method: 8, crc, stored, size, at });
        }
        self
    }

    pub(crate) fn end(mut self) -> Vec<u8> {
        let (from, count) = (self.bytes.len() as u32, self.entries.len() as u16);
        for entry in std::mem::take(&mut self.entries) {
            self.bytes.extend(b"PK\x01\x02\x14\x00\x14\x00");
            self.fields(&entry);
            // No extra field, no comment, on the first disk, no attributes.
            self.bytes.extend([0; 12]);
            self.bytes.extend(entry.at.to_le_bytes());
            self.bytes.extend(&entry.name);
        }
        let length = self.bytes.len() as u32 - from;
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend([count.to_le_bytes(); 2].concat());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(from.to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes
    }

    fn local(&mut self, entry: &Entry) {
        self.bytes.extend(b"PK\x03\x04\x14\x00");
        self.fields(entry);
        self.bytes.extend([0; 2]);
        self.bytes.extend(&entry.name);
    }

    /// What both headers have in common: flags to the length of the name.
    fn fields(&mut self, entry: &Entry) {
        self.bytes.extend(entry.flags.to_le_bytes());
        self.bytes.extend(entry.method.to_le_bytes());
        self.bytes.extend([0; 4]);
        for field in [entry.crc, entry.stored, entry.size] {
            self.bytes.extend(field.to_le_bytes());
        }
        self.bytes.extend((entry.name.len() as u16).to_le_bytes());
    }
}

/// A PDF that says it is encrypted.
pub(crate) fn encrypted_pdf() -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [] /Count 0 >>",
        "<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (x) /U (y) >>",
    ];
    for (n, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", n + 1).bytes());
    }
    let table = pdf.len();
    pdf.extend(b"xref\n0 4\n0000000000 65535 f \n");
    places.iter().for_each(|at| pdf.extend(format!("{at:010} 00000 n \n").bytes()));
    let trailer = "<< /Size 4 /Root 1 0 R /Encrypt 3 0 R /ID [(a) (a)] >>";
    pdf.extend(format!("trailer\n{trailer}\nstartxref\n{table}\n%%EOF\n").bytes());
    pdf
}

/// An Office document under a password: an OLE2 file that holds the encrypted package.
pub(crate) fn encrypted_office() -> Vec<u8> {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(1_024, 0);
    bytes.extend("EncryptedPackage".bytes().flat_map(|byte| [byte, 0]));
    bytes.resize(8_192, 0xA5);
    bytes
}
