//! How the checks are tested: by values that pass and values that don't.

use super::Check;

/// Each of the first passes, none of the second does.
#[track_caller]
pub(super) fn told_apart(check: Check, right: &[&str], wrong: &[&str]) {
    let fails: Vec<_> = right.iter().filter(|value| !check(value.as_bytes())).collect();
    let passes: Vec<_> = wrong.iter().filter(|value| check(value.as_bytes())).collect();
    assert!(fails.is_empty() && passes.is_empty(), "should pass: {fails:?}; not: {passes:?}");
}

/// Of the ten digits that may stand in the place of `?`, just so many let the value pass: for numbers
/// of which nobody has published one.
#[track_caller]
pub(super) fn digits_fit(check: Check, value: &str, count: usize) {
    let fits = (0..10).filter(|digit| check(value.replace('?', &digit.to_string()).as_bytes()));
    assert_eq!(fits.count(), count, "{value}");
}
