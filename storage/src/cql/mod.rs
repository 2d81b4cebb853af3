//! The CQL store: ScyllaDB or Apache Cassandra, for any number of nodes.
//!
//! Rows are columns of the types that the records name, so that other programs can read them; a fence is
//! three static columns of its partition. A commit is one conditional batch of its partition, which
//! names the fence that is expected and sets the next one: the database applies all of it or nothing.
//! It is sent once. Where its answer is lost nobody knows, and who sent it reads the fence, which
//! settles what is under way, and sends the same again.
//!
//! All else comes to the same however often it is sent, and is tried again. Plain writes bear times of
//! this process's clock, which only goes forward: what it sent and was held back is older than what it
//! has written or deleted since. Between processes it holds as far as their clocks agree.

mod cells;
mod migrate;
mod options;
mod outcome;
mod parcel;
mod schema;
mod session;
mod statement;

use std::collections::HashMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use futures_util::stream::FuturesUnordered;
use scylla::client::session::Session;
use scylla::errors::ExecutionError;
use scylla::policies::timestamp_generator::{MonotonicTimestampGenerator, TimestampGenerator};
use scylla::response::query_result::{QueryResult, QueryRowsResult};
use scylla::response::{PagingState, PagingStateResponse};
use scylla::statement::batch::{Batch, BatchStatement, BatchType};
use scylla::statement::prepared::PreparedStatement;
use tokio::sync::{Semaphore, SemaphorePermit};

use self::cells::{Bind, Null};
pub use self::migrate::{Migrated, migrate};
pub use self::options::{AtOnce, LIMITS, Login, Options};
use self::outcome::{Said, certain, fence_of, said, told};
use self::parcel::Placed;
pub use self::schema::{Replication, SCHEMA_VERSION};
use self::session::Profiles;
use self::statement::{Edge, Shape};
use crate::directory::Directory;
use crate::error::StoreError;
use crate::fence::{Fence, Outcome, Ruling};
use crate::store::{RawCommit, RawDelete, RawRaise, Row, Store, SweptRow};
use crate::table::{Kind, Table, unreadable};
use crate::value::Value;
use crate::verbs::{Cursor, Limits, Page};

/// So often the read of a fence is tried.
const FENCE_TRIES: usize = 3;

/// A keyspace of a database.
pub struct CqlStore {
    session: Session,
    options: Options,
    profiles: Profiles,
    prepared: RwLock<HashMap<(u8, Shape), PreparedStatement>>,
    clock: MonotonicTimestampGenerator,
    room: Room,
    cluster: String,
    /// Nobody else's as long as this is open.
    _directory: Option<Directory>,
}

/// How many more statements of each class may be under way.
struct Room {
    reads: Semaphore,
    pages: Semaphore,
    writes: Semaphore,
    commits: Semaphore,
}

impl CqlStore {
    /// Connects, and sees that the tables are those that this program knows.
    pub async fn open(options: Options) -> Result<Self, StoreError> {
        let profiles = Profiles::of(&options);
        let session = session::connect(&options, &profiles).await?;
        let cluster = migrate::check(&session, &options).await?;
        let AtOnce { reads, pages, writes, commits } = options.at_once;
        let room = Room {
            reads: Semaphore::new(reads),
            pages: Semaphore::new(pages),
            writes: Semaphore::new(writes),
            commits: Semaphore::new(commits),
        };
        let (prepared, clock) = (RwLock::default(), MonotonicTimestampGenerator::new());
        let _directory = None;
        Ok(Self { session, options, profiles, prepared, clock, room, cluster, _directory })
    }

    /// Has the data directory of the node whose store it is, as long as it is open. One of another cluster
    /// is refused.
    pub fn in_directory(self, directory: Directory) -> Result<Self, StoreError> {
        directory.of_cluster(&self.cluster)?;
        Ok(Self { _directory: Some(directory), ..self })
    }

