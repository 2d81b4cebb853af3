//! Sources.

use std::time::Duration;

use hyper::Method;

use super::{Access, WITHOUT_QUERY, alone};
use crate::answers::{Expected, Span};
use crate::api::page::{Sources, SourcesQuery};
use crate::error::Error;
use crate::records::{Page, Profile, Source};
use crate::stewardship::{Added, Deleted, Stewardship, Validation};
use crate::{audit, terminal};

/// How often it is asked how far an erasure is.
const LOOK_AT_ERASURE: Duration = Duration::from_millis(200);

/// After so many looks who waits is told that he need not.
const LOOKS_IN_SILENCE: u32 = 10;

impl Access {
    /// A page of sources.
    async fn sources(&self, span: &Span) -> Result<Page<Source>, Error> {
        match self {
            Self::Here(answers) => answers.sources(None, span).await,
            Self::There(remote) => {
                let Span { limit, cursor } = span.clone();
                let asked = SourcesQuery { source: None, limit, cursor };
                let page: Sources = remote.get("/api/v1/sources", &asked).await?;
                Ok(page.into())
            }
        }
    }

    /// All sources.
    pub(crate) async fn all_sources(&self) -> Result<Vec<Source>, Error> {
        let (mut all, mut span) = (Vec::new(), Span::default());
        loop {
            let page = self.sources(&span).await?;
            all.extend(page.items);
            span.cursor = page.next;
            if span.cursor.is_none() {
                return Ok(all);
            }
        }
    }

    /// The source that a person means: by its name, its id or its location.
    pub(crate) async fn find_source(&self, word: &str) -> Result<Source, Error> {
        match self {
            Self::Here(answers) => answers.find_source(word).await,
            Self::There(remote) => {
                let asked = SourcesQuery { source: Some(word.to_owned()), ..Default::default() };
                let page: Sources = remote.get("/api/v1/sources", &asked).await?;
                let found = page.sources.into_iter().next();
                found.ok_or_else(|| Error::Fault("a source that was found is none".to_owned()))
            }
        }
    }

    /// Adds a source.
    pub(crate) async fn add_source(&self, added: &Added) -> Result<Source, Error> {
        match self {
            Self::Here(answers) => {
                let stewardship = Stewardship::alone(answers);
                alone(answers, stewardship.add(answers, &audit::local_user(), added)).await
            }
            Self::There(remote) => {
                remote.change(Method::POST, "/api/v1/sources", Some(added)).await
            }
        }
    }

    /// Says something else of a source, if nobody else has since it was read.
    pub(crate) async fn change_source(
        &self,
        read: &Source,
        profile: &Profile,
    ) -> Result<Source, Error> {
        let tag = read.profile.tag();
        match self {
            Self::Here(answers) => {
                let (stewardship, actor) = (Stewardship::alone(answers), audit::local_user());
                let (id, expected) = (super::source_id(&read.id)?, Expected::tagged(tag));
                alone(answers, stewardship.change(answers, &actor, id, profile, &expected)).await
            }
            Self::There(remote) => {
                let path = format!("/api/v1/sources/{}", read.id);
                remote.change_if(Method::PUT, &path, Some(profile), &tag).await
            }
        }
    }

    /// What is missing of a source.
    pub(crate) async fn validate_source(&self, source: &Source) -> Result<Validation, Error> {
        match self {
            Self::Here(answers) => {
                Stewardship::alone(answers).validate(super::source_id(&source.id)?).await
            }
            Self::There(remote) => {
                let path = format!("/api/v1/sources/{}/validation", source.id);
                remote.get(&path, &WITHOUT_QUERY).await
            }
        }
    }

    /// Deletes a source, and waits until nothing of it is left. Who waits no longer changes nothing: a
    /// node erases on by itself.
    pub(crate) async fn delete_source(&self, id: &str) -> Result<(), Error> {
        let remote = match self {
            Self::Here(answers) => {
                let (stewardship, actor) = (Stewardship::alone(answers), audit::local_user());
                let id = super::source_id(id)?;
                let deleted = stewardship.delete(answers, &actor, id, &Expected::WHATEVER);
                let deleted = alone(answers, deleted).await;
                return deleted.map(|_| ());
            }
            Self::There(remote) => remote,
        };
        let path = format!("/api/v1/sources/{}", super::segment(id));
        let mut deleted: Deleted = remote.change(Method::DELETE, &path, None::<&()>).await?;
        let mut told = None;
        for look in 0_u32.. {
            if deleted.erased {
                break;
            }
            if look >= LOOKS_IN_SILENCE && told != deleted.left {
                terminal::tell(&format!(
                    "nothing of it is shown any more; the node erases what is left, also where nobody \
                     waits for it: {}",
                    deleted.left.as_deref().unwrap_or_default()
                ));
                told.clone_from(&deleted.left);
            }
            tokio::time::sleep(LOOK_AT_ERASURE).await;
            deleted = remote.get(&format!("{path}/erasure"), &WITHOUT_QUERY).await?;
        }
        Ok(())
    }
}
