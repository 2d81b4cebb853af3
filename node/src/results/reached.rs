//! How far a list of findings got, in few bytes: it goes with the request for the next page.
//!
//! Names in an archive may be as long as whoever made it likes. In the order of findings, and so in
//! what says how far a list got, only the beginning of each counts; where two begin alike, the ids of
//! the findings decide.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use trawl_model::place::{Spot, Step};
use trawl_model::{FindingId, ObjectKey, Place};

use super::Live;

/// So much of a name counts. With as many as archives may nest, what is reached fits into the head of
/// a request.
const NAME_BYTES: usize = 1_024;

/// Where a finding stands among those of its source: so far a list got that ended with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reached {
    /// The object; all before it is done.
    pub(crate) object: ObjectKey,
    /// How far in it; none where it is done too.
    pub(crate) within: Option<Spotted>,
}

/// Where a finding stands among those of its object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Spotted {
    /// The bucket, where the object is gone through bucket by bucket.
    pub(super) bucket: Option<u16>,
    member: Vec<Step>,
    spot: Spot,
    finding: FindingId,
}

impl Spotted {
    /// Where this one stands.
    pub(crate) fn of(live: &Live, bucket: Option<u16>) -> Self {
        Self::at(&live.finding.place, live.finding.id, bucket)
    }

    /// Where the finding of this id stands, which has this place.
    pub(crate) fn at(place: &Place, finding: FindingId, bucket: Option<u16>) -> Self {
        let member = place.member.iter().map(|step| short_step(step).into_owned()).collect();
        Self { bucket, member, spot: short_spot(&place.spot).into_owned(), finding }
    }
}

/// The order of the findings of an object, by their places and ids: that of where they stand.
pub(super) fn order(one: (&Place, FindingId), other: (&Place, FindingId)) -> Ordering {
    let ((x, first), (y, second)) = (one, other);
    let steps = x.member.iter().map(short_step).cmp(y.member.iter().map(short_step));
    let spots = || short_spot(&x.spot).cmp(&short_spot(&y.spot));
    steps.then_with(spots).then(first.cmp(&second))
}

fn short_step(step: &Step) -> Cow<'_, Step> {
    match step {
        Step::Entry { name, nth } if name.len() > NAME_BYTES => {
            Cow::Owned(Step::Entry { name: name[..NAME_BYTES].to_vec(), nth: *nth })
        }
        _ => Cow::Borrowed(step),
    }
}

fn short_spot(spot: &Spot) -> Cow<'_, Spot> {
    let is_short = match spot {
        Spot::Cell { sheet, .. } => sheet.len() <= NAME_BYTES,
        Spot::Field { table, field, .. } => table.len() <= NAME_BYTES && field.len() <= NAME_BYTES,
        _ => true,
    };
    if is_short {
        return Cow::Borrowed(spot);
    }
    let mut short = spot.clone();
    match &mut short {
        Spot::Cell { sheet, .. } => shorten(sheet),
        Spot::Field { table, field, .. } => [table, field].into_iter().for_each(shorten),
        _ => {}
    }
    Cow::Owned(short)
}

fn shorten(name: &mut String) {
    name.truncate(name.floor_char_boundary(NAME_BYTES));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Names that differ at their beginning, behind what counts, or not at all.
    fn name() -> impl Strategy<Value = String> {
        let length = prop_oneof![Just(0), Just(NAME_BYTES - 1), Just(70_000_usize)];
        ("[aä]?", length, "[aä]?").prop_map(|(a, length, b)| a + &"ä".repeat(length / 2) + &b)
    }

    fn step() -> impl Strategy<Value = Step> {
        let entry = |(name, nth): (String, u32)| Step::Entry { name: name.into(), nth };
        prop_oneof![(name(), 0..2_u32).prop_map(entry), (0..2_u32).prop_map(Step::Part)]
    }

    fn spot() -> impl Strategy<Value = Spot> {
        let field = |(table, field, row)| Spot::Field { table, field, row, offset: 0, length: 1 };
        let cell = |(sheet, row)| Spot::Cell { sheet, row, column: 1, offset: 0, length: 1 };
        let named = (0..3_u64).prop_map(|offset| Spot::Name { offset, length: 1 });
        prop_oneof![
            (name(), name(), 1..3_u64).prop_map(field),
            (name(), 1..3_u64).prop_map(cell),
            named
        ]
    }

    fn place() -> impl Strategy<Value = Place> {
        (prop::collection::vec(step(), 0..4), spot()).prop_map(|(member, spot)| Place {
            member,
            spot,
            line: None,
            column: None,
            row: None,
            field: None,
            via: Vec::new(),
        })
    }

    proptest! {
        #[test]
        fn findings_come_in_the_order_of_where_they_stand(one in place(), other in place(), id: bool) {
            let (first, second) = (id_of(u8::from(id)), id_of(u8::from(!id)));
            let at = |place, id| Spotted::at(place, id, None);
            let wanted = at(&one, first).cmp(&at(&other, second));
            prop_assert_eq!(order((&one, first), (&other, second)), wanted);
            prop_assert_ne!(wanted, Ordering::Equal, "no two stand at one place");
        }
    }

    fn id_of(byte: u8) -> FindingId {
        FindingId::from_bytes([byte; FindingId::LEN])
    }
}
