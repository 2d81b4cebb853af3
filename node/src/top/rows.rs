//! What was heard, as rows of cells. A cell can do nothing to the terminal, whoever wrote what is in it.

use std::cmp::Reverse;

use trawl_model::scan::ScanState;

use super::layout::Column;
use super::{Heard, LISTS};
use crate::output::scan::rate;
use crate::records::{ClusterNode, Scan};
use crate::{clock, terminal};

/// How a cell is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// As text is.
    Plain,
    /// What matters less.
    Dim,
    /// What asks for a look.
    Look,
    /// What is wrong.
    Wrong,
    /// What is well.
    Well,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// What is in it.
    pub(super) text: String,
    /// What is in it where that has no room.
    pub(super) short: Option<String>,
    /// How it is drawn.
    pub(super) tone: Tone,
}

/// The cells of a row.
pub(super) type Row = Vec<Cell>;

/// Cells of a gauge.
const GAUGE: usize = 8;
/// What stands where there is nothing to say.
const NONE: &str = "-";

/// The columns of each list.
pub(super) const COLUMNS: [&[Column]; LISTS] = [
    &[
        Column { head: "NODES", right: false, least: 8, worth: 9 },
        Column { head: "STATE", right: false, least: 13, worth: 8 },
        Column { head: "SHARDS", right: true, least: 6, worth: 6 },
        Column { head: "LOAD", right: false, least: 5, worth: 7 },
        Column { head: "VERSION", right: false, least: 7, worth: 1 },
    ],
    &[
        Column { head: "AT WORK", right: false, least: 12, worth: 9 },
        Column { head: "STATE", right: false, least: 9, worth: 3 },
        Column { head: "LISTED", right: true, least: 8, worth: 5 },
        Column { head: "DONE", right: true, least: 8, worth: 6 },
        Column { head: "SHARE", right: false, least: 5, worth: 8 },
        Column { head: "OBJECTS/S", right: true, least: 9, worth: 4 },
        Column { head: "BYTES/S", right: true, least: 8, worth: 2 },
        Column { head: "LEFT", right: true, least: 11, worth: 7 },
    ],
    &[
        Column { head: "WAITING", right: false, least: 12, worth: 9 },
        Column { head: "STATE", right: false, least: 14, worth: 8 },
        Column { head: "PRIORITY", right: false, least: 8, worth: 5 },
        Column { head: "FOR", right: true, least: 9, worth: 6 },
        Column { head: "UNTIL", right: false, least: 20, worth: 4 },
    ],
];

/// The rows of all lists.
pub(super) fn of(heard: &Heard) -> [Vec<Row>; LISTS] {
    let open = heard.scans.iter().filter(|scan| !scan.is_over() || scan.state == ScanState::Paused);
    let (mut waiting, mut at_work): (Vec<&Scan>, Vec<&Scan>) = open.partition(|scan| waits(scan));
    at_work.sort_by_key(|scan| (&scan.started, &scan.id));
    // Who is held by a person waits for no turn.
    waiting.sort_by_key(|scan| {
        let is_paused = scan.state == ScanState::Paused;
        (is_paused, Reverse(scan.priority), &scan.ordered, &scan.id)
    });
    [
        heard.cluster.nodes.iter().map(node).collect(),
        at_work.into_iter().map(|scan| working(heard, scan)).collect(),
        waiting.into_iter().map(|scan| queued(heard, scan)).collect(),
    ]
}

/// Whether nothing of it is under way.
fn waits(scan: &Scan) -> bool {
    matches!(scan.state, ScanState::Queued | ScanState::Paused)
}

fn node(node: &ClusterNode) -> Row {
    let state = node.standing();
    let tone = match state {
        "leads" => Tone::Well,
        "connected" => Tone::Plain,
        "drains" => Tone::Look,
        _ => Tone::Wrong,
    };
    vec![
        Cell::plain(&node.name),
        Cell::toned(state, tone),
        Cell::plain(&node.shards.to_string()),
        node.load.map_or_else(Cell::none, |load| Cell::gauge(u64::from(load))),
        node.version.as_deref().map_or_else(Cell::none, |version| Cell::toned(version, Tone::Dim)),
    ]
}

fn working(heard: &Heard, scan: &Scan) -> Row {
    let state = scan.standing();
    let tone = if scan.waits_for.is_some() { Tone::Look } else { Tone::Plain };
    // More may come of what is not wholly listed.
    let more = if scan.all_listed { "" } else { "+" };
    let pace = scan.pace.as_ref();
    let left = pace.and_then(|pace| pace.remaining_seconds).map(terminal::lasting);
    let or_none = |text: Option<String>| text.map_or_else(Cell::none, |text| Cell::plain(&text));
    vec![
        Cell::plain(called(heard, scan)),
        Cell::toned(&state, tone),
        Cell::plain(&format!("{}{more}", terminal::number(scan.listed_objects))),
        Cell::plain(&terminal::number(scan.done_objects)),
        scan.percent().map_or_else(Cell::none, Cell::gauge),
        or_none(pace.map(|pace| rate(pace.objects_per_second))),
        or_none(pace.map(|pace| terminal::size(pace.bytes_per_second as u64))),
        or_none(left),
    ]
}

fn queued(heard: &Heard, scan: &Scan) -> Row {
    let tone = if waits_by_itself(scan) { Tone::Plain } else { Tone::Look };
    let since = clock::read(&scan.ordered).map(|ordered| {
        let micros = heard.at.as_micros().saturating_sub(ordered.as_micros());
        terminal::lasting(u64::try_from(micros).unwrap_or(0) / 1_000_000)
    });
    let until = scan.waits_until.as_deref();
    vec![
        Cell::plain(called(heard, scan)),
        Cell::toned(&scan.standing(), tone),
        Cell::plain(scan.priority.name()),
        since.map_or_else(Cell::none, |since| Cell::plain(&since)),
        until.map_or_else(Cell::none, |until| Cell::toned(&short(until), Tone::Dim)),
    ]
}

fn waits_by_itself(scan: &Scan) -> bool {
    scan.state == ScanState::Queued && scan.waits_for.is_none()
}

/// What people call the source of a scan; else, where it lies.
fn called<'a>(heard: &'a Heard, scan: &'a Scan) -> &'a str {
    heard.names.get(&scan.source).map_or(&scan.location, String::as_str)
}

/// A time to the minute, as far as it is one.
fn short(time: &str) -> String {
    match clock::read(time) {
        Some(_) => format!("{} UTC", time.replace('T', " ").chars().take(16).collect::<String>()),
        None => time.to_owned(),
    }
}

impl Cell {
    fn plain(text: &str) -> Self {
        Self::toned(text, Tone::Plain)
    }

    fn none() -> Self {
        Self::toned(NONE, Tone::Dim)
    }

    /// A text that others may have written.
    pub(super) fn toned(text: &str, tone: Tone) -> Self {
        Self { text: terminal::safe(text).into_owned(), short: None, tone }
    }

    /// So many of a hundred, as a picture and a number.
    fn gauge(percent: u64) -> Self {
        let filled = usize::try_from(percent.min(100)).unwrap_or(100) * GAUGE / 100;
        let picture = format!("{}{}", "█".repeat(filled), "░".repeat(GAUGE - filled));
        let number = format!("{:>5}", format!("{percent} %"));
        Self { text: format!("{picture} {number}"), short: Some(number), tone: Tone::Plain }
    }
}
