//! Japan: My Number, the number of companies.

use super::modulus::remainder;
use super::text::{after, all_same, digits, weighted};

/// My Number: twelve digits, the last a check mod 11 (a remainder of 0 or 1 gives 0).
pub(super) fn my_number(value: &[u8]) -> bool {
    let Some(digits) = digits::<12>(value) else { return false };
    let sum = weighted(&digits[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    let check = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    !all_same(&digits) && check == u32::from(digits[11])
}

/// Corporate number: the check (nine less the sum by the weights 1 and 2 from the right, mod 9), and
/// twelve digits.
pub(super) fn corporate_number(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    let check = 9 - remainder(&d[1..], &[2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], 9);
    !all_same(&d) && check == u32::from(d[0])
}

/// Driving licence: the eleventh digit is a check mod 11 (a remainder of 0 or 1 gives 0), the twelfth counts how often
/// it was lost.
pub(super) fn driving_licence(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(value) else { return false };
    let check = match weighted(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    !all_same(&d) && check == u32::from(d[10])
}

/// The number of an issuer of invoices: a corporate number behind a T.
pub(super) fn invoice_number(value: &[u8]) -> bool {
    corporate_number(after("T", value))
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn my_number_examples_pass_and_others_do_not() {
        for value in ["1234 5678 9018", "628547816284", "6214-9832-0257"] {
            let body = digits::<12>(value.as_bytes()).unwrap();
            let right = (0..10).filter(|d| {
                let text: String = body[..11].iter().chain([d]).map(|d| d.to_string()).collect();
                my_number(text.as_bytes())
            });
            assert_eq!(right.count(), 1);
        }
        assert!(my_number(b"1234 5678 9018"));
        assert!(!my_number(b"1234 5678 9012") && !my_number(b"000000000000"));
    }

    #[test]
    fn corporate_number_is_told_from_what_is_none() {
        told_apart(
            corporate_number,
            &["9880274161578", "4488528602960", "4573299964365"],
            &["9880278161578", "4288528602960", "4573299964369", "98802741615"],
        );
    }

    #[test]
    fn driving_licence_is_told_from_what_is_none() {
        told_apart(
            driving_licence,
            &["603478973560", "415593755090", "4062 4719 6300"],
            &["603478973570", "411763842660", "000000000000"],
        );
    }

    #[test]
    fn invoice_number_is_told_from_what_is_none() {
        told_apart(
            invoice_number,
            &["T9040401048122", "T-4040-3000-2338-7"],
            &["T9040401048123", "T904040104812"],
        );
    }
}
