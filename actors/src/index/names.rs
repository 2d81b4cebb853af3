//! Names as the index may hold them: where they hold a found value, it is masked.
//!
//! A value in a name is a finding like any other, and its place says where in the name it stands.
//! An object that was never opened has no findings; its name is searched here.

use std::collections::BTreeMap;

use trawl_detect::{Engine, Scene};
use trawl_model::{Anchor, ObjectKey, Piece, Place, Segment, Spot, Step};
use zeroize::Zeroizing;

/// What stands for a value, however long it is.
const MASK: &str = "•••";

/// Where values stand in the names of an object and of the members in it, in characters.
#[derive(Debug, Default)]
pub(super) struct Masks(BTreeMap<Vec<Step>, Vec<Stretch>>);

/// The first character, and how many there are.
type Stretch = (u64, u64);

impl Masks {
    /// Those of findings with these places.
    pub(super) fn of<'p>(places: impl IntoIterator<Item = &'p Place>) -> Self {
        let mut masks = Self::default();
        for place in places {
            masks.add(place);
        }
        masks
    }

    /// Those of a name that was never searched.
    pub(super) fn searched(engine: &Engine, key: &ObjectKey) -> Self {
        let text = Zeroizing::new(key.as_bytes().to_vec());
        let core = 0..text.len();
        let segments = vec![Segment { text: core.clone(), label: None, anchor: Anchor::Name }];
        let piece = Piece { text, core, segments, member: [].into() };
        let (mut scratch, mut found) = (engine.scratch(), Vec::new());
        let path = crate::classify::path_of(key);
        engine.detect(&piece, &Scene { path: &path }, &mut scratch, &mut found);
        let mut placer = piece.placer();
        let mut masks = Self::default();
        for detection in &found {
            if let Some(place) = placer.place(&detection.span) {
                masks.add(&place);
            }
        }
        masks
    }

    fn add(&mut self, place: &Place) {
        if let Spot::Name { offset, length } = place.spot {
            let stretches = self.0.entry(place.member.clone()).or_default();
            stretches.push((offset, length.into()));
        }
    }

    /// The name of the object, as people read it.
    pub(super) fn path(&self, key: &ObjectKey) -> String {
        match self.0.get([].as_slice()) {
            Some(stretches) => ObjectKey::new(masked(key.as_bytes(), stretches)).revealed(),
            None => key.revealed(),
        }
    }

    /// The steps of a way into the object, as people read them.
    pub(super) fn members(&self, way: &[Step]) -> Vec<String> {
        let shown =
            (1..=way.len()).map(|length| match (&way[length - 1], self.0.get(&way[..length])) {
                (Step::Entry { name, nth }, Some(stretches)) => {
                    Step::Entry { name: masked(name, stretches), nth: *nth }.shown()
                }
                (step, _) => step.shown(),
            });
        shown.collect()
    }
}

/// A name without what stands in these stretches. Where one of them ends behind the name, the name
/// is not the one that was searched, and nothing of it is shown.
fn masked(name: &[u8], stretches: &[Stretch]) -> Vec<u8> {
    let begins = |byte: &u8| byte & 0xC0 != 0x80;
    let chars = name.iter().filter(|byte| begins(byte)).count() as u64;
    if stretches.iter().any(|(offset, length)| offset.saturating_add(*length) > chars) {
        return MASK.as_bytes().to_vec();
    }
    let mut out = Vec::with_capacity(name.len());
    let (mut next, mut hidden) = (0_u64, false);
    for byte in name {
        if begins(byte) {
            let holds = |(offset, length): &Stretch| (*offset..offset + length).contains(&next);
            let hides = stretches.iter().any(holds);
            if hides && !hidden {
                out.extend_from_slice(MASK.as_bytes());
            }
            hidden = hides;
            next += 1;
        }
        if !hidden {
            out.push(*byte);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(member: &[Step], offset: u64, length: u32) -> Place {
        let spot = Spot::Name { offset, length };
        Place {
            member: member.to_vec(),
            spot,
            line: None,
            column: None,
            row: None,
            field: None,
            via: vec![],
        }
    }

    fn entry(name: &str) -> Step {
        Step::Entry { name: name.into(), nth: 0 }
    }

    #[test]
    fn a_value_in_a_name_is_masked_and_the_rest_of_it_is_kept() {
        let key = ObjectKey::new("hr/Müller ann@mail.example.org.txt");
        let masks = Masks::of([&place(&[], 10, 20)]);
        assert_eq!(masks.path(&key), "hr/Müller •••.txt");
        assert_eq!(Masks::default().path(&key), "hr/Müller ann@mail.example.org.txt");
    }

    #[test]
    fn a_name_that_is_not_the_one_that_was_searched_is_hidden_whole() {
        let masks = Masks::of([&place(&[], 30, 5)]);
        assert_eq!(masks.path(&ObjectKey::new("short")), "•••");
    }

    #[test]
    fn members_are_masked_each_for_itself() {
        let way = [entry("a 1234.zip"), entry("b 1234.txt")];
        let masks = Masks::of([&place(&way[..1], 2, 4), &place(&[], 0, 1)]);
        assert_eq!(masks.members(&way), ["a •••.zip", "b 1234.txt"]);
        assert_eq!(masks.members(&[entry("b 1234.txt")]), ["b 1234.txt"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_counted_as_they_were_when_they_were_searched() {
        let key = ObjectKey::new(b"\xFFab\x80 1234");
        assert_eq!(Masks::of([&place(&[], 4, 4)]).path(&key), "\\xffab\\x80 •••");
    }
}
