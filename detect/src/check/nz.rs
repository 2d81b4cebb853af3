//! New Zealand: tax number (IRD), health number (NHI), bank account.

use super::modulus::{complement, last, remainder};
use super::text::weighted;
use super::text::{all_same, alphanumerics, digits_up_to, has_form, number, place_in};

/// IRD: eight digits or nine, weights 3-2-7-6-5-4-3-2 and, where the check would be ten,
/// 7-4-3-2-5-2-7-6, mod 11.
pub(super) fn ird(value: &[u8]) -> bool {
    let Some((mut d, length)) = digits_up_to::<9>(value) else { return false };
    if length == 8 {
        d.rotate_right(1);
    }
    let check = match complement(&d, &[3, 2, 7, 6, 5, 4, 3, 2], 11) {
        10 => complement(&d, &[7, 4, 3, 2, 5, 2, 7, 6], 11),
        check => check,
    };
    let given = (10_000_000..=150_000_000).contains(&number(&d));
    matches!(length, 8 | 9) && given && check == last(&d)
}

/// NHI: three letters (no I and O) and four digits with a check mod 11, or since 2019 two digits and
/// two letters with one mod 24, later mod 23 (HISO 10046), over weights 7 to 2.
pub(super) fn nhi(value: &[u8]) -> bool {
    const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let Some(id) = alphanumerics::<7>(value) else { return false };
    let mut values = [0; 7];
    for (out, character) in values.iter_mut().zip(&id) {
        *out = match character {
            b'0'..=b'9' => character - b'0',
            letter => match place_in(LETTERS, *letter) {
                Some(place) => place + 1,
                None => return false,
            },
        };
    }
    let sum = weighted(&values, &[7, 6, 5, 4, 3, 2]);
    if has_form(&id, "AAA9999") {
        let rest = sum % 11;
        return rest != 0 && (11 - rest) % 10 == last(&values);
    }
    let fits = |modulus: u32| LETTERS[(modulus - 1 - sum % modulus) as usize] == id[6];
    has_form(&id, "AAA99AA") && (fits(24) || fits(23))
}

