//! Names of nodes and of clusters, and how both stand in a certificate.
//!
//! A name is a label of DNS. The node `n1` of the cluster `prod` is `n1.prod.trawl.internal` in its
//! certificate, so that one entry names both and a certificate is of no use in another cluster.
//! `.internal` belongs to nobody on the internet.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The longest name: what a label of DNS may have.
pub const MAX_NAME_BYTES: usize = 63;

/// Under it the names of all clusters lie.
const SUFFIX: &str = ".trawl.internal";

/// Text that is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is no name of a {what}: use 1 to {MAX_NAME_BYTES} of a-z, 0-9 and -, with no - at \
     either end"
)]
pub struct NameError {
    what: &'static str,
    text: String,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                if is_label(text) {
                    return Ok(Self(text.into()));
                }
                // What a stranger says is repeated as far as it could have been a name.
                let text = text.chars().take(MAX_NAME_BYTES).collect();
                Err(NameError { what: $what, text })
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// The name of a node: one of its cluster has it. Its certificate says it.
    NodeName, "node"
}
name! {
    /// The name of a cluster.
    ClusterName, "cluster"
}

impl ClusterName {
    /// What any node of this cluster is called when it is not known which one it is.
    pub fn domain(&self) -> String {
        format!("{self}{SUFFIX}")
    }

    /// What a node of this cluster is called in its certificate.
    pub fn full_name(&self, node: &NodeName) -> String {
        format!("{node}.{self}{SUFFIX}")
    }
}

/// The node and the cluster of a name in a certificate.
pub(crate) fn read_full_name(full: &str) -> Option<(NodeName, ClusterName)> {
    let (node, cluster) = full.strip_suffix(SUFFIX)?.split_once('.')?;
    Some((node.parse().ok()?, cluster.parse().ok()?))
}

fn is_label(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_NAME_BYTES).contains(&text.len())
        && text.bytes().all(known)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_label() {
        for good in ["a", "n1", "trawl-0", &"x".repeat(63)] {
            assert_eq!(good.parse::<NodeName>().unwrap().as_str(), good);
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a_b", "ä", "a b", &"x".repeat(64)] {
            assert!(bad.parse::<NodeName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn node_and_cluster_are_read_back() {
        let (node, cluster) =
            ("n1".parse::<NodeName>().unwrap(), "prod".parse::<ClusterName>().unwrap());
        let full = cluster.full_name(&node);
        assert_eq!(full, "n1.prod.trawl.internal");
        assert_eq!(read_full_name(&full), Some((node, cluster.clone())));
        assert_eq!(read_full_name(&cluster.domain()), None);
        assert_eq!(read_full_name("n1.x.prod.trawl.internal"), None);
        assert_eq!(read_full_name("n1.prod.example.com"), None);
    }
}
