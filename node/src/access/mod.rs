//! The way of a command to what is kept: the store of the data directory, or the API of the node
//! that has it open. What is answered is the same, and so is what is written.

mod parked;
mod rules;
mod schedules;
mod sources;

use std::path::Path;
use std::time::Duration;

use hyper::Method;
use trawl_cluster_config::Settings;
use trawl_model::{FindingRef, ScanId, SourceId};
use trawl_storage::Copied;
use trawl_storage::records::Right;

use crate::answers::{
    Answers, CoverageQuery, Expected, FindingsQuery, Span, Taker, no_key, page_of,
};
use crate::api::page::{CoveragePage, Entries, Findings, Keys, PageQuery, Scans};
use crate::api::{Said, Wanted, WantedBackup};
use crate::cli::VerdictWord;
use crate::error::Error;
use crate::live::Live;
use crate::orders::Command;
use crate::reach::{Reached, reach};
use crate::records::backup::{Backup, BackupState};
use crate::records::{
    ClusterStatus, Coverage, Draining, Entry, Explanation, Judged, Key, NewKey, Page, Scan, Unread,
    Verification,
};
use crate::remote::Remote;
use crate::running::Running;
use crate::stewardship::Stewardship;
use crate::{audit, start};

/// How often it is asked how far a backup is.
const LOOK_AT_BACKUP: Duration = Duration::from_millis(200);

/// Asks for nothing in particular.
pub(crate) const WITHOUT_QUERY: PageQuery = PageQuery { limit: None, cursor: None };

/// The way to what is kept.
pub(crate) enum Access {
    /// The store is ours.
    Here(Box<Answers>),
    /// A node has it open.
    There(Box<Remote>),
}

impl Access {
    /// To the results of a data directory. Where nothing was ever kept there, nothing is made.
    pub(crate) async fn to_results(settings: Settings) -> Result<Self, Error> {
        match reach(&settings, start::kept).await? {
            Reached::Store(db) => {
                let tenant = start::tenant(&settings)?;
                Ok(Self::Here(Box::new(Answers::of(&db, &tenant, Live::of(settings)))))
            }
            Reached::Node(remote) => Ok(Self::There(remote)),
        }
    }

    /// The same, and a data directory is made where there is none.
    pub(crate) async fn to_store(settings: Settings) -> Result<Self, Error> {
        match reach(&settings, start::store).await? {
            Reached::Store(db) => {
                let tenant = start::tenant(&settings)?;
                start::keys(&settings, &db, &tenant).await?;
                Ok(Self::Here(Box::new(Answers::of(&db, &tenant, Live::of(settings)))))
            }
            Reached::Node(remote) => Ok(Self::There(remote)),
        }
    }

    /// To the node that runs on a data directory, as its note says. Nobody waits for one, and no store is
    /// opened: for whoever asks again and again.
    pub(crate) async fn to_running(settings: &Settings) -> Result<Self, Error> {
        let running = Running::read(&settings.node.data_dir).ok_or_else(no_node)?;
        Ok(Self::There(Box::new(Remote::to(running).await?)))
    }

    /// The nodes of the cluster, as the node that leads sees them.
    pub(crate) async fn cluster(&self) -> Result<ClusterStatus, Error> {
        match self {
            Self::Here(_) => Err(no_node()),
            Self::There(remote) => remote.get("/api/v1/cluster", &WITHOUT_QUERY).await,
        }
    }

    /// Empties a node of the cluster, or has it take part again.
    pub(crate) async fn drain(&self, node: &str, drains: bool) -> Result<Draining, Error> {
        match self {
            Self::Here(_) => Err(no_node()),
            Self::There(remote) => {
                let what = if drains { "drain" } else { "undrain" };
                let path = format!("/api/v1/cluster/nodes/{}/{what}", segment(node));
                remote.change(Method::POST, &path, None::<&()>).await
            }
        }
    }

    /// A page of scans, the newest first.
    async fn scans(&self, span: &Span) -> Result<Page<Scan>, Error> {
        match self {
            Self::Here(answers) => answers.scans(span).await,
            Self::There(remote) => {
                let page: Scans = remote.get("/api/v1/scans", &PageQuery::from(span)).await?;
                Ok(page.into())
            }
        }
    }