    /// The statement of a shape, prepared when it is first used.
    async fn statement(
        &self,
        table: &'static Table,
        shape: Shape,
    ) -> Result<PreparedStatement, StoreError> {
        let key = (table.number, shape);
        let known = self.prepared.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let text = shape.text(&self.options.keyspace, table);
        // All nodes are asked, and the driver has no bound of its own for that.
        let prepared = self.session.prepare(text);
        let prepared = tokio::time::timeout(self.options.request_within, prepared).await;
        let prepared = prepared.map_err(|_| StoreError::Unreachable {
            message: format!("{}: a statement was not prepared in time", table.name),
        })?;
        let mut statement =
            prepared.map_err(|error| told(table.name, &ExecutionError::from(error)))?;
        let profile = match shape {
            Shape::Fence => &self.profiles.serial,
            Shape::First | Shape::Next | Shape::Raise => &self.profiles.conditional,
            _ => &self.profiles.plain,
        };
        statement.set_execution_profile_handle(Some(profile.clone()));
        statement.set_is_idempotent(shape.is_idempotent());
        // What is answered has the columns that were asked for.
        statement.set_use_cached_result_metadata(true);
        let mut known = self.prepared.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, statement.clone());
        Ok(statement)
    }

    /// One page of at most so many rows, and where the next one begins.
    async fn page(
        &self,
        table: &'static Table,
        mut statement: PreparedStatement,
        bind: Bind<'_>,
        limit: usize,
        state: PagingState,
    ) -> Result<(QueryRowsResult, PagingStateResponse), StoreError> {
        statement.set_page_size(i32::try_from(limit).unwrap_or(i32::MAX).max(1));
        let _permit = permit(&self.room.pages).await?;
        let answer = self.session.execute_single_page(&statement, bind, state).await;
        let (answer, next) = answer.map_err(|error| told(table.name, &error))?;
        Ok((rows_of(table, answer)?, next))
    }

    /// Rows that travel together.
    async fn put_parcel(
        &self,
        table: &'static Table,
        rows: &[Placed<'_>],
        statement: &PreparedStatement,
    ) -> Result<(), StoreError> {
        let _permit = permit(&self.room.writes).await?;
        let answer = if let [placed] = rows {
            let mut statement = statement.clone();
            statement.set_timestamp(Some(self.clock.next_timestamp()));
            self.session.execute_unpaged(&statement, put_of(*placed)).await
        } else {
            let statements = vec![BatchStatement::from(statement.clone()); rows.len()];
            let mut batch = Batch::new_with_statements(BatchType::Unlogged, statements);
            batch.set_execution_profile_handle(Some(self.profiles.plain.clone()));
            batch.set_is_idempotent(true);
            batch.set_timestamp(Some(self.clock.next_timestamp()));
            let binds: Vec<_> = rows.iter().map(|placed| put_of(*placed)).collect();
            self.session.batch(&batch, binds).await
        };
        answer.map(|_| ()).map_err(|error| told(table.name, &error))
    }

    async fn fence_now(
        &self,
        table: &'static Table,
        partition: &[Value],
    ) -> Result<Option<Fence>, StoreError> {
        let statement = self.statement(table, Shape::Fence).await?;
        let _permit = permit(&self.room.reads).await?;
        let mut tried = 0;
        // The driver tries no serial read again.
        let answer = loop {
            tried += 1;
            match self.session.execute_unpaged(&statement, Bind::of([partition])).await {
                Err(ExecutionError::LastAttemptError(_)) if tried < FENCE_TRIES => {}
                answer => break answer.map_err(|error| told(table.name, &error))?,
            }
        };
        let rows = rows_of(table, answer)?;
        let cells = cells::named(&rows, schema::FENCE.map(|(name, _)| name));
        match cells.map_err(|_| unreadable(table, "fence"))? {
            None => Ok(None),
            Some(cells) => fence_of(cells).ok_or_else(|| unreadable(table, "fence")),
        }
    }

    /// Sends a conditional batch, once: its first statement has the condition.
    async fn conditional(
        &self,
        table: &'static Table,
        statements: Vec<PreparedStatement>,
        binds: Vec<Bind<'_>>,
    ) -> Result<Said, StoreError> {
        let statements = statements.into_iter().map(BatchStatement::from).collect();
        let mut batch = Batch::new_with_statements(BatchType::Unlogged, statements);
        batch.set_execution_profile_handle(Some(self.profiles.conditional.clone()));
        let _permit = permit(&self.room.commits).await?;
        match self.session.batch(&batch, binds).await {
            Ok(answer) => Ok(said(answer)),
            Err(error) => match certain(table.name, &error) {
                Some(error) => Err(error),
                None => {
                    let message = error.to_string();
                    tracing::debug!(table = table.name, message, "a commit was not answered");
                    Ok(Said::Nothing)
                }
            },
        }
    }

    /// The statement that deletes this, and the values of its edges.
    async fn delete_statement<'a>(
        &self,
        table: &'static Table,
        delete: &'a RawDelete,
    ) -> Result<(PreparedStatement, [&'a [Value]; 2]), StoreError> {
        let (shape, values): (_, [&[Value]; 2]) = match delete {
            RawDelete::Row(key) => (Shape::DeleteRow, [key, &[]]),
            RawDelete::Range(from, until) => {
                let ((from, first), (until, last)) = (Edge::of(from), Edge::of(until));
                (Shape::DeleteRange(from, until), [first, last])
            }
            RawDelete::Partition => (Shape::DeletePartition, [&[], &[]]),
        };
        Ok((self.statement(table, shape).await?, values))
    }
}

