//! DOCX, XLSX and PPTX: the smallest packages that ECMA-376 allows.

use super::archive::zip_of;
use super::markup::escaped;
use super::tabular::is_number;
use super::{Unwritten, pdf};
use crate::draft::Draft;
use crate::random::Random;
use crate::table::Table;
use crate::written::{Mark, Spot, Written};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "application/vnd.openxmlformats-officedocument";

/// A text as a document, a paragraph a line. Runs are cut in the middle of words at times, as
/// word processors do after corrections.
pub fn docx(draft: &Draft, random: &mut Random) -> Result<Written, Unwritten> {
    let mut body = String::new();
    let mut marks = Vec::new();
    for (i, line) in pdf::lines(draft).iter().enumerate() {
        body.push_str("<w:p>");
        for run in runs(&line.text, random) {
            let text = escaped(&Draft::plain(run)).text;
            body.push_str(&format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>"));
        }
        body.push_str("</w:p>");
        marks.extend(Mark::all(line, |offset| Spot::Paragraph(i as u32 + 1, offset)));
    }
    let document = format!(
        "{HEAD}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{body}</w:body></w:document>"
    );
    let parts = [("word/document.xml", document)];
    let bytes = package(
        "word/document.xml",
        &format!("{TYPES}.wordprocessingml.document.main+xml"),
        &parts,
        &[],
    )?;
    // A package's parts are members of it, as trawl shows them.
    Ok(Written { bytes, marks: Written::marks_within(marks, "word/document.xml") })
}

/// A table as a workbook with one sheet; half the cells lie in the table of shared strings, and
/// in some rows long digits are numbers.
pub fn xlsx(table: &Table) -> Result<Written, Unwritten> {
    let mut rows = String::new();
    let mut shared = String::new();
    let (mut count, mut marks) = (0, Vec::new());
    let header: Vec<Draft> = table.columns.iter().map(Draft::plain).collect();
    for (r, row) in std::iter::once(&header).chain(&table.rows).enumerate() {
        let number = r + 1;
        rows.push_str(&format!("<row r=\"{number}\">"));
        for (c, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.text.is_empty()) {
            let (name, text) = (column_name(c), escaped(cell).text);
            if r % 3 == 0 && is_number(&cell.text) {
                rows.push_str(&format!("<c r=\"{name}{number}\"><v>{text}</v></c>"));
            } else if (r + c) % 2 == 0 {
                shared.push_str(&format!("<si><t xml:space=\"preserve\">{text}</t></si>"));
                rows.push_str(&format!("<c r=\"{name}{number}\" t=\"s\"><v>{count}</v></c>"));
                count += 1;
            } else {
                rows.push_str(&format!(
                    "<c r=\"{name}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"
                ));
            }
            let (row, column) = (number as u64, c as u64 + 1);
            marks.extend(Mark::all(cell, |at| Spot::Cell(table.name.to_owned(), row, column, at)));
        }
        rows.push_str("</row>");
    }
    let bytes = workbook(table.name, &rows, &shared, count)?;
    Ok(Written { bytes, marks: Written::marks_within(marks, "xl/worksheets/sheet1.xml") })
}

fn workbook(name: &str, rows: &str, shared: &str, count: usize) -> Result<Vec<u8>, Unwritten> {
    let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let book = format!(
        "{HEAD}<workbook xmlns=\"{space}\" xmlns:r=\"{DOCUMENT}\"><sheets>\
         <sheet name=\"{name}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{DOCUMENT}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{DOCUMENT}/sharedStrings\" Target=\"sharedStrings.xml\"/>\
         </Relationships>"
    );
    let sheet =
        format!("{HEAD}<worksheet xmlns=\"{space}\"><sheetData>{rows}</sheetData></worksheet>");
    let strings = format!(
        "{HEAD}<sst xmlns=\"{space}\" count=\"{count}\" uniqueCount=\"{count}\">{shared}</sst>"
    );
    let types = [
        ("/xl/worksheets/sheet1.xml".to_owned(), format!("{TYPES}.spreadsheetml.worksheet+xml")),
        ("/xl/sharedStrings.xml".to_owned(), format!("{TYPES}.spreadsheetml.sharedStrings+xml")),
    ];
    let parts = [
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    package("xl/workbook.xml", &format!("{TYPES}.spreadsheetml.sheet.main+xml"), &parts, &types)
}

/// A text as slides of eight lines.
pub fn pptx(draft: &Draft) -> Result<Written, Unwritten> {
    let drawing = "http://schemas.openxmlformats.org/drawingml/2006/main";
    let space = "http://schemas.openxmlformats.org/presentationml/2006/main";
    let (mut parts, mut types, mut marks) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ids, mut relations) = (String::new(), String::new());
    for (i, lines) in pdf::lines(draft).chunks(8).enumerate() {
        let mut paragraphs = String::new();
        for line in lines {
            let text = escaped(&Draft::plain(line.text.as_str())).text;
            paragraphs.push_str(&format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"));
            let here = Mark::all(line, |_| Spot::Page(i as u32 + 1));
            let part = format!("ppt/slides/slide{}.xml", i + 1);
            marks.extend(Written::marks_within(here, &part));
        }
        let n = i + 1;
        let slide = format!(
            "{HEAD}<p:sld xmlns:p=\"{space}\" xmlns:a=\"{drawing}\"><p:cSld><p:spTree>\
             <p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>\
             <p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"Text\"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>\
             <p:txBody><a:bodyPr/>{paragraphs}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
        );
        parts.push((format!("ppt/slides/slide{n}.xml"), slide));
        types.push((
            format!("/ppt/slides/slide{n}.xml"),
            format!("{TYPES}.presentationml.slide+xml"),
        ));
        ids.push_str(&format!("<p:sldId id=\"{}\" r:id=\"rId{n}\"/>", 255 + n));
        relations.push_str(&format!(
            "<Relationship Id=\"rId{n}\" Type=\"{DOCUMENT}/slide\" Target=\"slides/slide{n}.xml\"/>"
        ));
    }
    parts.push((
        "ppt/presentation.xml".to_owned(),
        format!(
            "{HEAD}<p:presentation xmlns:p=\"{space}\" xmlns:r=\"{DOCUMENT}\">\
             <p:sldIdLst>{ids}</p:sldIdLst><p:notesSz cx=\"6858000\" cy=\"9144000\"/></p:presentation>"
        ),
    ));
    parts.push((
        "ppt/_rels/presentation.xml.rels".to_owned(),
        format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}</Relationships>"
        ),
    ));
    let parts: Vec<(&str, String)> = parts.iter().map(|(n, t)| (n.as_str(), t.clone())).collect();
    let main = format!("{TYPES}.presentationml.presentation.main+xml");
    Ok(Written { bytes: package("ppt/presentation.xml", &main, &parts, &types)?, marks })
}

