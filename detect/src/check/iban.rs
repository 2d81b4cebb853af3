//! IBAN, ISO 13616: the country's length and form, and MOD 97-10; and what is made alike: the reference of a
//! creditor (ISO 11649), and the creditor of a direct debit (SEPA).

use super::country::is_alpha_2;
use super::iso7064::mod_97;
use super::text::{all_same, alphanumerics_up_to};

/// The longest IBAN of the registry's form.
const MOST_CHARACTERS: usize = 34;

/// Countries of the registry with the form of what follows country and check digits: a count and
/// `n` (digits), `a` (letters) or `c` (both).
const FORMS: &[(&[u8; 2], &str)] = &[
    (b"AD", "8n12c"),
    (b"AE", "19n"),
    (b"AL", "8n16c"),
    (b"AT", "16n"),
    (b"AZ", "4a20c"),
    (b"BA", "16n"),
    (b"BE", "12n"),
    (b"BG", "4a6n8c"),
    (b"BH", "4a14c"),
    (b"BI", "23n"),
    (b"BR", "23n1a1c"),
    (b"BY", "4c4n16c"),
    (b"CH", "5n12c"),
    (b"CR", "18n"),
    (b"CY", "8n16c"),
    (b"CZ", "20n"),
    (b"DE", "18n"),
    (b"DJ", "23n"),
    (b"DK", "14n"),
    (b"DO", "4c20n"),
    (b"EE", "16n"),
    (b"EG", "25n"),
    (b"ES", "20n"),
    (b"FI", "14n"),
    (b"FK", "2a12n"),
    (b"FO", "14n"),
    (b"FR", "10n11c2n"),
    (b"GB", "4a14n"),
    (b"GE", "2a16n"),
    (b"GI", "4a15c"),
    (b"GL", "14n"),
    (b"GR", "7n16c"),
    (b"GT", "24c"),
    (b"HN", "4a20n"),
    (b"HR", "17n"),
    (b"HU", "24n"),
    (b"IE", "4a14n"),
    (b"IL", "19n"),
    (b"IQ", "4a15n"),
    (b"IS", "22n"),
    (b"IT", "1a10n12c"),
    (b"JO", "4a4n18c"),
    (b"KW", "4a22c"),
    (b"KZ", "3n13c"),
    (b"LB", "4n20c"),
    (b"LC", "4a24c"),
    (b"LI", "5n12c"),
    (b"LT", "16n"),
    (b"LU", "3n13c"),
    (b"LV", "4a13c"),
    (b"LY", "21n"),
    (b"MC", "10n11c2n"),
    (b"MD", "20c"),
    (b"ME", "18n"),
    (b"MK", "3n10c2n"),
    (b"MN", "16n"),
    (b"MR", "23n"),
    (b"MT", "4a5n18c"),
    (b"MU", "4a19n3a"),
    (b"NI", "4a20n"),
    (b"NL", "4a10n"),
    (b"NO", "11n"),
    (b"OM", "3n16c"),
    (b"PK", "4a16c"),
    (b"PL", "24n"),
    (b"PS", "4a21c"),
    (b"PT", "21n"),
    (b"QA", "4a21c"),
    (b"RO", "4a16c"),
    (b"RS", "18n"),
    (b"RU", "14n15c"),
    (b"SA", "2n18c"),
    (b"SC", "4a20n3a"),
    (b"SD", "14n"),
    (b"SE", "20n"),
    (b"SI", "15n"),
    (b"SK", "20n"),
    (b"SM", "1a10n12c"),
    (b"SO", "19n"),
    (b"ST", "21n"),
    (b"SV", "4a20n"),
    (b"TL", "19n"),
    (b"TN", "20n"),
    (b"TR", "6n16c"),
    (b"UA", "6n19c"),
    (b"VA", "18n"),
    (b"VG", "4a16n"),
    (b"XK", "16n"),
    (b"YE", "4a4n18c"),
];

/// Whether country, length, form and check digits agree.
pub(super) fn iban(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<MOST_CHARACTERS>(value) else { return false };
    let iban = &all[..length];
    let Some((country, rest)) = iban.split_first_chunk::<2>() else { return false };
    let Some((check, account)) = rest.split_first_chunk::<2>() else { return false };
    let Ok(known) = FORMS.binary_search_by_key(&country, |entry| entry.0) else { return false };
    check.iter().all(u8::is_ascii_digit)
        && (2..=98).contains(&(u32::from(check[0] - b'0') * 10 + u32::from(check[1] - b'0')))
        && has_form(account, FORMS[known].1)
        && !all_same(account)
        && mod_97(account.iter().chain(&iban[..4]).copied()) == Some(1)
}