/// Whether a stretch is one of a table whose partitions have one row each, on one side of it.
fn is_between(table: &Table, from: Edge, until: Edge) -> bool {
    table.clustering.is_empty() && (from == Edge::Excluded || until == Edge::Excluded)
}

async fn permit(room: &Semaphore) -> Result<SemaphorePermit<'_>, StoreError> {
    room.acquire().await.map_err(|_| StoreError::Closed)
}

fn rows_of(table: &'static Table, answer: QueryResult) -> Result<QueryRowsResult, StoreError> {
    answer.into_rows_result().map_err(|_| unreadable(table, "answer"))
}

/// What a row is bound to where it is put.
fn put_of<'a>((partition, row): Placed<'a>) -> Bind<'a> {
    Bind::of([partition, &row.key, &row.values]).with(Null::LeftOut)
}

/// The values of a fence, as they are set and expected.
fn fence_values(table: &'static Table, fence: Fence) -> Result<[Value; 3], StoreError> {
    let number =
        |n: u64| i64::try_from(n).map(Value::Bigint).map_err(|_| unreadable(table, "fence"));
    let write = Value::Blob(fence.write.as_bytes().to_vec());
    Ok([number(fence.epoch)?, number(fence.version)?, write])
}

#[async_trait]
impl Store for CqlStore {
    fn limits(&self) -> &Limits {
        &self.options.limits
    }

    async fn get(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        key: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let statement = self.statement(table, Shape::Get).await?;
        let _permit = permit(&self.room.reads).await?;
        let answer = self.session.execute_unpaged(&statement, Bind::of([&partition, &key])).await;
        let rows = rows_of(table, answer.map_err(|error| told(table.name, &error))?)?;
        Ok(cells::rows(table, &rows)?.pop())
    }

