//! Cyprus: tax and VAT number.

use super::it::ODD;
use super::text::{after, alphanumerics, digits};

/// VAT: eight digits and a letter: digits at odd places count as in the Italian codice fiscale, the
/// sum mod 26 is the letter. 12 begins none.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(vat) = alphanumerics::<9>(after("CY", value)) else { return false };
    let Some(d) = digits::<8>(&vat[..8]) else { return false };
    let counts = d.iter().enumerate().map(|(at, digit)| match at % 2 {
        0 => ODD[usize::from(*digit)],
        _ => u32::from(*digit),
    });
    d[..2] != [1, 2] && vat[8] == b'A' + (counts.sum::<u32>() % 26) as u8
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["36050696B", "CY66643445N", "45995986N"],
            &["32050696B", "CY66343445N", "4599598N6", "3605069"],
        );
    }
}
