//! How much it says that a number passes a check.

/// Of a thousand numbers of the right shape whose digits are drawn at random, so many pass at most; none for a check
/// that looks for no check digit.
pub(crate) fn chance(check: &str) -> Option<u16> {
    let found = CHANCES.binary_search_by_key(&check, |(name, _)| *name).ok()?;
    Some(CHANCES[found].1)
}

/// Whether a check is such that firms give numbers of their own by it as well: Luhn's, of digits alone. That all numbers
/// of a column pass it doesn't tell whose they are.
pub(crate) fn is_of_everyone(check: &str) -> bool {
    const LUHN: [&str; 10] = [
        "ca_sin",
        "do_identity_card",
        "fr_siren",
        "fr_siret",
        "iccid",
        "il_id",
        "imei",
        "luhn",
        "payment_card",
        "sa_id",
    ];
    LUHN.contains(&check)
}

/// Sorted by name, for the search.
const CHANCES: &[(&str, u16)] = &[
    ("ar_cbu", 12),
    ("ar_cuit", 13),
    ("at_social_insurance", 4),
    ("au_abn", 13),
    ("au_acn", 105),
    ("au_medicare", 47),
    ("au_tfn", 95),
    ("be_national_number", 2),
    ("bg_egn", 12),
    ("br_cns", 48),
    ("br_cpf", 15),
    ("br_pis", 105),
    ("ca_sin", 83),
    ("ch_ahv", 1),
    ("cn_resident_id", 1),
    ("de_health_insurance", 105),
    ("de_tax_id", 3),
    ("do_identity_card", 105),
    ("ec_identity_card", 19),
    ("ee_personal_code", 2),
    ("es_bank_account", 12),
    ("es_social_security", 6),
    ("fr_nir", 5),
    ("fr_siren", 105),
    ("fr_siret", 10),
    ("gb_chi", 4),
    ("gb_nhs", 95),
    ("gr_amka", 4),
    ("hr_oib", 105),
    ("hu_social_insurance", 105),
    ("iban", 15),
    ("iccid", 2),
    ("il_id", 105),
    ("imei", 105),
    ("in_aadhaar", 105),
    ("is_kennitala", 2),
    ("it_vat", 10),
    ("jp_my_number", 105),
    ("kz_iin", 4),
    ("lt_personal_code", 13),
    ("lu_national_id", 1),
    ("luhn", 105),
    ("mx_clabe", 105),
    ("nl_bsn", 95),
    ("no_bank_account", 95),
    ("no_birth_number", 2),
    ("nz_ird", 56),
    ("payment_card", 38),
    ("pl_nip", 105),
    ("pl_pesel", 21),
    ("ro_cnp", 2),
    ("ru_snils", 15),
    ("sa_id", 21),
    ("se_personnummer", 4),
    ("th_citizen", 84),
    ("tr_citizen", 15),
    ("us_aba_routing", 42),
    ("us_npi", 23),
    ("uy_identity_card", 105),
    ("za_id", 2),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Rules;

    /// Numbers drawn the same way each time.
    struct Draw(u64);

    impl Draw {
        fn digit(&mut self) -> u8 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b'0' + ((self.0 >> 33) % 10) as u8
        }
    }

    #[test]
    fn as_many_pass_by_chance_as_is_said() {
        const DRAWN: usize = 20_000;
        assert!(CHANCES.is_sorted_by_key(|(name, _)| *name));
        let rules = Rules::built_in_with_examples().unwrap();
        let (mut draw, mut wrong) = (Draw(7), Vec::new());
        for (name, chance) in CHANCES {
            let (mut passed, mut drawn) = (0, 0);
            for rule in rules.list() {
                let Some(check) = rule.check.as_ref().filter(|check| *check.name == **name) else {
                    continue;
                };
                for value in
                    rule.examples.iter().map(|e| &e.finds).filter(|f| !f.is_empty()).take(2)
                {
                    for _ in 0..DRAWN {
                        let random: Vec<u8> = value
                            .bytes()
                            .map(|b| if b.is_ascii_digit() { draw.digit() } else { b })
                            .collect();
                        passed += usize::from((check.passes)(&random));
                        drawn += 1;
                    }
                }
            }
            assert!(drawn > 0, "{name} is the check of no rule");
            let (share, chance) = (passed * 1_000 / drawn, usize::from(*chance));
            if !(share..=share + share / 4 + 6).contains(&chance) {
                wrong.push(format!("(\"{name}\", {})", share + share / 16 + 1));
            }
        }
        assert!(wrong.is_empty(), "of random numbers so many pass: {wrong:?}");
    }
}
