//! Vietnam: the citizen's number, and that of taxpayers (MST).

use super::modulus::{last, remainder};
use super::text::{digits, digits_up_to, number};

/// Citizen's number: province, sex and century, year, six digits. There is no check.
pub(super) fn citizen(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(value) else { return false };
    d[0] == 0 && (1..=96).contains(&number(&d[..3])) && d[3] <= 3 && number(&d[6..]) != 0
}

/// MST: nine digits (weights 31-29-23-19-17-13-7-5-3), and ten less the sum mod 11; three of a branch
/// may follow.
pub(super) fn tax_number(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<13>(value) else { return false };
    let rest = remainder(&all, &[31, 29, 23, 19, 17, 13, 7, 5, 3], 11);
    let branch = length == 10 || length == 13 && number(&all[10..]) != 0;
    branch && number(&all[2..9]) != 0 && rest + last(&all[..10]) == 10
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn citizen_is_told_from_what_is_none() {
        told_apart(citizen, &["001090012345"], &["001490012345", "997090012345"]);
    }

    #[test]
    fn tax_number_is_told_from_what_is_none() {
        told_apart(
            tax_number,
            &["3329058055", "5655980503497", "7194333350"],
            &["3329059055", "5659580503497", "7193433350", "33290580"],
        );
    }
}
