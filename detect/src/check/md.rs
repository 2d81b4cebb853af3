//! Moldova: the numbers of persons (IDNP) and companies (IDNO).

use super::modulus::{last, remainder};
use super::text::{all_same, digits};

/// IDNO and IDNP: the register's digit (1 of companies, 0 and 2 of persons), three of the year, order,
/// and a check (weights 7-3-1, mod 10).
pub(super) fn idno(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(value) else { return false };
    let check = remainder(&d, &[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1], 10);
    d[0] <= 2 && !all_same(&d) && check == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn idno_is_told_from_what_is_none() {
        told_apart(
            idno,
            &["1991615146427", "2154350080105", "1189391350871"],
            &["1995615146427", "2194350080105", "1189391350817", "19916151464"],
        );
    }
}
