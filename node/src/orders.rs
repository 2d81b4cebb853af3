//! Orders to scan, as a running node takes them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trawl_actors::catalogue::NewSource;
use trawl_actors::director::state::{self, Refused};
use trawl_actors::{Connectors, Node, ScanHandle, Target, Vanished};
use trawl_cluster_config::{Bytes, Settings};
use trawl_model::scan::{self, ScanState};
use trawl_model::source::{Profile, Selection};
use trawl_model::{Origin, Priority, ScanId, SourceId};
use trawl_sources::Connector;
use utoipa::ToSchema;

use crate::answers::Answers;
use crate::audit::{self, Deed};
use crate::error::Error;
use crate::live::Live;
use crate::records::profile::schema;
use crate::targets::Kept;
use crate::{cli, targets};

/// What is to be scanned, and how. Either a source or a target is named.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Order {
    /// A source that is known, by its id, its name or its location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// A folder or a file of the node's machine, by its whole path. Only who has the right `admin`
    /// may name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
    /// Whether to read everything again, also what has not changed.
    pub(crate) full: bool,
    /// Which of several scans is served first; as is said of the source, where it is left out. A
    /// second order that joins a scan can raise its priority, and never lowers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Priority>)]
    pub(crate) priority: Option<Priority>,
    /// The answer to a scan that waits because more than half of its source has vanished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vanished: Option<cli::Vanished>,
    /// Only paths under the target that match one of these globs are read; as the settings say
    /// where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) include: Vec<String>,
    /// Paths under the target that match one of these globs are passed over; as the settings say
    /// where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) exclude: Vec<String>,
    /// Larger objects are skipped; as the settings say where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub(crate) max_object_bytes: Option<u64>,
}

/// A scan that was ordered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Ordered {
    /// The scan's id. Where one of the source was open already, it is that one's.
    #[schema(value_type = String)]
    pub(crate) id: ScanId,
    /// The source.
    pub(crate) source: String,
    /// Its number among the scans of its source.
    pub(crate) number: u32,
    /// How it stands: `queued`, unless it has joined one that is open.
    #[schema(value_type = String)]
    pub(crate) state: ScanState,
    /// Whether it has joined a scan that was open.
    pub(crate) joined: bool,
}

/// What a scan is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// To be held until somebody resumes it.
    Pause,
    /// To go on.
    Resume,
    /// To end where it is.
    Cancel,
}

impl Command {
    /// As the audit record calls it.
    pub(crate) const fn action(self) -> &'static str {
        match self {
            Self::Pause => "scan-pause",
            Self::Resume => "scan-resume",
            Self::Cancel => "scan-cancel",
        }
    }

    /// The last word of its route.
    pub(crate) const fn route(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }

    /// Whether a scan that stands so takes this.
    pub(crate) fn check(self, scan: ScanId, state: ScanState) -> Result<(), Error> {
        let refused = |refused| match refused {
            Refused::Ended => trawl_actors::Error::Ended(scan, state),
            Refused::Paused => trawl_actors::Error::Paused(scan),
        };
        Ok(state::decide(state, self.of_scans()).map(|_| ()).map_err(refused)?)
    }

    /// As the scan's own state knows it.
    pub(crate) const fn of_scans(self) -> state::Command {
        match self {
            Self::Pause => state::Command::Pause,
            Self::Resume => state::Command::Resume,
            Self::Cancel => state::Command::Cancel,
        }
    }
}

/// Who orders something, and by which call.
pub(crate) struct By<'a> {
    /// As the audit record names him.
    pub(crate) actor: &'a str,
    /// The call; none where a command does it that has no node.
    pub(crate) origin: Option<Origin>,
}

/// Takes orders for a node. Each is in the audit record before it takes effect.
pub(crate) struct Orders {
    node: Node,
    settings: Live,
}

impl Orders {
    /// Orders for this node.
    pub(crate) fn to(node: Node, settings: Live) -> Self {
        Self { node, settings }
    }

