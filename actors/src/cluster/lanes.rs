//! What the node that leads asks of those that have lanes of the index.
//!
//! All of it may be said again, and nothing is lost with an answer: what is searched is asked anew, and a
//! lane looks by itself, now and then, at all that it is to read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trawl_model::wire::Versioned;
use trawl_model::{RangeId, SourceId, TenantId, Token};
use trawl_search::leaf::{Cursor, Partial, Request, Scope, Waits};
use trawl_search::query::{Field, Sort, read_back};

use crate::index::LaneStatus;
use crate::message::versioned;

/// Ranges of one question, at the most.
pub(crate) const MOST_RANGES: usize = 1_000;
/// Lanes of one question, at the most.
pub(crate) const MOST_LANES: usize = 1_024;

/// A range of the tenant, by its source and its id.
pub(crate) type Named = (SourceId, RangeId);

/// To search lanes. [`Found`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Search {
    /// The number of the index.
    pub(crate) index: u32,
    pub(crate) lanes: Vec<u16>,
    pub(crate) question: Question,
}

/// What is searched for, in words that any version reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Question {
    tenant: TenantId,
    sources: Option<BTreeSet<SourceId>>,
    erased: BTreeSet<Token>,
    query: String,
    sort: String,
    facets: Vec<String>,
    limit: u32,
    after: Option<Cursor>,
}

impl Question {
    /// A request, for another node.
    pub(crate) fn of(request: &Request) -> Self {
        let Scope { tenant, sources, erased } = request.scope.clone();
        Self {
            tenant,
            sources,
            erased,
            query: request.query.to_string(),
            sort: request.sort.to_string(),
            facets: request.facets.iter().map(|field| field.name().to_owned()).collect(),
            limit: u32::try_from(request.limit).unwrap_or(u32::MAX),
            after: request.after.clone(),
        }
    }

    /// The request that another node has sent; or what of it is not known here.
    pub(crate) fn request(self) -> Result<Request, String> {
        let query = read_back(&self.query).map_err(|error| error.to_string())?;
        let scope = Scope { tenant: self.tenant, sources: self.sources, erased: self.erased };
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let facet = |name: &String| {
            Field::named(name).ok_or_else(|| format!("nothing is counted by {name}"))
        };
        Ok(Request {
            sort: self.sort.parse::<Sort>().map_err(|error| error.to_string())?,
            facets: self.facets.iter().map(facet).collect::<Result<_, _>>()?,
            after: self.after,
            waits: Waits::default(),
            ..Request::new(scope, query, limit)
        })
    }
}

/// What lanes have found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Found {
    pub(crate) found: Partial,
    /// Lanes that are not here.
    pub(crate) absent: Vec<u16>,
}

/// To read ranges of a lane in which something has changed, and to say how far it is. [`Followed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Follow {
    pub(crate) index: u32,
    pub(crate) lane: u16,
    pub(crate) changed: Vec<Named>,
    /// More have changed than are named.
    pub(crate) all: bool,
    /// Up to which version are these published?
    pub(crate) ranges: Vec<Named>,
}

/// How far a lane is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Followed {
    pub(crate) status: LaneStatus,
    /// Why nothing of it can be searched, if so.
    pub(crate) broken: Option<String>,
    /// Those of the ranges of which something is published, and up to which version.
    pub(crate) published: Vec<(Named, u64)>,
}

/// To do something with a lane. [`LaneDone`], when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LaneTold {
    pub(crate) index: u32,
    pub(crate) lane: u16,
    pub(crate) what: LaneOrder,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LaneOrder {
    /// Read all that there is now.
    CatchUp,
    /// Publish all that is in memory.
    Publish,
    /// Say whether files hold anything of a source.
    Holds(SourceId),
}

/// It is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LaneDone {
    /// Files hold something of the source, where that was asked.
    pub(crate) holds: bool,
}

