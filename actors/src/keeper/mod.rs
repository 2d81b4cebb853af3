//! The keeper of a range: the actor around [`range::decide`](crate::range::decide).
//!
//! Its algorithm: commands are decided one by one against the state in memory and gathered into a
//! commit; one commit is under way at a time, and what comes meanwhile waits for the next. Only
//! when a commit is applied are its commands answered and their effects carried out. A commit that
//! is refused means that somebody else has written: the state is thrown away and read again, and
//! what was decided is decided anew; or, under a higher epoch, the keeper stops. A commit that
//! fails or is not answered is sent again under its name, some seconds long; then the keeper stops,
//! and whoever directs the scan starts another.
//!
//! Its known weakness: the rows of a range at work are all in memory, which is why ranges are cut.

mod actor;
mod cleaning;
mod commit;
mod cutting;
mod handle;
mod inbox;
mod load;
mod pace;
mod report;

pub use actor::Arguments;
pub(crate) use actor::why_not;
pub use handle::Keeper;
pub use load::make;
pub use pace::Pace;
pub use report::Report;
