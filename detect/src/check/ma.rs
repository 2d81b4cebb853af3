//! Morocco: the number of companies (ICE).

use super::iso7064::mod_97;
use super::text::{all_same, alphanumerics};

/// ICE: nine digits of the company, four of the place, ISO 7064 MOD 97-10 (of which the
/// standard's remainder 1 is here 0).
pub(super) fn ice(value: &[u8]) -> bool {
    let Some(ice) = alphanumerics::<15>(value) else { return false };
    let formed = ice.iter().all(u8::is_ascii_digit) && !all_same(&ice);
    formed && mod_97(ice.iter().copied()) == Some(0)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn ice_is_told_from_what_is_none() {
        told_apart(
            ice,
            &["783022357506467", "805180434329039", "824207430269758"],
            &["783022357596467", "805180434320939", "822407430269758", "7830223575064"],
        );
    }
}
