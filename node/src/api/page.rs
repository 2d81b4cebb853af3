//! Lists, as they are answered: the items under their name, and `next` where there is more.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::Span;
use crate::records::{
    Check, Covered, Entry, Finding, Key, Ledger, NeverRead, Page, Parked, Scan, Schedule, Source,
    Unread,
};

/// Which part of a list is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// At most so many; as many as a page may have where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 10000)]
    pub(crate) limit: Option<u32>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
}

impl From<PageQuery> for Span {
    fn from(PageQuery { limit, cursor }: PageQuery) -> Self {
        Self { limit, cursor }
    }
}

impl From<&Span> for PageQuery {
    fn from(Span { limit, cursor }: &Span) -> Self {
        Self { limit: *limit, cursor: cursor.clone() }
    }
}

/// Which sources are asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct SourcesQuery {
    /// Only the one of this name, id or location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// At most so many; as many as a page may have where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 10000)]
    pub(crate) limit: Option<u32>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
}

macro_rules! pages {
    ($($(#[$doc:meta])+ $page:ident { $items:ident: $item:ty })+) => {$(
        $(#[$doc])+
        #[derive(Debug, Serialize, Deserialize, ToSchema)]
        pub(crate) struct $page {
            /// The items.
            pub(crate) $items: Vec<$item>,
            /// What to ask with, as `cursor`, for what comes behind; null where that was all. A
            /// page may be short, or empty, and have more behind it.
            pub(crate) next: Option<String>,
        }

        impl From<Page<$item>> for $page {
            fn from(page: Page<$item>) -> Self {
                Self { $items: page.items, next: page.next }
            }
        }

        impl From<$page> for Page<$item> {
            fn from(page: $page) -> Self {
                Self { items: page.$items, next: page.next }
            }
        }
    )+};
}

pages! {
    /// Some sources.
    Sources { sources: Source }
    /// Some scans, the newest first.
    Scans { scans: Scan }
    /// Some findings.
    Findings { findings: Finding }
    /// Some entries of the audit record, the oldest first.
    Entries { entries: Entry }
    /// Some schedules.
    Schedules { schedules: Schedule }
    /// Some of what scans of a source have given up.
    ParkedPage { parked: Parked }
    /// Keys, the oldest first.
    Keys { keys: Key }
}

/// The ledgers of some scans, and the first of what they did not read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CoveragePage {
    /// The sum over all of the scans, those of other pages too.
    pub(crate) coverage: Ledger,
    /// The scans, by their sources.
    pub(crate) scans: Vec<Covered>,
    /// Sources that no scan has looked at.
    pub(crate) never_read: Vec<NeverRead>,
    /// What to ask with, as `scans_cursor`, for more scans and sources that were never read; null where
    /// that was all.
    pub(crate) scans_next: Option<String>,
    /// What the scans did not read, or not whole, as far as it is listed.
    pub(crate) unread: Vec<Unread>,
    /// What to ask with, as `cursor`, for more of what was not read; null where that was all.
    pub(crate) next: Option<String>,
}

/// What was found when it was looked whether all is well.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Checks {
    /// What was looked at.
    pub(crate) checks: Vec<Check>,
}
