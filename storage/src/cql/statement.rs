//! The statements: one text for each shape of a verb and each table.

use std::ops::Bound;

use super::schema::{FENCE, name_of, quoted};
use crate::table::Table;
use crate::value::{Column, Value};

/// An edge of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Edge {
    Open,
    Included,
    Excluded,
}

impl Edge {
    /// The edge that a bound is, and its values.
    pub(super) fn of(bound: &Bound<Vec<Value>>) -> (Self, &[Value]) {
        match bound {
            // Where there is no key to begin at, all is behind it.
            Bound::Included(key) if key.is_empty() => (Self::Open, &[]),
            Bound::Included(key) => (Self::Included, key),
            Bound::Excluded(key) => (Self::Excluded, key),
            Bound::Unbounded => (Self::Open, &[]),
        }
    }
}

/// What a statement does. Its values come in the order in which they are named here: what is set, then
/// the partition, then the key or its edges, then what must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    /// One row.
    Get,
    /// Rows in the order of their keys.
    Scan(Edge, Edge),
    /// The last row.
    Last(Edge, Edge),
    /// All rows of all partitions.
    Sweep,
    /// The fence.
    Fence,
    /// Writes a row: its partition, its key, its values.
    Put,
    /// Deletes a row.
    DeleteRow,
    /// Deletes a stretch.
    DeleteRange(Edge, Edge),
    /// Deletes a partition.
    DeletePartition,
    /// The fence of the first commit: the new fence, the partition.
    First,
    /// The fence of any other commit: the new fence, the partition, the fence that is expected.
    Next,
    /// A raised epoch: the epoch and the write, the partition, the epoch again.
    Raise,
}

impl Shape {
    /// Whether it may be sent twice, or to two replicas, and come to the same.
    pub(super) fn is_idempotent(self) -> bool {
        !matches!(self, Self::First | Self::Next | Self::Raise)
    }

    /// Its text.
    pub(super) fn text(self, keyspace: &str, table: &Table) -> String {
        let name = name_of(keyspace, table.name);
        let at = all_equal(table.partition);
        match self {
            Self::Get => {
                let rows = names(table.clustering.iter().chain(table.values));
                let key = and_equal(table.clustering);
                format!("SELECT {rows} FROM {name} WHERE {at}{key}")
            }
            Self::Scan(from, until) => {
                let rows = names(table.clustering.iter().chain(table.values));
                let within = within(table.clustering, from, until);
                format!("SELECT {rows} FROM {name} WHERE {at}{within}")
            }
            Self::Last(from, until) => {
                let rows = names(table.clustering.iter().chain(table.values));
                let within = within(table.clustering, from, until);
                let order = table.clustering.iter().map(|c| quoted(c.name) + " DESC");
                let order = order.collect::<Vec<_>>().join(", ");
                let order = if order.is_empty() { order } else { format!(" ORDER BY {order}") };
                format!("SELECT {rows} FROM {name} WHERE {at}{within}{order} LIMIT 1")
            }
            Self::Sweep => {
                let columns = table.partition.iter().chain(table.clustering).chain(table.values);
                format!("SELECT {} FROM {name}", names(columns))
            }
            Self::Fence => {
                format!(
                    "SELECT {} FROM {name} WHERE {at} LIMIT 1",
                    FENCE.map(fence_name).join(", ")
                )
            }
            Self::Put => {
                let columns = table.partition.iter().chain(table.clustering).chain(table.values);
                let marks = vec!["?"; columns.clone().count()].join(", ");
                format!("INSERT INTO {name} ({}) VALUES ({marks})", names(columns))
            }
            Self::DeleteRow => {
                format!("DELETE FROM {name} WHERE {at}{}", and_equal(table.clustering))
            }
            Self::DeleteRange(from, until) => {
                format!("DELETE FROM {name} WHERE {at}{}", within(table.clustering, from, until))
            }
            Self::DeletePartition => format!("DELETE FROM {name} WHERE {at}"),
            Self::First => {
                let set = FENCE.map(|column| fence_name(column) + " = ?").join(", ");
                let none = FENCE.map(|column| fence_name(column) + " = null").join(" AND ");
                format!("UPDATE {name} SET {set} WHERE {at} IF {none}")
            }
            Self::Next => {
                let set = FENCE.map(|column| fence_name(column) + " = ?");
                let (set, expected) = (set.join(", "), set.join(" AND "));
                format!("UPDATE {name} SET {set} WHERE {at} IF {expected}")
            }
            Self::Raise => {
                let [epoch, _, write] = FENCE.map(fence_name);
                format!("UPDATE {name} SET {epoch} = ?, {write} = ? WHERE {at} IF {epoch} < ?")
            }
        }
    }
}

fn fence_name((name, _): (&str, &str)) -> String {
    quoted(name)
}

fn names<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    columns.map(|column| quoted(column.name)).collect::<Vec<_>>().join(", ")
}

fn all_equal(columns: &[Column]) -> String {
    let equal = columns.iter().map(|column| quoted(column.name) + " = ?");
    equal.collect::<Vec<_>>().join(" AND ")
}

