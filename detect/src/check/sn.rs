//! Senegal: the number of businesses and associations (NINEA).

use super::text::{alphanumerics_up_to, digits_up_to, has_form, weighted};

/// NINEA: seven digits or nine (weights 1-2, mod 10), and what tells of the tax, its office
/// and the legal form.
pub(super) fn ninea(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<12>(value) else { return false };
    let (own, tax) = match length {
        7 | 9 => (&all[..length], None),
        10 | 12 => (&all[..length - 3], Some(&all[length - 3..length])),
        _ => return false,
    };
    let Some((mut d, length)) = digits_up_to::<9>(own) else { return false };
    d.rotate_right(9 - length);
    let told = tax.is_none_or(|tax| {
        matches!(tax[0], b'0'..=b'2') && !b"IOXY".contains(&tax[1]) && has_form(&tax[1..], "A9")
    });
    told && d != [0; 9] && weighted(&d, &[1, 2, 1, 2, 1, 2, 1, 2, 1]).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn ninea_is_told_from_what_is_none() {
        told_apart(
            ninea,
            &["8210429", "53417060B6", "258587876"],
            &["2810429", "53417063B6", "258588776", "82104"],
        );
    }
}