    /// The newest scans, at most so many.
    pub(crate) async fn newest_scans(&self, most: usize) -> Result<Vec<Scan>, Error> {
        let (mut newest, mut span) = (Vec::new(), Span::default());
        span.limit = Some(page_of(most));
        while newest.len() < most {
            let page = self.scans(&span).await?;
            newest.extend(page.items);
            span.cursor = page.next;
            if span.cursor.is_none() {
                break;
            }
        }
        newest.truncate(most);
        Ok(newest)
    }

    /// One scan.
    pub(crate) async fn scan(&self, id: ScanId) -> Result<Scan, Error> {
        match self {
            Self::Here(answers) => answers.scan(id).await,
            Self::There(remote) => remote.get(&format!("/api/v1/scans/{id}"), &WITHOUT_QUERY).await,
        }
    }

    /// All findings that are asked for, until it is enough.
    pub(crate) async fn each_finding(
        &self,
        mut asked: FindingsQuery,
        taker: &mut dyn Taker,
    ) -> Result<(), Error> {
        let remote = match self {
            Self::Here(answers) => return answers.each_finding(&asked, taker).await,
            Self::There(remote) => remote,
        };
        asked.check()?;
        loop {
            let page: Findings = remote.get("/api/v1/findings", &asked).await?;
            for finding in page.findings {
                if !taker.take(finding)? {
                    return Ok(());
                }
            }
            asked.cursor = page.next;
            if asked.cursor.is_none() {
                return Ok(());
            }
        }
    }

    /// Why a finding is one.
    pub(crate) async fn explain(&self, id: FindingRef) -> Result<Explanation, Error> {
        match self {
            Self::Here(answers) => answers.explain(id).await,
            Self::There(remote) => {
                remote.get(&format!("/api/v1/findings/{id}/explanation"), &WITHOUT_QUERY).await
            }
        }
    }

    /// Says something of a finding.
    pub(crate) async fn judge(&self, id: FindingRef, said: VerdictWord) -> Result<Judged, Error> {
        match self {
            Self::Here(answers) => {
                let actor = audit::local_user();
                answers.judge(&actor, id, said.verdict(), &Expected::WHATEVER).await
            }
            Self::There(remote) => {
                let path = format!("/api/v1/findings/{id}/verdict");
                remote.change(Method::PUT, &path, Some(&Said { verdict: said })).await
            }
        }
    }

    /// Pauses, resumes or cancels a scan.
    pub(crate) async fn tell(&self, id: ScanId, command: Command) -> Result<Scan, Error> {
        match self {
            Self::Here(answers) => {
                let stewardship = Stewardship::alone(answers);
                alone(answers, stewardship.tell(answers, &audit::local_user(), id, command)).await
            }
            Self::There(remote) => {
                let path = format!("/api/v1/scans/{id}/{}", command.route());
                remote.change(Method::POST, &path, None::<&()>).await
            }
        }
    }

    /// The ledgers of a scan, or of the last of each source.
    pub(crate) async fn coverage(&self, scan: Option<&str>) -> Result<Coverage, Error> {
        let scan = scan.map(str::to_owned);
        let mut asked = CoverageQuery { scan, limit: Some(1), ..CoverageQuery::default() };
        let mut all = self.coverage_page(&asked).await?;
        while let Some(next) = all.next.take() {
            asked.scans_cursor = Some(next);
            let page = self.coverage_page(&asked).await?;
            all.scans.extend(page.scans);
            all.never_read.extend(page.never_read);
            all.next = page.next;
        }
        Ok(all)
    }

    async fn coverage_page(&self, asked: &CoverageQuery) -> Result<Coverage, Error> {
        match self {
            Self::Here(answers) => answers.coverage(asked).await,
            Self::There(remote) => {
                let page: CoveragePage = remote.get("/api/v1/coverage", asked).await?;
                let CoveragePage { coverage, scans, never_read, scans_next: next, .. } = page;
                Ok(Coverage { coverage, scans, never_read, next })
            }
        }
    }

    /// A page of what was not read.
    pub(crate) async fn unread(&self, asked: &CoverageQuery) -> Result<Page<Unread>, Error> {
        match self {
            Self::Here(answers) => answers.unread(asked).await,
            Self::There(remote) => {
                let page: CoveragePage = remote.get("/api/v1/coverage", asked).await?;
                Ok(Page { items: page.unread, next: page.next })
            }
        }
    }

