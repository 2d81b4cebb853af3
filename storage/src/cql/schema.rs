//! What the tables are in CQL, and what is to be done so that a keyspace has them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::table::{Kind, Table};
use crate::value::Type;

/// The version of the tables: raised with each change, so that an older program keeps off.
pub const SCHEMA_VERSION: i32 = 1;

/// The table that says of what version the others are, and where they may be written.
pub(super) const ABOUT: &str = "about";

/// The columns of a fence. They are static: one of each a partition.
pub(super) const FENCE: [(&str, &str); 3] =
    [("epoch", "bigint"), ("version", "bigint"), ("write", "blob")];

/// How many copies of each row there are, by datacenter.
pub type Replication = BTreeMap<String, u32>;

/// A name as CQL takes it, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as CQL takes it.
fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A table of a keyspace.
pub(super) fn name_of(keyspace: &str, table: &str) -> String {
    format!("{}.{}", quoted(keyspace), quoted(table))
}

/// The type of a column.
fn type_of(of: Type) -> &'static str {
    match of {
        Type::Text => "text",
        Type::Blob | Type::Fixed(_) => "blob",
        Type::Tinyint => "tinyint",
        Type::Int => "int",
        Type::Bigint | Type::Timestamp => "bigint",
    }
}

/// What a column is to its table, as `system_schema` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Partition(usize),
    Clustering(usize),
    Static,
    Regular,
}

impl Part {
    /// As `system_schema.columns` says it.
    pub(super) fn read(kind: &str, position: i32) -> Option<Self> {
        let position = usize::try_from(position).ok();
        match kind {
            "partition_key" => position.map(Self::Partition),
            "clustering" => position.map(Self::Clustering),
            "static" => Some(Self::Static),
            "regular" => Some(Self::Regular),
            _ => None,
        }
    }
}

/// A column: what it is to its table, and its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Has {
    pub(super) part: Part,
    pub(super) of: String,
}

/// The tables of a keyspace and their columns.
pub(super) type Tables = BTreeMap<String, BTreeMap<String, Has>>;

/// The columns that a table is to have.
fn columns(table: &Table) -> Vec<(&'static str, Has)> {
    let has = |part, of: &str| Has { part, of: of.to_owned() };
    let partition = table.partition.iter().enumerate();
    let clustering = table.clustering.iter().enumerate();
    let mut columns: Vec<_> =
        partition.map(|(n, c)| (c.name, has(Part::Partition(n), type_of(c.of)))).collect();
    columns.extend(clustering.map(|(n, c)| (c.name, has(Part::Clustering(n), type_of(c.of)))));
    if table.kind == Kind::Fenced {
        columns.extend(FENCE.map(|(name, of)| (name, has(Part::Static, of))));
    }
    columns.extend(table.values.iter().map(|c| (c.name, has(Part::Regular, type_of(c.of)))));
    columns
}

/// The statement that makes the keyspace. Conditional writes of ScyllaDB want tables without tablets.
pub(super) fn create_keyspace(keyspace: &str, replication: &Replication, scylla: bool) -> String {
    let mut copies = String::new();
    for (datacenter, n) in replication {
        let _ = write!(copies, ", {}: {n}", text(datacenter));
    }
    let tablets = if scylla { " AND tablets = {'enabled': false}" } else { "" };
    format!(
        "CREATE KEYSPACE IF NOT EXISTS {} WITH replication = \
         {{'class': 'NetworkTopologyStrategy'{copies}}} AND durable_writes = true{tablets}",
        quoted(keyspace)
    )
}

/// Whether a keyspace that is there has copies in the datacenter in which it is to be written: where it has
/// none, every request would fail, and nobody be told why.
pub(super) fn check_copies(
    replication: &BTreeMap<String, String>,
    datacenter: &str,
) -> Result<(), String> {
    let class = replication.get("class").map_or("", String::as_str);
    let by_datacenter = class.ends_with("NetworkTopologyStrategy");
    let copies = replication.get(datacenter).and_then(|copies| {
        // Of transient copies there may be told `3/1`.
        copies.split('/').next()?.parse::<u32>().ok()
    });
    if !by_datacenter || copies.is_some_and(|copies| copies > 0) {
        return Ok(());
    }
    Err(format!(
        "it has no copies in datacenter {datacenter}, in which it is to be written; give it some with \
         ALTER KEYSPACE and repair it, or name another datacenter"
    ))
}

