//! What the CQL store makes of a database, held against bare loops of the driver with the same rows in
//! the same run: findings as a scan puts them, the same one by one, and commits. A real server, which
//! `scripts/cassandra` starts, or that at `TRAWL_TEST_CQL`; both share the cores of one machine. Run with
//! `cargo bench -p trawl-storage --bench cql`.

mod made;

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use futures_util::{StreamExt, TryStreamExt, stream};
use scylla::client::PoolSize;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::statement::batch::{Batch, BatchStatement, BatchType};
use scylla::statement::prepared::PreparedStatement;
use scylla::statement::{Consistency, SerialConsistency};
use trawl_model::object::Object;
use trawl_model::range::{Bounds, RangeHead};
use trawl_model::{Generation, ObjectKey, RangeId, SourceId, TenantId};
use trawl_storage::cql::{Options, Replication, migrate};
use trawl_storage::records::{FindingRow, FindingsAt, RangeAt, RangeEntry, RangeRow};
use trawl_storage::table::Fields;
use trawl_storage::value::Value;
use trawl_storage::{Commit, CqlStore, Db, Fence, Outcome, Record, WriteId};

use made::{finding, object_id};

type Failed = Box<dyn Error + Send + Sync>;

const KEYSPACE: &str = "trawl_bench";
/// Findings of an object.
const FINDINGS: u32 = 20;
/// Objects whose findings are put at a time.
const OBJECTS: u32 = 25;
/// Such puts in a round.
const PUTS: u32 = 60;
/// Statements under way at once.
const AT_ONCE: usize = 64;
/// Connections of the bare driver, as many as the store has.
const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");
/// Commits in a round, and of how many ranges side by side.
const COMMITS: u32 = 800;
const RANGES: u32 = 16;
/// Objects of a commit.
const COMMITTED: u32 = 8;
/// Rounds, of which the median counts. One before them warms the server.
const ROUNDS: u32 = 9;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let address = started(folder.path())?;
    let mut options = Options::new([address.clone()], "datacenter1");
    options.keyspace = KEYSPACE.to_owned();
    migrate(&options, &Replication::from([("datacenter1".to_owned(), 1)])).await?;
    let store = Db::shared(Arc::new(CqlStore::open(options).await?));
    let bare = Bare::to(&address).await?;
    let mut rates: [Vec<f64>; 5] = Default::default();
    // Each kind by itself, so that none pays for what the server still has to do of another; of two that
    // are compared now the one comes first and now the other.
    for (of_store, of_bare) in [(3, 4), (0, 1)] {
        for round in 0..=ROUNDS {
            for turn in 0..2 {
                let at = if (turn + round).is_multiple_of(2) { of_store } else { of_bare };
                let mark = of_store * 1_000 + round * 2 + turn;
                rates[at as usize].push(match at {
                    0 => put(&store, mark).await?,
                    1 => bare.put(mark).await?,
                    3 => commit(&store, mark).await?,
                    _ => bare.commit(mark).await?,
                });
            }
        }
    }
    for round in 0..=ROUNDS {
        rates[2].push(bare.put_one_by_one(9_000 + round).await?);
    }
    let [store_puts, bare_puts, single, store_commits, bare_commits] = rates.map(median);
    #[allow(clippy::print_stdout)] // What a benchmark is for.
    {
        println!("findings put by the store: {store_puts:.0} a second");
        println!(
            "the same rows, in batches, by the bare driver: {bare_puts:.0} a second; the store \
             reaches {:.2} of it",
            store_puts / bare_puts
        );
        println!(
            "the same rows, one by one, by the bare driver: {single:.0} a second; the store \
             reaches {:.2} times it",
            store_puts / single
        );
        println!(
            "commits of {COMMITTED} objects by the store: {store_commits:.0} a second; conditional \
             batches of the bare driver: {bare_commits:.0}; the store reaches {:.2} of it",
            store_commits / bare_commits
        );
    }
    drop((store, bare));
    script(&["down"], folder.path())?;
    Ok(())
}

