//! A page of what was found: matches, counts and where the next page begins.

use std::io::{self, Write};

use serde_json::json;
use trawl_model::State;

use super::columns::Columns;
use super::{csv, place, table};
use crate::cli::SearchFormat;
use crate::records::{Finding, FoundObject, Match, Matches, Source};
use crate::terminal::{self, DIM, HEADING};

/// A preview is shown in so many columns.
const PREVIEW_COLUMNS: usize = 24;

/// What is written.
pub(crate) struct Page<'f> {
    /// The sources that matches may be of.
    pub(crate) sources: &'f [Source],
    /// What was found.
    pub(crate) found: &'f Matches,
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

impl Page<'_> {
    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let Matches { matches, count, facets, next, unsearched } = self.found;
        out.write_all(b"{\"matches\":[")?;
        for (nth, found) in matches.iter().enumerate() {
            out.write_all(if nth == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, found)?;
        }
        let rest = json!({
            "count": count,
            "facets": facets,
            "next": next,
            "unsearched": unsearched,
        });
        let rest = rest.to_string();
        writeln!(out, "\n],{}", rest.trim_start_matches('{'))
    }

    fn lines(&self, out: &mut dyn Write) -> io::Result<()> {
        let Matches { matches, count, facets, next, unsearched } = self.found;
        for found in matches {
            serde_json::to_writer(&mut *out, found)?;
            out.write_all(b"\n")?;
        }
        for (field, counts) in facets {
            for (value, count) in counts {
                let line =
                    json!({ "kind": "facet", "field": field, "value": value, "count": count });
                writeln!(out, "{line}")?;
            }
        }
        let page = json!({
            "kind": "page",
            "count": count,
            "next": next,
            "unsearched": unsearched,
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
        for found in &self.found.matches {
            let cells: [String; COLUMNS.len()] = match found {
                Match::Finding(finding) => [
                    "finding".to_owned(),
                    finding.id.clone(),
                    finding.source.clone(),
                    finding.object.clone(),
                    finding.type_id.clone(),
                    format!("{:.2}", finding.confidence),
                    finding.sensitivity.name().to_owned(),
                    finding.preview.clone(),
                    finding.token.clone(),
                    String::new(),
                    String::new(),
                    finding.first_seen.clone(),
                    state(finding.state).to_owned(),
                    finding.verdict.map_or_else(String::new, |verdict| verdict.to_string()),
                ],
                Match::Object(object) => [
                    "object".to_owned(),
                    object.id.clone(),
                    object.source.clone(),
                    object.object.clone(),
                    String::new(),
                    String::new(),
                    String::new(),
                    String::new(),
                    String::new(),
                    object.format.clone(),
                    object.size.to_string(),
                    object.first_seen.clone().unwrap_or_default(),
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
                Match::Finding(found) => self.finding(out, found)?,
                Match::Object(found) => self.object(out, found)?,
            }
        }
        for (field, counts) in &self.found.facets {
            writeln!(out)?;
            let mut columns = Columns::new([field.as_str(), "MATCHES"]).right(&[1]);
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
        match &self.found.next {
            Some(next) => writeln!(out, "{DIM}the next page: --after {next}{DIM:#}"),
            None => Ok(()),
        }
    }

    /// The whole path of an object, where its source is known.
    fn path_of(&self, source: &str, object: &str) -> String {
        let of = self.sources.iter().find(|known| known.id == source);
        of.map_or_else(|| object.to_owned(), |source| source.path_of(object))
    }

    fn finding(&self, out: &mut dyn Write, found: &Finding) -> io::Result<()> {
        let preview = terminal::safe(&found.preview);
        let preview = terminal::fitted(&preview, PREVIEW_COLUMNS);
        let preview = terminal::padded(&preview, PREVIEW_COLUMNS);
        let path = self.path_of(&found.source, &found.object);
        let place = format!("{path}{}", place::behind(&found.place));
        let (sure, type_id) = (found.percent(), terminal::safe(&found.type_id));
        writeln!(out, "  {sure:>3}%  {preview}  {HEADING}{type_id}{HEADING:#}")?;
        writeln!(out, "        {}", terminal::safe(&place))?;
        writeln!(out, "        {DIM}{}{DIM:#}{}", found.id, table::note(found))
    }

    fn object(&self, out: &mut dyn Write, found: &FoundObject) -> io::Result<()> {
        let path = self.path_of(&found.source, &found.object);
        let (size, findings) = (terminal::size(found.size), terminal::number(found.findings));
        let format = if found.format.is_empty() { "not read" } else { &found.format };
        let format = terminal::safe(format);
        writeln!(out, "  {HEADING}{}{HEADING:#}", terminal::safe(&path))?;
        let closed = if found.state == State::Closed { ", closed" } else { "" };
        writeln!(out, "        {DIM}{format}, {size}, {findings} findings{closed}{DIM:#}")
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Closed => "closed",
    }
}
