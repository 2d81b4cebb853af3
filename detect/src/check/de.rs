//! Germany: tax numbers and VAT, identity card and passport, driving licence, the numbers of social
//! and health insurance and of doctors.

use super::date::is_day;
use super::iso7064::is_mod_11_10;
use super::modulus::{complement, cross_sum, last, remainder};
use super::text::{after, alphanumerics, alphanumerics_up_to, base_36, digits, digits_up_to};
use super::text::{all_same, before, number};

/// What a serial number of identity cards and passports is made of: no vowel, and no letter that
/// looks like a digit.
const SERIAL: &[u8] = b"0123456789CFGHJKLMNPRTVWXYZ";

/// Steuer-ID: of the first ten digits exactly one comes twice or three times (and then not three
/// in a row), the first isn't 0, and the last is the check of ISO 7064 MOD 11,10.
pub(super) fn tax_id(value: &[u8]) -> bool {
    let Some(digits) = digits::<11>(value) else { return false };
    let body = &digits[..10];
    let mut counts = [0u8; 10];
    body.iter().for_each(|digit| counts[usize::from(*digit)] += 1);
    let repeated = counts.iter().filter(|count| **count > 1).count();
    let most = counts.iter().max().copied().unwrap_or(0);
    let in_a_row = body.windows(3).any(|three| three[0] == three[1] && three[1] == three[2]);
    body[0] != 0 && repeated == 1 && most <= 3 && !in_a_row && is_mod_11_10(&digits)
}

/// Steuernummer: ten or eleven digits, as the offices write it, or the thirteen of all states,
/// which begin with the state's and have a 0 in the fifth place. Each state has its own check.
pub(super) fn tax_number(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<13>(value) else { return false };
    let of_state = matches!(
        all[..2],
        [1, 0] | [1, 1] | [2, 1..=4] | [2, 6..=8] | [3, 0..=2] | [4, 0 | 1] | [5, _] | [9, _]
    );
    !all_same(&all[..length]) && matches!(length, 10 | 11)
        || length == 13 && of_state && all[4] == 0
}

/// USt-IdNr.: nine digits, ISO 7064 MOD 11,10.
pub(super) fn vat(value: &[u8]) -> bool {
    digits::<9>(after("DE", value)).is_some_and(|d| d[0] != 0 && is_mod_11_10(&d))
}

/// Identity card: the serial number with its check (weights 7-3-1), as the machine readable zone
/// has it. It begins with a letter from L on, or, until 2010, was of digits. A D may follow.
pub(super) fn identity_card(value: &[u8]) -> bool {
    let value = before("D", value).unwrap_or(value);
    has_serial(value, |first| first.is_ascii_digit() || (b'L'..=b'Z').contains(&first))
}

/// Passport: the same, from C to K (the temporary ones, which are rare, have other letters).
pub(super) fn passport(value: &[u8]) -> bool {
    let value = before("D", value).unwrap_or(value);
    has_serial(value, |first| (b'C'..=b'K').contains(&first))
}

fn has_serial(value: &[u8], begins: impl Fn(u8) -> bool) -> bool {
    let Some(id) = alphanumerics::<10>(value) else { return false };
    let (serial, check) = (&id[..9], id[9]);
    let values: Vec<u8> = serial.iter().filter_map(|c| base_36(*c)).collect();
    begins(serial[0])
        && serial.iter().all(|c| SERIAL.contains(c))
        && check.is_ascii_digit()
        && !all_same(serial)
        && remainder(&values, &[7, 3, 1, 7, 3, 1, 7, 3, 1], 10) == u32::from(check - b'0')
}

