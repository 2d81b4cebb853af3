//! Objects, and what is said of them.

use trawl_actors::message::{Due, Finished, Listed, Outcome};
use trawl_model::object::Buckets;
use trawl_model::{ByType, Class, Coverage, FewBytes, Fingerprint, ObjectId, ObjectKey, Timestamp};

/// The key of an object, in order; as long as such keys are.
pub(crate) fn key(range: usize, object: usize) -> ObjectKey {
    ObjectKey::new(format!("exports/2026/region-{range:02}/customers/part-{object:06}.csv"))
}

/// Ids of neighbours lie apart, as they do.
pub(crate) fn id(range: usize, object: usize) -> ObjectId {
    let number = ((range << 32 | object) as u64).reverse_bits();
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

pub(crate) fn fingerprint(size: u64) -> Fingerprint {
    Fingerprint {
        size,
        modified: Some(Timestamp::from_micros(1_700_000_000_000_000)),
        tag: FewBytes::from_slice(&[3; 8]),
        identity: FewBytes::from_slice(&[5; 16]),
    }
}

pub(crate) fn listed(range: usize, object: usize, size: u64) -> Listed {
    Listed {
        key: key(range, object),
        id: id(range, object),
        fingerprint: fingerprint(size),
        skip: None,
    }
}

/// Read to its end, and nothing found.
pub(crate) fn finished(due: &Due) -> Finished {
    let outcome = Outcome::Read {
        fingerprint: Some(fingerprint(due.size)),
        counted: Vec::new(),
        buckets: Buckets::default(),
        findings: 0,
        by_type: ByType::default(),
        coverage: Coverage::of_object(Class::Read, due.size),
        format: "csv".to_owned(),
        error: None,
    };
    Finished { key: due.key.clone(), size: due.size, outcome }
}
