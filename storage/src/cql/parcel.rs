//! Which rows of a plain write travel together: those of a partition, and of partitions that the same
//! database node has, as far as servers take them so. Pure.
//!
//! What a message costs both sides is many times what a small row in it costs, and most objects have a
//! row or two in each partition.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::options::{BATCH_BYTES, PARTITIONS, ROW_BYTES};
use crate::store::Row;
use crate::value::Value;

/// A row, and the partition in which it lies.
pub(super) type Placed<'a> = (&'a [Value], &'a Row);

/// Rows that travel in one message.
#[derive(Debug)]
pub(super) struct Parcel<'a> {
    pub(super) rows: Vec<Placed<'a>>,
    partitions: usize,
    bytes: usize,
}

/// Packs rows. `home` says which node has a partition; where it can't say, the partition travels alone.
pub(super) fn pack<'a, H: Eq + Hash>(
    partitions: &'a [(Vec<Value>, Vec<Row>)],
    mut home: impl FnMut(Placed<'a>) -> Option<H>,
) -> Vec<Parcel<'a>> {
    let mut open: HashMap<H, Parcel<'a>> = HashMap::new();
    let mut packed = Vec::new();
    for (partition, rows) in partitions {
        let mut pieces = pieces(partition, rows);
        let home = match rows.first() {
            // A single one has nobody to travel with.
            Some(first) if partitions.len() > 1 => home((partition, first)),
            _ => None,
        };
        // What is full travels as it is, and the rest with others of its node.
        let Some(home) = home else {
            packed.append(&mut pieces);
            continue;
        };
        let Some(last) = pieces.pop() else { continue };
        packed.append(&mut pieces);
        match open.entry(home) {
            Entry::Vacant(at) => {
                at.insert(last);
            }
            Entry::Occupied(mut at) => {
                let with = at.get_mut();
                if with.partitions < PARTITIONS && with.bytes + last.bytes <= BATCH_BYTES {
                    with.rows.extend(last.rows);
                    with.partitions += 1;
                    with.bytes += last.bytes;
                } else {
                    packed.push(at.insert(last));
                }
            }
        }
    }
    packed.extend(open.into_values());
    packed
}

/// Cuts rows of one partition into what servers take.
fn pieces<'a>(partition: &'a [Value], rows: &'a [Row]) -> Vec<Parcel<'a>> {
    let shared: usize = partition.iter().map(Value::weight).sum();
    let mut pieces: Vec<Parcel<'a>> = Vec::new();
    for row in rows {
        let weight = shared + row.weight() + ROW_BYTES;
        match pieces.last_mut().filter(|piece| piece.bytes + weight <= BATCH_BYTES) {
            Some(piece) => {
                piece.rows.push((partition, row));
                piece.bytes += weight;
            }
            None => {
                let rows = vec![(partition, row)];
                pieces.push(Parcel { rows, partitions: 1, bytes: weight });
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn row(key: i64, bytes: usize) -> Row {
        Row { key: vec![Value::Bigint(key)], values: vec![Value::Blob(vec![0; bytes])] }
    }

    fn number(values: &[Value]) -> i64 {
        match values {
            [Value::Bigint(number)] => *number,
            other => panic!("{other:?} is no number"),
        }
    }

    proptest! {
        #[test]
        fn each_row_travels_once_with_rows_of_its_node_and_in_bounds(
            sizes in prop::collection::vec(prop::collection::vec(0_usize..60_000, 0..6), 0..40),
            homes: u8,
        ) {
            let of = |partition: i64| match partition % 7 {
                6 => None,
                n => Some(n % i64::from(homes % 5 + 1)),
            };
            let partitions: Vec<_> = (0_i64..)
                .zip(&sizes)
                .map(|(n, sizes)| {
                    let rows = (0_i64..).zip(sizes).map(|(key, bytes)| row(key, *bytes)).collect();
                    (vec![Value::Bigint(n)], rows)
                })
                .collect();
            let packed = pack(&partitions, |(partition, _)| of(number(partition)));
            let mut seen = BTreeSet::new();
            for parcel in &packed {
                let of_parcel: BTreeSet<i64> =
                    parcel.rows.iter().map(|(partition, _)| number(partition)).collect();
                prop_assert!(!of_parcel.is_empty() && of_parcel.len() <= PARTITIONS);
                prop_assert!(parcel.rows.len() == 1 || parcel.bytes <= BATCH_BYTES);
                let homes: BTreeSet<_> = of_parcel.iter().map(|partition| of(*partition)).collect();
                prop_assert_eq!(homes.len(), 1);
                prop_assert!(of_parcel.len() == 1 || !homes.contains(&None));
                for (partition, row) in &parcel.rows {
                    prop_assert!(seen.insert((number(partition), number(&row.key))));
                }
            }
            prop_assert_eq!(seen.len(), sizes.iter().map(Vec::len).sum::<usize>());
        }
    }

    #[test]
    fn small_partitions_of_a_node_travel_together() {
        let partitions: Vec<_> =
            (0..25).map(|n| (vec![Value::Bigint(n)], vec![row(0, 100)])).collect();
        let packed = pack(&partitions, |_| Some(()));
        let mut sizes: Vec<usize> = packed.iter().map(|parcel| parcel.rows.len()).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [5, PARTITIONS, PARTITIONS]);
    }
}
