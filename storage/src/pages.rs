//! Reading a long stretch: while a page is worked on, the next is already being read.

use std::marker::PhantomData;
use std::ops::Bound;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::db::read;
use crate::error::StoreError;
use crate::store::{Row, Store};
use crate::table::{Fields, Record, Table};
use crate::value::Value;
use crate::verbs::Page;

/// The rows of a stretch of a partition, page by page. Two pages are in memory at most, as
/// they are stored.
pub struct Pages<R: Record> {
    partition: R::Partition,
    stretch: Stretch,
    /// At most one page that is being read; it is given up with this.
    ahead: JoinSet<Result<Page<Row, ()>, StoreError>>,
    record: PhantomData<fn() -> R>,
}

/// A stretch that is read.
#[derive(Clone)]
struct Stretch {
    store: Arc<dyn Store>,
    table: &'static Table,
    partition: Vec<Value>,
    until: Bound<Vec<Value>>,
    page_rows: usize,
}

impl<R: Record> Pages<R> {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        partition: R::Partition,
        from: Bound<Vec<Value>>,
        until: Bound<Vec<Value>>,
        page_rows: usize,
    ) -> Self {
        let table = R::TABLE;
        let stretch = Stretch { store, table, partition: partition.to_values(), until, page_rows };
        let mut ahead = JoinSet::new();
        ahead.spawn(stretch.clone().read(from));
        Self { partition, stretch, ahead, record: PhantomData }
    }

    /// The next rows, each made of what is stored as its turn comes; none when that was all.
    pub async fn next(
        &mut self,
    ) -> Result<Option<impl ExactSizeIterator<Item = Result<R, StoreError>> + Send>, StoreError>
    {
        let Some(read_ahead) = self.ahead.join_next().await else { return Ok(None) };
        let page = read_ahead.map_err(|_| StoreError::Closed)??;
        if let (Some(()), Some(last)) = (page.next, page.rows.last()) {
            let behind = Bound::Excluded(last.key.clone());
            self.ahead.spawn(self.stretch.clone().read(behind));
        }
        let partition = &self.partition;
        Ok(Some(page.rows.into_iter().map(|row| read(partition.clone(), row))))
    }
}

impl Stretch {
    async fn read(self, from: Bound<Vec<Value>>) -> Result<Page<Row, ()>, StoreError> {
        let Self { store, table, partition, until, page_rows } = self;
        store.scan(table, partition, from, until, page_rows).await
    }
}
