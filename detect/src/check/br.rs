//! Brazil: CPF and CNPJ, each with two check digits mod 11, and the RG of São Paulo.

use super::modulus::complement;
use super::text::{all_same, alphanumerics, digits, weighted};

/// CPF: eleven digits.
pub(super) fn cpf(value: &[u8]) -> bool {
    let Some(digits) = digits::<11>(value) else { return false };
    let first = check(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let second = check(&digits[..10], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    !all_same(&digits) && [first, second] == digits[9..]
}

/// CNPJ: twelve letters or digits (letters since July 2026) and two digits.
pub(super) fn cnpj(value: &[u8]) -> bool {
    let Some(written) = alphanumerics::<14>(value) else { return false };
    // A letter counts as its ASCII code less 48, and so does a digit.
    let values = written.map(|character| character - b'0');
    let first = check(&values[..12], &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    let second = check(&values[..13], &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    !all_same(&values) && [first, second] == values[12..]
}

/// RG: eight digits (weights 2 to 9) and a check mod 11, X for ten, as São Paulo gives them out.
pub(super) fn rg(value: &[u8]) -> bool {
    let Some(rg) = alphanumerics::<9>(value) else { return false };
    let Some(d) = digits::<8>(&rg[..8]) else { return false };
    let check = match complement(&d, &[2, 3, 4, 5, 6, 7, 8, 9], 11) {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    !all_same(&d) && rg[8] == check
}

fn check(values: &[u8], weights: &[u32]) -> u8 {
    match weighted(values, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn cpf_examples_pass_and_others_do_not() {
        for value in ["390.533.447-05", "11144477735", "529.982.247-25"] {
            assert!(cpf(value.as_bytes()), "{value}");
        }
        for value in ["390.533.447-06", "111.111.111-11", "231.002.999-01", "12345678901"] {
            assert!(!cpf(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn cnpj_takes_digits_and_since_2026_letters() {
        // The last is the example of the tax office's guide to the new form.
        for value in
            ["16.727.230/0001-97", "11222333000181", "12.ABC.345/01DE-35", "12abc34501de35"]
        {
            assert!(cnpj(value.as_bytes()), "{value}");
        }
        for value in
            ["16.727.230/0001-98", "00.000.000/0000-00", "12.ABC.345/01DE-36", "12ABC34501DEZ5"]
        {
            assert!(!cnpj(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn rg_is_told_from_what_is_none() {
        told_apart(rg, &["12.345.678-2"], &["12.345.678-3", "11.111.111-1", "1234567-2"]);
    }
}
