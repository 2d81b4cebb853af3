//! Orders to scan, as a running node takes them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trawl_actors::{Node, Target, Vanished};
use trawl_cluster_config::{Bytes, Settings};
use trawl_model::ScanId;
use utoipa::ToSchema;

use crate::answers::Answers;
use crate::error::Error;
use crate::{audit, cli, targets};

/// What is to be scanned, and how. Either a source or a target is named.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Order {
    /// A source that is known, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// A folder or a file of the node's machine, by its whole path. Only who has the right `admin`
    /// may name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
    /// Whether to read everything again, also what has not changed.
    pub(crate) full: bool,
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
    /// The scan's id. Where one of the source was at work already, it is that one's.
    #[schema(value_type = String)]
    pub(crate) id: ScanId,
    /// The source.
    pub(crate) source: String,
    /// Its number among the scans of its source.
    pub(crate) number: u32,
    /// `queued`: its units wait for who works on them.
    pub(crate) state: String,
}

/// Takes orders for a node.
pub(crate) struct Orders {
    node: Node,
    settings: Arc<Settings>,
}

impl Orders {
    /// Orders for this node.
    pub(crate) fn to(node: Node, settings: Arc<Settings>) -> Self {
        Self { node, settings }
    }

    /// The node.
    pub(crate) fn node(&self) -> &Node {
        &self.node
    }

    /// Begins a scan, or joins the one of the same source that is at work. It is in the audit
    /// record before it begins.
    pub(crate) async fn scan(
        &self,
        answers: &Answers,
        actor: &str,
        order: &Order,
    ) -> Result<Ordered, Error> {
        let path = self.path(answers, order).await?;
        let mut settings = (*self.settings).clone();
        let scan = &mut settings.scan;
        if !order.include.is_empty() {
            scan.include.clone_from(&order.include);
        }
        if !order.exclude.is_empty() {
            scan.exclude.clone_from(&order.exclude);
        }
        if let Some(bytes) = order.max_object_bytes {
            scan.max_object_bytes = Bytes::new(bytes);
        }
        let named = targets::of(&[path], &settings).await?;
        let Some((_, connector)) = named.into_iter().next() else {
            return Err(Error::Fault("a target became none".to_owned()));
        };
        let source = self.node.source_of(&*connector).to_string();
        audit::enter(answers.db(), answers.tenant(), actor, "scan", &source, &told(order)).await?;
        let target = Target {
            connector,
            settings: Vec::new(),
            vanished: order.vanished.map(|answer| match answer {
                cli::Vanished::Close => Vanished::Close,
                cli::Vanished::Keep => Vanished::Keep,
            }),
            full: order.full,
        };
        let handle = self.node.scan(target).await?;
        let (id, number) = (handle.id, handle.number);
        Ok(Ordered { id, source, number, state: "queued".to_owned() })
    }

    async fn path(&self, answers: &Answers, order: &Order) -> Result<PathBuf, Error> {
        match (&order.source, &order.target) {
            (Some(id), None) => {
                let location = answers.location(id).await?;
                Ok(PathBuf::from(OsStr::from_bytes(&location)))
            }
            (None, Some(target)) if Path::new(target).is_absolute() => Ok(PathBuf::from(target)),
            (None, Some(target)) => {
                Err(Error::Usage(format!("target: {target} is no whole path; begin it with /")))
            }
            _ => Err(Error::Usage("name a source or a target, one of the two".to_owned())),
        }
    }
}

/// What an order says beside its source. Globs may hold names, and stay out.
fn told(order: &Order) -> String {
    let mut words = Vec::new();
    if order.full {
        words.push("full");
    }
    match order.vanished {
        Some(cli::Vanished::Close) => words.push("vanished close"),
        Some(cli::Vanished::Keep) => words.push("vanished keep"),
        None => {}
    }
    if !order.include.is_empty() || !order.exclude.is_empty() {
        words.push("filtered");
    }
    if order.max_object_bytes.is_some() {
        words.push("bounded");
    }
    words.join(", ")
}
