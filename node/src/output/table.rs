//! Findings for people: counts by type first, then the first findings, two lines each.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use trawl_model::scan::Scan;
use trawl_model::{Level, State, Verdict};

use super::columns::Columns;
use super::{Findings, ledger, place};
use crate::results::{Live, Origin};
use crate::terminal::{self, DIM, HEADING, LOOK, WRONG};

/// So many findings are shown; of all others only the counts are kept.
const SHOWN: usize = 50;

/// A preview is shown in so many columns.
const PREVIEW_COLUMNS: usize = 24;

/// A table.
#[derive(Default)]
pub(super) struct Table {
    types: BTreeMap<String, OfType>,
    shown: BTreeMap<String, Vec<Shown>>,
    held: usize,
    total: u64,
}

struct OfType {
    count: u64,
    settled: u64,
    sensitivity: Level,
}

struct Shown {
    confidence: u8,
    preview: String,
    place: String,
    id: String,
    note: String,
}

impl Findings for Table {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, _: &mut dyn Write, origin: &Origin, live: &Live) -> io::Result<()> {
        let finding = &live.finding;
        self.total += 1;
        let type_id = finding.type_id.as_str();
        let of_type = self.types.entry(type_id.to_owned()).or_insert(OfType {
            count: 0,
            settled: 0,
            sensitivity: finding.sensitivity,
        });
        of_type.count += 1;
        of_type.settled += u64::from(live.is_settled());
        of_type.sensitivity = of_type.sensitivity.max(finding.sensitivity);
        if self.held < SHOWN {
            self.held += 1;
            let path = origin.path_of(&live.object);
            self.shown.entry(type_id.to_owned()).or_default().push(Shown {
                confidence: finding.confidence.as_percent(),
                preview: terminal::safe(finding.preview.as_str()).into_owned(),
                place: terminal::safe(&format!("{path}{}", place::behind(&finding.place.view())))
                    .into_owned(),
                id: live.id.to_string(),
                note: note(live),
            });
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, scans: &[(Arc<Origin>, Scan)]) -> io::Result<()> {
        if self.total == 0 {
            writeln!(out, "no findings")?;
        } else {
            self.counts(out)?;
            self.first(out)?;
        }
        for (origin, scan) in scans {
            writeln!(out)?;
            ledger::write(out, &origin.location(), scan)?;
        }
        if !scans.is_empty() && self.total > 0 {
            writeln!(out, "\n{DIM}trawl explain ID says why one of them is a finding.{DIM:#}")?;
        }
        Ok(())
    }
}

impl Table {
    fn counts(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table =
            Columns::new(["TYPE", "FINDINGS", "OF THESE SETTLED", "SENSITIVITY"]).right(&[1, 2]);
        let mut types: Vec<_> = self.types.iter().collect();
        types.sort_by(|(a, x), (b, y)| {
            (y.sensitivity, y.count, a).cmp(&(x.sensitivity, x.count, b))
        });
        for (type_id, of_type) in types {
            let settled = match of_type.settled {
                0 => String::new(),
                settled => terminal::number(settled),
            };
            let (count, sensitivity) = (terminal::number(of_type.count), of_type.sensitivity);
            table.row([type_id.clone(), count, settled, sensitivity.name().to_owned()]);
        }
        table.write(out)?;
        writeln!(out, "{HEADING}{} findings{HEADING:#}\n", terminal::number(self.total))
    }

    fn first(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns = terminal::columns();
        let preview_columns = self
            .shown
            .values()
            .flatten()
            .map(|shown| terminal::width(&shown.preview))
            .max()
            .unwrap_or(0)
            .min(PREVIEW_COLUMNS);
        for (type_id, shown) in &self.shown {
            let level = self.types.get(type_id).map_or(Level::Low, |of_type| of_type.sensitivity);
            let style = match level {
                Level::Critical => WRONG,
                Level::High => LOOK,
                _ => HEADING,
            };
            writeln!(out, "{style}{type_id}{style:#}")?;
            for Shown { confidence, preview, place, id, note } in shown {
                let preview = terminal::fitted(preview, preview_columns);
                let preview = terminal::padded(&preview, preview_columns);
                let room = columns.saturating_sub(preview_columns + 10);
                let place = terminal::fitted(place, room);
                writeln!(out, "  {confidence:>3}%  {preview}  {place}")?;
                writeln!(out, "        {DIM}{id}{DIM:#}{note}")?;
            }
        }
        if self.held as u64 == self.total {
            return Ok(());
        }
        let (held, total) = (self.held, terminal::number(self.total));
        writeln!(out, "{DIM}the first {held} of {total}; see all with --format jsonl or csv{DIM:#}")
    }
}

fn note(live: &Live) -> String {
    let verdict = match live.word() {
        Some(Verdict::Confirmed) => "  confirmed",
        Some(Verdict::FalsePositive) => "  false positive",
        Some(Verdict::Accepted) => "  accepted",
        None => "",
    };
    let state = if live.state == State::Closed { "  closed" } else { "" };
    format!("{verdict}{state}")
}