/// The statement that makes the table of the version.
pub(super) fn create_about(keyspace: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {} (\"what\" text PRIMARY KEY, \"value\" text)",
        name_of(keyspace, ABOUT)
    )
}

fn create_table(keyspace: &str, table: &Table) -> String {
    let mut text = format!("CREATE TABLE IF NOT EXISTS {} (", name_of(keyspace, table.name));
    for (name, Has { part, of }) in columns(table) {
        let is_static = if part == Part::Static { " static" } else { "" };
        let _ = write!(text, "{} {of}{is_static}, ", quoted(name));
    }
    let names = |columns: &[crate::value::Column]| {
        columns.iter().map(|column| quoted(column.name)).collect::<Vec<_>>().join(", ")
    };
    let _ = write!(text, "PRIMARY KEY (({})", names(table.partition));
    if !table.clustering.is_empty() {
        let _ = write!(text, ", {}", names(table.clustering));
    }
    text + "))"
}

/// What makes the tables of a keyspace those that are wanted. Nothing is ever dropped or changed: a
/// column that is there as another one is an error, and what nobody knows stays where it is.
pub(super) fn steps(
    keyspace: &str,
    have: &Tables,
    wanted: &[&Table],
) -> Result<Vec<String>, String> {
    let mut steps = Vec::new();
    for table in wanted {
        let Some(there) = have.get(table.name) else {
            steps.push(create_table(keyspace, table));
            continue;
        };
        for (name, wanted) in columns(table) {
            match there.get(name) {
                Some(has) if *has == wanted => {}
                Some(has) => {
                    return Err(format!(
                        "table {}: column {name} is {}, where {} is wanted; the table was made by \
                         something else: name another keyspace",
                        table.name,
                        told(has),
                        told(&wanted)
                    ));
                }
                None if wanted.part == Part::Regular => steps.push(format!(
                    "ALTER TABLE {} ADD {} {}",
                    name_of(keyspace, table.name),
                    quoted(name),
                    wanted.of
                )),
                None => {
                    return Err(format!(
                        "table {} has no column {name}; it was made by something else: name \
                         another keyspace",
                        table.name
                    ));
                }
            }
        }
        let of_its_key = |has: &&Has| matches!(has.part, Part::Partition(_) | Part::Clustering(_));
        let keys = table.partition.len() + table.clustering.len();
        if there.values().filter(of_its_key).count() != keys {
            return Err(format!(
                "table {} has another key; it was made by something else: name another keyspace",
                table.name
            ));
        }
    }
    Ok(steps)
}

