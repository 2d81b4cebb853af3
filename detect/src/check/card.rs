//! Payment cards: an issuer's prefix and its lengths (ISO/IEC 7812), and Luhn.

use super::luhn::is_luhn;
use super::text::{all_same, digits, digits_up_to, number};

/// The longest card number.
const MOST_DIGITS: usize = 19;

/// The first six digits from and to, and the fewest and most digits of a number that begins so.
struct Issuer(u64, u64, usize, usize);

/// From the schemes' published ranges. Where two overlap (UnionPay and Discover), either will do.
const ISSUERS: &[Issuer] = &[
    Issuer(220000, 220499, 16, 19), // Mir
    Issuer(220500, 220599, 16, 16), // BORICA
    Issuer(222100, 272099, 16, 16), // Mastercard, the 2-series
    Issuer(300000, 305999, 14, 19), // Diners Club
    Issuer(309500, 309599, 14, 19), // Diners Club
    Issuer(340000, 349999, 15, 15), // American Express
    Issuer(352800, 358999, 16, 19), // JCB
    Issuer(360000, 369999, 14, 19), // Diners Club
    Issuer(370000, 379999, 15, 15), // American Express
    Issuer(380000, 399999, 14, 19), // Diners Club, Discover
    Issuer(400000, 499999, 13, 13), // Visa, old
    Issuer(400000, 499999, 16, 16), // Visa
    Issuer(400000, 499999, 19, 19), // Visa
    Issuer(500000, 509999, 12, 19), // Maestro, Dankort, Verve, RuPay, Elo
    Issuer(510000, 559999, 16, 16), // Mastercard
    Issuer(560000, 589999, 12, 19), // Maestro
    Issuer(601100, 601199, 16, 19), // Discover
    Issuer(603600, 603999, 12, 19), // Maestro and national schemes
    Issuer(606200, 606299, 13, 19), // Hipercard
    Issuer(607000, 608999, 16, 16), // RuPay
    Issuer(620000, 629999, 16, 19), // UnionPay
    Issuer(630000, 639999, 12, 19), // Maestro, InstaPayment, Elo
    Issuer(644000, 659999, 16, 19), // Discover, RuPay, Troy
    Issuer(670000, 679999, 12, 19), // Maestro
    Issuer(810000, 829999, 16, 19), // UnionPay, RuPay
    Issuer(860000, 860099, 16, 16), // Uzcard
    Issuer(979200, 979289, 16, 16), // Troy
    Issuer(986000, 986099, 16, 16), // Humo
];

/// Whether the value has an issuer's prefix, a length of that issuer's, and the Luhn digit.
pub(super) fn payment_card(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<MOST_DIGITS>(value) else { return false };
    let digits = &all[..length];
    length >= 12
        && is_luhn(digits)
        && has_issuer(number(&digits[..6]), length)
        // 4444 4444 … stands for a card rather than being one.
        && !all_same(&digits[..length - 1])
}

/// What the magnetic stripe holds (ISO/IEC 7813): track 1 (`%B`, number, `^`, name, `^`, expiry), or
/// track 2 (`;`, number, `=`, expiry).
pub(super) fn card_track(value: &[u8]) -> bool {
    let [card, expiry] = match value {
        [b'%', b'B' | b'b', rest @ ..] => {
            let mut parts = rest.split(|byte| *byte == b'^');
            let (card, name, rest) = (parts.next(), parts.next(), parts.next());
            if !name.is_some_and(|name| (2..=26).contains(&name.len())) {
                return false;
            }
            [card, rest]
        }
        [b';', rest @ ..] => {
            let mut parts = rest.split(|byte| *byte == b'=');
            [parts.next(), parts.next()]
        }
        _ => return false,
    };
    // The year comes first.
    let month = expiry.and_then(|rest| digits::<4>(rest.get(..4)?)).map(|d| number(&d[2..]));
    card.is_some_and(payment_card) && month.is_some_and(|month| (1..=12).contains(&month))
}

/// An expiry: the month and the year, of two digits or four.
pub(super) fn card_expiry(value: &[u8]) -> bool {
    let Some((d, length)) = digits_up_to::<6>(value) else { return false };
    let year = number(&d[2..length.max(2)]);
    let soon = match length {
        4 => true,
        6 => (2000..2100).contains(&year),
        _ => false,
    };
    // Terminals write the year first: `2808`, and with a day `280831`.
    let year_first = matches!(length, 4 | 6)
        && (20..=35).contains(&number(&d[..2]))
        && (1..=12).contains(&number(&d[2..4]))
        && (length == 4 || (1..=31).contains(&number(&d[4..6])));
    year_first || soon && (1..=12).contains(&number(&d[..2]))
}

fn has_issuer(prefix: u64, length: usize) -> bool {
    ISSUERS.iter().any(|Issuer(from, to, fewest, most)| {
        (*from..=*to).contains(&prefix) && (*fewest..=*most).contains(&length)
    })
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn the_test_numbers_of_the_schemes_pass() {
        // Published by the schemes and their processors for testing.
        for card in [
            "4111 1111 1111 1111",
            "4012-8888-8888-1881",
            "4222222222222",
            "5555555555554444",
            "5105105105105100",
            "2223003122003222",
            "2720 9900 0000 0007",
            "378282246310005",
            "3714 496353 98431",
            "6011111111111117",
            "30569309025904",
            "3852 000002 3237",
            "3530111333300000",
            "6200000000000005",
            "6759649826438453",
            "5019717010103742",
            "6304000000000000",
            "4000002500003155",
            "6205500000000000004",
        ] {
            assert!(payment_card(card.as_bytes()), "{card}");
        }
    }

    #[test]
    fn wrong_digits_lengths_and_prefixes_do_not() {
        for other in [
            "4111 1111 1111 1112",
            "411111111111111",
            "1234567812345670",
            "2721000000000004",
            "2220990000000005",
            "0000000000000000",
            "9999999999999995",
            "37828224631000",
            "41111111111111111111",
            "4111x11111111111",
        ] {
            assert!(!payment_card(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn the_issuers_stand_in_order_and_each_range_has_six_digits() {
        assert!(ISSUERS.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        assert!(ISSUERS.iter().all(|i| i.0 <= i.1 && i.0 > 99_999 && i.1 < 1_000_000));
        assert!(ISSUERS.iter().all(|i| 12 <= i.2 && i.2 <= i.3 && i.3 <= MOST_DIGITS));
    }

    #[test]
    fn card_expiry_is_told_from_what_is_none() {
        told_apart(
            card_expiry,
            &["12/25", "01/2027", "0728", "2808", "280931"],
            &["13/25", "00/25", "12/1999", "1", "2813"],
        );
    }

    #[test]
    fn card_track_is_told_from_what_is_none() {
        told_apart(
            card_track,
            &[
                "%B4111111111111111^DOE/JOHN^25121010000000000000?",
                ";4111111111111111=25121010000000000000?",
            ],
            &["%B4111111111111112^DOE/JOHN^2512101?", "%B4111111111111111^DOE/JOHN^2513101?"],
        );
    }
}