versioned!(Search, Found, Follow, Followed, LaneTold, LaneDone);

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use trawl_model::{FindingId, ObjectId};
    use trawl_search::leaf::{Hit, SortValue, Unsearched};
    use trawl_search::query::parse;

    use super::super::samples::is_kept;
    use super::*;

    const SOURCE: SourceId = SourceId::from_bytes([6; SourceId::LEN]);
    const RANGE: RangeId = RangeId::from_bytes([5; RangeId::LEN]);

    fn request() -> Request {
        let scope = Scope {
            tenant: TenantId::default_tenant(),
            sources: Some([SOURCE].into()),
            erased: BTreeSet::new(),
        };
        let query = parse("type:(email OR us.*) -path:\"a b\"").unwrap();
        let mut request = Request::new(scope, query, 7);
        request.sort = "-size".parse().unwrap();
        request.facets = vec![Field::Kind, Field::Type];
        request
    }

    #[test]
    fn a_request_is_what_it_was_when_another_node_has_it() {
        let first = request();
        let mut second = Question::of(&first).request().unwrap();
        let all = |request: &Request| {
            (
                request.scope.clone(),
                request.query.clone(),
                request.sort,
                request.facets.clone(),
                request.limit,
            )
        };
        assert_eq!(all(&second), all(&first));
        // The cursor of the one is a cursor of the other.
        let last = hit();
        second.after = Some(Cursor::behind(last, &first));
        assert!(second.check().is_ok());
        assert_eq!(Question::of(&second).request().unwrap().after, second.after);
    }

    #[test]
    fn what_is_not_known_here_is_refused() {
        let refused = |change: fn(&mut Question)| {
            let mut question = Question::of(&request());
            change(&mut question);
            question.request().unwrap_err()
        };
        assert!(refused(|question| question.query = "new:x".to_owned()).contains("new"));
        assert!(refused(|question| question.sort = "new".to_owned()).contains("new"));
        let facets = refused(|question| question.facets = vec!["new".to_owned()]);
        assert_eq!(facets, "nothing is counted by new");
    }

    fn hit() -> Hit {
        Hit {
            sorted_by: Some(SortValue::Number(3)),
            source: SOURCE,
            object: ObjectId::from_bytes([4; ObjectId::LEN]),
            finding: Some(FindingId::from_bytes([3; FindingId::LEN])),
        }
    }

    #[test]
    fn messages_of_version_1_are_read_for_ever() {
        is_kept(
            &Search { index: 1, lanes: vec![2, 3], question: Question::of(&request()) },
            "0001010202030764656661756c7401010606060606060606002828747970653a656d6169 \
             6c204f5220747970653a75732e2a29204e4f5420706174683a2261206222052d73697a65 \
             02046b696e6404747970650700",
        );
        let found = Partial {
            count: 1,
            facets: vec![BTreeMap::from([("finding".to_owned(), 1)])],
            hits: vec![hit()],
            unsearched: vec![Unsearched { split: "lane 3".to_owned(), why: "no".to_owned() }],
        };
        is_kept(
            &Found { found, absent: vec![3] },
            "00010101010766696e64696e670101010006060606060606060604040404040404040404 \
             0404040404040103030303030303030303030301066c616e652033026e6f0103",
        );
        let named = vec![(SOURCE, RANGE)];
        is_kept(
            &Follow { index: 1, lane: 2, changed: named.clone(), all: true, ranges: named },
            "000101020106060606060606060505050505050505050505050101060606060606060605 \
             0505050505050505050505",
        );
        let status = LaneStatus {
            index: 1,
            lane: 2,
            node: None,
            ranges: 3,
            due: 4,
            lag_millis: 5,
            tail_bytes: 6,
            splits: 7,
            documents: 8,
            dead: 9,
            bytes: 10,
            replaced: 11,
            published: 12,
            compacted: 13,
            taken_in: 14,
            error: Some("no".to_owned()),
        };
        let (broken, published) = (Some("no".to_owned()), vec![((SOURCE, RANGE), 15)]);
        is_kept(
            &Followed { status, broken, published },
            "0001010200030405060708090a0b0c0d0e01026e6f01026e6f0106060606060606060505 \
             050505050505050505050f",
        );
        let told = |what| LaneTold { index: 1, lane: 2, what };
        is_kept(&told(LaneOrder::CatchUp), "0001010200");
        is_kept(&told(LaneOrder::Publish), "0001010201");
        is_kept(&told(LaneOrder::Holds(SOURCE)), "00010102020606060606060606");
        is_kept(&LaneDone { holds: true }, "000101");
    }
}
