//! A page of what was found: matches, counts and where the next page begins.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;
use trawl_model::{State, TenantId, Timestamp};

use super::columns::Columns;
use super::csv;
use super::record::{LedgerRecord, Record};
use super::{place, table};
use crate::cli::SearchFormat;
use crate::clock::written;
use crate::results::{Held, Live, Match, Origin};
use crate::search::Found;
use crate::terminal::{self, DIM, HEADING};

/// A preview is shown in so many columns.
const PREVIEW_COLUMNS: usize = 24;

/// What is written.
pub(crate) struct Page<'f> {
    /// Whose it is.
    pub(crate) tenant: &'f TenantId,
    /// What was found.
    pub(crate) found: &'f Found,
}

/// Writes a page.
pub(crate) fn write(format: SearchFormat, page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    match format {
        SearchFormat::Table => page.table(out),
        SearchFormat::Json => page.json(out),
        SearchFormat::Jsonl => page.lines(out),
        SearchFormat::Csv => page.csv(out),
    }
}

/// A match as it is written in JSON: a finding, or an object.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum MatchRecord<'m> {
    /// A finding.
    Finding(Box<Record<'m>>),
    /// An object.
    Object(Box<ObjectRecord<'m>>),
}

/// An object as it is written in JSON. What doesn't apply is absent.
#[derive(Serialize)]
pub(crate) struct ObjectRecord<'m> {
    id: String,
    tenant: &'m str,
    source: String,
    object: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    format: &'m str,
    size: u64,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    findings: u64,
    #[serde(flatten)]
    ledgers: LedgerRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'m str>,
}

impl<'m> MatchRecord<'m> {
    /// A match of a tenant.
    pub(crate) fn of(tenant: &'m TenantId, found: &'m Match) -> Self {
        match found {
            Match::Finding { live, .. } => Self::Finding(Box::new(Record::of(tenant, live))),
            Match::Object { origin, held, first_seen } => {
                Self::Object(Box::new(ObjectRecord::of(tenant, origin, held, *first_seen)))
            }
        }
    }
}

impl<'m> ObjectRecord<'m> {
    fn of(
        tenant: &'m TenantId,
        origin: &Origin,
        held: &'m Held,
        first_seen: Option<Timestamp>,
    ) -> Self {
        let object = &held.object;
        Self {
            id: object.id.to_string(),
            tenant: tenant.as_str(),
            source: origin.id.to_string(),
            object: held.key.revealed(),
            format: &object.format,
            size: object.size,
            state: if object.closed { State::Closed } else { State::Open },
            first_seen: first_seen.map(written),
            findings: object.findings,
            ledgers: LedgerRecord::of(&object.coverage),
            error: object.error.as_deref(),
        }
    }
}

