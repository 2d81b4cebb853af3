//! The view on terminals of several sizes, as people see it.

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyModifiers};
use ratatui::style::Style;
use trawl_actors::Waits;
use trawl_model::id::RuleSetId;
use trawl_model::scan::{self, Order, ScanState};
use trawl_model::{Priority, ScanId, SourceId};

use super::*;
use crate::records::ClusterNode;
use crate::records::scan::Pace;

/// The second of the day at which all is heard here: 03:00:00.
const AT: i64 = 3 * 3_600;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn node(name: &str) -> ClusterNode {
    ClusterNode {
        name: name.to_owned(),
        id: None,
        address: None,
        version: Some("0.1.0".to_owned()),
        roles: Vec::new(),
        leads: false,
        shards: 21,
        lanes: 1,
        drains: false,
        connected: true,
        load: Some(50),
    }
}

fn scan(number: u8, location: &str, state: ScanState) -> Scan {
    let (id, source) =
        (ScanId::from_bytes([number; ScanId::LEN]), SourceId::from_bytes([number; 8]));
    let rules = RuleSetId::from_bytes([1; RuleSetId::LEN]);
    let kept = scan::Scan::ordered(id, source, 1, rules, at(AT - 90), Order::default());
    Scan { state, ..Scan::of(location, &kept) }
}

/// Three nodes, of which one is away; two scans at work, of one of which not all is listed, and one that waits.
fn heard() -> Heard {
    let nodes = vec![
        ClusterNode { leads: true, ..node("n1") },
        ClusterNode { drains: true, load: Some(100), ..node("n2") },
        ClusterNode { connected: false, load: None, version: None, shards: 0, ..node("n3") },
    ];
    let done = Scan {
        listed_objects: 2_000,
        listed_bytes: 3 << 20,
        all_listed: true,
        done_objects: 500,
        done_bytes: 1 << 20,
        pace: Some(Pace {
            objects_per_second: 20.4,
            bytes_per_second: 1_024.0,
            remaining_seconds: Some(200),
        }),
        ..scan(1, "/srv/share", ScanState::Running)
    };
    let listing = Scan { listed_objects: 70, ..scan(2, "/srv/other", ScanState::Running) };
    let waiting = scan(3, "/srv/archive", ScanState::Queued).waiting(Waits::Hours(Some(at(0))));
    let over = Scan { ended: Some("x".to_owned()), ..scan(4, "/srv/over", ScanState::Finished) };
    let cluster = ClusterStatus {
        nodes,
        shards: 64,
        scans_queued: 1,
        scans_at_work: 2,
        index_due: 1_234,
        index_lag_seconds: 2.5,
        index_splits: 12,
    };
    let names = HashMap::from([(listing.source.clone(), "letters".to_owned())]);
    let scans = vec![over, waiting, listing, done];
    Heard { at: at(AT), cluster, scans, has_older: false, names }
}

fn view(heard: Heard) -> View {
    View::of(heard, Duration::from_secs(1), true)
}

/// What is seen on a terminal of this size, line by line.
fn drawn(view: &mut View, width: u16, height: u16) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view.draw(frame.area(), frame.buffer_mut())).unwrap();
    let buffer = terminal.backend().buffer();
    let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..height).map(|y| line(y).trim_end().to_owned()).collect()
}

fn press(view: &mut View, code: KeyCode) -> Flow {
    view.press(KeyEvent::new(code, KeyModifiers::NONE))
}

#[test]
fn on_a_terminal_of_the_usual_size_all_is_seen() {
    let lines = drawn(&mut view(heard()), 80, 24);
    let expected = [
        "trawl top   03:00:00 UTC, every 1s   n1 leads   3 nodes, 1 not connected, 64 sh…",
        "index: 1,234 ranges to be read, 2.5 s behind, 12 files",
        "",
        "NODES 3  STATE          SHARDS  LOAD            VERSION",
        "n1       leads              21  ████░░░░  50 %  0.1.0",
        "n2       drains             21  ████████ 100 %  0.1.0",
        "n3       not connected       0  -               -",
        "",
        "AT WORK 2   STATE    LISTED  DONE  SHARE         OBJECTS/S   BYTES/S        LEFT",
    ];
    for (line, expected) in lines.iter().zip(expected) {
        assert_eq!(line.trim_end_matches(['…', ' ']), expected.trim_end_matches(['…', ' ']));
    }
    assert!(lines[9].starts_with("/srv/share  running   2,000   500   33 %"), "{lines:#?}");
    assert!(lines[9].contains("3 min 20 s"), "{lines:#?}");
    assert!(lines[10].starts_with("letters     running     70+     0  -"), "{lines:#?}");
    assert!(lines[12].starts_with("WAITING 1     STATE           PRIORITY"), "{lines:#?}");
    let waiting = "/srv/archive  queued (hours)  normal    1 min 30 s  1970-01-01 00:00 UTC";
    assert_eq!(lines[13], waiting);
    assert!(lines[23].starts_with("q ends"), "{lines:#?}");
    assert!(!lines.concat().contains("/srv/over"), "what is over is no longer shown");
}