/// ISO 11649: `RF`, two check digits, and up to 21 letters and digits.
pub(super) fn rf_reference(value: &[u8]) -> bool {
    let Some((all, length @ 5..)) = alphanumerics_up_to::<25>(value) else { return false };
    let (head, reference) = all[..length].split_at(4);
    head.starts_with(b"RF")
        && head[2..].iter().all(u8::is_ascii_digit)
        && mod_97(reference.iter().chain(head).copied()) == Some(1)
}

/// The creditor of a SEPA direct debit (EPC262-08): a country, two check digits, three signs of the creditor's
/// own choice, which the check leaves out, and the country's number.
pub(super) fn sepa_creditor(value: &[u8]) -> bool {
    let Some((all, length @ 8..)) = alphanumerics_up_to::<35>(value) else { return false };
    let (head, national) = (&all[..4], &all[7..length]);
    is_alpha_2(&head[..2])
        && head[2..].iter().all(u8::is_ascii_digit)
        && national.iter().any(u8::is_ascii_digit)
        && mod_97(national.iter().chain(head).copied()) == Some(1)
}

fn has_form(mut account: &[u8], form: &str) -> bool {
    let mut count = 0;
    for step in form.bytes() {
        if step.is_ascii_digit() {
            count = count * 10 + usize::from(step - b'0');
            continue;
        }
        let Some((part, rest)) = account.split_at_checked(count) else { return false };
        let fits = part.iter().all(|character| match step {
            b'n' => character.is_ascii_digit(),
            b'a' => character.is_ascii_uppercase(),
            _ => true,
        });
        if !fits {
            return false;
        }
        (account, count) = (rest, 0);
    }
    account.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_creditors_are_checked_like_accounts() {
        assert!(rf_reference(b"RF18 5390 0754 7034") && !rf_reference(b"RF19 5390 0754 7034"));
        assert!(!rf_reference(b"RF18") && !rf_reference(b"XF18539007547034"));
        assert!(sepa_creditor(b"DE98ZZZ09999999999") && sepa_creditor(b"DE98ABC09999999999"));
        assert!(!sepa_creditor(b"DE97ZZZ09999999999") && !sepa_creditor(b"QQ98ZZZ09999999999"));
    }

    #[test]
    fn the_examples_of_the_registry_pass() {
        for value in [
            "GB29 NWBK 6016 1331 9268 19",
            "DE89 3704 0044 0532 0130 00",
            "FR1420041010050500013M02606",
            "CH93 0076 2011 6238 5295 7",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
            "NL91ABNA0417164300",
            "BE68 5390 0754 7034",
            "AT611904300234573201",
            "IT60X0542811101000000123456",
            "ES9121000418450200051332",
            "PL61109010140000071219812874",
            "SE4550000000058398257466",
            "SA0380000000608010167519",
            "BR1800360305000010009795493C1",
            "IE29AIBK93115212345678",
            "LC55HEMM000100010012001200023015",
            "gb29nwbk60161331926819",
            "DE89-3704-0044-0532-0130-00",
            "DE89\u{a0}3704\u{a0}0044\u{a0}0532\u{a0}0130\u{a0}00",
            "EG380019000500000000263180002",
            "UA213223130000026007233566001",
            "TR330006100519786457841326",
            "RO49AAAA1B31007593840000",
        ] {
            assert!(iban(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_wrong_digit_length_country_or_form_does_not() {
        for value in [
            "GB29 NWBK 6016 1331 9268 18",
            "DE89 3704 0044 0532 0130 0",
            "DE89 3704 0044 0532 0130 000",
            "XX89370400440532013000",
            "GB82123412345698765432",
            "DE00 0000 0000 0000 0000 00",
            "DE",
        ] {
            assert!(!iban(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn the_countries_are_sorted_and_their_forms_are_within_the_bound() {
        assert!(FORMS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (_, form) in FORMS {
            let total: usize =
                form.split(['n', 'a', 'c']).filter_map(|n| n.parse::<usize>().ok()).sum();
            assert!((11..=30).contains(&total));
        }
    }
}