/// How a bank checks its accounts.
enum Check {
    /// Branch and account, mod 11; large accounts without the branch.
    Usual,
    /// By these weights over bank, branch, account (eight digits) and suffix (four), mod 11.
    Eleven(&'static [u32; 18]),
    /// The same with cross sums of cross sums, mod 11.
    ElevenOfDigits(&'static [u32; 18]),
    /// By these weights, mod 10.
    Ten(&'static [u32; 18]),
    /// The same with cross sums, mod 10.
    TenOfDigits(&'static [u32; 18]),
    /// Not at all.
    None,
}

const WITH_BRANCH: &[u32; 18] = &[0, 0, 6, 3, 7, 9, 0, 0, 10, 5, 8, 4, 2, 1, 0, 0, 0, 0];
const WITHOUT_BRANCH: &[u32; 18] = &[0, 0, 0, 0, 0, 0, 0, 0, 10, 5, 8, 4, 2, 1, 0, 0, 0, 0];
const NATIONAL: &[u32; 18] = &[0, 0, 0, 0, 0, 0, 0, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0];
const RESERVE: &[u32; 18] = &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3, 2, 0, 0, 0, 1];
const TRUST: &[u32; 18] = &[0, 0, 0, 0, 0, 0, 0, 1, 7, 3, 1, 7, 3, 1, 0, 0, 0, 0];
const SAVINGS: &[u32; 18] = &[0, 0, 0, 0, 0, 0, 0, 1, 3, 7, 1, 3, 7, 1, 0, 3, 7, 1];

/// The bank, its first and last branch, and how it checks: the revenue's specification for payroll.
const BANKS: &[(u64, u64, u64, Check)] = &[
    (1, 1, 999, Check::Usual),
    (1, 1100, 1199, Check::Usual),
    (1, 1800, 1899, Check::Usual),
    (2, 1, 999, Check::Usual),
    (2, 1200, 1299, Check::Usual),
    (3, 1, 999, Check::Usual),
    (3, 1300, 1399, Check::Usual),
    (3, 1500, 1599, Check::Usual),
    (3, 1700, 1799, Check::Usual),
    (3, 1900, 1999, Check::Usual),
    (3, 7350, 7399, Check::Usual),
    (4, 2020, 2024, Check::Usual),
    (6, 1, 999, Check::Usual),
    (6, 1400, 1499, Check::Usual),
    (8, 6500, 6599, Check::Eleven(NATIONAL)),
    (9, 0, 0, Check::ElevenOfDigits(RESERVE)),
    (10, 5165, 5169, Check::Usual),
    (11, 5000, 6499, Check::Usual),
    (11, 6600, 8999, Check::Usual),
    (12, 3000, 3299, Check::Usual),
    (12, 3400, 3499, Check::Usual),
    (12, 3600, 3699, Check::Usual),
    (13, 4900, 4999, Check::Usual),
    (14, 4700, 4799, Check::Usual),
    (15, 3900, 3999, Check::Usual),
    (16, 4400, 4499, Check::Usual),
    (17, 3300, 3399, Check::Usual),
    (18, 3500, 3599, Check::Usual),
    (19, 4600, 4649, Check::Usual),
    (20, 4100, 4199, Check::Usual),
    (21, 4800, 4899, Check::Usual),
    (22, 4000, 4049, Check::Usual),
    (23, 3700, 3799, Check::Usual),
    (24, 4300, 4349, Check::Usual),
    (25, 2500, 2599, Check::Ten(TRUST)),
    (26, 2600, 2699, Check::TenOfDigits(SAVINGS)),
    (27, 3800, 3849, Check::Usual),
    (28, 2100, 2149, Check::TenOfDigits(SAVINGS)),
    (29, 2150, 2299, Check::TenOfDigits(SAVINGS)),
    (30, 2900, 2949, Check::Usual),
    (31, 2800, 2849, Check::None),
    (33, 6700, 6799, Check::Ten(TRUST)),
    (35, 2400, 2499, Check::Usual),
    (38, 9000, 9499, Check::Usual),
    (88, 8800, 8805, Check::Usual),
];

/// Account: bank, branch, seven digits (with an eighth in some banks' notation), and a suffix of two
/// or three.
pub(super) fn bank_account(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<16>(value) else { return false };
    // Two of bank, four of branch, seven of account.
    let suffix = match length {
        15 | 16 => &all[13..length],
        _ => return false,
    };
    let mut whole = [0; 18];
    whole[..6].copy_from_slice(&all[..6]);
    whole[7..14].copy_from_slice(&all[6..13]);
    whole[18 - suffix.len()..].copy_from_slice(suffix);
    let (bank, branch, account) = (number(&all[..2]), number(&all[2..6]), number(&all[6..13]));
    let Some((.., check)) = BANKS
        .iter()
        .find(|(known, first, last, _)| *known == bank && (*first..=*last).contains(&branch))
    else {
        return false;
    };
    !all_same(&all[6..13])
        && match check {
            Check::Usual if account < 990_000 => remainder(&whole, WITH_BRANCH, 11) == 0,
            Check::Usual => remainder(&whole, WITHOUT_BRANCH, 11) == 0,
            Check::Eleven(weights) => remainder(&whole, *weights, 11) == 0,
            Check::ElevenOfDigits(weights) => digit_sum(&whole, *weights).is_multiple_of(11),
            Check::Ten(weights) => remainder(&whole, *weights, 10) == 0,
            Check::TenOfDigits(weights) => digit_sum(&whole, *weights).is_multiple_of(10),
            Check::None => true,
        }
}

/// The sum of the products, each brought down to one digit by adding its digits up.
fn digit_sum(digits: &[u8], weights: &[u32]) -> u32 {
    let products = digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight);
    products.map(|product| if product == 0 { 0 } else { (product - 1) % 9 + 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn bank_account_is_told_from_what_is_none() {
        told_apart(
            bank_account,
            &[
                "01-0102-0570370-00",
                "03-1316-0063686-00",
                "08-6559-0641723-00",
                "25-2558-0696270-00",
                "31-2826-0110251-000",
            ],
            &[
                "01-0102-05703370-00",
                "03-1316-0603686-00",
                "08-5659-0641723-00",
                "25-2558-0692670-00",
                "13-2826-0110251-000",
            ],
        );
    }

    #[test]
    fn ird_is_told_from_what_is_none() {
        told_apart(
            ird,
            &["85486608", "141707035", "57368470"],
            &["85486680", "141767035", "50368470", "854866"],
        );
    }

    #[test]
    fn nhi_is_told_from_what_is_none() {
        told_apart(
            nhi,
            &["ZZZ0016", "ZZZ00AX", "ALU18KZ", "ZBN77VL"],
            &["ZZZ0017", "ZZZ00AY", "ZIZ0016"],
        );
    }
}
