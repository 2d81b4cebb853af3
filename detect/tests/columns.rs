//! Columns of tables: what all values say together that none says alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use trawl_detect::testing::ENGINE;
use trawl_detect::{Detection, Scene};
use trawl_model::{Anchor, Piece, Segment};
use zeroize::Zeroizing;

/// A table as formats hand it on: a field a cell, which its column names.
fn table(names: &[&str], rows: &[Vec<String>]) -> Piece {
    let names: Vec<Arc<str>> = names.iter().map(|name| Arc::from(*name)).collect();
    let (mut text, mut segments) = (Vec::new(), Vec::new());
    for row in rows {
        for (name, cell) in names.iter().zip(row) {
            let start = text.len();
            text.extend_from_slice(cell.as_bytes());
            let anchor = Anchor::Raw { start: 0, runs: Box::default(), line: None, row: None };
            let label = Some(Arc::clone(name));
            segments.push(Segment { text: start..text.len(), label, anchor });
            text.push(b'\t');
        }
        text.pop();
        text.push(b'\n');
    }
    let core = 0..text.len();
    Piece { text: Zeroizing::new(text), core, segments, member: Arc::from([]) }
}

fn detected(piece: &Piece) -> Vec<Detection> {
    let mut detections = Vec::new();
    ENGINE.detect(piece, &Scene::default(), &mut ENGINE.scratch(), &mut detections);
    detections
}

/// The types that are found in a column, and how often.
fn found(name: &str, values: &[String]) -> (BTreeSet<String>, usize) {
    let rows: Vec<Vec<String>> = values.iter().map(|value| vec![value.clone()]).collect();
    let detections = detected(&table(&[name], &rows));
    let types = detections.iter().map(|d| ENGINE.rule(d).type_id.to_string());
    (types.collect(), detections.len())
}

fn nothing() -> (BTreeSet<String>, usize) {
    (BTreeSet::new(), 0)
}

fn all(kind: &str, count: usize) -> (BTreeSet<String>, usize) {
    (BTreeSet::from([kind.to_owned()]), count)
}

/// Numbers without an order, the same each time.
fn numbers(count: usize, digits: u32) -> Vec<String> {
    let mut state = 11_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % 10
    };
    let number = |first| (1..digits).map(|_| draw()).fold(first, |all, next| all * 10 + next);
    (0..count as u64).map(|i| i * 7 % 8 + 1).map(number).map(|n| n.to_string()).collect()
}

/// With the check digit of a number of the NHS, where it has one.
fn nhs(number: &str) -> Option<String> {
    let sum: u32 = number.bytes().zip(2..=10).map(|(b, i)| u32::from(b - b'0') * (12 - i)).sum();
    match 11 - sum % 11 {
        10 => None,
        check => Some(format!("{number}{}", check % 11)),
    }
}

fn patients(count: usize) -> Vec<String> {
    numbers(2 * count, 9).iter().filter_map(|number| nhs(number)).take(count).collect()
}

#[test]
fn a_column_of_which_all_pass_is_what_the_check_says() {
    let (kinds, count) = found("id", &patients(8));
    assert_eq!((kinds, count), all("gb.nhs", 8));
    assert_eq!(found("col_7", &patients(300)), all("gb.nhs", 300));
    let rows: Vec<Vec<String>> = patients(9).into_iter().map(|value| vec![value]).collect();
    let detections = detected(&table(&["value"], &rows));
    let rule = &ENGINE.rule(&detections[0]).reference;
    let told = ENGINE.explain(rule, &detections[0].score).unwrap();
    assert!(told.iter().any(|t| t.contains("nearly all values of its column")), "{told:?}");
}

#[test]
fn too_few_or_too_many_wrong_say_nothing() {
    assert_eq!(found("id", &patients(7)), nothing());
    let mut repeated = patients(7);
    repeated.extend(patients(7));
    assert_eq!(found("id", &repeated), nothing());
    let mut wrong = patients(20);
    for value in &mut wrong[..2] {
        let last = value.pop().unwrap();
        value.push(if last == '1' { '2' } else { '1' });
    }
    assert_eq!(found("id", &wrong), nothing());
    assert_eq!(found("id", &numbers(40, 10)), nothing());
}

#[test]
fn what_a_column_is_called_goes_before() {
    for name in ["order_no", "customer", "isbn", "timestamp", "sku", "amount"] {
        assert_eq!(found(name, &patients(40)), nothing(), "{name}");
    }
}

#[test]
fn numbers_that_are_counted_up_are_nobody_s() {
    let counted: Vec<String> =
        (0..60).filter_map(|i| nhs(&(401_000_000 + i * 3).to_string())).collect();
    assert!(counted.len() > 30);
    assert_eq!(found("id", &counted), nothing());
}

#[test]
fn kinds_with_the_same_check_are_not_told_apart() {
    // Nine digits of Luhn: of Canada, of France, of Israel, and of whoever counts customers.
    let luhn = |number: &String| {
        let digits = number.bytes().rev().enumerate().map(|(i, b)| (i, u32::from(b - b'0')));
        let sum: u32 =
            digits.map(|(i, d)| if i % 2 == 1 { d } else { d * 2 / 10 + d * 2 % 10 }).sum();
        format!("{number}{}", (10 - sum % 10) % 10)
    };
    let both: Vec<String> = numbers(30, 8).iter().map(luhn).collect();
    assert_eq!(found("id", &both), nothing());
}

#[test]
fn what_chance_lets_pass_is_none_whatever_stands_beside_it() {
    let random = numbers(200, 10);
    let passing = random.iter().filter(|n| nhs(&n[..9]).as_ref() == Some(*n)).count();
    assert!(passing > 8, "{passing}");
    let rows = |cells: &[String]| -> Vec<Vec<String>> {
        cells.iter().map(|n| vec![n.clone(), "NHS".to_owned()]).collect()
    };
    let count = |names: &[&str], rows: &[Vec<String>]| {
        let all = detected(&table(names, rows));
        all.iter().filter(|d| ENGINE.rule(d).type_id.as_str() == "gb.nhs").count()
    };
    assert_eq!(count(&["id", "trust"], &rows(&random)), 0);
    assert_eq!(count(&["nhs_number", "trust"], &rows(&random)), passing, "it is called so");
    // Among values of other shapes a few are few.
    let mixed: Vec<String> = patients(4).into_iter().chain(numbers(40, 5)).collect();
    assert_eq!(count(&["id", "trust"], &rows(&mixed)), 4);
}
