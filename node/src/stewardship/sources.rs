//! Sources: added, changed, validated, deleted.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use trawl_actors::catalogue::NewSource;
use trawl_actors::{Connectors, answering};
use trawl_model::SourceId;
use trawl_model::source::{self, Source as Head};
use trawl_sources::Connector;
use utoipa::ToSchema;

use super::Stewardship;
use crate::answers::{Answers, Expected};
use crate::audit::Deed;
use crate::error::Error;
use crate::hands::Left;
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
    /// Whether it is added also where it isn't there, or can't be read, now: it may be mounted later.
    #[serde(default)]
    pub(crate) may_be_missing: bool,
}

/// A source that was deleted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Deleted {
    /// Its id.
    #[schema(value_type = String)]
    pub(crate) id: SourceId,
    /// Whether all that belonged to it is gone already, as a sweep over all that is kept and a look into
    /// all files of the index have shown.
    pub(crate) erased: bool,
    /// What is left, where something is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) left: Option<String>,
}

impl Deleted {
    fn of(id: SourceId, left: Option<Left>) -> Self {
        let left = left.map(|left| match left {
            Left::Rows => "rows of the store, which are being erased".to_owned(),
            Left::Index => {
                "documents in files of the index, which are being written anew without them"
                    .to_owned()
            }
            Left::Unread(why) => format!("documents in files of the index: {why}"),
        });
        Self { id, erased: left.is_none(), left }
    }
}

/// Whether a source is there and can be read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Validation {
    /// Whether nothing is missing.
    pub(crate) valid: bool,
    /// All that is missing.
    pub(crate) missing: Vec<String>,
}

impl Stewardship {
    /// Adds a source.
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
        let failed = |errors| Error::Targets(vec![(target.clone(), errors)]);
        let (settings, selection) = (self.settings.now(), profile.selection.as_ref());
        let files = targets::there(Path::new(target), &settings, selection, added.may_be_missing);
        let files = files.await.map_err(failed)?;
        let _one = self.one.lock().await;
        let id = self.hands.source_of(&files).await?;
        let detail = profile.name.clone().unwrap_or_default();
        let (kind, location) = (files.kind().to_owned(), files.location());
        let (catalogue, new) = (self.hands.catalogue(), NewSource { id, kind, location, profile });
        catalogue.takes(&new).await?;
        let subject = id.to_string();
        let deed = Deed { actor, action: "source-add", subject: &subject, detail: &detail };
        self.carry_out(answers, deed, async { Ok(catalogue.add(new).await?) }).await?;
        self.hands.hold_to(id).await?;
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
        let source = answers.source(id).await?;
        self.reads(id, &wanted, &source.location).await?;
        let before = source.profile;
        expect(id, Some(&before), expected)?;
        let catalogue = self.hands.catalogue();
        catalogue.takes_change(id, &wanted).await?;
        let (subject, detail) = (id.to_string(), before.other_in(profile).join(", "));
        let deed = Deed { actor, action: "source-change", subject: &subject, detail: &detail };
        let change = async { Ok(catalogue.change(id, |_| wanted).await?) };
        self.carry_out(answers, deed, change).await?;
        self.hands.hold_to(id).await?;
        answers.source(id).await
    }

    /// Whether a source can be read at all with what is to be said of it.
    async fn reads(
        &self,
        id: SourceId,
        wanted: &source::Profile,
        location: &str,
    ) -> Result<(), Error> {
        let head = self.hands.catalogue().get(id).await?;
        let head = Head { profile: Box::new(wanted.clone()), ..head };
        let connected = Kept { settings: self.settings.clone() }.connect(&head);
        let failed = |error| Error::Targets(vec![(location.to_owned(), vec![error])]);
        connected.map(|_| ()).map_err(failed)
    }

    /// Deletes a source, if what was said of it is what is expected. One that is deleted and not wholly
    /// erased is erased on.
    pub(crate) async fn delete(
        &self,
        answers: &Answers,
        actor: &str,
        id: SourceId,
        expected: &Expected,
    ) -> Result<Deleted, Error> {
        let _one = self.one.lock().await;
        // One that there isn't is in no record.
        let head = self.hands.catalogue().get(id).await?;
        let there = (!head.deleted).then(|| Profile::of(&head.profile));
        expect(id, there.as_ref(), expected)?;
        if !head.deleted {
            let subject = id.to_string();
            let deed = Deed { actor, action: "source-delete", subject: &subject, detail: "" };
            self.carry_out(answers, deed, self.hands.delete(id)).await?;
        }
        Ok(Deleted::of(id, self.hands.erase(id).await?))
    }

    /// How far the erasure of a deleted source is.
    pub(crate) async fn erasure(&self, id: SourceId) -> Result<Deleted, Error> {
        let head = self.hands.catalogue().get(id).await?;
        if !head.deleted {
            return Err(Error::Missing(format!("{id}: this source is not deleted")));
        }
        Ok(Deleted::of(id, self.hands.left(id).await?))
    }

    /// Looks whether a source is there and can be read.
    pub(crate) async fn validate(&self, id: SourceId) -> Result<Validation, Error> {
        let head = self.hands.catalogue().get(id).await?;
        let kept = Kept { settings: self.settings.clone() };
        let (runtime, within) = (Handle::current(), self.settings.now().scan.answer_within.get());
        let asked = answering::ask(within, move || {
            let connector = kept.connect(&head).map_err(|error| vec![error])?;
            runtime.block_on(connector.validate())
        });
        let missing = asked.await.err().unwrap_or_default();
        let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
        Ok(Validation { valid: missing.is_empty(), missing })
    }
}

/// Whether what is said of a source, if it is there, is what is expected.
fn expect(id: SourceId, said: Option<&Profile>, expected: &Expected) -> Result<(), Error> {
    if expected.is_met_by(said.map(Profile::tag).as_deref()) {
        return Ok(());
    }
    Err(Error::Changed(format!(
        "{id}: the source is not as it was read, or is there where it was not to be; read it again, \
         and change it with the new ETag if that is still meant"
    )))
}
