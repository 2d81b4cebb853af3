//! Czechia: birth number (rodné číslo), which Slovakia has kept; VAT, bank account.

use super::date::{LAST_YEAR, is_day};
use super::modulus::remainder;
use super::text::{after, digits, digits_up_to, number, weighted};

/// Birth number: a birth date (women's months plus 50; plus 20 where a day's numbers are used up,
/// since 2004), three digits until 1953 and since then four, so that the whole is a multiple of 11.
/// Until 1985 a remainder of ten was written 0.
pub(super) fn birth_number(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<10>(value) else { return false };
    let d = &all[..length];
    let (year, month, day) = match length {
        9 | 10 => (number(&d[..2]), number(&d[2..4]) % 50, number(&d[4..6])),
        _ => return false,
    };
    let year = match (length, year) {
        (9, ..54) => 1900 + year,
        (9, 80..) => 1800 + year,
        (10, 54..) => 1900 + year,
        (10, _) => 2000 + year,
        _ => return false,
    };
    let month = if year >= 2004 && month > 20 { month - 20 } else { month };
    let check = number(&d[..9]) % 11;
    let checked = check == u64::from(all[9]) || check == 10 && all[9] == 0 && year <= 1985;
    year <= LAST_YEAR && is_day(year, month, day) && (length == 9 || checked)
}

/// DIČ: a legal person's eight digits, a birth number, or nine digits that begin with 6.
pub(super) fn vat(value: &[u8]) -> bool {
    let value = after("CZ", value);
    let Some((all, length)) = digits_up_to::<10>(value) else { return false };
    match (length, all[0]) {
        (8, ..9) => {
            let check = (11 - weighted(&all, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10;
            check == u32::from(all[7]) && number(&all[..8]) != 0
        }
        (9, 6) => {
            let lacking = (21 - remainder(&all[1..], &[8, 7, 6, 5, 4, 3, 2], 11)) % 11;
            (18 - lacking) % 10 == u32::from(all[8]) || birth_number(value)
        }
        _ => birth_number(value),
    }
}

/// Account: up to six digits, then two to ten and the bank's four; each of the first has weights
/// mod 11. It is written `19-2000145399/0800`.
pub(super) fn bank_account(value: &[u8]) -> bool {
    const WEIGHTS: [u32; 10] = [6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    let Some((account, bank)) = split_at(value, b'/') else { return false };
    let (prefix, base) = split_at(account, b'-').unwrap_or((b"", account));
    let fits = |part: &[u8], most: usize| {
        let Some((all, length)) = digits_up_to::<10>(part) else { return false };
        let d = &all[..length];
        length <= most && remainder(d, &WEIGHTS[10 - length..], 11) == 0
    };
    let given = digits_up_to::<10>(base).is_some_and(|(all, _)| number(&all) != 0);
    let bank = digits::<4>(bank).is_some_and(|bank| number(&bank) != 0);
    given && base.len() >= 2 && bank && fits(prefix, 6) && fits(base, 10)
}

fn split_at(value: &[u8], sign: u8) -> Option<(&[u8], &[u8])> {
    let at = value.iter().position(|byte| *byte == sign)?;
    Some((&value[..at], &value[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn bank_account_is_told_from_what_is_none() {
        told_apart(
            bank_account,
            &["447283-2501358085/0100", "1885370790/2010", "132788987/0800", "35-92616696/0300"],
            &[
                "447823-2501358085/0100",
                "4885370790/2010",
                "132758987/0800",
                "35-92616696/030",
                "447283-2501358085/01",
            ],
        );
    }

    #[test]
    fn birth_number_is_told_from_what_is_none() {
        told_apart(
            birth_number,
            &["280425929", "6255205473", "9610036447"],
            &["28042929", "7255205473", "9610306447", "2804259"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["32328052", "644818450", "0204010840"],
            &["32338052", "644818455", "0203010840", "323280"],
        );
    }
}
