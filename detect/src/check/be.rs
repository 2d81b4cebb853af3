//! Belgium: national number, VAT, identity card. All have a check mod 97.

use super::date::{LAST_YEAR, is_day};
use super::text::{after, digits, digits_up_to, number};

/// National number, and for who isn't in the register the BIS number (months plus 20 or 40): a
/// birth date, an order, and 97 − (number mod 97), with a 2 before it for births from 2000 on.
/// A month or a day that isn't known is 0.
pub(super) fn national_number(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let (year, month, day) = (number(&d[..2]), number(&d[2..4]), number(&d[4..6]));
    let (body, check) = (number(&d[..9]), number(&d[9..]));
    let is_of = |century: u64, before: u64| {
        let known = is_day(century + year, month % 20, day);
        let unknown = month % 20 == 0 && day <= 31 || (1..=12).contains(&(month % 20)) && day == 0;
        century + year <= LAST_YEAR
            && month < 60
            && (known || unknown)
            && 97 - (before + body) % 97 == check
    };
    number(&d[6..9]) != 0 && (is_of(1900, 0) || is_of(2000, 2_000_000_000))
}

/// VAT and enterprise number: ten digits (the first, 0 or 1, was not written in the past), of which
/// the last two are 97 − (the first eight mod 97).
pub(super) fn vat(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<10>(after("BE", value)) else { return false };
    let body = &all[..length];
    let whole = match length {
        9 => number(body),
        10 if body[0] <= 1 => number(body),
        _ => return false,
    };
    whole > 99 && 97 - whole / 100 % 97 == whole % 100
}

/// Identity card: twelve digits, the last two the first ten mod 97 (97 for 0).
pub(super) fn identity_card(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(after("B", value)) else { return false };
    let rest = number(&d[..10]) % 97;
    number(&d[..10]) != 0 && number(&d[10..]) == if rest == 0 { 97 } else { rest }
}

/// Structured communication: ten digits, and those mod 97 (97 for 0).
pub(super) fn communication(value: &[u8]) -> bool {
    let is_sign = |b: &u8| matches!(b, b'+' | b'*' | b' ');
    let before = value.iter().take_while(|b| is_sign(b)).count();
    let after = value[before..].iter().rev().take_while(|b| is_sign(b)).count();
    let Some(d) = digits::<12>(&value[before..value.len() - after]) else { return false };
    let rest = number(&d[..10]) % 97;
    number(&d[10..]) == if rest == 0 { 97 } else { rest }
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_card_is_told_from_what_is_none() {
        told_apart(
            identity_card,
            &["856977434613", "543540149896", "772385268728"],
            &["8569777434613", "543540649896", "772885268728", "8569774346"],
        );
    }

    #[test]
    fn national_number_is_told_from_what_is_none() {
        told_apart(
            national_number,
            &["74110306125", "85111387416", "68072570225"],
            &["24110306125", "85113187416", "68082570225", "741103061"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["0774995356", "1270336348", "BE0075216471", "282286529"],
            &["0774995156", "1270536348", "BE0075210471", "282286522", "07749953"],
        );
    }

    #[test]
    fn communication_is_told_from_what_is_none() {
        told_apart(
            communication,
            &["+++008/7571/54845+++", "023/3856/42090", "***028/3200/30878***"],
            &["+++065/5988/49081+++", "023/3856/42091", "023/3856/4209"],
        );
    }
}
