//! Azerbaijan: the taxpayer's number (VÖEN).

use super::modulus::remainder;
use super::text::digits_up_to;

/// VÖEN: eight digits, a check mod 11 (weights 4-1-8-6-2-7-5-3), and 1 for companies or 2 for
/// persons. A 0 in front may be left out.
pub(super) fn voen(value: &[u8]) -> bool {
    let Some((mut d, length)) = digits_up_to::<10>(value) else { return false };
    if length == 9 {
        d.rotate_right(1);
    }
    let check = remainder(&d, &[4, 1, 8, 6, 2, 7, 5, 3], 11);
    matches!(length, 9 | 10)
        && d[..8] != [0; 8]
        && matches!(d[9], 1 | 2)
        && check == u32::from(d[8])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn voen_is_told_from_what_is_none() {
        told_apart(
            voen,
            &["8007760932", "936251721", "1783235131"],
            &["8007760332", "932651721", "1783235113", "80077609"],
        );
    }
}
