//! Netherlands: the citizen service number (BSN), VAT, passport.

use super::iso7064::mod_97;
use super::modulus::last;
use super::text::{after, all_same, alphanumerics, digits, has_form, weighted};

/// BSN: the 11-test, weights 9 to 2 and −1.
pub(super) fn bsn(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    let sum = weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    !all_same(&digits) && digits[..3] != [0, 0, 0] && sum % 11 == u32::from(digits[8])
}

/// VAT: nine digits, B, two digits. Companies have the BSN's check in the nine; since 2020 those of
/// one person have ISO 7064 MOD 97-10 over all of it with `NL` before.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(vat) = alphanumerics::<12>(after("NL", value)) else { return false };
    let formed = has_form(&vat, "999999999B99") && vat[10..] != *b"00";
    let whole = || b"NL".iter().chain(&vat).copied();
    formed && &vat[..9] != b"000000000" && (bsn(&vat[..9]) || mod_97(whole()) == Some(1))
}

/// Passport and identity card: two letters, six letters or digits, a digit; O is left out.
pub(super) fn passport(value: &[u8]) -> bool {
    alphanumerics::<9>(value).is_some_and(|id| has_form(&id, "AA******9") && !id.contains(&b'O'))
}

/// Education number: as the citizen's, but the weighted sum leaves 5 mod 11.
pub(super) fn education(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(value) else { return false };
    let sum = weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    d[..2] == [1, 0] && (sum + 11 - last(&d)) % 11 == 5
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn the_elevens_test_holds() {
        for value in ["111222333", "123456782", "1112.22.333", "999990019", "010464554"] {
            assert!(bsn(value.as_bytes()), "{value}");
        }
        for value in ["111222334", "123456789", "000000000", "12345678", "1112223333"] {
            assert!(!bsn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn passport_is_told_from_what_is_none() {
        told_apart(
            passport,
            &["SM6AXV459", "QKJFUB6J5", "BXD0X6RY4"],
            &["SM66AXV459", "QKJFUB65", "BXD0X6R4", "SM6AXV4"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["575734085B57", "NL635525860B53", "NL656732970B01"],
            &["575743085B57", "NL685525860B53", "NL656732973B01", "575734085B"],
        );
    }

    #[test]
    fn education_is_told_from_what_is_none() {
        told_apart(education, &["102426722", "101828622"], &["102426723", "111222333"]);
    }
}
