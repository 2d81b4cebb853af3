//! Every setting of a node, typed and layered.
//!
//! A setting is declared once, in `settings.rs`: its type with its unit, its default, what is
//! allowed, and why. From that come the struct that rooms read, the checks, what `trawl config
//! print` shows and `docs/configuration.md`. Layers are put together by figment: defaults,
//! `trawl.toml`, `TRAWL_…` variables, flags. This is the only room that reads the environment, and
//! it knows nothing of the others: what a setting does is theirs.
//!
//! ```
//! use trawl_cluster_config::{Bytes, Environment, Layers};
//! let config = Layers::default()
//!     .environment(Environment::of([("TRAWL_SCAN_PIECE_BYTES", "2MiB")]))
//!     .flag("--include", "scan.include", "*.txt")
//!     .load()?;
//! assert_eq!(config.settings.scan.piece_bytes, Bytes::mib(2));
//! # Ok::<(), trawl_cluster_config::Error>(())
//! ```

#![forbid(unsafe_code)]

mod agreement;
mod bytes;
mod count;
mod declare;
mod effective;
mod environment;
mod file;
mod kind;
mod layers;
mod markdown;
mod nearest;
mod problem;
mod refuse;
mod reload;
mod secret;
mod settings;
mod span;
mod syntax;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod together;
mod variables;

pub use bytes::Bytes;
pub use count::{Percent, Workers};
pub use declare::{Section, Setting};
pub use effective::{Config, Effective};
pub use environment::Environment;
pub use file::MAX_FILE_BYTES;
pub use kind::MAX_LIST_ENTRIES;
pub use layers::{DEFAULT_FILE, FILE_VARIABLE, Layers, check};
pub use markdown::markdown;
pub use nearest::nearest;
pub use problem::{Error, Origin, Problem};
pub use reload::Reload;
pub use secret::{MAX_SECRET_BYTES, Secret, SecretRef};
pub use settings::{
    Api, Database, Detect, Index, IndexFiles, Log, LogFormat, Mesh, Node, Otel, Range, SECTIONS,
    Scan, Settings, Store, StoreKind,
};
pub use span::Span;
pub use variables::{FAILPOINTS_VARIABLE, VARIABLE_PREFIX};
