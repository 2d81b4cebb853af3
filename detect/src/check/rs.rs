//! Serbia: the taxpayer's number (PIB).

use super::iso7064::is_mod_11_10;
use super::text::{after, all_same, digits, number, weighted};

/// PIB: nine digits, ISO 7064 MOD 11,10.
pub(super) fn pib(value: &[u8]) -> bool {
    let Some(d) = digits::<9>(after("RS", value)) else { return false };
    number(&d) > 10_000_000 && is_mod_11_10(&d)
}

/// Company number: eight digits, the last a check mod 11.
pub(super) fn company(value: &[u8]) -> bool {
    let Some(d) = digits::<8>(value) else { return false };
    let check = match weighted(&d, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    !all_same(&d) && check == u32::from(d[7])
}

/// Bank account: the bank, an account that may lack its noughts, and two digits by ISO 7064 MOD 97,10.
pub(super) fn bank_account(value: &[u8]) -> bool {
    let mut parts = value.split(|b| *b == b'-');
    let whole = match (parts.next(), parts.next(), parts.next()) {
        (Some(bank), Some(account), Some(check)) if account.len() <= 13 => {
            let noughts = vec![b'0'; 13 - account.len()];
            [bank, &noughts, account, check].concat()
        }
        _ => value.to_vec(),
    };
    digits::<18>(&whole).is_some_and(|d| number(&d) % 97 == 1)
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn pib_is_told_from_what_is_none() {
        told_apart(
            pib,
            &["894217597", "903297456", "031817301"],
            &["804217597", "203297456", "031817031", "8942175"],
        );
    }

    #[test]
    fn companies_and_accounts_are_told_from_what_is_none() {
        told_apart(company, &["08240280", "23705167"], &["08240281", "0824028"]);
    }

    #[test]
    fn bank_account_is_told_from_what_is_none() {
        told_apart(
            bank_account,
            &["265-7076901451675-60", "265520457335345669"],
            &["265-7076901451675-61", "265-70769-60"],
        );
    }
}
