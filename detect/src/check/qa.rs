//! Qatar: the identity number.

use super::country::is_numeric;
use super::text::{digits, number};

/// Identity number: century (2 or 3), year of birth, country of nationality, five digits. There is no check.
pub(super) fn identity(value: &[u8]) -> bool {
    let Some(d) = digits::<11>(value) else { return false };
    let country = [d[3] + b'0', d[4] + b'0', d[5] + b'0'];
    matches!(d[0], 2 | 3) && is_numeric(&country) && number(&d[6..]) != 0
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn identity_is_told_from_what_is_none() {
        told_apart(identity, &["28563401234"], &["18563401234", "28599901234"]);
    }
}