/// Driving licence: authority, number, a check in the tenth place (weights 9 to 1, mod 11, X for
/// ten), and the number of the copy.
pub(super) fn driving_licence(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<11>(value) else { return false };
    let values: Vec<u8> = id[..9].iter().filter_map(|c| base_36(*c)).collect();
    let check = match remainder(&values, &[9, 8, 7, 6, 5, 4, 3, 2, 1], 11) {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    id[1..3].iter().all(u8::is_ascii_digit) && !all_same(&id[..9]) && check == id[9]
}

/// RVNR: the insurer's area, birth date, the birth name's letter, two digits for sex and order, and
/// a check of cross sums. A day that isn't known is 0.
pub(super) fn pension_insurance(value: &[u8]) -> bool {
    let Some(id) = alphanumerics::<12>(value) else { return false };
    let (Some(born), Some(rest)) = (digits::<8>(&id[..8]), digits::<3>(&id[9..])) else {
        return false;
    };
    if !id[8].is_ascii_uppercase() {
        return false;
    }
    let letter = id[8] - b'A' + 1;
    let d = [&born[..], &[letter / 10, letter % 10], &rest].concat();
    let (day, month, year) = (number(&d[2..4]), number(&d[4..6]), number(&d[6..8]));
    let known = is_day(2000 + year, month, day) || day == 0 && (1..=12).contains(&month);
    known
        && number(&d[..2]) > 1
        && cross_sum(&d, &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 == last(&d)
}

/// KVNR: a letter, eight digits, and a check of cross sums, the letter counting as two digits. The
/// insurer's number and another's may follow, of which nothing is checked.
pub(super) fn health_insurance(value: &[u8]) -> bool {
    let Some((id, length)) = alphanumerics_up_to::<10>(value) else { return false };
    let Some(d) = digits::<9>(&id[1..]) else { return false };
    if length != 10 || !id[0].is_ascii_uppercase() {
        return false;
    }
    let letter = id[0] - b'A' + 1;
    let d = [&[letter / 10, letter % 10], &d[..]].concat();
    !all_same(&d[2..]) && cross_sum(&d, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == last(&d)
}

/// LANR: six digits of a doctor, their check (weights 4-9, mod 10), and two for the field.
pub(super) fn doctor(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    let check = complement(&d[..7], &[4, 9, 4, 9, 4, 9], 10);
    !all_same(&d[..6]) && d[7..] != [0, 0] && check == last(&d[..7])
}

/// IK of the health system: class, region, and a check of the cross sums of the third to the eighth.
pub(super) fn institution(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    !all_same(&d) && cross_sum(&d[2..8], &[2, 1, 2, 1, 2, 1]) % 10 == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn the_tax_offices_examples_pass() {
        for value in
            ["86 095 742 719", "47036892816", "65929970489", "57549285017", "25 768 131 411"]
        {
            assert!(tax_id(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_wrong_digit_or_the_wrong_repeats_do_not() {
        for value in ["86 095 742 718", "47036892817", "01234567890", "11111111111", "8609574271"] {
            assert!(!tax_id(value.as_bytes()), "{value}");
        }
        // A right check digit, but all ten differ; or two digits come twice.
        assert!(!(0..10).any(|d| tax_id(format!("1234567890{d}").as_bytes())));
        assert!(!(0..10).any(|d| tax_id(format!("1123344567{d}").as_bytes())));
    }

    #[test]
    fn doctor_is_told_from_what_is_none() {
        told_apart(doctor, &["123456601", "123456 6 10"], &["123456500", "123456700", "12345660"]);
    }

    #[test]
    fn driving_licence_is_told_from_what_is_none() {
        told_apart(
            driving_licence,
            &["B072RRE2I55"],
            &["B072RRE2I65", "B0X2RRE2I55", "B072RRE2I5"],
        );
    }

    #[test]
    fn health_insurance_is_told_from_what_is_none() {
        told_apart(health_insurance, &["A123456780"], &["A123456781", "1123456780", "A12345678"]);
    }

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(
            identity_card,
            &["L01X00T471", "T220001293", "T22000129 3D"],
            &["L01X00T470", "C01X00T478", "LO1X00T471"],
        );
    }

    #[test]
    fn institution_is_told_from_what_is_none() {
        told_apart(institution, &["109519005", "108018007"], &["109519004", "10951900"]);
    }

    #[test]
    fn passport_is_told_from_what_is_none() {
        told_apart(passport, &["C01X00T478", "C01X0006H1"], &["C01X00T477", "L01X00T471"]);
    }

    #[test]
    fn pension_insurance_is_told_from_what_is_none() {
        told_apart(
            pension_insurance,
            &["15 070649 C 103", "65170839J003"],
            &["15070649C104", "15320649C103", "150706491103"],
        );
    }

    #[test]
    fn tax_number_is_told_from_what_is_none() {
        told_apart(
            tax_number,
            &["75815125330", "6425855956", "5633079845172", "46/378/05451", "2746085862930"],
            &["758151125330", "642585956", "563307985172", "46/378/0545", "3746085862930"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["680890862", "DE883495341", "213567276"],
            &["610890862", "DE883496341", "2135567276", "6808908"],
        );
    }
}