impl Page<'_> {
    fn records(&self) -> impl Iterator<Item = MatchRecord<'_>> {
        self.found.matches.iter().map(|found| MatchRecord::of(self.tenant, found))
    }

    fn facets(&self) -> BTreeMap<&'static str, &BTreeMap<String, u64>> {
        self.found.facets.iter().map(|(field, counts)| (field.name(), counts)).collect()
    }

    fn next(&self) -> Option<String> {
        self.found.next.as_ref().map(ToString::to_string)
    }

    fn unsearched(&self) -> Vec<serde_json::Value> {
        let parts = self.found.unsearched.iter();
        parts.map(|part| json!({ "split": part.split, "why": part.why })).collect()
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"matches\":[")?;
        for (nth, record) in self.records().enumerate() {
            out.write_all(if nth == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &record)?;
        }
        let rest = json!({
            "count": self.found.count,
            "facets": self.facets(),
            "next": self.next(),
            "unsearched": self.unsearched(),
        });
        let rest = rest.to_string();
        writeln!(out, "\n],{}", rest.trim_start_matches('{'))
    }

    fn lines(&self, out: &mut dyn Write) -> io::Result<()> {
        for record in self.records() {
            serde_json::to_writer(&mut *out, &record)?;
            out.write_all(b"\n")?;
        }
        for (field, counts) in self.facets() {
            for (value, count) in counts {
                let line =
                    json!({ "kind": "facet", "field": field, "value": value, "count": count });
                writeln!(out, "{line}")?;
            }
        }
        let page = json!({
            "kind": "page",
            "count": self.found.count,
            "next": self.next(),
            "unsearched": self.unsearched(),
        });
        writeln!(out, "{page}")
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        const COLUMNS: [&str; 14] = [
            "kind",
            "id",
            "source",
            "object",
            "type",
            "confidence",
            "sensitivity",
            "preview",
            "token",
            "format",
            "size",
            "first_seen",
            "state",
            "verdict",
        ];
        csv::line(out, &COLUMNS.map(str::to_owned))?;
        for record in self.records() {
            let cells: [String; COLUMNS.len()] = match record {
                MatchRecord::Finding(finding) => [
                    "finding".to_owned(),
                    finding.id,
                    finding.source,
                    finding.object,
                    finding.type_id.to_owned(),
                    format!("{:.2}", finding.confidence),
                    finding.sensitivity.to_owned(),
                    finding.preview.to_owned(),
                    finding.token,
                    String::new(),
                    String::new(),
                    finding.first_seen,
                    state(finding.state).to_owned(),
                    finding.verdict.map_or_else(String::new, |verdict| verdict.to_string()),
                ],
                MatchRecord::Object(object) => [
                    "object".to_owned(),
                    object.id,
                    object.source,
                    object.object,
                    String::new(),
                    String::new(),
                    String::new(),
                    String::new(),
                    String::new(),
                    object.format.to_owned(),
                    object.size.to_string(),
                    object.first_seen.unwrap_or_default(),
                    state(object.state).to_owned(),
                    String::new(),
                ],
            };
            csv::line(out, &cells)?;
        }
        Ok(())
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        for found in &self.found.matches {
            match found {
                Match::Finding { origin, live } => finding(out, origin, live)?,
                Match::Object { origin, held, .. } => object(out, origin, held)?,
            }
        }
        for (field, counts) in &self.found.facets {
            writeln!(out)?;
            let mut columns = Columns::new([field.name(), "MATCHES"]).right(&[1]);
            let mut sorted: Vec<_> = counts.iter().collect();
            sorted.sort_by_key(|(value, count)| (std::cmp::Reverse(**count), value.as_str()));
            for (value, count) in sorted {
                columns.row([value.clone(), terminal::number(*count)]);
            }
            columns.write(out)?;
        }
        let count = terminal::number(self.found.count);
        let matches = if self.found.count == 1 { "match" } else { "matches" };
        if !self.found.matches.is_empty() || !self.found.facets.is_empty() {
            writeln!(out)?;
        }
        writeln!(out, "{HEADING}{count} {matches}{HEADING:#}")?;
        match self.next() {
            Some(next) => writeln!(out, "{DIM}the next page: --after {next}{DIM:#}"),
            None => Ok(()),
        }
    }
}

fn finding(out: &mut dyn Write, origin: &Origin, live: &Live) -> io::Result<()> {
    let finding = &live.finding;
    let preview = terminal::safe(finding.preview.as_str());
    let preview = terminal::padded(&terminal::fitted(&preview, PREVIEW_COLUMNS), PREVIEW_COLUMNS);
    let path = origin.path_of(&live.object);
    let place = format!("{path}{}", place::behind(&finding.place.view()));
    let sure = finding.confidence.as_percent();
    writeln!(out, "  {sure:>3}%  {preview}  {HEADING}{}{HEADING:#}", finding.type_id)?;
    writeln!(out, "        {}", terminal::safe(&place))?;
    writeln!(out, "        {DIM}{}{DIM:#}{}", live.id, table::note(live))
}

fn object(out: &mut dyn Write, origin: &Origin, held: &Held) -> io::Result<()> {
    let object = &held.object;
    let (path, size) = (origin.path_of(&held.key), terminal::size(object.size));
    let format = if object.format.is_empty() { "not read" } else { &object.format };
    writeln!(out, "  {HEADING}{}{HEADING:#}", terminal::safe(&path))?;
    let findings = terminal::number(object.findings);
    let closed = if object.closed { ", closed" } else { "" };
    writeln!(out, "        {DIM}{format}, {size}, {findings} findings{closed}{DIM:#}")
}

fn state(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Closed => "closed",
    }
}
