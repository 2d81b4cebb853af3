//! Findings for people: counts by type first, then the first findings of each, two lines each.

use std::collections::BTreeMap;
use std::io::{self, Write};

use trawl_model::{Level, OfType, State, Verdict};

use super::columns::Columns;
use super::{Findings, ledger, place};
use crate::records::{Finding, Scan, Source};
use crate::terminal::{self, DIM, HEADING, LOOK, WRONG};

/// So many findings are shown, of each type as many; of each type no more are kept.
const SHOWN: usize = 50;

/// A preview is shown in so many columns.
const PREVIEW_COLUMNS: usize = 24;

/// A table.
#[derive(Default)]
pub(super) struct Table {
    types: BTreeMap<String, Type>,
    total: u64,
}

struct Type {
    count: u64,
    settled: u64,
    sensitivity: Level,
    first: Vec<Shown>,
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

    /// Those of types of which none is wanted any more need only be counted.
    fn counted(&mut self, by_type: &[OfType]) -> bool {
        let is_full = |type_id| self.types.get(type_id).is_some_and(|of| of.first.len() >= SHOWN);
        if !by_type.iter().all(|of| is_full(of.type_id.as_str())) {
            return false;
        }
        for of in by_type {
            self.total += of.count;
            self.of_type(of.type_id.as_str(), of.sensitivity).count += of.count;
        }
        true
    }

    fn finding(&mut self, _: &mut dyn Write, source: &Source, finding: &Finding) -> io::Result<()> {
        self.total += 1;
        let of_type = self.of_type(&finding.type_id, finding.sensitivity);
        of_type.count += 1;
        of_type.settled += u64::from(finding.is_settled());
        if of_type.first.len() < SHOWN {
            let path = source.path_of(&finding.object);
            of_type.first.push(Shown {
                confidence: finding.percent(),
                preview: terminal::safe(&finding.preview).into_owned(),
                place: terminal::safe(&format!("{path}{}", place::behind(&finding.place)))
                    .into_owned(),
                id: finding.id.clone(),
                note: note(finding),
            });
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, scans: &[Scan]) -> io::Result<()> {
        if self.total == 0 {
            writeln!(out, "no findings")?;
        } else {
            self.counts(out)?;
            self.first(out)?;
        }
        for scan in scans {
            writeln!(out)?;
            ledger::write(out, scan)?;
        }
        if !scans.is_empty() && self.total > 0 {
            writeln!(out, "\n{DIM}trawl explain ID says why one of them is a finding.{DIM:#}")?;
        }
        Ok(())
    }
}

impl Table {
    fn of_type(&mut self, type_id: &str, sensitivity: Level) -> &mut Type {
        let of_type = self.types.entry(type_id.to_owned()).or_insert_with(|| Type {
            count: 0,
            settled: 0,
            sensitivity,
            first: Vec::new(),
        });
        of_type.sensitivity = of_type.sensitivity.max(sensitivity);
        of_type
    }

    /// The types, the worst first.
    fn sorted(&self) -> Vec<(&String, &Type)> {
        let mut types: Vec<_> = self.types.iter().collect();
        types.sort_by(|(a, x), (b, y)| {
            (y.sensitivity, y.count, a).cmp(&(x.sensitivity, x.count, b))
        });
        types
    }

    fn counts(&self, out: &mut dyn Write) -> io::Result<()> {
        let settled = self.types.values().any(|of_type| of_type.settled > 0);
        let heads = ["TYPE", "FINDINGS", "SENSITIVITY", if settled { "SETTLED" } else { "" }];
        let mut table = Columns::new(heads).right(&[1, 3]);
        for (type_id, of_type) in self.sorted() {
            let settled = match of_type.settled {
                0 => String::new(),
                settled => terminal::number(settled),
            };
            let (count, sensitivity) = (terminal::number(of_type.count), of_type.sensitivity);
            table.row([type_id.clone(), count, sensitivity.name().to_owned(), settled]);
        }
        table.write(out)?;
        writeln!(out, "{HEADING}{} findings{HEADING:#}\n", terminal::number(self.total))
    }

    /// As many of each type as make no more than may be shown, but one of each.
    fn most_of_each(&self) -> usize {
        let shown = |most: usize| -> usize {
            self.types.values().map(|of_type| of_type.first.len().min(most)).sum()
        };
        (1..=SHOWN).rev().find(|most| shown(*most) <= SHOWN).unwrap_or(1)
    }

    fn first(&self, out: &mut dyn Write) -> io::Result<()> {
        let most = self.most_of_each();
        let of_each = |of_type: &Type| of_type.first.len().min(most);
        let preview_columns = self
            .types
            .values()
            .flat_map(|of_type| &of_type.first[..of_each(of_type)])
            .map(|shown| terminal::width(&shown.preview))
            .max()
            .unwrap_or(0)
            .min(PREVIEW_COLUMNS);
        let mut held = 0;
        for (type_id, of_type) in self.sorted() {
            let style = match of_type.sensitivity {
                Level::Critical => WRONG,
                Level::High => LOOK,
                _ => HEADING,
            };
            writeln!(out, "{style}{type_id}{style:#}")?;
            for shown in &of_type.first[..of_each(of_type)] {
                held += 1;
                shown.write(out, preview_columns)?;
            }
        }
        if held == self.total {
            return Ok(());
        }
        let total = terminal::number(self.total);
        writeln!(out, "{DIM}these are {held} of {total}; see all with --format jsonl or csv{DIM:#}")
    }
}

impl Shown {
    fn write(&self, out: &mut dyn Write, preview_columns: usize) -> io::Result<()> {
        let Self { confidence, preview, place, id, note } = self;
        let preview = terminal::fitted(preview, preview_columns);
        let preview = terminal::padded(&preview, preview_columns);
        let room = terminal::columns().saturating_sub(preview_columns + 10);
        let place = terminal::fitted(place, room);
        writeln!(out, "  {confidence:>3}%  {preview}  {place}")?;
        writeln!(out, "        {DIM}{id}{DIM:#}{note}")
    }
}

pub(super) fn note(finding: &Finding) -> String {
    let verdict = match finding.verdict {
        Some(Verdict::Confirmed) => "  confirmed",
        Some(Verdict::FalsePositive) => "  false positive",
        Some(Verdict::Accepted) => "  accepted",
        None => "",
    };
    let state = if finding.state == State::Closed { "  closed" } else { "" };
    format!("{verdict}{state}")
}
