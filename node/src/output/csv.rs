//! CSV as RFC 4180 has it: CRLF at the end of each line, quotes where they are needed. What a
//! sheet would take for a formula begins with an apostrophe.

use std::io::{self, Write};

use trawl_model::State;

use super::Findings;
use crate::records::{Finding, Scan, Source};

/// Comma-separated values.
pub(super) struct Csv;

const COLUMNS: [&str; 29] = [
    "id",
    "tenant",
    "source",
    "object",
    "type",
    "rule",
    "rule_version",
    "confidence",
    "sensitivity",
    "start",
    "end",
    "line",
    "column",
    "page",
    "paragraph",
    "sheet",
    "table",
    "row",
    "field",
    "member",
    "offset",
    "name",
    "preview",
    "token",
    "first_seen",
    "last_seen",
    "state",
    "verdict",
    "verdict_by",
];

impl Findings for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        line(out, &COLUMNS.map(str::to_owned))
    }

    fn finding(&mut self, out: &mut dyn Write, _: &Source, finding: &Finding) -> io::Result<()> {
        let place = &finding.place;
        fn text<T: ToString>(value: &Option<T>) -> String {
            value.as_ref().map(T::to_string).unwrap_or_default()
        }
        let cells: [String; COLUMNS.len()] = [
            finding.id.clone(),
            finding.tenant.clone(),
            finding.source.clone(),
            finding.object.clone(),
            finding.type_id.clone(),
            finding.rule.clone(),
            finding.rule_version.to_string(),
            format!("{:.2}", finding.confidence),
            finding.sensitivity.name().to_owned(),
            text(&place.start),
            text(&place.end),
            text(&place.line),
            text(&place.column),
            text(&place.page),
            text(&place.paragraph),
            text(&place.sheet),
            text(&place.table),
            text(&place.row),
            text(&place.field),
            place.member.join("/"),
            text(&place.offset),
            text(&place.name),
            finding.preview.clone(),
            finding.token.clone(),
            finding.first_seen.clone(),
            text(&finding.last_seen),
            match finding.state {
                State::Open => "open".to_owned(),
                State::Closed => "closed".to_owned(),
            },
            text(&finding.verdict),
            text(&finding.verdict_by),
        ];
        line(out, &cells)
    }

    fn end(&mut self, _: &mut dyn Write, _: &[Scan]) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn line(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    write!(out, "{}\r\n", cells.join(","))
}

fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sheet_would_run_is_text() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
        for formula in ["+1", "-1", "@x", "\t=1", "\r=1"] {
            assert!(quoted(formula).trim_start_matches('"').starts_with('\''), "{formula:?}");
        }
        assert_eq!(quoted("a\nb"), "\"a\nb\"");
    }
}