#[test]
fn on_a_large_terminal_no_column_is_left_out() {
    let lines = drawn(&mut view(heard()), 200, 50);
    assert!(lines[0].ends_with("64 shards"), "{}", lines[0]);
    assert!(lines[8].ends_with("OBJECTS/S   BYTES/S        LEFT"), "{}", lines[8]);
    assert!(lines[9].ends_with("20  1.00 KiB  3 min 20 s"));
    assert!(!lines.concat().contains('…'), "{lines:#?}");
}

#[test]
fn on_a_small_terminal_what_is_cut_is_marked() {
    let lines = drawn(&mut view(heard()), 20, 5);
    assert_eq!(lines[0], "trawl top   03:00:0…");
    assert_eq!(lines[1], "index: 1,234 ranges…");
    assert!(lines[2].starts_with("> NODES 0 of 3") && lines[2].ends_with('…'), "{lines:#?}");
    assert!(lines[3].contains("AT WORK 0 of 2") || lines[3].contains("AT WO"), "{lines:#?}");
    assert_eq!(drawn(&mut view(heard()), 1, 1), ["…"]);
    let no_room = drawn(&mut view(heard()), 30, 3);
    assert!(no_room[2].ends_with('…'), "lists without a line are marked: {no_room:#?}");
}

#[test]
fn a_list_without_room_is_scrolled_by_keys_and_no_further_than_its_end() {
    let many = (0..40).map(|n| node(&format!("node{n:02}"))).collect();
    let cluster = ClusterStatus { nodes: many, ..heard().cluster };
    let mut view = view(Heard { cluster, ..heard() });
    let lines = drawn(&mut view, 80, 24);
    assert!(lines[2].starts_with("> NODES 1-15 of 40"), "{lines:#?}");
    assert!(lines[3].starts_with("node00"), "{lines:#?}");
    press(&mut view, KeyCode::Char('j'));
    press(&mut view, KeyCode::Down);
    assert!(drawn(&mut view, 80, 24)[3].starts_with("node02"));
    press(&mut view, KeyCode::Char('k'));
    assert!(drawn(&mut view, 80, 24)[3].starts_with("node01"));
    press(&mut view, KeyCode::PageDown);
    assert!(drawn(&mut view, 80, 24)[3].starts_with("node16"));
    press(&mut view, KeyCode::End);
    press(&mut view, KeyCode::Down);
    let lines = drawn(&mut view, 80, 24);
    assert!(lines[2].contains("26-40 of 40") && lines[17].starts_with("node39"), "{lines:#?}");
    press(&mut view, KeyCode::Up);
    assert!(drawn(&mut view, 80, 24)[3].starts_with("node24"), "it goes back at once");
    press(&mut view, KeyCode::Home);
    assert!(drawn(&mut view, 80, 24)[3].starts_with("node00"));
    // A list of which all is seen need not be scrolled: the keys mean the one that is cut.
    press(&mut view, KeyCode::Tab);
    press(&mut view, KeyCode::Down);
    assert!(drawn(&mut view, 80, 24)[3].starts_with("node01"));
}

#[test]
fn who_does_not_answer_leaves_what_was_heard_last_and_is_told() {
    let mut view = view(heard());
    view.miss(at(AT + 5), "it is\x1b[2J away".to_owned());
    view.miss(at(AT + 70), "it is\x1b[2J away".to_owned());
    let lines = drawn(&mut view, 100, 24);
    assert_eq!(lines[0], "no answer since 03:00:05 UTC (1 min 5 s): it is\\u{1b}[2J away");
    assert!(lines[1].starts_with("trawl top   03:00:00 UTC"), "{lines:#?}");
    assert!(lines.iter().any(|line| line.starts_with("n1 ")));
    view.hear(Heard { at: at(AT + 80), ..heard() });
    assert!(drawn(&mut view, 100, 24)[0].starts_with("trawl top   03:01:20 UTC"));
}

