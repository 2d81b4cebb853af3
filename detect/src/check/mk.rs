//! North Macedonia: the taxpayer's number (EDB).

use super::modulus::{complement, last};
use super::text::{after, digits};

/// EDB: thirteen digits, a check mod 11 (ten is 0).
pub(super) fn edb(value: &[u8]) -> bool {
    let Some(d) = digits::<13>(after("MK", after("МК", value))) else { return false };
    let check = complement(&d, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11) % 10;
    d != [0; 13] && check == last(&d)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn edb_is_told_from_what_is_none() {
        told_apart(
            edb,
            &["8953224318592", "MK8531301883590", "6775596328672"],
            &["8959224318592", "MK88531301883590", "6775996328672", "89532243185"],
        );
    }
}
