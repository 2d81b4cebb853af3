//! The two ledgers of a scan, for people: each class and reason, and that they sum to what listing
//! saw.

use std::io::{self, Write};

use trawl_model::Item;
use trawl_model::scan::ScanState;

use super::columns::Columns;
use crate::clock;
use crate::records::Scan;
use crate::terminal::{self, DIM, HEADING, LOOK, WRONG};

const ITEMS: [Item; 5] = [Item::Object, Item::Folder, Item::Member, Item::Page, Item::Row];

/// Writes what became of all that a scan saw.
pub(crate) fn write(out: &mut dyn Write, scan: &Scan) -> io::Result<()> {
    head(out, scan)?;
    let ledgers = &scan.ledgers;
    let mut table = Columns::new([
        "", "REASON", "BYTES", "SIZE", "OBJECTS", "FOLDERS", "MEMBERS", "PAGES", "ROWS",
    ])
    .right(&[2, 3, 4, 5, 6, 7, 8]);
    let count = |n: u64| if n == 0 { String::new() } else { terminal::number(n) };
    for (class, reason) in ledgers.classes() {
        let bytes = ledgers.bytes_of(class, reason);
        let items = ITEMS.map(|item| count(ledgers.items_of(item, class, reason)));
        let [objects, folders, members, pages, rows] = items;
        table.row([
            class.to_owned(),
            reason.unwrap_or_default().to_owned(),
            count(bytes),
            if bytes == 0 { String::new() } else { terminal::size(bytes) },
            objects,
            folders,
            members,
            pages,
            rows,
        ]);
    }
    let bytes = ledgers.total_bytes();
    let [objects, folders, members, pages, rows] =
        ITEMS.map(|item| terminal::number(ledgers.total_items(item)));
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
    if scan.adds_up {
        writeln!(out, "{DIM}Both ledgers sum to what listing saw.{DIM:#}")
    } else if scan.ended.is_none() {
        writeln!(out, "{DIM}Both ledgers sum to what listing saw when the scan has ended.{DIM:#}")
    } else {
        writeln!(
            out,
            "{WRONG}The ledgers do not sum to what listing saw: a fault in trawl; please report it.{WRONG:#}"
        )
    }
}

pub(super) fn head(out: &mut dyn Write, scan: &Scan) -> io::Result<()> {
    let location = terminal::safe(&scan.location);
    let ended = scan.ended.as_deref().and_then(clock::read);
    let time =
        ended.zip(clock::read(&scan.started)).map_or_else(String::new, |(ended, started)| {
            format!(" in {:.1} s", ended.micros_since(started) as f64 / 1e6)
        });
    let (number, state, id) = (scan.number, scan.state.name(), &scan.id);
    writeln!(out, "{HEADING}{location}{HEADING:#}: scan {number} {state}{time} {DIM}{id}{DIM:#}")?;
    let (ordered, begun) = (terminal::safe(&scan.ordered), terminal::safe(&scan.started));
    let (priority, full) =
        (scan.priority.name(), if scan.full { ", of everything anew" } else { "" });
    writeln!(out, "{DIM}ordered {ordered} with priority {priority}{full}; begun {begun}{DIM:#}")?;
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
    let read = terminal::size(scan.ledgers.bytes_of("read", None));
    writeln!(out, "{kinds}; {read} read, {} findings\n", terminal::number(counts.findings))
}
