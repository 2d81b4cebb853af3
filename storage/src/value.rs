//! Values and columns: what rows are made of, in any store.

use trawl_model::id::{FindingId, NodeId, ObjectId, RangeId, ScanId, SourceId, SplitId, TenantId};
use trawl_model::{Generation, ObjectKey, Timestamp, Token, TypeId};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// UTF-8, sorted as bytes.
    Text,
    /// Any bytes.
    Blob,
    /// Exactly so many bytes. A blob in CQL; without escapes in the keys of the embedded store.
    Fixed(usize),
    /// 8 bits, signed.
    Tinyint,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    Bigint,
    /// Microseconds since 1970. A bigint in CQL, whose own timestamps are milliseconds.
    Timestamp,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub of: Type,
}

/// What stands in a column.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing; never in a key.
    Null,
    /// Of [`Type::Text`].
    Text(String),
    /// Of [`Type::Blob`] or [`Type::Fixed`].
    Blob(Vec<u8>),
    /// Of [`Type::Tinyint`].
    Tinyint(i8),
    /// Of [`Type::Int`].
    Int(i32),
    /// Of [`Type::Bigint`].
    Bigint(i64),
    /// Of [`Type::Timestamp`].
    Timestamp(i64),
}

impl std::fmt::Debug for Value {
    /// Numbers as they are; of text and bytes, which may be true names, the length alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Blob(bytes) => write!(f, "Blob({} bytes)", bytes.len()),
            Self::Tinyint(n) => write!(f, "Tinyint({n})"),
            Self::Int(n) => write!(f, "Int({n})"),
            Self::Bigint(n) => write!(f, "Bigint({n})"),
            Self::Timestamp(n) => write!(f, "Timestamp({n})"),
        }
    }
}

impl Value {
    /// Whether it may stand in a column of this type.
    pub fn is_of(&self, of: Type) -> bool {
        match (self, of) {
            (Self::Text(_), Type::Text)
            | (Self::Blob(_), Type::Blob)
            | (Self::Tinyint(_), Type::Tinyint)
            | (Self::Int(_), Type::Int)
            | (Self::Bigint(_), Type::Bigint)
            | (Self::Timestamp(_), Type::Timestamp) => true,
            (Self::Blob(bytes), Type::Fixed(len)) => bytes.len() == len,
            _ => false,
        }
    }

    /// Roughly how many bytes it takes in a message and on disk.
    pub fn weight(&self) -> usize {
        match self {
            Self::Null | Self::Tinyint(_) => 1,
            Self::Text(text) => text.len() + 4,
            Self::Blob(bytes) => bytes.len() + 4,
            Self::Int(_) => 4,
            Self::Bigint(_) | Self::Timestamp(_) => 8,
        }
    }
}

/// A type of ours that stands in a column of a key.
pub trait Cell: Sized {
    /// The type of the column.
    const TYPE: Type;
    /// As it is stored.
    fn to_value(&self) -> Value;
    /// As it was stored; none if that is no such thing.
    fn from_value(value: Value) -> Option<Self>;
}

macro_rules! fixed_cell {
    ($($type:ty),+) => {
        $(impl Cell for $type {
            const TYPE: Type = Type::Fixed(<$type>::LEN);
            fn to_value(&self) -> Value {
                Value::Blob(self.as_bytes().to_vec())
            }
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::Blob(bytes) => bytes.try_into().ok().map(<$type>::from_bytes),
                    _ => None,
                }
            }
        })+
    };
}

fixed_cell!(FindingId, NodeId, ObjectId, RangeId, ScanId, SourceId, SplitId, Token);

impl Cell for Generation {
    const TYPE: Type = Type::Fixed(Self::LEN);
    fn to_value(&self) -> Value {
        Value::Blob(self.to_bytes().to_vec())
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => bytes.try_into().ok().map(Self::from_bytes),
            _ => None,
        }
    }
}

impl Cell for TenantId {
    const TYPE: Type = Type::Text;
    fn to_value(&self) -> Value {
        Value::Text(self.as_str().to_owned())
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl Cell for TypeId {
    const TYPE: Type = Type::Text;
    fn to_value(&self) -> Value {
        Value::Text(self.as_str().to_owned())
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(Self::new(&text)),
            _ => None,
        }
    }
}

impl Cell for String {
    const TYPE: Type = Type::Text;
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Cell for ObjectKey {
    const TYPE: Type = Type::Blob;
    fn to_value(&self) -> Value {
        Value::Blob(self.as_bytes().to_vec())
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(Self::new(bytes)),
            _ => None,
        }
    }
}

impl Cell for Timestamp {
    const TYPE: Type = Type::Timestamp;
    fn to_value(&self) -> Value {
        Value::Timestamp(self.as_micros())
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Timestamp(micros) => Some(Self::from_micros(micros)),
            _ => None,
        }
    }
}

macro_rules! number_cell {
    ($($type:ty => $variant:ident),+ $(,)?) => {
        $(impl Cell for $type {
            const TYPE: Type = Type::$variant;
            fn to_value(&self) -> Value {
                Value::$variant((*self).into())
            }
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$variant(number) => number.try_into().ok(),
                    _ => None,
                }
            }
        })+
    };
}

// Each in the smallest signed type of CQL that holds it and sorts as it does.
number_cell! { u8 => Int, u16 => Int, u32 => Bigint }
