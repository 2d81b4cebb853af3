//! Turkey: citizen's number (T.C. kimlik) and tax number (VKN).

use super::text::{all_same, digits, weighted};

/// T.C. kimlik: nine digits; seven times those in odd places less those in even ones, mod 10; and
/// the sum of all, mod 10.
pub(super) fn citizen(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    // Minus one is nine, mod 10.
    let tenth = weighted(&d, &[7, 9, 7, 9, 7, 9, 7, 9, 7]) % 10;
    let sum: u32 = d[..10].iter().map(|digit| u32::from(*digit)).sum();
    d[0] != 0 && tenth == u32::from(d[9]) && sum % 10 == u32::from(d[10])
}

/// VKN: each of nine digits is moved on by its place, counted from nine down, and multiplied by two
/// to the power of that place, mod 9; a nine stays a nine.
pub(super) fn tax_number(value: &[u8]) -> bool {
    let Some(d) = digits::<10>(value) else { return false };
    let counts = d[..9].iter().zip((1..=9u32).rev()).map(|(digit, place)| {
        let moved = (u32::from(*digit) + place) % 10;
        match moved * (1 << place) % 9 {
            0 if moved != 0 => 9,
            counts => counts,
        }
    });
    let sum: u32 = counts.sum();
    !all_same(&d) && (10 - sum % 10) % 10 == u32::from(d[9])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn citizen_is_told_from_what_is_none() {
        told_apart(
            citizen,
            &["11124002696", "17605365946", "53244888866"],
            &["1124002696", "71605365946", "53244888864", "111240026"],
        );
    }

    #[test]
    fn tax_number_is_told_from_what_is_none() {
        told_apart(
            tax_number,
            &["5872001637", "6818986462", "4949868123"],
            &["58772001637", "6118986462", "494968123", "58720016"],
        );
    }
}
