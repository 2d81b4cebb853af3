//! What lies between nodes, and between them and the store: how long words take, which are lost, which come
//! twice, and who hears whom.

use super::event::Ask;
use super::faults::Weather;
use super::queue::{Micros, SECOND};
use crate::random::Random;

/// How a question to the store fares.
pub(super) struct Way {
    /// How long it takes there; none where it is lost.
    pub(super) there: Option<Micros>,
    /// How long its answer takes; none where that is lost.
    pub(super) back: Option<Micros>,
}

impl Weather {
    /// Whether words of one node don't reach another.
    pub(super) fn is_cut(&self, from: usize, to: usize) -> bool {
        self.cut[from][to] > 0
    }

    /// How long each copy of a word takes: none where it is lost, two where it comes twice.
    pub(super) fn words(&self, random: &mut Random) -> impl Iterator<Item = Micros> + use<> {
        let mut copies = [None, None];
        if !self.misfortune(random, 10) {
            copies[0] = Some(self.delay(random));
        }
        if self.misfortune(random, 20) {
            // Words overtake each other.
            copies[1] = Some(random.between(1_000, 3 * SECOND));
        }
        copies.into_iter().flatten()
    }

    fn delay(&self, random: &mut Random) -> Micros {
        if self.misfortune(random, 30) {
            random.between(50_000, SECOND)
        } else {
            random.between(150, 1_200)
        }
    }

    /// How a question to the store fares.
    pub(super) fn way(&self, from: usize, ask: &Ask, random: &mut Random) -> Way {
        let usual = |random: &mut Random| random.between(200, 1_500);
        let mut way = Way { there: Some(usual(random)), back: Some(usual(random)) };
        if self.slow > 0 {
            way.there = Some(random.between(20_000, 1_400_000));
        }
        if self.no_questions[from] > 0 || self.down > 0 {
            way.there = None;
        }
        if self.no_answers[from] > 0 {
            way.back = None;
        }
        if self.misfortune(random, 8) {
            match random.below(4) {
                0 => way.there = None,
                1 => way.back = None,
                // It is held back on its way, and comes when nobody waits for it any longer.
                2 if is_write(ask) => way.there = Some(random.between(2 * SECOND, 60 * SECOND)),
                _ => way.there = Some(random.between(10_000, 1_900_000)),
            }
        }
        way
    }

    /// Whether what goes wrong so many times in a thousand, in a storm, goes wrong now.
    pub(super) fn misfortune(&self, random: &mut Random, of_thousand: u64) -> bool {
        self.storm > 0 && random.below(8_000) < of_thousand * self.storm * self.rough
    }
}

const fn is_write(ask: &Ask) -> bool {
    matches!(
        ask,
        Ask::Commit(_)
            | Ask::Raise { .. }
            | Ask::Make { .. }
            | Ask::Copy { .. }
            | Ask::Put { .. }
            | Ask::Clean { .. }
            | Ask::Beat { .. }
            | Ask::RaiseShard { .. }
            | Ask::Name { .. }
            | Ask::ChangeSource { .. }
            | Ask::Publish(_)
    )
}
