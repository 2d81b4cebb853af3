//! The two ledgers of a scan, for people: each class and reason, and that they sum to what listing
//! saw.

use std::collections::BTreeSet;
use std::io::{self, Write};

use trawl_model::scan::{Scan, ScanState};
use trawl_model::{Class, Item};

use super::columns::Columns;
use crate::clock;
use crate::terminal::{self, DIM, HEADING, LOOK, WRONG};

const ITEMS: [Item; 5] = [Item::Object, Item::Folder, Item::Member, Item::Page, Item::Row];

/// Whether both ledgers sum to what listing saw.
pub(crate) fn adds_up(scan: &Scan) -> bool {
    scan.coverage.total_bytes() == scan.listed_bytes
        && scan.coverage.total_items(Item::Object) == scan.listed_objects
}

/// Writes what became of all that a scan saw.
pub(crate) fn write(out: &mut dyn Write, location: &str, scan: &Scan) -> io::Result<()> {
    head(out, location, scan)?;
    let classes: BTreeSet<Class> = scan
        .coverage
        .bytes()
        .map(|(class, _)| class)
        .chain(scan.coverage.items().map(|(_, class, _)| class))
        .collect();
    let mut table = Columns::new([
        "", "REASON", "BYTES", "SIZE", "OBJECTS", "FOLDERS", "MEMBERS", "PAGES", "ROWS",
    ])
    .right(&[2, 3, 4, 5, 6, 7, 8]);
    let count = |n: u64| if n == 0 { String::new() } else { terminal::number(n) };
    for class in classes {
        let bytes = scan.coverage.bytes_of(class);
        let items = ITEMS.map(|item| count(scan.coverage.items_of(item, class)));
        let [objects, folders, members, pages, rows] = items;
        table.row([
            class.name().to_owned(),
            class.reason().map(|reason| reason.to_string()).unwrap_or_default(),
            count(bytes),
            if bytes == 0 { String::new() } else { terminal::size(bytes) },
            objects,
            folders,
            members,
            pages,
            rows,
        ]);
    }
    let bytes = scan.coverage.total_bytes();
    let [objects, folders, members, pages, rows] =
        ITEMS.map(|item| terminal::number(scan.coverage.total_items(item)));
    let (sum, size) = (terminal::number(bytes), terminal::size(bytes));
    table.row(["sum".into(), String::new(), sum, size, objects, folders, members, pages, rows]);
    table.row([
        "listed".into(),
        String::new(),
        terminal::number(scan.listed_bytes),
        terminal::size(scan.listed_bytes),
        terminal::number(scan.listed_objects),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]);
    table.write(out)?;
    if adds_up(scan) {
        writeln!(out, "{DIM}Both ledgers sum to what listing saw.{DIM:#}")
    } else {
        writeln!(
            out,
            "{WRONG}The ledgers do not sum to what listing saw: a fault in trawl; please report it.{WRONG:#}"
        )
    }
}

fn head(out: &mut dyn Write, location: &str, scan: &Scan) -> io::Result<()> {
    let location = terminal::safe(location);
    let time = scan.ended.map_or_else(String::new, |ended| {
        format!(" in {:.1} s", ended.micros_since(scan.started) as f64 / 1e6)
    });
    let (number, state, id) = (scan.number, scan.state.name(), scan.id);
    writeln!(out, "{HEADING}{location}{HEADING:#}: scan {number} {state}{time} {DIM}{id}{DIM:#}")?;
    writeln!(out, "{DIM}begun {}{DIM:#}", clock::written(scan.started))?;
    if let Some(error) = &scan.error {
        writeln!(out, "{LOOK}{}{LOOK:#}", terminal::safe(error))?;
    }
    if scan.state == ScanState::Waiting {
        writeln!(
            out,
            "{LOOK}It waits: more has vanished than is likely. Look whether the target is whole, and \
             scan it again with --vanished close or --vanished keep.{LOOK:#}"
        )?;
    }
    let counts = scan.counts;
    let kinds = [
        (counts.new, "new"),
        (counts.changed, "changed"),
        (counts.same, "same"),
        (counts.vanished, "vanished"),
        (counts.renamed, "renamed"),
    ];
    let kinds = kinds.map(|(n, kind)| format!("{} {kind}", terminal::number(n))).join(", ");
    let read = terminal::size(scan.coverage.bytes_of(Class::Read));
    writeln!(out, "{kinds}; {read} read, {} findings\n", terminal::number(counts.findings))
}
