//! The spans of a scan at work: by them each line of the log says what it belongs to, down to the
//! unit, and which call ordered it. They hold ids alone, never a name or a value, for they are
//! exported too. All are of the level `error`, so that whatever line is let through has them.

use tracing::{Span, error_span, field};
use trawl_model::scan::Scan;
use trawl_model::{RangeId, ScanId, SourceId};

use crate::message::{Lease, LeasedWork};

/// A scan, from when a director is set to it until it is let go of.
pub(crate) fn scan(scan: &Scan) -> Span {
    let (request_id, trace_id) = (field::Empty, field::Empty);
    let span = error_span!(
        parent: None, "scan", scan = %scan.id, source = %scan.source, request_id, trace_id
    );
    if let Some(origin) = &scan.origin {
        span.record("request_id", origin.request.as_str());
        span.record("trace_id", origin.trace.trace_id());
    }
    span
}

/// A scan that another node directs, and of which ranges are kept here.
pub(crate) fn kept(scan: ScanId, source: SourceId) -> Span {
    error_span!(parent: None, "scan", %scan, %source)
}

/// A range that is kept for a scan.
pub(crate) fn range(scan: &Span, range: RangeId) -> Span {
    error_span!(parent: scan, "range", %range)
}

/// A unit that a crawler has.
pub(crate) fn unit(scan: &Span, lease: &Lease) -> Span {
    let (range, of) = (lease.range, &lease.lease);
    let work = match lease.work {
        LeasedWork::List { .. } => "list",
        LeasedWork::Read { .. } => "read",
        LeasedWork::Part { .. } => "part",
    };
    error_span!(parent: scan, "unit", %range, unit = of.unit.0, attempt = of.attempt, work)
}
