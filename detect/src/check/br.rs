//! Brazil: CPF and CNPJ, each with two check digits mod 11, the RG of São Paulo, and the numbers of workers,
//! voters, drivers, vehicles and patients.

use super::modulus::complement;
use super::text::{all_same, alphanumerics, digits, digits_up_to, number, weighted};

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

/// PIS, PASEP, NIS, NIT: eleven digits, weights 3-2-9…2 mod 11, as Caixa gives them out.
pub(super) fn worker(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    !all_same(&d) && check(&d[..10], &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == d[10]
}

/// Título de eleitor (TSE, Resolução 21.538 art. 12): eight digits, the state (28 is abroad), and two checks mod
/// 11; São Paulo and Minas Gerais have 1 for a check of nothing.
pub(super) fn voter(value: &[u8]) -> bool {
    let Some(d) = digits::<12>(value) else { return false };
    let state = d[8] * 10 + d[9];
    let check = |rest: u32| match rest {
        10 => 0,
        0 if matches!(state, 1 | 2) => 1,
        rest => rest as u8,
    };
    let first = check(weighted(&d[..8], &[2, 3, 4, 5, 6, 7, 8, 9]) % 11);
    let second = check(weighted(&[d[8], d[9], first], &[7, 8, 9]) % 11);
    (1..=28).contains(&state) && number(&d[..8]) != 0 && [first, second] == d[10..]
}

/// CNH (Denatran): nine digits, and two checks mod 11, of which the first lends two to the second where it is ten.
pub(super) fn licence(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let first = weighted(&d[..9], &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
    let (first, lent) = if first == 10 { (0, 2) } else { (first, 0) };
    let second = match weighted(&d[..9], &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 {
        10 => 0,
        rest => rest,
    };
    let second = (second + 11 - lent) % 11;
    let second = if second == 10 { 0 } else { second };
    !all_same(&d) && [first as u8, second as u8] == d[9..]
}

/// RENAVAM: eleven digits (nine of old ones), weights 3-2-9…2, mod 11.
pub(super) fn vehicle(value: &[u8]) -> bool {
    let Some((d, length @ 9..=11)) = digits_up_to::<11>(value) else { return false };
    let mut whole = [0; 11];
    whole[11 - length..].copy_from_slice(&d[..length]);
    !all_same(&d[..length]) && check(&whole[..10], &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == whole[10]
}

/// CNS (Ministério da Saúde): fifteen digits, weights 15 to 1, mod 11; what begins with 7, 8 or 9 is for a time only.
pub(super) fn patient(value: &[u8]) -> bool {
    let Some(d) = digits::<15>(value) else { return false };
    let weights = [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    matches!(d[0], 1 | 2 | 7..=9) && weighted(&d, &weights).is_multiple_of(11)
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
    fn workers_voters_drivers_vehicles_and_patients_have_checks() {
        type Case = (fn(&[u8]) -> bool, &'static str, &'static str);
        let cases: [Case; 6] = [
            (worker, "120.12345.67-2", "120.12345.67-3"),
            (voter, "1023 8501 0671", "1023 8501 0672"),
            (licence, "97625655678", "97625655679"),
            (vehicle, "00639884962", "00639884963"),
            (vehicle, "639884962", "639884963"),
            (patient, "700 0000 0000 0005", "700 0000 0000 0006"),
        ];
        for (passes, right, wrong) in cases {
            assert!(passes(right.as_bytes()), "{right}");
            assert!(!passes(wrong.as_bytes()), "{wrong}");
        }
        assert!(!voter(b"000000000000") && !vehicle(b"00000000000") && !licence(b"11111111111"));
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
