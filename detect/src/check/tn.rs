//! Tunisia: the taxpayer's number (matricule fiscal).

use super::text::{all_same, alphanumerics_up_to, has_form};

/// MF: seven digits and a letter (no I, O, U), and perhaps the kind of VAT, the category
/// and the branch, which only the category E has.
pub(super) fn matricule(value: &[u8]) -> bool {
    let Some((all, length)) = alphanumerics_up_to::<13>(value) else { return false };
    let keyed = has_form(&all[..8], "9999999A") && !b"IOU".contains(&all[7]);
    let kinds = b"APBDN".contains(&all[8]) && b"MPCNE".contains(&all[9]);
    let branch = has_form(&all[10..], "999") && (all[10..] == *b"000" || all[9] == b'E');
    keyed && !all_same(&all[..7]) && (length == 8 || length == 13 && kinds && branch)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn matricule_is_told_from_what_is_none() {
        told_apart(
            matricule,
            &["9767278L", "5076520DBE000", "8160687XBE352"],
            &["976727L8", "507652D0BE000", "8160687XEE352", "976727"],
        );
    }
}
