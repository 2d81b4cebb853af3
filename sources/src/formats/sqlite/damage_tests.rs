//! Damage to databases costs what is damaged and no more, and whatever the bytes are, reading ends.

use proptest::prelude::*;
use trawl_model::unit::Resume;
use trawl_model::{Class, Item, Reason};

use super::tests::{DEEP, FAILED, Field, check_rest, database, fields, small_pieces, truth};
use crate::Limits;
use crate::testing::{Memory, hostile, read, read_from};

/// Reads a damaged database, and goes on from wherever it can be left. Returns what was read of it
/// and how much of it failed.
#[track_caller]
fn damaged(bytes: &[u8]) -> (Vec<Field>, u64) {
    let limits = small_pieces();
    let (whole, outcome) = read(bytes, "a.db", &limits);
    assert_eq!(outcome.class, FAILED, "{:?}", outcome.error);
    let step = whole.safe_points.len() / 40 + 1;
    for nth in (0..whole.safe_points.len()).step_by(step) {
        check_rest(bytes, &limits, &whole, nth, &outcome);
    }
    (fields(&whole.pieces), whole.coverage.items_of(Item::Row, FAILED))
}

#[test]
fn a_damaged_page_costs_only_its_rows() {
    let sound = database(DEEP);
    let before = truth(&sound).fields;
    for kind in [10, 13] {
        let pages = sound.chunks(512).enumerate();
        let mut holds = pages.filter(|(_, page)| {
            page[0] == kind && memchr::memmem::find(page, b"value 1500").is_some()
        });
        let (number, page) = holds.next().unwrap();
        let cells = usize::from(page[4]);
        let mut bytes = sound.clone();
        bytes[number * 512] = 0;
        let (given, failed) = damaged(&bytes);
        assert_eq!((given.len(), failed), (before.len() - 2 * cells, 1));
    }
}

#[test]
fn pages_that_lead_back_end() {
    let sound = database(DEEP);
    for kind in [2, 5] {
        let mut bytes = sound.clone();
        let inner = sound.chunks(512).enumerate().filter(|(_, page)| page[0] == kind);
        let inner: Vec<usize> = inner.map(|(at, _)| at).collect();
        assert!(inner.len() > 2);
        for at in &inner {
            let own = *at as u32 + 1;
            bytes[at * 512 + 8..at * 512 + 12].copy_from_slice(&own.to_be_bytes());
        }
        let (given, failed) = damaged(&bytes);
        assert!(given.len() > 2 * 3_000, "{}", given.len());
        assert!(failed > 0 && failed <= inner.len() as u64);
    }
}

#[test]
fn a_chain_that_leads_back_costs_its_value() {
    let mut bytes = database(
        "PRAGMA page_size = 512; CREATE TABLE t (a, b, c, PRIMARY KEY (c)) WITHOUT ROWID; \
        INSERT INTO t VALUES ('first', printf('%5000d', 1), 'key'), (2, 3, 'later')",
    );
    bytes[3 * 512..3 * 512 + 4].copy_from_slice(&4u32.to_be_bytes());
    let (given, failed) = damaged(&bytes);
    let texts: Vec<&str> = given[2..].iter().map(|field| &*field.3).collect();
    assert_eq!((&texts[..], failed), (&["first", "key", "2", "3", "later"][..], 1));
}

#[test]
fn cells_that_lie_on_one_another_are_not_read_over_and_over() {
    let mut bytes = database(
        "PRAGMA page_size = 65536; CREATE TABLE t (a); INSERT INTO t VALUES (printf('%40000d', 1))",
    );
    let page = 1 << 16;
    let cell = [bytes[page + 8], bytes[page + 9]];
    bytes[page + 3..page + 5].copy_from_slice(&10_000u16.to_be_bytes());
    for at in 0..10_000 {
        bytes[page + 8 + 2 * at..page + 10 + 2 * at].copy_from_slice(&cell);
    }
    let (collected, outcome) = read(&bytes, "a.db", &Limits::default());
    assert_eq!(outcome.class, FAILED);
    assert!(collected.text().len() < 2 * 65_536);
    assert_eq!(collected.coverage.items_of(Item::Row, FAILED), 1);
}

#[test]
fn a_source_that_fails_is_not_the_databases_fault() {
    let mut content = Memory::new(database(DEEP));
    content.fails_at = Some(80_000);
    let (_, outcome) = read_from(&mut content, "a.db", &Limits::default(), &Resume::default());
    assert_eq!(outcome.class, Class::Failed(Reason::Io));
}

/// A small database with all that there is.
fn small() -> Vec<u8> {
    database(
        "PRAGMA page_size = 512; CREATE TABLE t (a INTEGER PRIMARY KEY, b, c AS (b)); \
        CREATE TABLE k (a, b PRIMARY KEY) WITHOUT ROWID; \
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) \
        INSERT INTO t SELECT i, 'value ' || i FROM n; INSERT INTO k SELECT a, b || b || b FROM t; \
        INSERT INTO k VALUES (x'00FF', zeroblob(600)); INSERT INTO t VALUES (99, printf('%900d', 1))",
    )
}

#[test]
fn any_byte_may_be_wrong() {
    let sound = small();
    let limits = Limits { piece_bytes: 4 << 10, ..Limits::default() };
    let mut bytes = sound.clone();
    for at in 0..sound.len() {
        for wrong in [!sound[at], sound[at].wrapping_add(1)] {
            bytes[at] = wrong;
            let (collected, outcome) = read(&bytes, "a.db", &limits);
            let error = outcome.error.unwrap_or_default();
            assert!(!error.contains("panicked"), "{at} is {wrong}: {error}");
            assert!(collected.text().len() < 2 * sound.len(), "{at} is {wrong}");
        }
        bytes[at] = sound[at];
    }
}

#[test]
fn any_end_may_be_missing() {
    let sound = small();
    let all = truth(&sound).fields.len();
    for end in (0..sound.len()).step_by(37) {
        let (collected, outcome) = read(&sound[..end], "a.db", &Limits::default());
        assert!(!outcome.error.unwrap_or_default().contains("panicked"));
        assert!(fields(&collected.pieces).len() < all, "cut at {end}");
        hostile("sqlite", &sound[..end]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pages_in_any_order_are_borne(
        order in prop::collection::vec(0usize..16, 1..24),
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8)
    ) {
        let sound = small();
        let pages: Vec<&[u8]> = sound.chunks(512).collect();
        let mut bytes = pages[0].to_vec();
        order.iter().for_each(|at| bytes.extend(pages[at % pages.len()]));
        for (at, byte) in &hits {
            let at = at.index(bytes.len() - 100) + 100;
            bytes[at] = *byte;
        }
        hostile("sqlite", &bytes);
        let (_, outcome) = read(&bytes, "a.db", &small_pieces());
        prop_assert!(!outcome.error.unwrap_or_default().contains("panicked"));
    }
}
