//! Whether this node may do what one node alone does: give out leases, write the index, erase.
//!
//! Where the store lies in a data directory, its lock says so, and nothing is done here. Where the store
//! is a database, any number of processes may reach it. There a node raises a counter in a record of its
//! own (`member`), and takes shards by raising their epochs (`shards`). It takes one from another only if
//! that one has left, or has named it, or if its counter stood still for the take-over time on the taker's
//! own clock. What decides is the epoch alone: who is wrong about the other's death costs time, and who was
//! overtaken learns it at his next beat, and at each commit of what was taken.
//!
//! Who has the first shard leads. Nodes that know each other share the others (`plan`); where nobody knows
//! another, whoever has the first takes them all, each when it is needed, and others are refused.

mod beat;
mod member;
pub mod plan;
pub mod pulse;
mod shards;
pub mod watch;

use std::time::Duration;

use trawl_model::NodeId;
use trawl_storage::Db;
use trawl_storage::records::shard::ShardAt;

use crate::clock::SharedClock;
use crate::error::Error;

pub use member::Member;
pub use shards::{owner, owners};
pub(crate) use shards::{owner_of, take};

/// The shard of who leads.
const FIRST: ShardAt = ShardAt { shard: 0 };

/// So often it is looked whether a counter stands still, in one beat.
const LOOKS_A_BEAT: u32 = 3;

/// Who wants to be at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The id of its data directory.
    pub node: NodeId,
    /// The machine.
    pub host: String,
    /// The version of the program.
    pub version: String,
}

/// The times of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How often the counter is raised.
    pub beat: Duration,
    /// Whose counter stands still for so long may be taken over.
    pub take_over: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { beat: Duration::from_secs(3), take_over: Duration::from_secs(12) }
    }
}

impl Bounds {
    /// So often it is looked.
    pub(crate) fn look(&self) -> Duration {
        self.beat / LOOKS_A_BEAT
    }
}

/// How sure it is that what a node has is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Certain,
    /// The counter could not be raised for so long that somebody may be about to take over.
    Uncertain,
    /// Somebody has taken over.
    Lost,
    /// It has nothing, and works for others.
    Elsewhere,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Certain, Self::Uncertain, Self::Lost, Self::Elsewhere];

    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Uncertain => "uncertain",
            Self::Lost => "lost",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// What a node has of the shards. Cheap to clone.
#[derive(Clone, Default)]
pub struct Ownership(Whose);

/// Whose the shards are.
#[derive(Clone, Default)]
enum Whose {
    /// Nobody else has the store open.
    #[default]
    Alone,
    /// Others'.
    Anothers,
    /// Those that a node has taken, as long as others see that it lives.
    Of {
        member: Member,
        /// The epoch of the first shard, where this node leads.
        first: Option<u64>,
    },
}

impl std::fmt::Debug for Ownership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Ownership").field(&self.leads()).field(&self.standing()).finish()
    }
}

impl Ownership {
    /// Of a store that nobody else has open.
    pub fn alone() -> Self {
        Self(Whose::Alone)
    }

    /// Of a node that has no shards.
    pub fn anothers() -> Self {
        Self(Whose::Anothers)
    }

    /// Of a store that others may reach: waits until it is known whether one is at work, and is then
    /// refused, or leads until it is released, and knows no others.
    pub async fn claim(
        db: &Db,
        who: Who,
        bounds: Bounds,
        clock: SharedClock,
    ) -> Result<Self, Error> {
        let member = Member::alone(db, who, bounds, clock).await?;
        let led = member.lead().await;
        if led.is_err() {
            member.leave().await;
        }
        led
    }

    /// What a member has that does not lead.
    pub(crate) fn following(member: Member) -> Self {
        Self(Whose::Of { member, first: None })
    }

    /// What a member has that has taken the first shard in this epoch.
    fn leading(member: Member, epoch: u64) -> Self {
        Self(Whose::Of { member, first: Some(epoch) })
    }

    /// Whether others may reach the store.
    pub fn is_shared(&self) -> bool {
        !matches!(self.0, Whose::Alone)
    }

    /// Whether this node leads.
    pub fn leads(&self) -> bool {
        match &self.0 {
            Whose::Alone => true,
            Whose::Anothers => false,
            Whose::Of { first, .. } => first.is_some(),
        }
    }

    /// The epoch in which it leads; none where it does not.
    pub(crate) fn term(&self) -> Option<u64> {
        match &self.0 {
            Whose::Alone => Some(0),
            Whose::Anothers => None,
            Whose::Of { first, .. } => *first,
        }
    }

    /// That others see this node live.
    pub fn member(&self) -> Option<&Member> {
        match &self.0 {
            Whose::Of { member, .. } => Some(member),
            Whose::Alone | Whose::Anothers => None,
        }
    }

    /// How sure it is of what it has.
    pub fn standing(&self) -> Standing {
        match &self.0 {
            Whose::Alone => Standing::Certain,
            Whose::Anothers => Standing::Elsewhere,
            Whose::Of { member, .. } => member.standing(),
        }
    }

    /// The same for who asks whether it leads: where all is well with one that does not, it is elsewhere.
    pub fn of_lead(&self) -> Standing {
        match self.standing() {
            Standing::Certain if !self.leads() => Standing::Elsewhere,
            standing => standing,
        }
    }

    /// Waits until that is otherwise than it was; for ever where nobody can take over.
    pub async fn changed(&self, from: Standing) -> Standing {
        match &self.0 {
            Whose::Alone | Whose::Anothers => std::future::pending().await,
            Whose::Of { member, .. } => member.changed(from).await,
        }
    }

    /// Waits until somebody has taken over.
    pub async fn lost(&self) {
        let mut standing = self.standing();
        while standing != Standing::Lost {
            standing = self.changed(standing).await;
        }
    }

    /// Says that this node has left, so that others need not wait.
    pub async fn release(&self) {
        if let Some(member) = self.member() {
            member.leave().await;
        }
    }

    /// Whether a shard is taken when it is needed, for nobody else asks for any.
    pub(crate) fn takes_at_need(&self) -> bool {
        match &self.0 {
            Whose::Alone => true,
            Whose::Anothers => false,
            Whose::Of { member, first } => first.is_some() && !member.shares(),
        }
    }

    /// The epoch in which a shard is this node's, where it was taken before it was needed.
    pub(crate) fn claimed(&self, shard: u16) -> Option<u64> {
        match &self.0 {
            Whose::Alone | Whose::Anothers => None,
            Whose::Of { first, .. } if shard == FIRST.shard => *first,
            Whose::Of { member, .. } => member.held(shard),
        }
    }
}
