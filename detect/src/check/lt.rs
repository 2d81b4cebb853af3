//! Lithuania: personal code and VAT.

use super::date::is_day;
use super::ee::{born, is_checked};
use super::modulus::{last, two_passes};
use super::text::{after, digits, digits_up_to};

/// Asmens kodas: made as Estonia's; for who has no known day of birth, month or day are 0. A 9 stands
/// before those that have no date at all.
pub(super) fn personal_code(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let dated = born(&d).is_some_and(|(year, month, day)| {
        is_day(year, month, day) || day == 0 && month <= 12 || month == 0 && day <= 31
    });
    (dated || d[0] == 9) && is_checked(&d)
}

/// PVM: nine digits of a legal person or twelve of one that is registered for a time, the last but
/// one a 1, and a check mod 11 by two rows of weights.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<12>(after("LT", value)) else { return false };
    let check = match (length, &all) {
        (9, [.., 1, _, _, _, _]) => {
            two_passes(&all, &[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 1])
        }
        (12, [.., 1, _]) => {
            two_passes(&all, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4])
        }
        _ => return false,
    };
    check == last(&all[..length])
}

/// Legal entity's code: nine digits, the last a check mod 11 by two rows of weights.
pub(super) fn company(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    two_passes(&d, &[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 1]) == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn personal_code_is_told_from_what_is_none() {
        told_apart(
            personal_code,
            &["32206203217", "19804265995", "31610168694"],
            &["32206203127", "198042265995", "31610168624", "322062032"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["755575719", "LT804596712", "161833963415"],
            &["755570719", "LT807596712", "116833963415", "7555757"],
        );
    }

    #[test]
    fn company_is_told_from_what_is_none() {
        told_apart(company, &["300174331", "304877551"], &["300174332", "30017433"]);
    }
}
