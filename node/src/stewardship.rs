//! Looking after the sources of a running node: they are added, changed, validated and deleted. Each
//! change is in the audit record before it takes effect.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use trawl_actors::catalogue::NewSource;
use trawl_actors::{Connectors, Node};
use trawl_cluster_config::Settings;
use trawl_model::SourceId;
use utoipa::ToSchema;

use crate::answers::{Answers, Expected};
use crate::audit;
use crate::error::Error;
use crate::records::{Profile, Source};
use crate::targets::{self, Kept};

/// A source that is to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Added {
    /// A folder or a file of the node's machine, by its whole path.
    pub(crate) target: String,
    /// What is said of it.
    #[serde(default)]
    pub(crate) profile: Profile,
}

/// A source that was deleted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Deleted {
    /// Its id.
    #[schema(value_type = String)]
    pub(crate) id: SourceId,
    /// Whether all that belonged to it is gone already.
    pub(crate) erased: bool,
}

/// Whether a source is there and can be read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Validation {
    /// Whether nothing is missing.
    pub(crate) valid: bool,
    /// All that is missing.
    pub(crate) missing: Vec<String>,
}

/// Looks after the sources of a node.
pub(crate) struct Stewardship {
    node: Node,
    settings: Arc<Settings>,
    /// One change at a time: what a change expects is read before it is made, and nobody but this
    /// node makes any.
    one: Mutex<()>,
}

impl Stewardship {
    /// For the sources of this node.
    pub(crate) fn of(node: Node, settings: Arc<Settings>) -> Self {
        Self { node, settings, one: Mutex::new(()) }
    }

    /// Adds a source that is there and can be read.
    pub(crate) async fn add(
        &self,
        answers: &Answers,
        actor: &str,
        added: &Added,
    ) -> Result<Source, Error> {
        let target = &added.target;
        if !Path::new(target).is_absolute() {
            return Err(Error::Usage(format!(
                "target: {target} is no whole path; begin it with /"
            )));
        }
        let profile = added.profile.kept()?;
        let named = targets::of(&[PathBuf::from(target)], &self.settings).await?;
        let Some((_, connector)) = named.into_iter().next() else {
            return Err(Error::Fault("a target became none".to_owned()));
        };
        let _one = self.one.lock().await;
        let id = self.node.source_of(&*connector);
        let detail = profile.name.clone().unwrap_or_default();
        self.enter(answers, actor, "source-add", id, &detail).await?;
        let (kind, location) = (connector.kind().to_owned(), connector.location());
        self.node.catalogue().add(NewSource { id, kind, location, profile }).await?;
        self.node.changed(id).await?;
        answers.source(id).await
    }

    /// Says something else of a source, if what was said of it is what is expected.
    pub(crate) async fn change(
        &self,
        answers: &Answers,
        actor: &str,
        id: SourceId,
        profile: &Profile,
        expected: &Expected,
    ) -> Result<Source, Error> {
        let wanted = profile.kept()?;
        let _one = self.one.lock().await;
        let before = answers.source(id).await?;
        if !expected.takes(&before.profile.tag()) {
            return Err(Error::Changed(format!(
                "{id}: something else was said of the source meanwhile; read it again, and change \
                 it with the new ETag if that is still meant"
            )));
        }
        let detail = wanted.name.clone().unwrap_or_default();
        self.enter(answers, actor, "source-change", id, &detail).await?;
        self.node.change(id, |_| wanted).await?;
        answers.source(id).await
    }

    /// Deletes a source.
    pub(crate) async fn delete(
        &self,
        answers: &Answers,
        actor: &str,
        id: SourceId,
    ) -> Result<Deleted, Error> {
        let _one = self.one.lock().await;
        // One that there isn't is in no record.
        answers.source(id).await?;
        self.enter(answers, actor, "source-delete", id, "").await?;
        let deleted = self.node.delete(id).await?;
        Ok(Deleted { id, erased: deleted.erased })
    }

    /// Looks whether a source is there and can be read.
    pub(crate) async fn validate(&self, id: SourceId) -> Result<Validation, Error> {
        let head = self.node.catalogue().get(id).await?;
        let kept = Kept { settings: Arc::clone(&self.settings) };
        let missing = match kept.connect(&head) {
            Err(error) => vec![error],
            Ok(connector) => connector.validate().await.err().unwrap_or_default(),
        };
        let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
        Ok(Validation { valid: missing.is_empty(), missing })
    }

    async fn enter(
        &self,
        answers: &Answers,
        actor: &str,
        action: &str,
        id: SourceId,
        detail: &str,
    ) -> Result<(), Error> {
        let subject = id.to_string();
        audit::enter(answers.db(), answers.tenant(), actor, action, &subject, detail).await?;
        Ok(())
    }
}