    async fn scan(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
        limit: usize,
    ) -> Result<Page<Row, ()>, StoreError> {
        let ((from, first), (until, last)) = (Edge::of(&from), Edge::of(&until));
        if is_between(table, from, until) {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let statement = self.statement(table, Shape::Scan(from, until)).await?;
        let mut state = PagingState::start();
        loop {
            let bind = Bind::of([&partition, first, last]);
            let page = self.page(table, statement.clone(), bind, limit, state).await?;
            let (page, next) = page;
            let rows = cells::rows(table, &page)?;
            match next.into_paging_control_flow() {
                std::ops::ControlFlow::Break(()) => return Ok(Page { rows, next: None }),
                std::ops::ControlFlow::Continue(_) if !rows.is_empty() => {
                    return Ok(Page { rows, next: Some(()) });
                }
                // A server may answer with nothing but where to go on, after many rows that are gone.
                std::ops::ControlFlow::Continue(next) => state = next,
            }
        }
    }

    async fn last(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
    ) -> Result<Option<Row>, StoreError> {
        let ((from, first), (until, last)) = (Edge::of(&from), Edge::of(&until));
        if is_between(table, from, until) {
            return Ok(None);
        }
        let statement = self.statement(table, Shape::Last(from, until)).await?;
        let _permit = permit(&self.room.reads).await?;
        let bind = Bind::of([&partition, first, last]);
        let answer = self.session.execute_unpaged(&statement, bind).await;
        let rows = rows_of(table, answer.map_err(|error| told(table.name, &error))?)?;
        Ok(cells::rows(table, &rows)?.pop())
    }

    async fn put(
        &self,
        table: &'static Table,
        partitions: Vec<(Vec<Value>, Vec<Row>)>,
    ) -> Result<(), StoreError> {
        table.check_kind(Kind::Plain, "put")?;
        let statement = &self.statement(table, Shape::Put).await?;
        let cluster = self.session.get_cluster_state();
        let parcels = parcel::pack(&partitions, |placed| {
            let token = statement.calculate_token(&put_of(placed)).ok().flatten()?;
            let replicas = cluster.get_token_endpoints(&self.options.keyspace, table.name, token);
            replicas.first().map(|(node, _)| node.host_id)
        });
        let mut sending = FuturesUnordered::new();
        for parcel in &parcels {
            if sending.len() >= self.options.at_once.writes {
                sending.try_next().await?;
            }
            sending.push(self.put_parcel(table, &parcel.rows, statement));
        }
        while sending.try_next().await?.is_some() {}
        Ok(())
    }

    async fn delete(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
        delete: RawDelete,
    ) -> Result<(), StoreError> {
        table.check_kind(Kind::Plain, "delete")?;
        if let RawDelete::Range(from, until) = &delete
            && is_between(table, Edge::of(from).0, Edge::of(until).0)
        {
            return Ok(());
        }
        let (mut statement, [first, last]) = self.delete_statement(table, &delete).await?;
        statement.set_timestamp(Some(self.clock.next_timestamp()));
        let _permit = permit(&self.room.writes).await?;
        let bind = Bind::of([&partition, first, last]);
        let answer = self.session.execute_unpaged(&statement, bind).await;
        answer.map(|_| ()).map_err(|error| told(table.name, &error))
    }

    async fn sweep(
        &self,
        table: &'static Table,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<SweptRow, Cursor>, StoreError> {
        let statement = self.statement(table, Shape::Sweep).await?;
        let is_given = cursor.is_some();
        let state = cursor.map_or_else(PagingState::start, |cursor| {
            PagingState::new_from_raw_bytes(cursor.as_bytes().to_vec())
        });
        let page = self.page(table, statement, Bind::of([]), limit, state).await;
        let (page, next) = page.map_err(|error| match error {
            // Of all that is sent with it, the cursor alone can be wrong.
            StoreError::Refused { .. } if is_given => StoreError::Cursor { table: table.name },
            other => other,
        })?;
        let rows = cells::swept(table, &page)?;
        let next = match next.into_paging_control_flow() {
            std::ops::ControlFlow::Break(()) => None,
            std::ops::ControlFlow::Continue(next) => {
                let bytes = next.as_bytes_slice().map(|bytes| bytes.to_vec());
                Some(Cursor::from_bytes(bytes.unwrap_or_default()))
            }
        };
        Ok(Page { rows, next })
    }

    async fn fence(
        &self,
        table: &'static Table,
        partition: Vec<Value>,
    ) -> Result<Option<Fence>, StoreError> {
        table.check_kind(Kind::Fenced, "fence")?;
        self.fence_now(table, &partition).await
    }

    async fn commit(
        &self,
        table: &'static Table,
        commit: RawCommit,
    ) -> Result<Outcome, StoreError> {
        table.check_kind(Kind::Fenced, "commit")?;
        let RawCommit { partition, expected, start, write, puts, deletes } = &commit;
        let ruling = Outcome::of_commit(*expected, *expected, *start, *write);
        let Ruling::Apply(next) = ruling else { return Ok(Outcome::Rejected(*expected)) };
        let set = fence_values(table, next)?;
        let condition = expected.map(|fence| fence_values(table, fence)).transpose()?;
        let shape = if condition.is_some() { Shape::Next } else { Shape::First };
        let condition = condition.as_ref().map_or(&[][..], |values| &values[..]);

        let mut statements = vec![self.statement(table, shape).await?];
        let mut binds = vec![Bind::of([&set, partition, condition])];
        let put = self.statement(table, Shape::Put).await?;
        for Row { key, values } in puts {
            statements.push(put.clone());
            binds.push(Bind::of([partition, key, values]));
        }
        for delete in deletes {
            let (statement, [first, last]) = self.delete_statement(table, delete).await?;
            statements.push(statement);
            binds.push(Bind::of([partition, first, last]));
        }
        Ok(match self.conditional(table, statements, binds).await? {
            Said::Applied => Outcome::Applied(next),
            Said::Refused(current) => {
                match Outcome::of_commit(current, *expected, *start, *write) {
                    Ruling::Answer(outcome) => outcome,
                    // It was refused on the very fence that it names: that is not to be understood.
                    Ruling::Apply(_) => Outcome::Unknown,
                }
            }
            Said::RefusedOnly | Said::Nothing => Outcome::Unknown,
        })
    }

    async fn raise(&self, table: &'static Table, raise: RawRaise) -> Result<Outcome, StoreError> {
        table.check_kind(Kind::Fenced, "raise")?;
        let RawRaise { partition, epoch, write, puts } = &raise;
        let [epoch_value, _, write_value] =
            fence_values(table, Fence { epoch: *epoch, version: 0, write: *write })?;
        let set = [epoch_value.clone(), write_value];
        let condition = [epoch_value];
        let mut statements = vec![self.statement(table, Shape::Raise).await?];
        let mut binds = vec![Bind::of([&set, partition, &condition])];
        let put = self.statement(table, Shape::Put).await?;
        for Row { key, values } in puts {
            statements.push(put.clone());
            binds.push(Bind::of([partition, key, values]));
        }
        let said = self.conditional(table, statements, binds).await?;
        let current = match said {
            Said::Refused(current) => current,
            // The answer doesn't say at which version, or whose the epoch is.
            Said::Applied | Said::RefusedOnly => match self.fence_now(table, partition).await {
                Ok(current) => current,
                Err(_) => return Ok(Outcome::Unknown),
            },
            Said::Nothing => return Ok(Outcome::Unknown),
        };
        if said == Said::Applied && current.is_none_or(|current| current.write != *write) {
            // It was applied, and somebody else has come since: no case of it having changed nothing.
            return Ok(Outcome::Unknown);
        }
        Ok(match Outcome::of_raise(current, *epoch, *write) {
            Ruling::Answer(outcome) => outcome,
            Ruling::Apply(_) => Outcome::Unknown,
        })
    }
}