fn told(has: &Has) -> String {
    let part = match has.part {
        Part::Partition(n) => format!("part {} of the partition key", n + 1),
        Part::Clustering(n) => format!("part {} of the clustering key", n + 1),
        Part::Static => "a static column".to_owned(),
        Part::Regular => "a column".to_owned(),
    };
    format!("{part} of type {}", has.of)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::records::{TABLES, finding, name, range};

    /// What a keyspace has after the tables were made.
    fn made(tables: &[&Table]) -> Tables {
        let of = |table: &&Table| {
            let columns = columns(table).into_iter().map(|(name, has)| (name.to_owned(), has));
            (table.name.to_owned(), columns.collect())
        };
        tables.iter().map(of).collect()
    }

    #[test]
    fn every_table_has_its_columns_under_names_of_their_own() {
        for table in TABLES {
            let columns = columns(table);
            let names: BTreeSet<_> = columns.iter().map(|(name, _)| *name).collect();
            assert_eq!(names.len(), columns.len(), "{}", table.name);
            assert_ne!(table.name, ABOUT);
        }
    }

    #[test]
    fn a_table_is_made_with_its_keys_and_its_fence() {
        assert_eq!(
            create_table("trawl", &range::TABLE),
            "CREATE TABLE IF NOT EXISTS \"trawl\".\"range\" (\"tenant\" text, \"source\" blob, \
             \"range\" blob, \"kind\" tinyint, \"key\" blob, \"sub\" blob, \"epoch\" bigint \
             static, \"version\" bigint static, \"write\" blob static, \"body\" blob, PRIMARY KEY \
             ((\"tenant\", \"source\", \"range\"), \"kind\", \"key\", \"sub\"))"
        );
        assert_eq!(
            create_table("a\"b", &name::TABLE),
            "CREATE TABLE IF NOT EXISTS \"a\"\"b\".\"name\" (\"tenant\" text, \"source\" blob, \
             \"object\" blob, \"key\" blob, PRIMARY KEY ((\"tenant\", \"source\", \"object\")))"
        );
    }

    #[test]
    fn what_is_there_is_not_made_again_and_what_is_missing_is_added() {
        assert_eq!(steps("trawl", &Tables::new(), &TABLES).unwrap().len(), TABLES.len());
        assert_eq!(steps("trawl", &made(&TABLES), &TABLES).unwrap(), Vec::<String>::new());

        let mut have = made(&TABLES);
        have.remove("name");
        have.get_mut("finding").unwrap().remove("body");
        have.get_mut("range").unwrap().insert(
            "of_a_later_version".to_owned(),
            Has { part: Part::Regular, of: "text".to_owned() },
        );
        let expected = [
            "ALTER TABLE \"trawl\".\"finding\" ADD \"body\" blob".to_owned(),
            create_table("trawl", &name::TABLE),
        ];
        assert_eq!(steps("trawl", &have, &[&finding::TABLE, &name::TABLE]).unwrap(), expected);
    }

    #[test]
    fn a_table_of_something_else_is_refused() {
        let refused = |change: fn(&mut BTreeMap<String, Has>)| {
            let mut have = made(&TABLES);
            change(have.get_mut("range").unwrap());
            steps("trawl", &have, &TABLES).unwrap_err()
        };
        let other_type = refused(|range| range.get_mut("body").unwrap().of = "text".to_owned());
        assert!(other_type.starts_with("table range: column body is a column of type text"));
        let other_key = refused(|range| range.get_mut("sub").unwrap().part = Part::Regular);
        assert!(other_key.contains("where part 3 of the clustering key"), "{other_key}");
        let no_fence = refused(|range| drop(range.remove("epoch")));
        assert!(no_fence.starts_with("table range has no column epoch"), "{no_fence}");
        let longer_key = refused(|range| {
            let more = Has { part: Part::Clustering(3), of: "int".to_owned() };
            range.insert("more".to_owned(), more);
        });
        assert!(longer_key.starts_with("table range has another key"), "{longer_key}");
    }

    #[test]
    fn a_keyspace_has_copies_where_it_is_written() {
        let of = |class: &str, copies: &[(&str, &str)]| {
            let mut map = BTreeMap::from([("class".to_owned(), class.to_owned())]);
            map.extend(copies.iter().map(|(dc, n)| ((*dc).to_owned(), (*n).to_owned())));
            check_copies(&map, "east")
        };
        let by_datacenter = "org.apache.cassandra.locator.NetworkTopologyStrategy";
        assert!(of(by_datacenter, &[("east", "3"), ("west", "1")]).is_ok());
        assert!(of(by_datacenter, &[("east", "3/1")]).is_ok());
        assert!(of("SimpleStrategy", &[("replication_factor", "1")]).is_ok());
        for copies in [&[("west", "3")][..], &[("east", "0")], &[]] {
            let error = of(by_datacenter, copies).unwrap_err();
            assert!(error.starts_with("it has no copies in datacenter east"), "{error}");
        }
    }

    #[test]
    fn a_keyspace_names_its_copies_by_datacenter() {
        let replication = Replication::from([("east".to_owned(), 3), ("o'west".to_owned(), 2)]);
        assert_eq!(
            create_keyspace("trawl", &replication, false),
            "CREATE KEYSPACE IF NOT EXISTS \"trawl\" WITH replication = {'class': \
             'NetworkTopologyStrategy', 'east': 3, 'o''west': 2} AND durable_writes = true"
        );
        let scylla = create_keyspace("trawl", &replication, true);
        assert!(scylla.ends_with("AND tablets = {'enabled': false}"), "{scylla}");
    }
}
