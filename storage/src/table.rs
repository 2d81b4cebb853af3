//! Tables, and the records that are their rows.

use std::fmt::Debug;

use crate::error::StoreError;
use crate::value::{Cell, Column, Type, Value};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By `put` and `delete`, by anybody, without a condition. A row is never written twice with
    /// different content.
    Plain,
    /// By `commit` alone, one writer at a time. Partitions have a fence, and begin with a head.
    Fenced,
}

/// A table: from this come the keys of the embedded store and the statements of the CQL store.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its first byte in the keys of the embedded store: never given to another.
    pub number: u8,
    /// How it is written.
    pub kind: Kind,
    /// What partitions are told apart by.
    pub partition: &'static [Column],
    /// What rows of a partition are told apart by, and sorted by.
    pub clustering: &'static [Column],
    /// The rest. Any of them may be null.
    pub values: &'static [Column],
}

impl Table {
    /// Refuses a verb that is not for this kind of table.
    pub(crate) fn check_kind(&self, kind: Kind, verb: &'static str) -> Result<(), StoreError> {
        if self.kind == kind {
            return Ok(());
        }
        Err(StoreError::WrongKind { table: self.name, verb })
    }
}

/// Several values that together are a partition, or a key in one.
pub trait Fields: Sized {
    /// The columns.
    const COLUMNS: &'static [Column];
    /// As they are stored.
    fn to_values(&self) -> Vec<Value>;
    /// As they were stored; none if they are no such thing.
    fn from_values(values: Vec<Value>) -> Option<Self>;
}

impl Fields for () {
    const COLUMNS: &'static [Column] = &[];
    fn to_values(&self) -> Vec<Value> {
        Vec::new()
    }
    fn from_values(values: Vec<Value>) -> Option<Self> {
        values.is_empty().then_some(())
    }
}

/// A struct whose fields are columns, in their order.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $type,)+
        }

        impl $crate::table::Fields for $name {
            const COLUMNS: &'static [$crate::value::Column] = &[$($crate::value::Column {
                name: stringify!($field),
                of: <$type as $crate::value::Cell>::TYPE,
            }),+];

            fn to_values(&self) -> Vec<$crate::value::Value> {
                vec![$($crate::value::Cell::to_value(&self.$field)),+]
            }

            fn from_values(values: Vec<$crate::value::Value>) -> Option<Self> {
                let mut values = values.into_iter();
                let read = Self {
                    $($field: $crate::value::Cell::from_value(values.next()?)?,)+
                };
                values.next().is_none().then_some(read)
            }
        }
    };
}
pub(crate) use fields;

/// The clustering of a table whose partitions hold rows of several kinds: the kind, a key and a
/// sub-key, so that rows of one kind lie together in the order of their keys.
pub const KINDED: &[Column] = &[
    Column { name: "kind", of: Type::Tinyint },
    Column { name: "key", of: Type::Blob },
    Column { name: "sub", of: Type::Blob },
];

/// The one value column of a table whose rows are seldom looked at by other programs.
pub const BODY: &[Column] = &[Column { name: "body", of: Type::Blob }];

/// A key of a table whose partitions hold rows of several kinds.
pub(crate) fn kinded(kind: i8, key: Vec<u8>, sub: Vec<u8>) -> Vec<Value> {
    vec![Value::Tinyint(kind), Value::Blob(key), Value::Blob(sub)]
}

/// What [`kinded`] made.
pub(crate) fn unkinded(values: Vec<Value>) -> Option<(i8, Vec<u8>, Vec<u8>)> {
    match <[Value; 3]>::try_from(values).ok()? {
        [Value::Tinyint(kind), Value::Blob(key), Value::Blob(sub)] => Some((kind, key, sub)),
        _ => None,
    }
}

/// A row of a table.
pub trait Record: Debug + Clone + Send + Sync + Sized + 'static {
    /// What names its partition.
    type Partition: Fields + Debug + Clone + Eq + Ord + Send + Sync + 'static;
    /// What names it in its partition, sorted as the store sorts it.
    type Key: Fields + Debug + Clone + Eq + Ord + Send + Sync + 'static;
    /// Its table.
    const TABLE: &'static Table;

    /// The partition in which it lies.
    fn partition(&self) -> Self::Partition;
    /// Its key there.
    fn key(&self) -> Self::Key;
    /// The rest of its columns.
    fn values(&self) -> Result<Vec<Value>, StoreError>;
    /// The row that was stored.
    fn read(
        partition: Self::Partition,
        key: Self::Key,
        values: Vec<Value>,
    ) -> Result<Self, StoreError>;
}

/// A record that is put and deleted without a condition.
pub trait Plain: Record {}

/// A record that is written by commits alone.
pub trait Fenced: Record {
    /// The key of the head, which sorts before all others.
    fn head() -> Self::Key;
}

/// The error of a row that can't be read.
pub(crate) fn unreadable(table: &'static Table, what: &'static str) -> StoreError {
    StoreError::Row { table: table.name, what }
}

/// The bytes of the value in a table with [`BODY`].
pub(crate) fn body(table: &'static Table, values: Vec<Value>) -> Result<Vec<u8>, StoreError> {
    match values.into_iter().next_back() {
        Some(Value::Blob(body)) => Ok(body),
        _ => Err(unreadable(table, "body")),
    }
}

/// Encodes the body of a row.
pub(crate) fn encode<T: trawl_model::wire::Versioned>(
    table: &'static Table,
    value: &T,
) -> Result<Value, StoreError> {
    trawl_model::wire::encode(value)
        .map(Value::Blob)
        .map_err(|source| StoreError::Wire { table: table.name, source })
}

/// Decodes the body of a row.
pub(crate) fn decode<T: trawl_model::wire::Versioned>(
    table: &'static Table,
    bytes: &[u8],
) -> Result<T, StoreError> {
    trawl_model::wire::decode(bytes)
        .map_err(|source| StoreError::Wire { table: table.name, source })
}

/// Reads a cell of a row.
pub(crate) fn cell<T: Cell>(
    table: &'static Table,
    what: &'static str,
    value: Option<Value>,
) -> Result<T, StoreError> {
    value.and_then(T::from_value).ok_or_else(|| unreadable(table, what))
}
