//! Ukraine: tax numbers of persons (RNTRC) and of companies (EDRPOU).

use super::modulus::{last, two_passes};
use super::text::{all_same, digits, weighted};

/// RNTRC: the days from 1900 to the birth, order, and a check mod 11 (ten is 0). The first weight is
/// −1.
pub(super) fn tax_number(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let sum = weighted(&d, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
    !all_same(&d) && sum % 11 % 10 == last(&d)
}

/// EDRPOU: eight digits, a check mod 11 whose weights depend on the range of the number.
pub(super) fn company(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(value) else { return false };
    let check = match d[0] {
        3..=5 => two_passes(&d, &[7, 1, 2, 3, 4, 5, 6], &[9, 3, 4, 5, 6, 7, 8]),
        _ => two_passes(&d, &[1, 2, 3, 4, 5, 6, 7], &[3, 4, 5, 6, 7, 8, 9]),
    };
    !all_same(&d) && check == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn company_is_told_from_what_is_none() {
        told_apart(
            company,
            &["57774068", "34239343", "93411173"],
            &["57777068", "34329343", "83411173", "577740"],
        );
    }

    #[test]
    fn tax_number_is_told_from_what_is_none() {
        told_apart(
            tax_number,
            &["5712998690", "3654438617", "0204089598"],
            &["5712918690", "3654438917", "0204079598", "57129986"],
        );
    }
}
