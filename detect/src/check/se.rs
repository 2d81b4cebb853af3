//! Sweden: personal identity number (personnummer), organisation number, VAT.

use super::date::is_day;
use super::luhn::is_luhn;
use super::text::{after, digits, digits_up_to, number};

/// Personnummer: a birth date (a coordination number adds 60 to the day), and Luhn over the last
/// ten digits; with the century before or without.
pub(super) fn personnummer(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<12>(value) else { return false };
    let (century, ten) = match length {
        10 => (None, &all[..10]),
        12 => (Some(number(&all[..2])), &all[2..]),
        _ => return false,
    };
    if century.is_some_and(|century| !(18..=20).contains(&century)) {
        return false;
    }
    let (year, month) = (number(&ten[..2]), number(&ten[2..4]));
    let day = number(&ten[4..6]);
    let day = if day > 60 { day - 60 } else { day };
    let fits = |century: u64| is_day(century * 100 + year, month, day);
    century.map_or_else(|| fits(19) || fits(20), fits) && is_luhn(ten)
}

/// Organisation number: ten digits and Luhn; the third is at least 2, so that it is no birth date.
pub(super) fn organisation(value: &[u8]) -> bool {
    digits::<10>(value).is_some_and(|d| d[0] != 0 && d[2] >= 2 && is_luhn(&d))
}

/// VAT: an organisation's or a person's ten digits, and 01 (or another's of the same).
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(after("SE", value)) else { return false };
    d[10..] != [0, 0] && d[..10] != [0; 10] && is_luhn(&d[..10])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn examples_of_the_tax_agency_pass() {
        for value in [
            "811228-9874",
            "8112289874",
            "19811228-9874",
            "198112289874",
            "880320-0016",
            "701063-2391",
        ] {
            assert!(personnummer(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_wrong_digit_or_day_does_not() {
        for value in ["811228-9873", "811328-9874", "17811228-9874", "811200-9874", "81122898"] {
            assert!(!personnummer(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn organisation_is_told_from_what_is_none() {
        told_apart(
            organisation,
            &["9098900567", "5268202529"],
            &["9098900767", "2568202529", "90989005"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["607049208401", "SE513009236301", "509319990801"],
            &["607049008401", "SSE513009236301", "505319990801", "6070492084"],
        );
    }
}
