//! What scans have given up.

use hyper::Method;

use super::{Access, alone};
use crate::answers::Span;
use crate::api::page::{PageQuery, ParkedPage};
use crate::audit;
use crate::error::Error;
use crate::orders::By;
use crate::records::{Parked, Released, Source};
use crate::stewardship::Stewardship;

impl Access {
    /// What scans of a source have given up, at most so many.
    pub(crate) async fn parked(&self, source: &Source, most: usize) -> Result<Vec<Parked>, Error> {
        let (mut parked, mut span) = (Vec::new(), Span::default());
        while parked.len() < most {
            let page = match self {
                Self::Here(answers) => answers.parked(super::source_id(&source.id)?, &span).await?,
                Self::There(remote) => {
                    let path = format!("/api/v1/sources/{}/parked", source.id);
                    let page: ParkedPage = remote.get(&path, &PageQuery::from(&span)).await?;
                    page.into()
                }
            };
            parked.extend(page.items);
            span.cursor = page.next;
            if span.cursor.is_none() {
                break;
            }
        }
        parked.truncate(most);
        Ok(parked)
    }

    /// Has all that was given up of a source tried again.
    pub(crate) async fn release(&self, source: &Source) -> Result<Released, Error> {
        match self {
            Self::Here(answers) => {
                let (stewardship, actor) = (Stewardship::alone(answers), audit::local_user());
                let (by, id) = (By { actor: &actor, origin: None }, super::source_id(&source.id)?);
                alone(answers, stewardship.release(answers, &by, id)).await
            }
            Self::There(remote) => {
                let path = format!("/api/v1/sources/{}/parked/release", source.id);
                remote.change(Method::POST, &path, None::<&()>).await
            }
        }
    }
}
