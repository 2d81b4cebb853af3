//! Slovenia: tax number, which is that for VAT. The citizen's number is in `jmbg.rs`.

use super::modulus::{last, remainder};
use super::text::{after, alphanumerics_up_to, digits, has_form};

/// Davčna številka: eight digits, weights 8 to 2, mod 11; a check of ten is 0, and eleven is never
/// given out.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(after("SI", value)) else { return false };
    let check = 11 - remainder(&d, &[8, 7, 6, 5, 4, 3, 2], 11);
    d[0] != 0 && check != 11 && check % 10 == last(&d)
}

/// Matična številka of companies: six digits, a check mod 11, and, but for the seat, three of the
/// place, of which the first may be a letter.
pub(super) fn company(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<10>(value) else { return false };
    let Some(d) = digits::<7>(&all[..7]) else { return false };
    let check = 11 - remainder(&d, &[7, 6, 5, 4, 3, 2], 11);
    let given = d != [0; 7] && check != 11;
    let placed = length == 7 || length == 10 && has_form(&all[7..], "*99");
    placed && given && check % 10 == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn company_is_told_from_what_is_none() {
        told_apart(
            company,
            &["4771753", "1180258427", "8753903000"],
            &["4771553", "1810258427", "8353903000", "47717"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["32541481", "SI55489923", "53582535"],
            &["35241481", "IS55489923", "43582535", "325414"],
        );
    }
}
