//! Making the index anew.

use trawl_actors::Index;

use super::Answers;
use crate::audit;
use crate::error::Error;
use crate::records::Rebuild;

impl Answers {
    /// Begins to make the index anew, in the background; where that is at work already, it goes on. That
    /// it was asked for is entered first.
    pub(crate) async fn begin_rebuild(&self, actor: &str, index: &Index) -> Result<Rebuild, Error> {
        self.enter_rebuild(actor).await?;
        index.begin_rebuild();
        self.rebuild(index)
    }

    /// Enters that the index is about to be made anew.
    pub(crate) async fn enter_rebuild(&self, actor: &str) -> Result<(), Error> {
        audit::enter(&self.db, self.tenant(), actor, "index-rebuild", "", "").await?;
        Ok(())
    }

    /// How far that is, or how it ended.
    pub(crate) fn rebuild(&self, index: &Index) -> Result<Rebuild, Error> {
        let missing =
            || Error::Missing("the index was not made anew since the node was started".to_owned());
        Ok(Rebuild::of(index.status().rebuild.ok_or_else(missing)?))
    }
}
