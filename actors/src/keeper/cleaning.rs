//! Removing findings that have ceased to count, and the name of an object that is forgotten.

use trawl_storage::records::name::{NameAt, NameRow};
use trawl_storage::{Db, Delete, findings};

use crate::crash;
use crate::range::Dead;

/// Removes what is dead of an object; with `forget` all that leads to the object goes too. What can't be
/// removed counts for nothing, and a sweep removes it.
pub(super) async fn clean(db: &Db, layout: &findings::Layout, dead: Dead, forget: bool) {
    for counted in dead.generations {
        let generation = counted.generation;
        let removed =
            findings::remove_generation(db, layout, dead.object, generation, &dead.buckets);
        if let Err(error) = removed.await {
            tracing::warn!(%error, "findings that no longer count could not be removed");
            return;
        }
    }
    crash::point("forget.findings");
    // By its name a sweep finds what of it is left: so that goes last.
    let (tenant, source, object) = (layout.tenant.clone(), layout.source, dead.object);
    if forget
        && let Err(error) =
            db.delete::<NameRow>(&NameAt { tenant, source, object }, Delete::Row(())).await
    {
        tracing::warn!(%error, "the name of what is forgotten could not be removed");
    }
}