/// Of all rounds but the first, which warms the server.
fn median(mut rates: Vec<f64>) -> f64 {
    rates.remove(0);
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// The server, as fast as it gets.
fn started(folder: &Path) -> Result<String, Failed> {
    #[allow(clippy::disallowed_methods)] // What it is run with, not a setting.
    if let Ok(address) = std::env::var("TRAWL_TEST_CQL") {
        return Ok(address);
    }
    Ok(script(&["up"], folder)?.lines().last().unwrap_or_default().to_owned())
}

fn script(arguments: &[&str], folder: &Path) -> Result<String, Failed> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/cassandra");
    let output = Command::new(script)
        .args(arguments)
        .arg(folder.join("cassandra"))
        .env("TRAWL_CASSANDRA_PARENT", std::process::id().to_string())
        .env("TRAWL_CASSANDRA_OPTIONS", "-XX:TieredStopAtLevel=4")
        .env("TRAWL_CASSANDRA_HEAP", "1g")
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("scripts/cassandra {arguments:?} failed").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn source(mark: u32) -> SourceId {
    let mut bytes = [7; 8];
    bytes[..4].copy_from_slice(&mark.to_be_bytes());
    SourceId::from_bytes(bytes)
}

/// What one put of a scan holds: objects with their findings, each object in a bucket of its own.
fn puts(mark: u32) -> impl Iterator<Item = Vec<FindingRow>> {
    (0..PUTS).map(move |put| {
        let objects = put * OBJECTS..(put + 1) * OBJECTS;
        let rows = objects.flat_map(|object| {
            let bucket = (object.wrapping_mul(2_654_435_761) >> 24) as u16;
            let (tenant, layout) = (TenantId::default_tenant(), 0);
            let at = FindingsAt { tenant, source: source(mark), layout, bucket };
            (0..FINDINGS).map(move |n| FindingRow {
                at: at.clone(),
                object: object_id(object),
                generation: Generation { version: 1, number: 0, turn: 0 },
                sequence: 0,
                finding: finding(object * FINDINGS + n),
            })
        });
        rows.collect()
    })
}

fn a_second(count: u32, began: Instant) -> f64 {
    f64::from(count) / began.elapsed().as_secs_f64()
}

async fn put(store: &Db, mark: u32) -> Result<f64, Failed> {
    let puts: Vec<_> = puts(mark).collect();
    let began = Instant::now();
    // As many puts side by side as bring as many statements under way.
    stream::iter(puts)
        .map(|rows| store.put(rows))
        .buffer_unordered(AT_ONCE / OBJECTS as usize + 1)
        .try_collect::<()>()
        .await?;
    Ok(a_second(PUTS * OBJECTS * FINDINGS, began))
}

fn committed(at: &RangeAt, n: u32) -> Vec<RangeRow> {
    let row = |entry| RangeRow { at: at.clone(), entry };
    let mut rows = vec![row(RangeEntry::Head(RangeHead::new(Bounds::everything(), 0)))];
    rows.extend((0..COMMITTED).map(|object| {
        let number = n * COMMITTED + object;
        let key = ObjectKey::new(format!("registry/src/some-crate/src/file-{number:06}.rs"));
        row(RangeEntry::Object(key, Object::unread(object_id(number), 900, 1).into()))
    }));
    rows
}

fn ranges(mark: u32) -> impl Iterator<Item = RangeAt> {
    (0..RANGES).map(move |range| RangeAt {
        tenant: TenantId::default_tenant(),
        source: source(mark),
        range: RangeId::from_bytes([range as u8; 12]),
    })
}

async fn commit(store: &Db, mark: u32) -> Result<f64, Failed> {
    let began = Instant::now();
    let chains = ranges(mark).map(|at| async move {
        let mut fence: Option<Fence> = None;
        for n in 0..COMMITS / RANGES {
            let mut commit = Commit::new(at.clone(), fence, WriteId::random()?);
            commit.puts = committed(&at, n);
            match store.commit(commit).await? {
                Outcome::Applied(applied) => fence = Some(applied),
                other => return Err(Failed::from(format!("{other:?}"))),
            }
        }
        Ok::<_, Failed>(())
    });
    stream::iter(chains).buffer_unordered(RANGES as usize).try_collect::<()>().await?;
    Ok(a_second(COMMITS, began))
}

/// The driver, and no more than is needed of it.
struct Bare {
    session: Session,
    put: PreparedStatement,
    put_range: PreparedStatement,
    first: PreparedStatement,
    next: PreparedStatement,
}

type FindingValues =
    (String, Vec<u8>, i32, i32, Vec<u8>, Vec<u8>, i64, Vec<u8>, String, i8, Vec<u8>);
type RangeValues = (String, Vec<u8>, Vec<u8>, i8, Vec<u8>, Vec<u8>, Vec<u8>);

impl Bare {
    async fn to(address: &str) -> Result<Self, Failed> {
        let session = SessionBuilder::new()
            .known_node(address)
            .use_keyspace(KEYSPACE, true)
            .pool_size(PoolSize::PerHost(CONNECTIONS))
            .build()
            .await?;
        let prepare = async |text: &str| -> Result<PreparedStatement, Failed> {
            let mut statement = session.prepare(text).await?;
            statement.set_consistency(Consistency::LocalQuorum);
            statement.set_is_idempotent(true);
            Ok(statement)
        };
        let put = prepare(
            "INSERT INTO finding (tenant, source, layout, bucket, object, generation, sequence, \
             finding, type, confidence, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .await?;
        let put_range = prepare(
            "INSERT INTO range (tenant, source, range, kind, key, sub, body) VALUES (?, ?, ?, ?, \
             ?, ?, ?)",
        )
        .await?;
        let update = "UPDATE range SET epoch = ?, version = ?, write = ? WHERE tenant = ? AND \
                      source = ? AND range = ? IF epoch = ";
        let first = prepare(&format!("{update}null AND version = null AND write = null")).await?;
        let next = prepare(&format!("{update}? AND version = ? AND write = ?")).await?;
        Ok(Self { session, put, put_range, first, next })
    }

    /// The same rows, those of an object in one batch.
    async fn put(&self, mark: u32) -> Result<f64, Failed> {
        let rows = puts(mark).flatten().map(|row| values(&row)).collect::<Result<Vec<_>, _>>()?;
        let statements = vec![BatchStatement::from(self.put.clone()); FINDINGS as usize];
        let mut batch = Batch::new_with_statements(BatchType::Unlogged, statements);
        batch.set_consistency(Consistency::LocalQuorum);
        batch.set_is_idempotent(true);
        let began = Instant::now();
        stream::iter(rows.chunks(FINDINGS as usize))
            .map(|rows| self.session.batch(&batch, rows))
            .buffer_unordered(AT_ONCE)
            .try_for_each(async |_| Ok(()))
            .await?;
        Ok(a_second(PUTS * OBJECTS * FINDINGS, began))
    }

    async fn put_one_by_one(&self, mark: u32) -> Result<f64, Failed> {
        let rows = puts(mark).flatten().map(|row| values(&row)).collect::<Result<Vec<_>, _>>()?;
        let began = Instant::now();
        stream::iter(&rows)
            .map(|row| self.session.execute_unpaged(&self.put, row))
            .buffer_unordered(AT_ONCE)
            .try_for_each(async |_| Ok(()))
            .await?;
        Ok(a_second(PUTS * OBJECTS * FINDINGS, began))
    }

    async fn commit(&self, mark: u32) -> Result<f64, Failed> {
        let began = Instant::now();
        let chains = ranges(mark).map(|at| async move {
            let [tenant, source, range] = texts(at.to_values())?;
            let tenant = String::from_utf8(tenant)?;
            let at_of = |tenant: &str| (tenant.to_owned(), source.clone(), range.clone());
            let mut fence: Option<(i64, i64, Vec<u8>)> = None;
            for n in 0..COMMITS / RANGES {
                let rows = committed(&at, n);
                let is_first = fence.is_none();
                let condition = if is_first { &self.first } else { &self.next };
                let mut statements = vec![BatchStatement::from(condition.clone())];
                statements
                    .extend(rows.iter().map(|_| BatchStatement::from(self.put_range.clone())));
                let mut batch = Batch::new_with_statements(BatchType::Unlogged, statements);
                batch.set_consistency(Consistency::LocalQuorum);
                batch.set_serial_consistency(Some(SerialConsistency::LocalSerial));
                let written = (0i64, i64::from(n) + 1, WriteId::random()?.as_bytes().to_vec());
                let mut all: Vec<Box<dyn scylla::serialize::row::SerializeRow + Send + Sync>> =
                    Vec::new();
                let (tenant, source, range) = at_of(&tenant);
                let (epoch, version, write) = written.clone();
                match fence.take() {
                    None => all.push(Box::new((epoch, version, write, tenant, source, range))),
                    Some((e, v, w)) => {
                        all.push(Box::new((epoch, version, write, tenant, source, range, e, v, w)))
                    }
                }
                for row in &rows {
                    all.push(Box::new(range_values(row)?));
                }
                let answer = self.session.batch(&batch, all).await?.into_rows_result()?;
                let (applied,) = answer.first_row::<(bool,)>()?;
                if !applied {
                    return Err(Failed::from("a commit was refused"));
                }
                fence = Some(written);
            }
            Ok::<_, Failed>(())
        });
        stream::iter(chains).buffer_unordered(RANGES as usize).try_collect::<()>().await?;
        Ok(a_second(COMMITS, began))
    }
}

fn texts<const N: usize>(values: Vec<Value>) -> Result<[Vec<u8>; N], Failed> {
    let bytes = values.into_iter().map(|value| match value {
        Value::Text(text) => Ok(text.into_bytes()),
        Value::Blob(bytes) => Ok(bytes),
        other => Err(Failed::from(format!("{other:?} is no text"))),
    });
    let bytes = bytes.collect::<Result<Vec<_>, _>>()?;
    bytes.try_into().map_err(|_| Failed::from("another number of columns"))
}

fn values(row: &FindingRow) -> Result<FindingValues, Failed> {
    let all = [row.at.to_values(), row.key().to_values(), row.values()?].concat();
    let all: [Value; 11] = all.try_into().map_err(|_| Failed::from("another number of columns"))?;
    match all {
        [
            Value::Text(tenant),
            Value::Blob(source),
            Value::Int(layout),
            Value::Int(bucket),
            Value::Blob(object),
            Value::Blob(generation),
            Value::Bigint(sequence),
            Value::Blob(finding),
            Value::Text(of),
            Value::Tinyint(confidence),
            Value::Blob(body),
        ] => Ok((
            tenant, source, layout, bucket, object, generation, sequence, finding, of, confidence,
            body,
        )),
        _ => Err("columns of other types".into()),
    }
}

fn range_values(row: &RangeRow) -> Result<RangeValues, Failed> {
    let all = [row.at.to_values(), row.key().to_values(), row.values()?].concat();
    let all: [Value; 7] = all.try_into().map_err(|_| Failed::from("another number of columns"))?;
    match all {
        [
            Value::Text(tenant),
            Value::Blob(source),
            Value::Blob(range),
            Value::Tinyint(kind),
            Value::Blob(key),
            Value::Blob(sub),
            Value::Blob(body),
        ] => Ok((tenant, source, range, kind, key, sub, body)),
        _ => Err("columns of other types".into()),
    }
}
