//! Bytes in one write and one read instead of one by one: in the wire they are what a sequence of
//! bytes is.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserializer, Serializer, de};

pub(crate) fn serialize<T: AsRef<[u8]>, S: Serializer>(bytes: &T, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_bytes(bytes.as_ref())
}

pub(crate) fn deserialize<'de, T, D>(d: D) -> Result<T, D::Error>
where
    T: for<'a> From<&'a [u8]>,
    D: Deserializer<'de>,
{
    struct Bytes<T>(PhantomData<T>);
    impl<T: for<'a> From<&'a [u8]>> de::Visitor<'_> for Bytes<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes")
        }
        fn visit_bytes<E: de::Error>(self, v: &[u8]) -> Result<T, E> {
            Ok(v.into())
        }
    }
    d.deserialize_bytes(Bytes(PhantomData))
}