fn and_equal(columns: &[Column]) -> String {
    if columns.is_empty() { String::new() } else { format!(" AND {}", all_equal(columns)) }
}

/// The edges of a stretch, each over the whole key at once: keys are sorted as one.
fn within(clustering: &[Column], from: Edge, until: Edge) -> String {
    if clustering.is_empty() {
        return String::new();
    }
    let key = names(clustering.iter());
    let marks = vec!["?"; clustering.len()].join(", ");
    let edge = |sign: Option<&str>| {
        sign.map_or_else(String::new, |sign| format!(" AND ({key}) {sign} ({marks})"))
    };
    let from = match from {
        Edge::Open => None,
        Edge::Included => Some(">="),
        Edge::Excluded => Some(">"),
    };
    let until = match until {
        Edge::Open => None,
        Edge::Included => Some("<="),
        Edge::Excluded => Some("<"),
    };
    edge(from) + &edge(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{TABLES, finding, name, person, range};

    const AT: &str = "\"tenant\" = ? AND \"source\" = ? AND \"range\" = ?";

    fn of_range(shape: Shape) -> String {
        shape.text("trawl", &range::TABLE)
    }

    #[test]
    fn reads_name_partition_and_key() {
        let rows = "SELECT \"kind\", \"key\", \"sub\", \"body\" FROM \"trawl\".\"range\" WHERE ";
        let key = " AND \"kind\" = ? AND \"key\" = ? AND \"sub\" = ?";
        assert_eq!(of_range(Shape::Get), format!("{rows}{AT}{key}"));
        assert_eq!(of_range(Shape::Scan(Edge::Open, Edge::Open)), format!("{rows}{AT}"));
        let edges = " AND (\"kind\", \"key\", \"sub\") > (?, ?, ?) AND (\"kind\", \"key\", \
                     \"sub\") < (?, ?, ?)";
        let scan = of_range(Shape::Scan(Edge::Excluded, Edge::Excluded));
        assert_eq!(scan, format!("{rows}{AT}{edges}"));
        let last = of_range(Shape::Last(Edge::Open, Edge::Open));
        let order = " ORDER BY \"kind\" DESC, \"key\" DESC, \"sub\" DESC LIMIT 1";
        assert_eq!(last, format!("{rows}{AT}{order}"));
        let fence = of_range(Shape::Fence);
        assert!(fence.starts_with("SELECT \"epoch\", \"version\", \"write\" FROM"), "{fence}");
        let sweep = Shape::Sweep.text("trawl", &finding::TABLE);
        assert!(sweep.starts_with("SELECT \"tenant\", \"source\", \"layout\", \"bucket\""));
        assert!(!sweep.contains("WHERE"), "{sweep}");
    }

    #[test]
    fn a_table_without_clustering_is_read_by_its_partition() {
        let at = "\"tenant\" = ? AND \"source\" = ? AND \"object\" = ?";
        let rows = format!("SELECT \"key\" FROM \"trawl\".\"name\" WHERE {at}");
        let of = |shape: Shape| shape.text("trawl", &name::TABLE);
        assert_eq!(of(Shape::Get), rows);
        assert_eq!(of(Shape::Scan(Edge::Included, Edge::Excluded)), rows);
        assert_eq!(of(Shape::Last(Edge::Open, Edge::Open)), rows + " LIMIT 1");
    }

    #[test]
    fn a_commit_names_the_fence_that_it_was_made_on() {
        let set = "UPDATE \"trawl\".\"range\" SET \"epoch\" = ?, \"version\" = ?, \"write\" = ? \
                   WHERE ";
        assert_eq!(
            of_range(Shape::Next),
            format!("{set}{AT} IF \"epoch\" = ? AND \"version\" = ? AND \"write\" = ?")
        );
        assert_eq!(
            of_range(Shape::First),
            format!("{set}{AT} IF \"epoch\" = null AND \"version\" = null AND \"write\" = null")
        );
        assert_eq!(
            of_range(Shape::Raise),
            format!(
                "UPDATE \"trawl\".\"range\" SET \"epoch\" = ?, \"write\" = ? WHERE {AT} IF \
                 \"epoch\" < ?"
            )
        );
    }

    #[test]
    fn only_what_has_no_condition_may_be_sent_twice() {
        for table in TABLES {
            for shape in [
                Shape::Get,
                Shape::Sweep,
                Shape::Put,
                Shape::DeleteRow,
                Shape::DeleteRange(Edge::Included, Edge::Excluded),
                Shape::DeletePartition,
                Shape::First,
                Shape::Next,
                Shape::Raise,
            ] {
                let has_a_condition = shape.text("trawl", table).contains(" IF ");
                assert_eq!(shape.is_idempotent(), !has_a_condition, "{shape:?}");
            }
        }
    }

    #[test]
    fn a_row_without_values_is_put_by_its_key() {
        let put = Shape::Put.text("trawl", &person::TABLE);
        assert!(put.ends_with("VALUES (?, ?, ?, ?, ?, ?, ?)"), "{put}");
    }
}