    /// The node.
    pub(crate) fn node(&self) -> &Node {
        &self.node
    }

    /// Orders a scan, or joins the one of the same source that is open.
    pub(crate) async fn scan(
        &self,
        answers: &Answers,
        by: &By<'_>,
        order: &Order,
    ) -> Result<Ordered, Error> {
        match (&order.source, &order.target) {
            (Some(_), None) if order.is_filtered() => Err(Error::Usage(
                "include, exclude, max_object_bytes: belong to a target; a source has its own"
                    .to_owned(),
            )),
            (Some(id), None) => {
                let source = answers.source_id(id).await?;
                self.order(answers, by, source, order, None).await
            }
            (None, Some(target)) if Path::new(target).is_absolute() => {
                self.target(answers, by, PathBuf::from(target), order).await
            }
            (None, Some(target)) => {
                Err(Error::Usage(format!("target: {target} is no whole path; begin it with /")))
            }
            _ => Err(Error::Usage("name a source or a target, one of the two".to_owned())),
        }
    }

    async fn order(
        &self,
        answers: &Answers,
        by: &By<'_>,
        source: SourceId,
        order: &Order,
        selection: Option<&Selection>,
    ) -> Result<Ordered, Error> {
        let close_vanished = order.vanished.map(|answer| answer == cli::Vanished::Close);
        let priority = self.priority(source, order).await?;
        let wanted = scan::Order { full: order.full, close_vanished, priority };
        let (subject, detail) = (source.to_string(), told(order));
        let deed = Deed { actor: by.actor, action: "scan", subject: &subject, detail: &detail };
        let select = async {
            let ordered = self.node.select(source, wanted, selection, by.origin.clone());
            Ok(Ordered::of(ordered.await?))
        };
        audit::carried_out(answers.db(), answers.tenant(), deed, select).await
    }

