//! How far a scan is, for people. A share and an end are told only where all is listed: before that
//! nobody knows them.

use std::io::{self, Write};

use super::ledger;
use crate::records::Scan;
use crate::records::scan::WaitsFor;
use crate::terminal::{DIM, lasting, number, safe, size};

/// Writes how a scan stands.
pub(crate) fn write(out: &mut dyn Write, scan: &Scan) -> io::Result<()> {
    ledger::head(out, scan)?;
    for line in standing(scan) {
        writeln!(out, "{line}")?;
    }
    writeln!(
        out,
        "\n{DIM}`trawl coverage {}` shows what became of all that was listed{DIM:#}",
        scan.id
    )
}

fn standing(scan: &Scan) -> Vec<String> {
    let more = match (scan.all_listed, scan.is_over()) {
        (true, _) => "; that is all",
        (false, true) => "; not all was listed",
        (false, false) => " so far; more may come",
    };
    let mut lines = vec![
        format!("listed  {}{more}", counted(scan.listed_objects, scan.listed_bytes)),
        format!("done    {}{}", counted(scan.done_objects, scan.done_bytes), share(scan)),
    ];
    if let Some(waits_for) = scan.waits_for {
        let until = scan.waits_until.as_deref().map(safe);
        let what = match (waits_for, until) {
            (WaitsFor::Disk, _) => {
                "room on the disk of the node; `trawl doctor` says how much there is".to_owned()
            }
            (WaitsFor::Hours, Some(until)) => {
                format!("the hours in which its source may be read; they begin {until}")
            }
            (WaitsFor::Hours, None) => {
                "the hours in which its source may be read; they never begin".to_owned()
            }
        };
        lines.push(format!("waits   for {what}"));
        return lines;
    }
    if let Some(pace) = &scan.pace {
        let left = match pace.remaining_seconds {
            Some(seconds) => format!("; about {} left", lasting(seconds)),
            None if scan.all_listed => "; it does not get on".to_owned(),
            None => "; how long it takes is known when all is listed".to_owned(),
        };
        let (objects, bytes) = (rate(pace.objects_per_second), size(pace.bytes_per_second as u64));
        lines.push(format!("pace    {objects} objects, {bytes} a second{left}"));
    }
    lines
}

/// So many a second: with a fraction, where it is slow.
pub(crate) fn rate(per_second: f64) -> String {
    if per_second < 10.0 { format!("{per_second:.2}") } else { number(per_second.round() as u64) }
}

fn counted(objects: u64, bytes: u64) -> String {
    format!("{} objects, {}", number(objects), size(bytes))
}

fn share(scan: &Scan) -> String {
    scan.percent().map_or_else(String::new, |percent| format!(" ({percent} %)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::scan::Pace;
    use trawl_actors::Waits;
    use trawl_model::id::RuleSetId;
    use trawl_model::scan::{self, Order, ScanState};
    use trawl_model::{ScanId, SourceId, Timestamp};

    fn at_work() -> Scan {
        let (id, source) = (ScanId::from_bytes([1; ScanId::LEN]), SourceId::from_bytes([1; 8]));
        let rules = RuleSetId::from_bytes([1; RuleSetId::LEN]);
        let at = Timestamp::from_micros(0);
        let kept = scan::Scan::ordered(id, source, 1, rules, at, Order::default());
        Scan {
            state: ScanState::Running,
            listed_objects: 2_000,
            listed_bytes: 3 << 20,
            done_objects: 500,
            done_bytes: 1 << 20,
            pace: Some(Pace {
                objects_per_second: 20.4,
                bytes_per_second: 1_024.0,
                remaining_seconds: None,
            }),
            ..Scan::of("/srv", &kept)
        }
    }

    #[test]
    fn before_all_is_listed_neither_a_share_nor_an_end_is_told() {
        let lines = standing(&at_work());
        assert_eq!(lines[0], "listed  2,000 objects, 3.00 MiB so far; more may come");
        assert_eq!(lines[1], "done    500 objects, 1.00 MiB");
        let rest = "a second; how long it takes is known when all is listed";
        assert_eq!(lines[2], format!("pace    20 objects, 1.00 KiB {rest}"));
        let mut slow = at_work();
        slow.pace.as_mut().unwrap().objects_per_second = 0.983;
        assert!(standing(&slow)[2].starts_with("pace    0.98 objects, "));
    }

    #[test]
    fn one_that_waits_for_the_disk_says_so_and_tells_no_pace() {
        let lines = standing(&Scan { waits_for: Some(WaitsFor::Disk), ..at_work() });
        assert!(lines[2].starts_with("waits   for room on the disk"), "{}", lines[2]);
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn one_that_waits_for_the_hours_of_its_source_says_when_they_begin() {
        let waiting = |until| at_work().waiting(Waits::Hours(until));
        let lines = standing(&waiting(Some(Timestamp::from_micros(0))));
        assert!(
            lines[2].contains("hours") && lines[2].ends_with("begin 1970-01-01T00:00:00.000Z"),
            "{}",
            lines[2]
        );
        assert!(standing(&waiting(None))[2].ends_with("they never begin"));
    }

    #[test]
    fn where_all_is_listed_the_end_is_told_as_about() {
        let mut scan = Scan { all_listed: true, ..at_work() };
        assert!(standing(&scan)[2].ends_with("it does not get on"));
        scan.pace.as_mut().unwrap().remaining_seconds = Some(200);
        let lines = standing(&scan);
        assert_eq!(lines[0], "listed  2,000 objects, 3.00 MiB; that is all");
        assert_eq!(lines[1], "done    500 objects, 1.00 MiB (33 %)");
        assert!(lines[2].ends_with("a second; about 3 min 20 s left"), "{}", lines[2]);
    }
}
