//! Two sets of findings held against each other: none lost, none double, none elsewhere.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::Path;

use crate::findings::{self, Place};

/// What is not the same in two sets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Findings of the first.
    pub first: u64,
    /// Findings of the second.
    pub second: u64,
    /// In the first and not in the second.
    pub lost: Vec<String>,
    /// In the second and not in the first.
    pub gained: Vec<String>,
    /// More than once in the first or in the second, by id or by object, type and place.
    pub double: Vec<String>,
}

impl Difference {
    /// Whether the sets are equal and hold nothing twice.
    pub fn is_none(&self) -> bool {
        self.lost.is_empty() && self.gained.is_empty() && self.double.is_empty()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        writeln!(f, "{} findings against {}", self.first, self.second)?;
        for (what, list) in
            [("lost", &self.lost), ("gained", &self.gained), ("double", &self.double)]
        {
            writeln!(f, "{what}: {}", list.len())?;
            for line in list.iter().take(SHOWN) {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}

/// By what findings are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Id, object, type and place.
    Id,
    /// Object, type and place: for stores that don't share the keys of ids.
    Place,
}

type Spot = (String, String, Place);

/// Compares two files of findings.
pub fn files(first: &Path, second: &Path, by: By) -> io::Result<Difference> {
    let mut difference = Difference::default();
    let (a, count) = load(first, by, &mut difference.double)?;
    difference.first = count;
    let (mut b, count) = load(second, by, &mut difference.double)?;
    difference.second = count;
    for (id, spot) in a {
        match b.remove(&id) {
            Some(same) if same == spot => {}
            Some(other) => {
                difference.lost.push(told(&id, &spot));
                difference.gained.push(told(&id, &other));
            }
            None => difference.lost.push(told(&id, &spot)),
        }
    }
    difference.gained.extend(b.iter().map(|(id, spot)| told(id, spot)));
    difference.lost.sort();
    difference.gained.sort();
    difference.double.sort();
    Ok(difference)
}

fn load(path: &Path, by: By, double: &mut Vec<String>) -> io::Result<(HashMap<String, Spot>, u64)> {
    let mut by_id: HashMap<String, Spot> = HashMap::new();
    let mut by_spot: HashMap<Spot, String> = HashMap::new();
    let mut count = 0;
    findings::each(path, |finding| {
        count += 1;
        let spot = (finding.object, finding.kind, finding.place);
        let id = match by {
            By::Id => finding.id,
            By::Place => told("", &spot),
        };
        if by_id.insert(id.clone(), spot.clone()).is_some() {
            double.push(told(&id, &spot));
        } else if let Some(other) = by_spot.insert(spot.clone(), id.clone()) {
            double.push(format!("{} and {other}", told(&id, &spot)));
        }
    })?;
    Ok((by_id, count))
}

fn told(id: &str, (object, kind, place): &Spot) -> String {
    format!("{id} {kind} in {object} {}", crate::report::place(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(first: &str, second: &str) -> Difference {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&a, first).unwrap();
        std::fs::write(&b, second).unwrap();
        files(&a, &b, By::Id).unwrap()
    }

    const ONE: &str =
        "{\"id\":\"1\",\"object\":\"a\",\"type\":\"email\",\"place\":{\"start\":1,\"end\":9}}\n";
    const TWO: &str =
        "{\"id\":\"2\",\"object\":\"a\",\"type\":\"email\",\"place\":{\"start\":20,\"end\":29}}\n";

    #[test]
    fn order_makes_no_difference() {
        assert!(compared(&format!("{ONE}{TWO}"), &format!("{TWO}{ONE}")).is_none());
    }

    #[test]
    fn lost_gained_and_double_findings_are_told() {
        let difference = compared(&format!("{ONE}{TWO}"), &format!("{ONE}{ONE}"));
        assert_eq!((difference.lost.len(), difference.double.len()), (1, 1));
        assert_eq!(compared(ONE, &format!("{ONE}{TWO}")).gained.len(), 1);
    }

    #[test]
    fn the_same_place_under_two_ids_is_double() {
        let again = ONE.replace("\"id\":\"1\"", "\"id\":\"3\"");
        assert_eq!(compared(ONE, &format!("{ONE}{again}")).double.len(), 1);
    }

    #[test]
    fn a_moved_finding_is_lost_and_gained() {
        let moved = ONE.replace("\"start\":1", "\"start\":2");
        let difference = compared(ONE, &moved);
        assert_eq!((difference.lost.len(), difference.gained.len()), (1, 1));
    }
}
