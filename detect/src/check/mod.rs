//! Checks: whether a value that has the form of a type can be one.
//!
//! A check is a pure function over the value as written, separators and all. It knows nothing of
//! the text around the value; rules name it, and the engine calls it once a candidate has matched.
//! Each is written from the standard or the issuer's word, and proved against independent values.

mod au;
mod aws;
mod br;
mod ca;
mod card;
mod cn;
mod date;
mod de;
mod email;
mod es;
mod fr;
mod gb;
mod iban;
mod in_;
mod iso7064;
mod it;
mod jp;
mod jwt;
mod kr;
mod luhn;
mod net;
mod nl;
mod pem;
mod phone;
mod pl;
mod randomness;
mod se;
mod secret;
mod text;
mod token;
mod us;
mod verhoeff;
mod za;

/// Whether a value, as written, passes.
pub type Check = fn(&[u8]) -> bool;

/// The check of this name; none if there is no such check.
pub fn named(name: &str) -> Option<Check> {
    let found = REGISTRY.binary_search_by_key(&name, |entry| entry.0).ok()?;
    Some(REGISTRY[found].1)
}

/// The names of all checks, sorted: for an error that says what is allowed.
pub fn names() -> impl Iterator<Item = &'static str> {
    REGISTRY.iter().map(|entry| entry.0)
}

/// Sorted by name, for the search.
const REGISTRY: &[(&str, Check)] = &[
    ("api_key", secret::api_key),
    ("au_medicare", au::medicare),
    ("au_tfn", au::tfn),
    ("aws_access_key_id", aws::access_key_id),
    ("aws_secret_access_key", aws::secret_access_key),
    ("azure_storage_key", token::azure_storage_key),
    ("bare_password", secret::bare_password),
    ("basic_credentials", secret::basic_credentials),
    ("birth_date", date::birth_date),
    ("br_cnpj", br::cnpj),
    ("br_cpf", br::cpf),
    ("ca_sin", ca::sin),
    ("cn_resident_id", cn::resident_id),
    ("connection_string", secret::connection_string),
    ("de_tax_id", de::tax_id),
    ("email", email::email),
    ("es_dni", es::dni),
    ("es_nie", es::nie),
    ("field_password", secret::field_password),
    ("fr_nir", fr::nir),
    ("gb_driving_licence", gb::driving_licence),
    ("gb_nhs", gb::nhs),
    ("gb_nino", gb::nino),
    ("github_token", token::github_token),
    ("has_digit", text::has_digit),
    ("iban", iban::iban),
    ("in_aadhaar", in_::aadhaar),
    ("in_pan", in_::pan),
    ("ipv4_local", net::ipv4_local),
    ("ipv4_public", net::ipv4_public),
    ("ipv6", net::ipv6),
    ("it_codice_fiscale", it::codice_fiscale),
    ("jp_my_number", jp::my_number),
    ("jwt", jwt::jwt),
    ("kr_rrn", kr::rrn),
    ("luhn", luhn::luhn),
    ("mac", net::mac),
    ("nl_bsn", nl::bsn),
    ("not_placeholder", secret::not_placeholder),
    ("payment_card", card::payment_card),
    ("pem_private_key", pem::private_key),
    ("phone_international", phone::international),
    ("phone_national", phone::national),
    ("phone_north_america", phone::north_america),
    ("pl_pesel", pl::pesel),
    ("random", randomness::random),
    ("se_personnummer", se::personnummer),
    ("url_credentials", secret::url_credentials),
    ("us_itin", us::itin),
    ("us_ssn", us::ssn),
    ("za_id", za::id),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_sorted_and_each_name_leads_to_its_check() {
        assert!(REGISTRY.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(names().all(|name| named(name).is_some()));
        assert!(named("no_such_check").is_none());
    }

    #[test]
    fn no_check_passes_nothing_or_panics_on_odd_bytes() {
        let odd: &[&[u8]] =
            &[b"", b" ", b"-", b"\xff\xfe", &[b'0'; 300], &[0xc2; 64], b"+", b":", b"@", b"://"];
        for name in names() {
            let check = named(name).unwrap();
            assert!(!check(b""), "{name} passes an empty value");
            for value in odd {
                check(value);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn no_check_panics(value in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            for name in names() {
                named(name).unwrap()(&value);
            }
        }

        #[test]
        fn no_check_panics_on_printable_text(value in "[ -~]{0,60}") {
            for name in names() {
                named(name).unwrap()(value.as_bytes());
            }
        }
    }
}
