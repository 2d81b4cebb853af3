//! CSV as RFC 4180 has it: CRLF at the end of each line, quotes where they are needed. What a
//! sheet would take for a formula begins with an apostrophe.

use std::io::{self, Write};
use std::sync::Arc;

use trawl_model::TenantId;
use trawl_model::scan::Scan;

use super::Findings;
use super::record::Record;
use crate::results::{Live, Origin};

/// Comma-separated values.
pub(super) struct Csv {
    tenant: TenantId,
}

impl Csv {
    pub(super) fn new(tenant: TenantId) -> Self {
        Self { tenant }
    }
}

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

    fn finding(&mut self, out: &mut dyn Write, _: &Origin, live: &Live) -> io::Result<()> {
        let record = Record::of(&self.tenant, live);
        let place = record.place;
        fn text<T: ToString>(value: Option<T>) -> String {
            value.map(|value| value.to_string()).unwrap_or_default()
        }
        let cells: [String; COLUMNS.len()] = [
            record.id,
            record.tenant.to_owned(),
            record.source,
            record.object,
            record.type_id.to_owned(),
            record.rule.to_owned(),
            record.rule_version.to_string(),
            format!("{:.2}", record.confidence),
            record.sensitivity.to_owned(),
            text(place.start),
            text(place.end),
            text(place.line),
            text(place.column),
            text(place.page),
            text(place.paragraph),
            text(place.sheet),
            text(place.table),
            text(place.row),
            text(place.field),
            place.member.join("/"),
            text(place.offset),
            text(place.name),
            record.preview.to_owned(),
            record.token,
            record.first_seen,
            text(record.last_seen),
            match live.state {
                trawl_model::State::Open => "open".to_owned(),
                trawl_model::State::Closed => "closed".to_owned(),
            },
            text(record.verdict),
            text(live.verdict.as_ref().map(|verdict| &verdict.by)),
        ];
        line(out, &cells)
    }

    fn end(&mut self, _: &mut dyn Write, _: &[(Arc<Origin>, Scan)]) -> io::Result<()> {
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