    /// A page of the audit record.
    pub(crate) async fn audit(&self, span: &Span) -> Result<Page<Entry>, Error> {
        match self {
            Self::Here(answers) => answers.audit(span).await,
            Self::There(remote) => {
                let page: Entries = remote.get("/api/v1/audit", &PageQuery::from(span)).await?;
                Ok(page.into())
            }
        }
    }

    /// Whether the audit record is as it was written.
    pub(crate) async fn verify_audit(&self) -> Result<Verification, Error> {
        match self {
            Self::Here(answers) => answers.verify_audit().await,
            Self::There(remote) => remote.get("/api/v1/audit/verification", &WITHOUT_QUERY).await,
        }
    }

    /// Writes a copy of all that is kept into a folder.
    pub(crate) async fn backup(&self, folder: &Path) -> Result<Copied, Error> {
        let remote = match self {
            Self::Here(answers) => return answers.backup(&audit::local_user(), folder).await,
            Self::There(remote) => remote,
        };
        // Another folder would be meant by what can be written of it.
        let named = folder.to_str().ok_or_else(|| {
            let folder = folder.display();
            Error::Usage(format!(
                "{folder}: is no UTF-8, and the node can't be asked for it; name another folder"
            ))
        })?;
        let wanted = WantedBackup { folder: named.to_owned() };
        let mut backup: Backup =
            remote.change(Method::POST, "/api/v1/backups", Some(&wanted)).await?;
        loop {
            match backup.state {
                BackupState::Finished => {
                    let (rows, bytes) = (backup.rows.unwrap_or(0), backup.bytes.unwrap_or(0));
                    return Ok(Copied { rows, bytes });
                }
                BackupState::Failed => {
                    return Err(Error::Missing(backup.error.unwrap_or_default()));
                }
                BackupState::Running => tokio::time::sleep(LOOK_AT_BACKUP).await,
            }
            let path = format!("/api/v1/backups/{}", backup.id);
            backup = remote.get(&path, &WITHOUT_QUERY).await?;
        }
    }

    /// Makes a key.
    pub(crate) async fn new_key(&self, name: &str, rights: &[Right]) -> Result<NewKey, Error> {
        match self {
            Self::Here(answers) => answers.new_key(&audit::local_user(), name, rights).await,
            Self::There(remote) => {
                let wanted = Wanted { name: name.to_owned(), can: rights.to_vec() };
                remote.change(Method::POST, "/api/v1/keys", Some(&wanted)).await
            }
        }
    }

    /// All keys.
    pub(crate) async fn keys(&self) -> Result<Vec<Key>, Error> {
        let (mut all, mut span) = (Vec::new(), Span::default());
        loop {
            let page = match self {
                Self::Here(answers) => answers.keys(&span).await?,
                Self::There(remote) => {
                    let page: Keys = remote.get("/api/v1/keys", &PageQuery::from(&span)).await?;
                    page.into()
                }
            };
            all.extend(page.items);
            span.cursor = page.next;
            if span.cursor.is_none() {
                return Ok(all);
            }
        }
    }

    /// Ends a key.
    pub(crate) async fn revoke_key(&self, id: &str) -> Result<Key, Error> {
        match self {
            Self::Here(answers) => answers.revoke_key(&audit::local_user(), id).await,
            // No path leads to what has no name.
            Self::There(_) if id.is_empty() => Err(no_key(id)),
            Self::There(remote) => {
                let path = format!("/api/v1/keys/{}", segment(id));
                remote.change(Method::DELETE, &path, None::<&()>).await
            }
        }
    }
}

fn no_node() -> Error {
    Error::Missing("no node runs on this data directory; `trawl up` starts one".to_owned())
}

/// The id of a source, as it is written.
fn source_id(text: &str) -> Result<SourceId, Error> {
    text.parse().map_err(|_| Error::Node(trawl_actors::Error::Unknown(text.to_owned())))
}

/// What a user typed as a part of a path: whatever is no id leads to nothing.
fn segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            segment.push(char::from(byte));
        } else {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    segment
}

/// Has something done by our own hands, as long as nobody else is at work on the store.
async fn alone<T>(
    answers: &Answers,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    start::while_claimed(&answers.settings().now(), answers.db(), work).await
}