#[test]
fn a_view_that_is_paused_stays_as_it_is() {
    let mut view = view(heard());
    assert_eq!(press(&mut view, KeyCode::Char('p')), Flow::GoesOn);
    assert!(view.is_paused());
    view.hear(Heard { at: at(AT + 80), ..heard() });
    view.miss(at(AT + 90), "away".to_owned());
    let lines = drawn(&mut view, 100, 24);
    assert!(lines[0].starts_with("trawl top   paused at 03:00:00 UTC"), "{lines:#?}");
    assert!(lines[23].contains("p goes on"), "{lines:#?}");
    press(&mut view, KeyCode::Char('p'));
    view.hear(Heard { at: at(AT + 80), ..heard() });
    assert!(drawn(&mut view, 100, 24)[0].starts_with("trawl top   03:01:20 UTC"));
    assert_eq!(press(&mut view, KeyCode::Char('q')), Flow::Ends);
}

#[test]
fn where_colours_are_not_wanted_there_are_none() {
    let styles = |is_coloured| {
        let mut view = View::of(heard(), Duration::from_secs(1), is_coloured);
        view.miss(at(AT + 5), "away".to_owned());
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| view.draw(frame.area(), frame.buffer_mut())).unwrap();
        let cells = terminal.backend().buffer().content().iter();
        let plain = ratatui::buffer::Cell::EMPTY.style();
        cells.map(|cell| cell.style()).filter(|style: &Style| *style != plain).count()
    };
    assert_eq!(styles(false), 0);
    assert!(styles(true) > 20);
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![".{0,40}", "[漢字a-z\u{1f469}\u{200d}\u{fe0f}\u{301}\x1b\n\t]{0,300}"]
}

prop_compose! {
    fn any_node()(
        name in any_name(), version in prop::option::of(any_name()), shards in any::<u16>(),
        load in prop::option::of(any::<u8>()), is in any::<[bool; 3]>(),
    ) -> ClusterNode {
        let [leads, drains, connected] = is;
        ClusterNode { version, leads, drains, connected, shards, load, ..node(&name) }
    }
}

prop_compose! {
    fn any_scan()(
        location in any_name(), number in any::<u8>(), counts in any::<[u64; 4]>(),
        all_listed in any::<bool>(), is_at_work in any::<bool>(), times in prop::array::uniform2(any_name()),
        rates in prop::option::of((any::<f64>(), any::<f64>(), prop::option::of(any::<u64>()))),
    ) -> Scan {
        let [listed_objects, listed_bytes, done_objects, done_bytes] = counts;
        let [ordered, until] = times;
        let pace = rates.map(|(objects_per_second, bytes_per_second, remaining_seconds)| {
            Pace { objects_per_second, bytes_per_second, remaining_seconds }
        });
        let state = if is_at_work { ScanState::Running } else { ScanState::Queued };
        Scan {
            listed_objects, listed_bytes, done_objects, done_bytes, all_listed, pace, ordered,
            waits_until: Some(until), priority: Priority::High, ..scan(number, &location, state)
        }
    }
}

prop_compose! {
    fn any_heard()(
        nodes in prop::collection::vec(any_node(), 0..12),
        scans in prop::collection::vec(any_scan(), 0..12),
        numbers in any::<[u64; 4]>(), lag in any::<f64>(), at in any::<i64>(), name in any_name(),
        has_older in any::<bool>(),
    ) -> Heard {
        let [scans_queued, scans_at_work, index_due, index_splits] = numbers;
        let cluster = ClusterStatus {
            nodes, shards: 64, scans_queued, scans_at_work, index_due, index_lag_seconds: lag, index_splits,
        };
        let names = scans.first().map(|scan| (scan.source.clone(), name)).into_iter().collect();
        Heard { at: Timestamp::from_micros(at), cluster, scans, has_older, names }
    }
}

const KEYS: [KeyCode; 8] = [
    KeyCode::Down,
    KeyCode::Up,
    KeyCode::PageDown,
    KeyCode::PageUp,
    KeyCode::End,
    KeyCode::Home,
    KeyCode::Tab,
    KeyCode::BackTab,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_heard_and_pressed_nothing_panics_on_any_terminal(
        told in prop::collection::vec(any_heard(), 1..4), why in prop::option::of(any_name()),
        keys in prop::collection::vec(0..KEYS.len(), 0..12),
        size in prop_oneof![Just((1, 1)), Just((20, 5)), Just((80, 24)), Just((200, 50)), (1_u16..120, 1_u16..40)],
        missed in any::<i64>(),
    ) {
        let mut view = view(told[0].clone());
        let mut told = told.into_iter().cycle();
        for key in keys {
            drawn(&mut view, size.0, size.1);
            press(&mut view, KEYS[key]);
            view.hear(told.next().unwrap());
            if let Some(why) = &why {
                view.miss(Timestamp::from_micros(missed), why.clone());
            }
        }
        let lines = drawn(&mut view, size.0, size.1);
        prop_assert_eq!(lines.len(), usize::from(size.1));
        prop_assert!(!lines.concat().contains(char::is_control), "{:?}", lines);
    }
}
