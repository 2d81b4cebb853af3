//! What speaks for a term, and what against it.

use crate::rule::file::Evidence as Points;

/// What was found of evidence, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Evidence(u16);

/// One kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Strong,
    Label,
    WeakLabel,
    Said,
    Person,
    Near,
    General,
    Negated,
    Options,
}

const SIGNS: [Sign; 9] = [
    Sign::Strong,
    Sign::Label,
    Sign::WeakLabel,
    Sign::Said,
    Sign::Person,
    Sign::Near,
    Sign::General,
    Sign::Negated,
    Sign::Options,
];

impl Evidence {
    pub(super) fn add(&mut self, sign: Sign) {
        self.0 |= 1 << sign as u16;
    }

    pub(super) fn remove(&mut self, sign: Sign) {
        self.0 &= !(1 << sign as u16);
    }

    /// What speaks for either of two that are one.
    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What of it says it of a person.
    pub(super) const fn of_person(self) -> Self {
        Self(self.0 & (1 << Sign::Said as u16 | 1 << Sign::Person as u16 | 1 << Sign::Near as u16))
    }

    pub(super) const fn has(self, sign: Sign) -> bool {
        self.0 >> sign as u16 & 1 == 1
    }

    /// What each sign adds or takes away.
    pub(super) fn steps(self, points: &Points) -> impl Iterator<Item = (Sign, i8)> {
        SIGNS.into_iter().filter(move |sign| self.counts(*sign)).map(|sign| {
            let points = match sign {
                Sign::Strong => points.strong,
                Sign::Label => points.label,
                Sign::WeakLabel => points.weak_label,
                Sign::Said => points.said,
                Sign::Person => points.person,
                Sign::Near => points.near,
                Sign::General => -points.general,
                Sign::Negated => -points.negated,
                Sign::Options => -points.options,
            };
            (sign, points)
        })
    }

    /// Whether a sign counts beside the others.
    fn counts(self, sign: Sign) -> bool {
        let outdone = match sign {
            Sign::WeakLabel | Sign::General => self.has(Sign::Label),
            Sign::Near => self.has(Sign::Person),
            _ => false,
        };
        self.has(sign) && !outdone
    }

    pub(super) fn sum(self, points: &Points) -> i16 {
        self.steps(points).map(|(_, points)| i16::from(points)).sum()
    }
}
