//! Algeria: the taxpayer's number (NIF).

use super::text::{all_same, digits_up_to};

/// NIF: fifteen digits, or twenty of a branch. There is no check.
pub(super) fn nif(value: &[u8]) -> bool {
    let Some((d, length)) = digits_up_to::<20>(value) else { return false };
    matches!(length, 15 | 20) && !all_same(&d[..length])
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn nif_is_told_from_what_is_none() {
        told_apart(
            nif,
            &["851537770384774", "45052099046898115916", "303943349952765"],
            &["8515337770384774", "4505209904689815916", "30394334995765", "8515377703847"],
        );
    }
}
