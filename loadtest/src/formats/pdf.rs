//! PDF 1.4 with a standard font and real text operators, after ISO 32000-1.

use std::io::Write;

use super::Unwritten;
use crate::draft::Draft;
use crate::written::{Mark, Spot, Written};

const LINES_A_PAGE: usize = 48;

/// The text set in Helvetica, a line a line; packed pages are deflated. Only what WinAnsiEncoding
/// has can be set.
pub fn set(draft: &Draft, packed: bool) -> Result<Written, Unwritten> {
    let lines = lines(draft);
    let pages: Vec<&[Draft]> = lines.chunks(LINES_A_PAGE).collect();
    let mut file = File::new();
    let kids: Vec<String> = (0..pages.len()).map(|i| format!("{} 0 R", 4 + 2 * i)).collect();
    file.object(1, b"<< /Type /Catalog /Pages 2 0 R >>");
    let tree = format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len());
    file.object(2, tree.as_bytes());
    file.object(
        3,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    );
    let mut marks = Vec::new();
    for (i, page) in pages.iter().enumerate() {
        let leaf = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * i
        );
        file.object(4 + 2 * i, leaf.as_bytes());
        file.stream(5 + 2 * i, &content(page), packed)?;
        for line in *page {
            marks.extend(Mark::all(line, |_| Spot::Page(i as u32 + 1)));
        }
    }
    Ok(Written { bytes: file.finish(), marks })
}

/// The lines of a text, each with its plants. Plants that run over a line's end are left out.
pub fn lines(draft: &Draft) -> Vec<Draft> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut plants = draft.plants.iter().peekable();
    for text in draft.text.split('\n') {
        let end = start + text.len();
        let mut line = Draft::plain(text);
        while let Some(plant) = plants.next_if(|p| p.start < end) {
            if plant.end <= end {
                let (from, to) = (plant.start - start, plant.end - start);
                line.plants.push(crate::draft::Plant { start: from, end: to, ..plant.clone() });
            }
        }
        lines.push(line);
        start = end + 1;
    }
    if lines.last().is_some_and(|l| l.text.is_empty()) {
        lines.pop();
    }
    lines
}

fn content(page: &[Draft]) -> Vec<u8> {
    let mut out = b"BT\n/F1 10 Tf\n14 TL\n50 800 Td\n".to_vec();
    for line in page {
        out.push(b'(');
        for c in line.text.chars() {
            match c {
                '(' | ')' | '\\' => out.extend([b'\\', c as u8]),
                ' '..='~' => out.push(c as u8),
                '\t' => out.push(b' '),
                c => {
                    let byte = u8::try_from(u32::from(c)).unwrap_or(b'?');
                    out.extend(format!("\\{byte:03o}").into_bytes());
                }
            }
        }
        out.extend(b") Tj\nT*\n");
    }
    out.extend(b"ET\n");
    out
}

struct File {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl File {
    fn new() -> Self {
        Self { bytes: b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec(), offsets: Vec::new() }
    }

    fn object(&mut self, number: usize, body: &[u8]) {
        self.offsets.push(self.bytes.len());
        self.bytes.extend(format!("{number} 0 obj\n").into_bytes());
        self.bytes.extend(body);
        self.bytes.extend(b"\nendobj\n");
    }

    fn stream(&mut self, number: usize, content: &[u8], packed: bool) -> Result<(), Unwritten> {
        let (data, filter) = if packed {
            let mut encoder =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(content)?;
            (encoder.finish()?, " /Filter /FlateDecode")
        } else {
            (content.to_vec(), "")
        };
        let mut body = format!("<< /Length {}{filter} >>\nstream\n", data.len()).into_bytes();
        body.extend(data);
        body.extend(b"\nendstream");
        self.object(number, &body);
        Ok(())
    }

    fn finish(mut self) -> Vec<u8> {
        let table = self.bytes.len();
        let size = self.offsets.len() + 1;
        let mut tail = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            tail.push_str(&format!("{offset:010} 00000 n \n"));
        }
        tail.push_str(&format!(
            "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        ));
        self.bytes.extend(tail.into_bytes());
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Value;

    #[test]
    fn the_table_of_references_leads_to_every_object() {
        let mut draft = Draft::plain("Tel. (");
        draft.plant(Value::found("phone", "030 12345")).say(")\nÄ\n");
        let file = set(&draft, false).unwrap();
        let text = String::from_utf8_lossy(&file.bytes);
        assert!(text.contains("(Tel. \\(030 12345\\)) Tj"));
        assert!(text.contains("(\\304) Tj"));
        let xref: usize =
            text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        assert!(file.bytes[xref..].starts_with(b"xref\n0 6\n"));
        let entry = String::from_utf8_lossy(&file.bytes[xref + 9 + 20..]).into_owned();
        let first: usize = entry[..10].parse().unwrap();
        assert!(file.bytes[first..].starts_with(b"1 0 obj"));
        assert_eq!(file.marks[0].spot, Spot::Page(1));
    }
}
