//! What the benchmarks write.

use trawl_model::finding::{RuleRef, Score};
use trawl_model::{
    Confidence, Finding, FindingId, Level, Mark, ObjectId, Place, Preview, Spot, Timestamp, Token,
    TypeId,
};

/// The id of an object; ids of neighbours lie apart, as they do.
pub(crate) fn object_id(n: u32) -> ObjectId {
    let mut bytes = [n as u8; 16];
    bytes[..4].copy_from_slice(&n.reverse_bits().to_be_bytes());
    ObjectId::from_bytes(bytes)
}

/// A finding such as most are.
pub(crate) fn finding(n: u32) -> Finding {
    let mut id = [0; 12];
    id[..4].copy_from_slice(&n.to_be_bytes());
    Finding {
        id: FindingId::from_bytes(id),
        type_id: TypeId::new("email"),
        rule: RuleRef { id: "email".into(), version: 1 },
        confidence: Confidence::percent(85),
        sensitivity: Level::Medium,
        place: Place {
            member: vec![],
            spot: Spot::Bytes { start: 10, end: 40 },
            line: Some(3),
            column: Some(7),
            row: None,
            field: None,
            via: vec![],
        },
        part: None,
        preview: Preview::of_secret(),
        token: Token::from_bytes([7; 17]),
        mark: Mark::from_bytes([0; 8]),
        first_seen: Timestamp::from_micros(1),
        score: Score::default(),
    }
}