    /// Which is served first: as the order says, or else as is said of its source.
    async fn priority(&self, source: SourceId, order: &Order) -> Result<Priority, Error> {
        if let Some(priority) = order.priority {
            return Ok(priority);
        }
        match self.node.catalogue().get(source).await {
            Ok(known) => Ok(known.profile.priority),
            Err(trawl_actors::Error::NoSource(_)) => Ok(Priority::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// A target becomes a source of its own when it is first scanned. Filters that are given with it
    /// hold for this scan alone.
    async fn target(
        &self,
        answers: &Answers,
        by: &By<'_>,
        path: PathBuf,
        order: &Order,
    ) -> Result<Ordered, Error> {
        let mut settings = Settings::clone(&self.settings.now());
        order.filter(&mut settings);
        let named = targets::of(&[path], &settings).await?;
        let Some((_, connector)) = named.into_iter().next() else {
            return Err(Error::Fault("a target became none".to_owned()));
        };
        let source = self.node.source_of(&*connector);
        if self.is_new(source).await? {
            let (kind, location) = (connector.kind().to_owned(), connector.location());
            let profile = Profile::default();
            let new = NewSource { id: source, kind, location, profile };
            let subject = source.to_string();
            let add = async { Ok(self.node.catalogue().add(new).await?) };
            let deed = added(by, &subject);
            audit::carried_out(answers.db(), answers.tenant(), deed, add).await?;
        }
        let selection = order.selection(&settings);
        self.order(answers, by, source, order, selection.as_ref()).await
    }

    /// What reads a target: as the profile of its source says, where that is known, and the order says
    /// nothing else.
    pub(crate) async fn reads(
        &self,
        target: &Arc<dyn Connector>,
        order: &Order,
    ) -> Result<Arc<dyn Connector>, Error> {
        match self.node.catalogue().get(self.node.source_of(&**target)).await {
            Ok(known) if !known.deleted && !order.is_filtered() => {
                let kept = Kept { settings: self.settings.clone() };
                let failed = |error| trawl_actors::Error::Source(vec![error]);
                Ok(kept.connect(&known).map_err(failed)?)
            }
            Ok(_) | Err(trawl_actors::Error::NoSource(_)) => Ok(Arc::clone(target)),
            Err(error) => Err(error.into()),
        }
    }

    /// Begins to scan what a connector reads now, whatever waits.
    pub(crate) async fn begin(
        &self,
        answers: &Answers,
        by: &By<'_>,
        connector: Arc<dyn Connector>,
        order: &Order,
    ) -> Result<ScanHandle, Error> {
        let source = self.node.source_of(&*connector);
        let (db, tenant) = (answers.db(), answers.tenant());
        let (subject, detail) = (source.to_string(), told(order));
        let vanished = order.vanished.map(|answer| match answer {
            cli::Vanished::Close => Vanished::Close,
            cli::Vanished::Keep => Vanished::Keep,
        });
        let (full, origin) = (order.full, by.origin.clone());
        let selection = order.selection(&self.settings.now());
        let priority = self.priority(source, order).await?;
        let target =
            Target { vanished, priority, full, selection, origin, ..Target::of(connector) };
        let deed = Deed { actor: by.actor, action: "scan", subject: &subject, detail: &detail };
        let begun = async { Ok(self.node.scan(target).await?) };
        let begun = audit::carried_out(db, tenant, deed, begun);
        if self.is_new(source).await? {
            return audit::carried_out(db, tenant, added(by, &subject), begun).await;
        }
        begun.await
    }

    /// Whether a source becomes one by being scanned: there is none, or nothing is left of it.
    async fn is_new(&self, source: SourceId) -> Result<bool, Error> {
        match self.node.catalogue().get(source).await {
            Ok(known) if known.deleted && !known.erased => {
                Err(trawl_actors::Error::BeingDeleted(source).into())
            }
            Ok(known) => Ok(known.deleted),
            Err(trawl_actors::Error::NoSource(_)) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}

/// A source that is added by being scanned.
fn added<'a>(by: &By<'a>, subject: &'a str) -> Deed<'a> {
    Deed { actor: by.actor, action: "source-add", subject, detail: "" }
}

impl Ordered {
    /// What became of an order.
    pub(crate) fn of(ordered: trawl_actors::Ordered) -> Self {
        let trawl_actors::Ordered { scan, joined } = ordered;
        let (source, number, state) = (scan.source.to_string(), scan.number, scan.state);
        Self { id: scan.id, source, number, state, joined }
    }
}

impl Order {
    fn is_filtered(&self) -> bool {
        !self.include.is_empty() || !self.exclude.is_empty() || self.max_object_bytes.is_some()
    }

    /// What is read by an order that says so; the settings say the rest.
    fn selection(&self, settings: &Settings) -> Option<Selection> {
        if !self.is_filtered() {
            return None;
        }
        let mut settings = settings.clone();
        self.filter(&mut settings);
        let (include, exclude) = (settings.scan.include, settings.scan.exclude);
        Some(Selection { include, exclude, max_bytes: self.max_object_bytes })
    }

    fn filter(&self, settings: &mut Settings) {
        let scan = &mut settings.scan;
        if !self.include.is_empty() {
            scan.include.clone_from(&self.include);
        }
        if !self.exclude.is_empty() {
            scan.exclude.clone_from(&self.exclude);
        }
        if let Some(bytes) = self.max_object_bytes {
            scan.max_object_bytes = Bytes::new(bytes);
        }
    }
}

/// What an order says beside its source. Globs may hold names, and stay out.
fn told(order: &Order) -> String {
    let mut words = Vec::new();
    if order.full {
        words.push("full");
    }
    match order.priority {
        Some(Priority::Low) => words.push("priority low"),
        Some(Priority::Normal) => words.push("priority normal"),
        Some(Priority::High) => words.push("priority high"),
        None => {}
    }
    match order.vanished {
        Some(cli::Vanished::Close) => words.push("vanished close"),
        Some(cli::Vanished::Keep) => words.push("vanished keep"),
        None => {}
    }
    if order.is_filtered() {
        words.push("filtered");
    }
    words.join(", ")
}
