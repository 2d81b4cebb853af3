//! From settings to the bounds of the other rooms: the one place where both are known.

use trawl_actors::index::{self, Waker};
use trawl_actors::ownership::Bounds;
use trawl_actors::pools;
use trawl_actors::range::Tuning;
use trawl_actors::{OnEnd, Options as Node, Ownership, Policy, Room, crawl};
use trawl_cluster_config::{Settings, StoreKind, Workers};
use trawl_detect::Limits as Decoding;
use trawl_model::{Confidence, NodeId, TenantId};
use trawl_sources::{Limits, files};
use trawl_storage::embedded::Options;

use crate::telemetry;

/// Crawlers of a core, at the most, where no number is set.
const CRAWLERS_A_CORE: usize = 4;

/// The bounds of reading.
pub(crate) fn reading(settings: &Settings) -> Limits {
    let scan = &settings.scan;
    Limits {
        piece_bytes: scan.piece_bytes.as_len(),
        overlap_bytes: scan.overlap_bytes.as_len(),
        whole_bytes: scan.whole_bytes.as_len(),
        max_depth: scan.max_depth,
        max_decoded_bytes: scan.max_decoded_bytes.get(),
        max_expansion: scan.max_expansion,
        max_members: scan.max_members,
        max_field_bytes: scan.max_field_bytes.as_len(),
        max_nesting: scan.max_nesting,
    }
}

/// What is listed of files and folders.
pub(crate) fn files(settings: &Settings) -> files::Settings {
    let scan = &settings.scan;
    files::Settings {
        include: scan.include.clone(),
        exclude: scan.exclude.clone(),
        max_bytes: Some(scan.max_object_bytes.get()),
        one_file_system: scan.one_file_system,
    }
}

/// How the embedded store is opened.
pub(crate) fn store(settings: &Settings) -> Options {
    let (store, range) = (&settings.store, &settings.range);
    let mut options = Options::new(&settings.node.data_dir);
    options.cache_bytes = store.cache_bytes.get();
    options.write_buffer_bytes = store.write_buffer_bytes.get();
    options.reserve_bytes = settings.disk.reserve_bytes.get();
    options.limits.page_rows = len(store.page_rows);
    options.limits.commit_rows = len(range.commit_rows);
    options.limits.commit_bytes = range.commit_bytes.as_len();
    options
}

/// Rows and bytes of one commit of the store.
fn commits(settings: &Settings) -> (u32, usize) {
    let (range, database) = (&settings.range, &settings.database);
    match settings.store.kind {
        StoreKind::Embedded => (range.commit_rows, range.commit_bytes.as_len()),
        StoreKind::Cql => (database.commit_rows, database.commit_bytes.as_len()),
    }
}

/// The bounds of a range's owner.
pub(crate) fn tuning(settings: &Settings) -> Tuning {
    let (scan, range) = (&settings.scan, &settings.range);
    let (commit_rows, commit_bytes) = commits(settings);
    Tuning {
        max_objects: range.max_objects,
        unit_objects: len(range.unit_objects),
        unit_bytes: range.unit_bytes.get(),
        lease_millis: range.lease.as_millis(),
        // A commit carries the log and the head beside what was decided.
        decision_rows: len(range.decision_rows.min(commit_rows / 2)),
        decision_bytes: commit_bytes / 8 * 3,
        attempts: range.attempts,
        backoff_millis: range.retry_backoff.as_millis(),
        backoff_max_millis: range.retry_backoff_max.as_millis(),
        deaths: u8::try_from(range.deaths_before_set_aside).unwrap_or(u8::MAX),
        parts_at_once: len(scan.parts_at_once),
        wait_millis: range.checkpoint_interval.as_millis(),
    }
}

/// How it is seen whether a node is at work on a database.
pub(crate) fn ownership(settings: &Settings) -> Bounds {
    let cluster = &settings.cluster;
    Bounds { beat: cluster.beat.get(), take_over: cluster.take_over.get() }
}

/// What a node is started with.
pub(crate) fn node(settings: &Settings, tenant: TenantId, id: NodeId) -> Node {
    let (scan, range) = (&settings.scan, &settings.range);
    let is_shared = settings.store.kind == StoreKind::Cql;
    Node {
        tenant,
        node: id,
        tuning: tuning(settings),
        crawl: crawling(settings),
        classifiers: scan.classifiers.count(),
        content_in_flight: scan.content_in_flight_bytes.as_len(),
        cache_bytes: scan.cache_bytes.as_len(),
        cache_piece_bytes: scan.cache_piece_bytes.as_len(),
        least: Confidence::percent(settings.detect.min_confidence.get()),
        shards: u16::try_from(range.shards).unwrap_or(u16::MAX),
        log_entries: range.log_entries,
        commits_per_second: is_shared.then_some(settings.cluster.commits_per_second),
        index: Waker::default(),
        vanished_percent: range.vanished_share.get(),
        policy: policy(settings),
        ended: OnEnd::default(),
        follow: telemetry::follow,
        room: Room::unwatched(),
        ownership: Ownership::alone(),
        cluster: None,
        missed_after: settings.cluster.take_over.get(),
        trace: None,
    }
}

/// What a node goes by that may change while it runs.
pub(crate) fn policy(settings: &Settings) -> Policy {
    let scan = &settings.scan;
    Policy {
        closed_days: days(scan.closed_kept.as_millis()),
        scans_at_once: len(scan.at_once),
        patience_micros: scan.patience.as_millis().saturating_mul(1_000),
        answer_within: scan.answer_within.get(),
        pools: pools(settings),
    }
}

