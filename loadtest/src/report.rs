//! What is printed: tables of scores, and places in one line.

use std::fmt::Write;

use crate::findings::Place;
use crate::judge::{Judge, Mismatch, Score};
use crate::truth::Planted;

/// The scores by the endings of names and by type, and all together.
pub fn scores(judge: &Judge) -> String {
    let mut text = String::new();
    for (title, scores) in [("format", &judge.endings), ("type", &judge.scores)] {
        let _ = writeln!(
            text,
            "{title:<28} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "planted", "found", "wrong", "recall", "precision", "exact"
        );
        for (name, score) in scores {
            line(&mut text, name, score);
        }
    }
    line(&mut text, "all", &judge.overall());
    text
}

fn line(text: &mut String, kind: &str, score: &Score) {
    let exact = if score.hits == 0 { 0.0 } else { score.exact as f64 / score.hits as f64 };
    let _ = writeln!(
        text,
        "{kind:<28} {:>9} {:>9} {:>9} {:>9.4} {:>9.4} {:>9.4}",
        score.hits + score.missed,
        score.hits,
        score.wrong,
        score.recall(),
        score.precision(),
        exact
    );
}

/// The mismatches that were kept. Values of a corpus are invented, so they are shown.
pub fn mismatches(judge: &Judge) -> String {
    let mut text = String::new();
    for mismatch in judge.mismatches.values().flatten() {
        let _ = match mismatch {
            Mismatch::Missed(p) => writeln!(text, "missed    {}", planted(p)),
            Mismatch::Mistaken(p, as_kind) => {
                writeln!(text, "mistaken  {} as {as_kind}", planted(p))
            }
            Mismatch::Fooled(p, as_kind) => writeln!(text, "near miss {} as {as_kind}", planted(p)),
            Mismatch::Invented(object, kind, at) => {
                writeln!(text, "invented  {kind} in {object} {}", place(at))
            }
        };
    }
    text
}

fn planted(p: &Planted) -> String {
    let at = Place {
        start: p.start,
        end: p.end,
        page: p.page,
        paragraph: p.paragraph,
        sheet: p.sheet.clone(),
        table: p.table.clone(),
        row: p.row,
        column: p.column,
        field: p.field.clone(),
        member: p.member.clone(),
        offset: p.offset,
        name: p.name.then_some(true),
    };
    let value = p.value.replace('\n', "\\n");
    let value: String = value.chars().take(60).collect();
    format!("{} `{value}` in {} {}", p.kind, p.object, place(&at))
}

/// A place in one line.
pub fn place(place: &Place) -> String {
    let mut text = String::new();
    for step in &place.member {
        let _ = write!(text, "> {step} ");
    }
    if let (Some(start), Some(end)) = (place.start, place.end) {
        let _ = write!(text, "bytes {start}..{end} ");
    }
    let mut said = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(text, "{name} {value} ");
        }
    };
    said("page", place.page.map(|n| n.to_string()));
    said("paragraph", place.paragraph.map(|n| n.to_string()));
    said("sheet", place.sheet.clone());
    said("table", place.table.clone());
    said("row", place.row.map(|n| n.to_string()));
    said("field", place.field.clone());
    said("offset", place.offset.map(|n| n.to_string()));
    said("name", place.name.map(|_| String::new()));
    text.trim_end().to_owned()
}