fn package(
    main: &str,
    main_type: &str,
    parts: &[(&str, String)],
    types: &[(String, String)],
) -> Result<Vec<u8>, Unwritten> {
    let overrides: String = types
        .iter()
        .map(|(part, kind)| format!("<Override PartName=\"{part}\" ContentType=\"{kind}\"/>"))
        .collect();
    let content_types = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/{main}\" ContentType=\"{main_type}\"/>{overrides}</Types>"
    );
    let relations = format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{DOCUMENT}/officeDocument\" Target=\"{main}\"/></Relationships>"
    );
    let mut files = vec![
        ("[Content_Types].xml".to_owned(), content_types.into_bytes()),
        ("_rels/.rels".to_owned(), relations.into_bytes()),
    ];
    files.extend(parts.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes())));
    zip_of(&files)
}

fn runs<'a>(text: &'a str, random: &mut Random) -> Vec<&'a str> {
    let count = text.chars().count() as u64;
    if count < 8 || !random.chance(40) {
        return vec![text];
    }
    let at = random.between(1, count - 1) as usize;
    let byte = text.char_indices().nth(at).map_or(text.len(), |(i, _)| i);
    let (head, tail) = text.split_at(byte);
    vec![head, tail]
}

fn column_name(index: usize) -> String {
    let letter = |i: usize| char::from(b'A' + (i % 26) as u8);
    if index < 26 {
        letter(index).to_string()
    } else {
        format!("{}{}", letter(index / 26 - 1), letter(index))
    }
}