/// How many threads read and classify.
fn pools(settings: &Settings) -> pools::Rules {
    let scan = &settings.scan;
    let crawlers = match scan.workers {
        0 => Workers::PER_CORE.count() * CRAWLERS_A_CORE,
        set => len(set),
    };
    pools::Rules {
        look: scan.pool_look_every.get(),
        depth: len(scan.pool_depth),
        scan: pools::Bounds { least: scan.workers_min.count(), most: crawlers },
        analysis: pools::Bounds {
            least: scan.classifiers_min.count(),
            most: scan.classifiers.count(),
        },
        ..pools::Rules::default()
    }
}

/// What an index is started with.
pub(crate) fn index(settings: &Settings, tenant: TenantId) -> index::Options {
    let of = &settings.index;
    let mut options = index::Options::new(tenant);
    options.lanes = u16::try_from(of.lanes).unwrap_or(u16::MAX);
    options.tuning.gather_millis = of.gather.as_millis();
    options.tuning.look_millis = of.look_every.as_millis();
    options.tuning.publish_millis = of.publish_every.as_millis();
    options.tuning.publish_bytes = of.publish_bytes.get();
    options.tuning.tail_bytes = of.tail_bytes.get();
    options.compaction.factor = len(of.merge_factor);
    options.compaction.most_at_once = options.compaction.most_at_once.max(len(of.merge_factor));
    options.compaction.most_documents = u64::from(of.split_documents);
    options.compaction.dead_percent = u64::from(of.dead_share.get());
    options.batch_documents = len(of.batch_documents);
    options.grace_millis = of.grace.as_millis();
    options.threads = of.threads.count();
    options.searches = len(of.searches_at_once);
    options
}

/// The bounds of crawling.
fn crawling(settings: &Settings) -> crawl::Limits {
    let (scan, range) = (&settings.scan, &settings.range);
    let (commit_rows, commit_bytes) = commits(settings);
    crawl::Limits {
        // A number that is set is what is wanted; else it is seen what more would be of use.
        crawlers: Workers::new(scan.workers).count(),
        checkpoint_millis: range.checkpoint_interval.as_millis(),
        list_page: len(range.list_page),
        part_bytes: scan.part_bytes.get(),
        // An object takes two rows, itself and that it holds something: half of a commit.
        checkpoint_objects: len(commit_rows / 4),
        checkpoint_bytes: commit_bytes / 2,
        page_key_bytes: commit_bytes / 4,
        reading: reading(settings),
        ..crawl::Limits::default()
    }
}

fn days(millis: u64) -> u32 {
    u32::try_from(millis / (24 * 60 * 60 * 1_000)).unwrap_or(u32::MAX)
}

pub(crate) fn len(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// How much the engine decodes.
pub(crate) fn decoding(settings: &Settings) -> Decoding {
    let of = &settings.detect;
    Decoding {
        depth: u8::try_from(of.decode_depth).unwrap_or(u8::MAX),
        unpacked_bytes: of.decode_unpacked_bytes.as_len(),
        expansion: len(of.decode_expansion),
        work: len(of.decode_work),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_of_the_settings_are_those_of_the_rooms() {
        let settings = Settings::default();
        assert_eq!(reading(&settings), Limits::default());
        assert_eq!(tuning(&settings), Tuning::default());
        let (tenant, id) = (TenantId::default_tenant(), NodeId::from_bytes([7; NodeId::LEN]));
        let theirs = Node::new(tenant.clone(), id);
        let ours = node(&settings, tenant, id);
        // These follow the machine.
        let (classifiers, follow) = (theirs.classifiers, theirs.follow);
        let (scan, analysis) = (theirs.policy.pools.scan, theirs.policy.pools.analysis);
        let pools = pools::Rules { scan, analysis, ..ours.policy.pools };
        let ours = Node { classifiers, follow, policy: Policy { pools, ..ours.policy }, ..ours };
        let crawl = crawl::Limits { crawlers: theirs.crawl.crawlers, ..ours.crawl.clone() };
        assert_eq!(format!("{:?}", Node { crawl, ..ours }), format!("{theirs:?}"));
        assert_eq!(ownership(&settings), Bounds::default());
        let tenant = TenantId::default_tenant();
        let (ours, theirs) = (index(&settings, tenant.clone()), index::Options::new(tenant));
        // This follows the machine too.
        let ours = index::Options { threads: theirs.threads, ..ours };
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        let (ours, theirs) = (store(&settings), Options::new(&settings.node.data_dir));
        assert_eq!(
            (ours.cache_bytes, ours.write_buffer_bytes, ours.limits, ours.dir, ours.reserve_bytes),
            (
                theirs.cache_bytes,
                theirs.write_buffer_bytes,
                theirs.limits,
                theirs.dir,
                theirs.reserve_bytes
            )
        );
        assert_eq!(settings.scan.overlap_bytes.as_len(), trawl_detect::reach::OVERLAP_BYTES);
        assert_eq!(decoding(&settings), Decoding::default());
    }

    #[test]
    fn pools_begin_with_one_a_core_or_with_what_is_set_which_is_the_most() {
        let cores = Workers::PER_CORE.count();
        let mut settings = Settings::default();
        let begins = |settings: &Settings| crawling(settings).crawlers;
        let bounds = pools(&settings).scan;
        assert_eq!((begins(&settings), bounds.least, bounds.most), (cores, cores, 4 * cores));
        let analysis = pools(&settings).analysis;
        assert_eq!((analysis.least, analysis.most), (cores, cores));
        settings.scan.workers = 3;
        let bounds = pools(&settings).scan;
        assert_eq!((begins(&settings), bounds.hold(100), bounds.hold(0)), (3, 3, cores.min(3)));
    }
}
