//! The settings themselves. Each is declared here and nowhere else.
//!
//! The comment of a setting is its line in `docs/configuration.md`: what it means and, where it is
//! a bound, why there is one.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::declare::Allowed::{Any, Between, Such};
use crate::declare::settings;
use crate::kind::words;
use crate::{Bytes, Percent, SecretRef, Span, Workers, syntax};

words! {
    /// How the log is written.
    LogFormat {
        /// Lines for people.
        Text = "text",
        /// One JSON object a line, for collectors.
        Json = "json",
    }

    /// The store that keeps the records.
    StoreKind {
        /// Inside the node, in its data directory.
        Embedded = "embedded",
        /// A database: ScyllaDB or Apache Cassandra.
        Cql = "cql",
    }

    /// Where the files of the index lie.
    IndexFiles {
        /// In the data directory.
        Local = "local",
        /// In a folder that several nodes mount.
        Folder = "folder",
        /// In a bucket of S3, or of what speaks as S3 does.
        S3 = "s3",
    }
}

settings! {
    /// The node itself.
    node: Node {
        /// What the node is for. `schedule`: it may lead, which is to order, follow and index what is scanned;
        /// one node of a cluster does at a time, and others that may take over when it has ended. `crawl`: it
        /// reads sources, and classifies what it reads. Where `mesh.listen` is not set, a node is for
        /// both.
        roles: Vec<String> = vec!["schedule".to_owned(), "crawl".to_owned()],
            Such("schedule, crawl, or both", |v| syntax::roles(v));
        /// The directory that holds all that must last. One process at a time opens it.
        data_dir: PathBuf = PathBuf::from("./data"),
            Such("not empty", |v| syntax::path(v)), variable "TRAWL_DATA";
        /// The tenant that commands work for.
        tenant: String = "default".to_owned(),
            Such("a lower-case letter, then lower-case letters, digits and -, at most 64 in all",
                |v| syntax::tenant(v));
        /// Where the key lies under which the keys of all tenants are wrapped. Where none is
        /// named, the node makes one in its data directory; a backup without it is worthless. On a
        /// database it must be named: all nodes share it.
        root_key: Option<SecretRef> = None, Any;
        /// How long stopping may take: no new leases, a last checkpoint, then the end, whatever is
        /// still under way. What isn't done by then is read again.
        stop_within: Span = Span::secs(5), Between(Span::secs(1), Span::minutes(10)), applies at_once;
        /// How long whoever wants the data directory waits for another command, or for a node that starts or
        /// stops, which has it. A node that runs is asked at once.
        wait_within: Span = Span::secs(15), Between(Span::millis(1), Span::hours(1)), applies at_once;
    }

    /// What a running node answers over HTTP, and to whom.
    api: Api {
        /// Where it listens; port 0 takes one that is free. On an address that others reach it
        /// refuses to start without `api.tls_certificate`, `api.tls_key` and a key made by
        /// `trawl key new`.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 7300)), Any;
        /// Other names by which it is called, such as `trawl.example.org`. A request for any
        /// other host is refused, so that no page in a browser can call the node under a name
        /// that it made lead here.
        hosts: Vec<String> = Vec::new(), Such("names of hosts, without port", |v| syntax::hosts(v)), applies at_once;
        /// The certificate that it shows, with those that it was signed by, as PEM. What lies there is
        /// read again with the settings; to begin with TLS, or to end it, takes a start.
        tls_certificate: Option<PathBuf> = None, Such("not empty", syntax::optional_path),
            applies at_once;
        /// Where the certificate's private key lies, as PEM.
        tls_key: Option<SecretRef> = None, Any, applies at_once;
        /// Connections that are open at once. Each holds a file and some memory; more wait.
        connections: u32 = 1_024, Between(1, 100_000);
        /// How long a connection may take for the head of a request, or stay open without one.
        head_within: Span = Span::secs(10), Between(Span::secs(1), Span::minutes(10)), applies at_once;
        /// Requests that are at work at once. More are refused with 429: who waits in a queue
        /// has often gone when his turn comes.
        requests_at_once: u32 = 256, Between(1, 10_000), applies at_once;
        /// How long a request may take, its body included. What takes longer is given up, with 408.
        request_within: Span = Span::secs(30), Between(Span::millis(10), Span::minutes(10)), applies at_once;
        /// The same for requests that look at all that is kept, as `trawl doctor` and `trawl audit verify`
        /// ask where a node runs: the more there is, the longer they take.
        long_request_within: Span = Span::minutes(30), Between(Span::millis(10), Span::hours(24)), applies at_once;
        /// The longest body of a request. It is held in memory.
        request_bytes: Bytes = Bytes::mib(1), Between(Bytes::kib(1), Bytes::mib(64)), applies at_once;
        /// The longest body with which a pack of rules is put: its dictionaries are in it. Two are held in
        /// memory at the most.
        rule_pack_bytes: Bytes = Bytes::mib(64), Between(Bytes::kib(64), Bytes::gib(1)), applies at_once;
        /// Items of one page of an answer, at the most, and as many where a request doesn't say.
        page_items: u32 = 1_000, Between(1, 10_000), applies at_once;
        /// About so many bytes of items has a page; it ends early where they are large.
        page_bytes: Bytes = Bytes::mib(4), Between(Bytes::kib(64), Bytes::mib(256)), applies at_once;
        /// Rows that are looked at for one page. Where few of them match, the page is short and
        /// says where to go on, so that no question takes for ever.
        page_rows: u32 = 100_000, Between(1_000, 10_000_000), applies at_once;
        /// Streams of events that are open at once. Each stays as long as its scan.
        streams: u32 = 64, Between(1, 10_000), applies at_once;
        /// How often a stream of events looks for what is new.
        stream_interval: Span = Span::millis(500), Between(Span::millis(10), Span::minutes(1)), applies at_once;
        /// Verdicts in one request.
        verdicts_at_once: u32 = 200, Between(1, 500), applies at_once;
        /// Scans of which it is remembered when they were begun, so that a finding is shown without reading
        /// all scans of its tenant. Each takes about 45 bytes.
        scan_starts: u32 = 100_000, Between(0, 100_000_000), applies at_once;
        /// Keys that a tenant has, revoked ones included, for they stay in the list.
        keys: u32 = 1_000, Between(1, 10_000), applies at_once;
        /// How often it is written down when keys were used last. No request costs a write; what a crash
        /// takes is at most this much.
        key_use_every: Span = Span::minutes(1), Between(Span::secs(1), Span::hours(24)), applies at_once;
        /// How long the answer to a request with an Idempotency-Key is kept, and given again.
        idempotency_age: Span = Span::hours(24), Between(Span::minutes(1), Span::hours(24 * 30)), applies at_once;
        /// So many of these answers are kept; past it the oldest goes.
        idempotency_answers: u32 = 10_000, Between(10, 1_000_000), applies at_once;
    }

    /// What the node says of itself. No found value is ever in it.
    log: Log {
        /// How the log is written.
        format: LogFormat = LogFormat::Text, Any;
        /// How much is said: a level, and after commas other levels for parts of the program, as
        /// in `warn,trawl_storage=debug`.
        level: String = "warn".to_owned(),
            Such("off, error, warn, info, debug or trace, and part=level after commas",
                |v| syntax::log_filter(v)), applies at_once;
    }

    /// Traces of requests and of the scans that they order, exported to a collector by OpenTelemetry's
    /// protocol. No found value and no name of an object is in them.
    otel: Otel {
        /// Where they are sent, by OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`. Where
        /// none is named nothing is exported. A `https` address needs `otel.certificates`.
        endpoint: Option<String> = None,
            Such("an address that begins with http:// or https://, without a user",
                syntax::optional_endpoint);
        /// The certificates that a collector's own must be signed by, as PEM.
        certificates: Option<PathBuf> = None, Such("not empty", syntax::optional_path);
        /// Of a hundred traces that begin here, so many are exported. One that a caller began is
        /// exported if he says so.
        sampled: Percent = Percent::new(100), Between(Percent::new(0), Percent::new(100));
        /// Spans that wait to be exported. What comes when there are so many is dropped, and counted.
        queue_spans: u32 = 2_048, Between(16, 1_000_000);
        /// Spans that are sent at once, at the most.
        batch_spans: u32 = 512, Between(1, 10_000);
        /// How often what waits is sent.
        export_every: Span = Span::secs(5), Between(Span::millis(10), Span::minutes(10));
        /// How long sending may take. What takes longer has failed, and is dropped and counted.
        export_within: Span = Span::secs(10), Between(Span::millis(10), Span::minutes(10));
    }

    /// How objects are chosen, read and classified.
    scan: Scan {
        /// Only objects whose path under the root matches one of these globs are read; none means
        /// all.
        include: Vec<String> = Vec::new(), Such("globs, at most 4096 characters each", |v| syntax::globs(v)), applies at_once;
        /// Objects whose path under the root matches one of these globs are passed over.
        exclude: Vec<String> = Vec::new(), Such("globs, at most 4096 characters each", |v| syntax::globs(v)), applies at_once;
        /// Larger objects are skipped, with that reason. The default lets nearly all pass, for
        /// objects are read as streams.
        max_object_bytes: Bytes = Bytes::tib(1), Between(Bytes::new(1), Bytes::tib(1 << 20)), applies at_once;
        /// Whether a scan of a folder stays on the file system that it begins on.
        one_file_system: bool = false, Any, applies at_once;
        /// Scans that are at work at once, of a node that serves; the others wait. Each holds the rows
        /// of its source's ranges in memory.
        at_once: u32 = 4, Between(1, 1_000), applies at_once;
        /// How long a scan waits before it is as urgent as the most urgent: so none waits for ever,
        /// whatever is ordered meanwhile.
        patience: Span = Span::minutes(10), Between(Span::secs(1), Span::hours(240)), applies at_once;
        /// How long a target may take to say whether it is there and can be read, before a scan of it
        /// has failed: a mount whose server is gone may never answer. A scan that asks takes one of
        /// the places of those at work.
        answer_within: Span = Span::secs(20), Between(Span::millis(10), Span::minutes(60)), applies at_once;
        /// How long findings of what has vanished are kept, unless their source says otherwise. Then
        /// they are deleted, with the names of their objects.
        closed_kept: Span = Span::hours(24 * 365),
            Between(Span::hours(24), Span::hours(24 * 365 * 100)), applies at_once;
        /// Crawlers at the most: how many units are read at once; 0 for four a core. More help where reading
        /// waits, as on a network; each holds files open. A node begins with so many, or with one a core where
        /// this is 0, and more come while units wait and neither memory nor cores nor limits of sources are what
        /// they wait for: so reading a disk that is fast takes no more than one a core.
        workers: u32 = 0, Between(0, 1_024), applies at_once;
        /// Crawlers at the least, though never more than `scan.workers`. Those above it go when there is nothing
        /// to do; fewer take longer to be enough again when there is.
        workers_min: Workers = Workers::PER_CORE, Between(Workers::new(0), Workers::new(1_024)), applies at_once;
        /// Threads that classify, at the most, and as many as a node begins with. More than there are cores only
        /// get into each other's way.
        classifiers: Workers = Workers::PER_CORE, Between(Workers::new(0), Workers::new(1_024)), applies at_once;
        /// Threads that classify, at the least, though never more than `scan.classifiers`. Those above it go when
        /// there is nothing to do. Each has its own memory for the rules, and one that waits costs nothing else:
        /// so none goes by default.
        classifiers_min: Workers = Workers::PER_CORE, Between(Workers::new(0), Workers::new(1_024)), applies at_once;
        /// How often it is looked whether there are to be more crawlers and classifiers, or fewer. Shorter is
        /// sooner enough, and takes what comes and goes for what lasts.
        pool_look_every: Span = Span::secs(10), Between(Span::millis(100), Span::minutes(1)), applies at_once;
        /// With more units than this that wait for crawlers, or batches for classifiers, a quarter more of them
        /// come, and at least one. What is less is soon done.
        pool_depth: u32 = 10, Between(1, 10_000), applies at_once;
        /// How far the threads that read and classify stand behind those that answer and index, on a
        /// node that serves: the niceness of Linux. With 0 a scan is faster, and what it finds is
        /// searched later. A scan without a node stands behind nothing.
        nice: u32 = 19, Between(0, 19);
        /// Content that is in memory at once, over all crawlers and classifiers. This is what
        /// bounds the memory of a scan, whatever the size of its objects.
        content_in_flight_bytes: Bytes = Bytes::mib(256), Between(Bytes::mib(16), Bytes::tib(1));
        /// Text of one piece: what a classifier takes at a time. Larger pieces cost memory,
        /// smaller ones read more overlap.
        piece_bytes: Bytes = Bytes::mib(1), Between(Bytes::kib(64), Bytes::mib(64));
        /// Text that is given again before and after a piece. The longest value, with the words
        /// around it that judge it, must lie within, or it is missed on the border of two pieces: so
        /// far does the engine look, and no less is allowed.
        overlap_bytes: Bytes = Bytes::kib(16), Between(Bytes::kib(16), Bytes::mib(1));
        /// Parts of formats that can't be read as a stream (objects of a PDF, a table of shared
        /// strings) are loaded up to this size; larger ones are skipped, with that reason.
        whole_bytes: Bytes = Bytes::mib(64), Between(Bytes::mib(1), Bytes::gib(16));
        /// Objects larger than this that can be entered in the middle are cut into parts of this
        /// size, so that several crawlers read one and a crash repeats little.
        part_bytes: Bytes = Bytes::mib(64), Between(Bytes::mib(1), Bytes::tib(1));
        /// Parts of one object that are at work at once. Each takes a row of the object's range,
        /// whose commits are bounded.
        parts_at_once: u32 = 100, Between(1, 160);
        /// How deep archives may lie in archives. What lies deeper is skipped, with that reason:
        /// an archive can hold itself.
        max_depth: usize = 8, Between(1, 64);
        /// Decoded bytes of one object, over all its members. A bomb ends here.
        max_decoded_bytes: Bytes = Bytes::gib(64), Between(Bytes::mib(1), Bytes::tib(1 << 10));
        /// Decoded bytes that one stored byte may become, once a member has given a megabyte. Real
        /// data stays under it; a bomb doesn't.
        max_expansion: u64 = 1_000, Between(10, 1_000_000);
        /// Members of one object, over all its levels. A small archive can name millions.
        max_members: u64 = 1_000_000, Between(1, 1_000_000_000);
        /// The longest line, field or key that is kept whole; longer ones are cut into segments,
        /// so that a file without line breaks takes no more memory than another.
        max_field_bytes: Bytes = Bytes::mib(1), Between(Bytes::kib(64), Bytes::mib(64));
        /// Elements and values within each other in one document. Deeper ones would take the
        /// reader's stack.
        max_nesting: usize = 512, Between(16, 4_096);
        /// Memory for the detections of pieces that were met before, so that copies of a file are
        /// classified once. 0 turns it off.
        cache_bytes: Bytes = Bytes::mib(32), Between(Bytes::new(0), Bytes::gib(64));
        /// The largest piece that is looked up there: it must be whole in memory to be hashed.
        cache_piece_bytes: Bytes = Bytes::mib(8), Between(Bytes::kib(1), Bytes::mib(64));
    }

    /// The catalogue of a source: how it is cut, how work is handed out, how often it is kept.
    range: Range {
        /// Objects of one range. A full range is cut; its partition must stay small enough to be
        /// read and moved at once.
        max_objects: u64 = 10_000, Between(100, 100_000);
        /// Objects of one unit of work. A unit should take seconds to a minute.
        unit_objects: u32 = 500, Between(1, 10_000);
        /// Content of one unit of work, unless its one object is larger.
        unit_bytes: Bytes = Bytes::mib(64), Between(Bytes::mib(1), Bytes::gib(64));
        /// Objects that a source lists at a time.
        list_page: u32 = 1_000, Between(10, 10_000);
        /// How often a unit at work keeps what it has done. A crash repeats at most this much.
        checkpoint_interval: Span = Span::secs(1), Between(Span::secs(1), Span::secs(5));
        /// Rows of one commit, all of which take effect at once or not at all. Fewer are more commits,
        /// each of which waits for the disk.
        commit_rows: u32 = 2_000, Between(200, 10_000);
        /// Rows that one decision of a range's owner changes. Decisions are committed in groups, and
        /// one must leave room in its commit.
        decision_rows: u32 = 1_000, Between(5, 5_000);
        /// Bytes of one commit.
        commit_bytes: Bytes = Bytes::mib(1), Between(Bytes::kib(192), Bytes::mib(8));
        /// Entries of a range's log that wait for an index. A longer log is dropped, and the range
        /// is indexed whole.
        log_entries: u32 = 1_000, Between(10, 100_000);
        /// How long a worker may be silent before its unit goes to another. Each checkpoint renews
        /// it.
        lease: Span = Span::secs(60), Between(Span::secs(5), Span::hours(1));
        /// Attempts of a unit whose source fails before it is parked, where it blocks nothing and
        /// waits to be released.
        attempts: u32 = 5, Between(1, 100);
        /// The wait before the second attempt. It doubles with each further one, with some chance
        /// in it, so that a source that comes back isn't asked by all at once.
        retry_backoff: Span = Span::secs(1), Between(Span::millis(10), Span::minutes(10));
        /// The longest wait between two attempts.
        retry_backoff_max: Span = Span::secs(60), Between(Span::millis(10), Span::hours(24));
        /// Deaths of a worker at one place of an object that was named before the object is set aside
        /// as failed. One may be chance.
        deaths_before_set_aside: u32 = 2, Between(1, 10);
        /// Shards over which ranges are spread. It is set when the data directory, or the tables of the
        /// database, are made, and stays.
        shards: u32 = 64, Between(1, 4_096);
        /// If more than this share of a source has vanished, nothing is closed before somebody has
        /// looked: a share that isn't mounted looks like one that was emptied.
        vanished_share: Percent = Percent::new(50), Between(Percent::new(1), Percent::new(100));
    }

    /// What is found, made searchable.
    index: Index {
        /// Parts of the index that are written at once; each reads a share of the ranges. Nodes of a cluster
        /// share them, so let there be more than nodes. It is set when the index is made: `trawl index rebuild` makes one with another number.
        lanes: u32 = 2, Between(1, 64);
        /// Where its files lie: `local` for the data directory; `folder` for `index.folder`, or `s3` for
        /// `index.bucket`, which all nodes of a database reach, so that one that takes over finds the index as
        /// it was.
        files: IndexFiles = IndexFiles::Local, Any;
        /// The folder that all nodes mount. It must be there, and no other store may use it.
        folder: Option<PathBuf> = None, Such("not empty", syntax::optional_path);
        /// The bucket of S3, or of what speaks as S3 does. It must be there.
        bucket: Option<String> = None,
            Such("3 to 63 of a-z, 0-9, - and .", |v| v.as_deref().is_none_or(syntax::bucket));
        /// What the keys of all files in the bucket begin with; other keys are never touched. No other store
        /// may use it.
        prefix: String = "trawl".to_owned(),
            Such("letters, digits, -, _ and ., with / between, at most 200 in all", |v| syntax::prefix(v));
        /// The region in which the bucket lies.
        region: String = "us-east-1".to_owned(), Such("letters, digits and -, at most 64 in all", |v| syntax::region(v));
        /// The address of the service, such as `https://s3.example.org`, where it isn't that of AWS.
        endpoint: Option<String> = None,
            Such("http:// or https://, a host, and no user", syntax::optional_endpoint);
        /// Where the id of the access key lies that may list, read, write and delete there; together with
        /// `index.secret_key`. Where neither is named, the role of the machine is asked for (EC2).
        access_key: Option<SecretRef> = None, Any;
        /// Where the secret of the access key lies.
        secret_key: Option<SecretRef> = None, Any;
        /// The certificates of those who sign the certificate of the service, as PEM. Where they are not
        /// named, those are believed whom the system believes.
        certificates: Option<PathBuf> = None, Such("not empty", syntax::optional_path);
        /// How long a request to the bucket may take, each of up to four times that it is tried. A part of a
        /// file, of 8 MiB, comes or goes in this time.
        request_within: Span = Span::secs(30), Between(Span::millis(100), Span::minutes(5));
        /// Copies of files in a shared folder or a bucket that lie in the data directory for the next time,
        /// at the most. What is searched is open and lies there in any case.
        cache_bytes: Bytes = Bytes::gib(10), Between(Bytes::mib(1), Bytes::tib(64));
        /// How long a change waits for others, so that they are taken in together. Less finds what is
        /// new sooner, and costs more.
        gather: Span = Span::millis(250), Between(Span::millis(1), Span::secs(10));
        /// How often all ranges are looked at for changes that nobody told of.
        look_every: Span = Span::secs(30), Between(Span::secs(1), Span::hours(24));
        /// Searches that are at work at once. Each has a thread; more wait. One that nobody waits for any
        /// more is given up.
        searches_at_once: u32 = 16, Between(1, 10_000);
        /// Findings and objects that are taken in at once, unless one object alone has more. They are
        /// in memory meanwhile.
        batch_documents: u32 = 10_000, Between(10, 1_000_000);
        /// Threads that share what a lane takes in, where thousands of findings come at once.
        threads: Workers = Workers::PER_CORE, Between(Workers::new(0), Workers::new(1_024));
        /// How long what is searched from memory alone waits until it is written. A crash reads at
        /// most this much again.
        publish_every: Span = Span::secs(10), Between(Span::millis(10), Span::hours(1));
        /// From so many bytes in memory on, a lane writes without waiting.
        publish_bytes: Bytes = Bytes::mib(16), Between(Bytes::kib(1), Bytes::gib(16));
        /// At so many bytes in memory, a lane takes nothing more in until it has written.
        tail_bytes: Bytes = Bytes::mib(64), Between(Bytes::kib(1), Bytes::gib(64));
        /// So many files of about one size become one larger one. More mean less writing, and more
        /// files to search.
        merge_factor: u32 = 8, Between(2, 100);
        /// No file has more findings and objects than this.
        split_documents: u32 = 10_000_000, Between(1_000, 100_000_000);
        /// Of a hundred findings and objects in a file, so many may be outdated before it is written
        /// anew without them.
        dead_share: Percent = Percent::new(30), Between(Percent::new(1), Percent::new(100));
        /// How far the threads that take in what has changed stand behind those that answer, on a node
        /// that serves: the niceness of Linux. The further, the sooner is answered who asks while all
        /// cores are busy, and the later is found what a scan finds meanwhile.
        nice: u32 = 3, Between(0, 19);
        /// The same of the threads that write files. They come before those that read and classify
        /// (`scan.nice`): until then what is found lies in memory.
        write_nice: u32 = 10, Between(0, 19);
        /// How long a file stays that no longer belongs to the index. It must be longer than the
        /// longest writing of a file.
        grace: Span = Span::minutes(10), Between(Span::millis(1), Span::hours(24 * 7));
    }

    /// Where the records are kept.
    store: Store {
        /// The store. `embedded` lies in the data directory and needs no server; `cql` is the database that
        /// `database.nodes` leads to, and `trawl migrate` makes its tables.
        kind: StoreKind = StoreKind::Embedded, Any;
        /// Memory of the embedded store for blocks that were read.
        cache_bytes: Bytes = Bytes::mib(32), Between(Bytes::mib(1), Bytes::tib(1));
        /// Memory of the embedded store for rows that were written and lie in the journal, but not yet in tables.
        write_buffer_bytes: Bytes = Bytes::mib(32), Between(Bytes::mib(1), Bytes::gib(64));
        /// Rows of the embedded store that are read at a time when a partition is gone through, at the
        /// most.
        page_rows: u32 = 10_000, Between(100, 100_000);
    }

    /// The database, ScyllaDB or Apache Cassandra, where `store.kind` is `cql`. `trawl migrate` makes its
    /// tables.
    database: Database {
        /// Nodes of the database that are asked first; the others are learnt from them.
        nodes: Vec<String> = Vec::new(), Such("host:port, such as db1.example.org:9042", |v| syntax::endpoints(v));
        /// The keyspace that holds the tables.
        keyspace: String = "trawl".to_owned(),
            Such("a letter, then letters, digits and _, at most 48 in all", |v| syntax::keyspace(v));
        /// The datacenter of the database whose nodes are asked, and in which it is decided who may
        /// write. All nodes of a cluster name the same one.
        datacenter: String = "datacenter1".to_owned(), Such("not empty, at most 255 bytes", |v| syntax::name(v));
        /// How many copies of each row there are when the keyspace is made, by datacenter, such as
        /// `east:3`. Where nothing is said there are three, in `database.datacenter`. Later it is changed
        /// in the database, and repaired there.
        replication: Vec<String> = Vec::new(), Such("datacenter:copies, such as east:3", |v| syntax::replication(v));
        /// As whom the database is asked; together with `database.password`.
        user: Option<String> = None, Such("not empty, at most 255 bytes", |v| v.as_deref().is_none_or(syntax::name));
        /// Where the password lies.
        password: Option<SecretRef> = None, Any;
        /// The certificates of those who sign the certificates of the database, as PEM. Where they are
        /// named, connections are encrypted, and whoever shows no certificate of theirs for the address
        /// at which it is reached is not believed.
        certificates: Option<PathBuf> = None, Such("not empty", syntax::optional_path);
        /// The certificate that is shown to the database, as PEM; together with `database.key`.
        certificate: Option<PathBuf> = None, Such("not empty", syntax::optional_path);
        /// Where its key lies.
        key: Option<SecretRef> = None, Any;
        /// How long a connection may take to be made.
        connect_within: Span = Span::secs(5), Between(Span::millis(100), Span::minutes(1));
        /// How long a request may take, with all its tries. The database gives up by its own times, which
        /// are shorter as a rule.
        request_within: Span = Span::secs(10), Between(Span::millis(100), Span::minutes(5));
        /// After so long a read or a plain write is sent to a second copy as well; 0 for never. What has a
        /// condition is sent once.
        speculate_after: Span = Span::millis(0), Between(Span::millis(0), Span::minutes(1));
        /// Reads of single rows that are under way at once.
        reads_at_once: u32 = 256, Between(1, 100_000);
        /// Pages that are under way at once: each is gathered in the memory of a node of the database.
        pages_at_once: u32 = 16, Between(1, 10_000);
        /// Plain writes that are under way at once, each of up to 40 KiB.
        writes_at_once: u32 = 128, Between(1, 100_000);
        /// Conditional writes that are under way at once: each takes all copies of its partition for several
        /// rounds.
        commits_at_once: u32 = 32, Between(1, 10_000);
        /// Rows of a page, at the most.
        page_rows: u32 = 5_000, Between(100, 100_000);
        /// Rows of a commit, at the most: others of its partition wait for it.
        commit_rows: u32 = 500, Between(50, 10_000);
        /// Bytes of a commit, at the most. Databases refuse what is larger than half a file of their
        /// journal.
        commit_bytes: Bytes = Bytes::kib(256), Between(Bytes::kib(64), Bytes::mib(4));
    }

    /// Nodes that share a database. One of them leads at a time; another one takes over when it has ended.
    /// Those that are connected (see `mesh`) share the work.
    cluster: Cluster {
        /// How often a node says in the database that it is at work.
        beat: Span = Span::secs(3), Between(Span::millis(10), Span::minutes(1));
        /// After so long without a word in the database from the node that is at work, another one may take
        /// over. For half of it that node waits for the database before it gives out nothing more.
        take_over: Span = Span::secs(12), Between(Span::millis(40), Span::minutes(10));
        /// Commits a second of ranges, of all nodes together; each node that has shards holds to its share. A
        /// conditional write costs a database several rounds among its copies. Where there are more, what is to be
        /// kept waits and is gathered into fewer, so that a crash repeats a little more.
        commits_per_second: u32 = 500, Between(50, 1_000_000);
    }

    /// How the nodes of a cluster reach each other: over QUIC, each proving who it is by a certificate of the
    /// cluster's own authority (`trawl cluster init` and `issue`).
    mesh: Mesh {
        /// Where it listens for other nodes, on UDP. Where nothing is set the node knows no others; with a
        /// database, only one at a time is at work then.
        listen: Option<SocketAddr> = None, Any;
        /// Where others reach it, where that is not the address on which it listens.
        advertise: Option<SocketAddr> = None, Any;
        /// Nodes that are dialled first, by address or by name; each leads to all others. A node may name
        /// itself, so that all nodes can have the same list.
        seeds: Vec<String> = Vec::new(), Such("host:port, such as n1.example.org:7301", |v| syntax::endpoints(v));
        /// The name that was given to `trawl cluster init`.
        cluster: Option<String> = None, Such("not empty, at most 255 bytes", |v| v.as_deref().is_none_or(syntax::name));
        /// The node's certificate, as PEM: it says what the node is called. What lies there is looked at again
        /// once a minute, and what was renewed holds from then on.
        certificate: Option<PathBuf> = None, Such("not empty", syntax::optional_path);
        /// Its key, as PEM.
        key: Option<PathBuf> = None, Such("not empty", syntax::optional_path);
        /// The certificates of the authorities whose nodes are believed, as PEM: `ca.pem`, and several while
        /// an authority is replaced.
        authorities: Option<PathBuf> = None, Such("not empty", syntax::optional_path);
        /// Other nodes that are connected at once. All are with all, so this is to be above their number.
        peers: u32 = 256, Between(1, 4_096);
        /// The longest message. Longer answers are sent in several. A request over HTTP that another node is
        /// to answer fits into one, whatever `api.request_bytes` says.
        message_bytes: Bytes = Bytes::mib(2), Between(Bytes::mib(1), Bytes::mib(4));
        /// Requests of other nodes that are answered at once. Those above are told that it is too much.
        requests_at_once: u32 = 1_024, Between(64, 65_536);
        /// Bytes of requests of other nodes that are held in memory, together.
        request_bytes: Bytes = Bytes::mib(64), Between(Bytes::mib(16), Bytes::gib(1));
        /// Bytes of answers of other nodes that are held in memory, together.
        answer_bytes: Bytes = Bytes::mib(64), Between(Bytes::mib(16), Bytes::gib(1));
        /// A connection from which nothing came for so long is gone.
        idle: Span = Span::secs(10), Between(Span::secs(1), Span::minutes(10));
        /// The longest wait before a node is dialled again that can't be reached.
        redial: Span = Span::secs(15), Between(Span::millis(200), Span::hours(1));
        /// How often each node tells some others what it knows of all.
        gossip_every: Span = Span::secs(1), Between(Span::millis(10), Span::minutes(1));
    }

    /// Room on the disk, where the data directory and the index lie.
    disk: Disk {
        /// With less than this free, nothing at all is written: so much the store needs to bring what
        /// it has taken to its place.
        reserve_bytes: Bytes = Bytes::mib(32), Between(Bytes::mib(1), Bytes::tib(1));
        /// With less than this free, a node that serves refuses changes, holds scans back and no longer
        /// writes the index. Reading goes on, and what makes room: deleting a source, forgetting what was
        /// closed for long. So much of what is above the reserve is there for that.
        low_bytes: Bytes = Bytes::mib(256), Between(Bytes::mib(2), Bytes::tib(16));
        /// With so much free again, all goes on by itself. It lies above `disk.low_bytes`, so that a disk
        /// that hovers about that doesn't stop and go on all the time.
        enough_bytes: Bytes = Bytes::mib(384), Between(Bytes::mib(2), Bytes::tib(32));
        /// How often it is looked. A write that fails is looked after at once.
        look_every: Span = Span::secs(1), Between(Span::millis(10), Span::minutes(1));
    }

    /// What is looked for.
    detect: Detect {
        /// Folders with rule files that are read beside the built-in rules.
        rules: Vec<PathBuf> = Vec::new(), Such("no empty path", |v| syntax::paths(v));
        /// Findings that are less sure than this are not kept. Rules give 85 (high), 75 (medium)
        /// and 65 (low), and none reports below 60 unless it says so.
        min_confidence: Percent = Percent::new(60), Between(Percent::new(0), Percent::new(100));
        /// Decodings one within another (Base64, escapes and the like) that are read; 0 reads none. With
        /// other bounds of decoding the next scan reads everything again.
        decode_depth: u32 = 3, Between(0, 8);
        /// What one packed stretch within a text may become.
        decode_unpacked_bytes: Bytes = Bytes::kib(64), Between(Bytes::kib(1), Bytes::mib(16));
        /// Bytes that a packed byte within a text may become.
        decode_expansion: u32 = 32, Between(1, 1_000);
        /// Bytes that are decoded for a byte of a text, at the most, over all that stands in it.
        decode_work: u32 = 24, Between(1, 1_000);
    }
}
