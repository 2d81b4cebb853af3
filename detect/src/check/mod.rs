//! Checks: whether a value that has the form of a type can be one.
//!
//! A check is a pure function over the value as written, separators and all. It knows nothing of
//! the text around the value; rules name it, and the engine calls it once a candidate has matched.
//! Each is written from the standard or the issuer's word, and proved against independent values.

mod ae;
mod ar;
mod at;
mod au;
mod aws;
mod az;
mod be;
mod bg;
mod br;
mod by;
mod ca;
mod card;
#[cfg(test)]
mod cases;
mod ch;
mod cl;
mod cn;
mod co;
mod codes;
mod coin;
mod country;
mod cr;
mod cu;
mod cy;
mod cz;
mod date;
mod de;
mod device;
mod dk;
mod do_;
mod dz;
mod ec;
mod ee;
mod eg;
mod email;
mod es;
mod eu;
mod fi;
mod fr;
mod gb;
mod gh;
mod gn;
mod gr;
mod gt;
mod gtin;
mod hk;
mod hr;
mod hu;
mod iban;
mod id;
mod ie;
mod il;
mod in_;
mod ir;
mod is_;
mod iso7064;
mod it;
mod jmbg;
mod jp;
mod jwt;
mod ke;
mod kr;
mod kw;
mod kz;
mod lt;
mod lu;
mod luhn;
mod lv;
mod ma;
mod md;
mod me;
mod mk;
mod modulus;
mod mrz;
mod mt;
mod mu;
mod mx;
mod my;
mod mz;
mod net;
mod nl;
mod no;
mod nz;
mod pe;
mod pem;
mod phone;
mod phrase;
mod pk;
mod pl;
mod placeholder;
mod pt;
mod py;
mod qa;
mod randomness;
mod ro;
mod rs;
mod ru;
mod sa;
mod se;
mod secret;
mod securities;
mod sg;
mod si;
mod sk;
mod sn;
pub(crate) mod strength;
mod sv;
mod text;
mod th;
mod tn;
mod token;
mod tr;
mod tw;
mod ua;
mod us;
mod uy;
mod uz;
mod ve;
mod verhoeff;
mod vn;
mod wallet;
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
    ("ae_id", ae::identity),
    ("answer", phrase::answer),
    ("api_key", secret::api_key),
    ("ar_cbu", ar::cbu),
    ("ar_cuit", ar::cuit),
    ("ar_dni", ar::dni),
    ("at_company", at::company),
    ("at_social_insurance", at::social_insurance),
    ("at_tax_number", at::tax_number),
    ("at_vat", at::vat),
    ("au_abn", au::abn),
    ("au_acn", au::acn),
    ("au_medicare", au::medicare),
    ("au_tfn", au::tfn),
    ("aws_access_key_id", aws::access_key_id),
    ("aws_secret_access_key", aws::secret_access_key),
    ("az_voen", az::voen),
    ("azure_storage_key", token::azure_storage_key),
    ("bare_password", secret::bare_password),
    ("base58check", wallet::base58check),
    ("base64_text", phrase::base64_text),
    ("basic_credentials", secret::basic_credentials),
    ("be_communication", be::communication),
    ("be_identity_card", be::identity_card),
    ("be_national_number", be::national_number),
    ("be_vat", be::vat),
    ("bech32", wallet::bech32),
    ("bg_egn", bg::egn),
    ("bg_pnf", bg::pnf),
    ("bg_vat", bg::vat),
    ("bic", securities::bic),
    ("bip39_mnemonic", coin::mnemonic),
    ("birth_date", date::birth_date),
    ("bitcoin_address", coin::bitcoin_address),
    ("bitcoin_private_key", coin::bitcoin_private_key),
    ("br_cnh", br::licence),
    ("br_cnpj", br::cnpj),
    ("br_cns", br::patient),
    ("br_cpf", br::cpf),
    ("br_pis", br::worker),
    ("br_renavam", br::vehicle),
    ("br_rg", br::rg),
    ("br_voter", br::voter),
    ("by_personal_number", by::personal_number),
    ("by_unp", by::unp),
    ("ca_bc_health", ca::bc_health),
    ("ca_business_number", ca::business_number),
    ("ca_on_health", ca::on_health),
    ("ca_qc_health", ca::qc_health),
    ("ca_sin", ca::sin),
    ("card_expiry", card::card_expiry),
    ("card_track", card::card_track),
    ("ch_ahv", ch::ahv),
    ("ch_reference", ch::reference),
    ("ch_uid", ch::uid),
    ("ch_vat", ch::vat),
    ("cl_rut", cl::rut),
    ("cn_credit_code", cn::credit_code),
    ("cn_resident_id", cn::resident_id),
    ("co_nit", co::nit),
    ("community", phrase::community),
    ("connection_string", secret::connection_string),
    ("cr_company", cr::company),
    ("cr_foreigner", cr::foreigner),
    ("cr_identity_card", cr::identity_card),
    ("crc32_token", token::crc32_token),
    ("cu_identity", cu::identity),
    ("cusip", securities::cusip),
    ("cy_vat", cy::vat),
    ("cz_bank_account", cz::bank_account),
    ("cz_birth_number", cz::birth_number),
    ("cz_vat", cz::vat),
    ("de_doctor", de::doctor),
    ("de_driving_licence", de::driving_licence),
    ("de_health_insurance", de::health_insurance),
    ("de_identity_card", de::identity_card),
    ("de_institution", de::institution),
    ("de_passport", de::passport),
    ("de_pension_insurance", de::pension_insurance),
    ("de_tax_id", de::tax_id),
    ("de_tax_number", de::tax_number),
    ("de_vat", de::vat),
    ("discord_token", token::discord_token),
    ("dk_cpr", dk::cpr),
    ("dk_vat", dk::vat),
    ("do_identity_card", do_::identity_card),
    ("do_rnc", do_::rnc),
    ("dz_nif", dz::nif),
    ("ec_identity_card", ec::identity_card),
    ("ec_ruc", ec::ruc),
    ("ee_company_code", ee::company_code),
    ("ee_personal_code", ee::personal_code),
    ("ee_vat", ee::vat),
    ("eg_id", eg::identity),
    ("eg_tax_number", eg::tax_number),
    ("email", email::email),
    ("es_bank_account", es::bank_account),
    ("es_cif", es::cif),
    ("es_dni", es::dni),
    ("es_nie", es::nie),
    ("es_nif", es::nif),
    ("es_social_security", es::social_security),
    ("es_supply", es::supply),
    ("ethereum_address", coin::ethereum_address),
    ("eu_health_card", eu::health_card),
    ("eu_vat", eu::vat),
    ("fi_company", fi::company),
    ("fi_personal_code", fi::personal_code),
    ("fi_vat", fi::vat),
    ("field_password", secret::field_password),
    ("four_words", wallet::four_words),
    ("fr_bank_account", fr::bank_account),
    ("fr_health_professional", fr::health_professional),
    ("fr_nir", fr::nir),
    ("fr_siren", fr::siren),
    ("fr_siret", fr::siret),
    ("fr_tax_number", fr::tax_number),
    ("fr_vat", fr::vat),
    ("gb_chi", gb::chi),
    ("gb_driving_licence", gb::driving_licence),
    ("gb_nhs", gb::nhs),
    ("gb_nino", gb::nino),
    ("gb_pupil", gb::pupil),
    ("gb_taxpayer_reference", gb::taxpayer_reference),
    ("gb_vat", gb::vat),
    ("gh_tin", gh::tin),
    ("gn_nif", gn::nif),
    ("gr_amka", gr::amka),
    ("gr_vat", gr::vat),
    ("gt_nit", gt::nit),
    ("gtin", gtin::gtin),
    ("has_digit", text::has_digit),
    ("hibc", gtin::hibc),
    ("hk_identity_card", hk::identity_card),
    ("hr_oib", hr::oib),
    ("hu_personal_number", hu::personal_number),
    ("hu_social_insurance", hu::social_insurance),
    ("hu_tax_number", hu::tax_number),
    ("hu_vat", hu::vat),
    ("iban", iban::iban),
    ("iccid", device::iccid),
    ("id_nik", id::nik),
    ("id_npwp", id::npwp),
    ("ie_eircode", ie::eircode),
    ("ie_ppsn", ie::ppsn),
    ("ie_vat", ie::vat),
    ("il_company", il::company),
    ("il_id", il::identity),
    ("imei", device::imei),
    ("imo_number", codes::imo_number),
    ("imsi", device::imsi),
    ("in_aadhaar", in_::aadhaar),
    ("in_gstin", in_::gstin),
    ("in_pan", in_::pan),
    ("in_virtual_id", in_::virtual_id),
    ("in_voter", in_::voter),
    ("ipv4_local", net::ipv4_local),
    ("ipv4_public", net::ipv4_public),
    ("ipv6", net::ipv6),
    ("ir_national_code", ir::national_code),
    ("is_kennitala", is_::kennitala),
    ("isin", securities::isin),
    ("it_codice_fiscale", it::codice_fiscale),
    ("it_vat", it::vat),
    ("jmbg", jmbg::jmbg),
    ("jp_corporate_number", jp::corporate_number),
    ("jp_driving_licence", jp::driving_licence),
    ("jp_invoice_number", jp::invoice_number),
    ("jp_my_number", jp::my_number),
    ("jwt", jwt::jwt),
    ("ke_pin", ke::pin),
    ("kr_business", kr::business),
    ("kr_corporate_number", kr::corporate_number),
    ("kr_foreigner", kr::foreigner),
    ("kr_rrn", kr::rrn),
    ("kw_civil_id", kw::civil_id),
    ("kz_bin", kz::bin),
    ("kz_iin", kz::iin),
    ("lei", securities::lei),
    ("link_token", phrase::link_token),
    ("loinc", codes::loinc),
    ("lt_company", lt::company),
    ("lt_personal_code", lt::personal_code),
    ("lt_vat", lt::vat),
    ("lu_company", lu::company),
    ("lu_national_id", lu::national_id),
    ("lu_vat", lu::vat),
    ("luhn", luhn::luhn),
    ("lv_personal_code", lv::personal_code),
    ("lv_vat", lv::vat),
    ("ma_ice", ma::ice),
    ("mac", net::mac),
    ("mac_digits", net::mac_digits),
    ("many_signs", phrase::many_signs),
    ("md_idno", md::idno),
    ("me_pib", me::pib),
    ("mk_edb", mk::edb),
    ("mrz", mrz::mrz),
    ("mt_identity_card", mt::identity_card),
    ("mt_vat", mt::vat),
    ("mu_id", mu::identity),
    ("mx_clabe", mx::clabe),
    ("mx_curp", mx::curp),
    ("mx_rfc", mx::rfc),
    ("mx_rfc_checked", mx::rfc_checked),
    ("my_nric", my::nric),
    ("mz_nuit", mz::nuit),
    ("nl_bsn", nl::bsn),
    ("nl_education", nl::education),
    ("nl_passport", nl::passport),
    ("nl_vat", nl::vat),
    ("no_bank_account", no::bank_account),
    ("no_birth_number", no::birth_number),
    ("no_organisation", no::organisation),
    ("no_vat", no::vat),
    ("not_placeholder", secret::not_placeholder),
    ("nz_bank_account", nz::bank_account),
    ("nz_ird", nz::ird),
    ("nz_nhi", nz::nhi),
    ("orcid", codes::orcid),
    ("passphrase", phrase::passphrase),
    ("password_or_hash", phrase::password_or_hash),
    ("payment_card", card::payment_card),
    ("pe_dni", pe::dni),
    ("pe_ruc", pe::ruc),
    ("pem_private_key", pem::private_key),
    ("phone_international", phone::international),
    ("phone_national", phone::national),
    ("phone_national_form", phone::national_form),
    ("phone_north_america", phone::north_america),
    ("pin", phrase::pin),
    ("pk_cnic", pk::cnic),
    ("pl_bank_account", pl::bank_account),
    ("pl_identity_card", pl::identity_card),
    ("pl_land_register", pl::land_register),
    ("pl_nip", pl::nip),
    ("pl_passport", pl::passport),
    ("pl_pesel", pl::pesel),
    ("pl_regon", pl::regon),
    ("pl_right_to_practise", pl::right_to_practise),
    ("pt_bank_account", pt::bank_account),
    ("pt_citizen_card", pt::citizen_card),
    ("pt_nif", pt::nif),
    ("pt_social_security", pt::social_security),
    ("py_ruc", py::ruc),
    ("qa_id", qa::identity),
    ("random", randomness::random),
    ("rf_reference", iban::rf_reference),
    ("ro_cnp", ro::cnp),
    ("ro_cui", ro::cui),
    ("ro_vat", ro::vat),
    ("rs_bank_account", rs::bank_account),
    ("rs_company", rs::company),
    ("rs_pib", rs::pib),
    ("ru_health_insurance", ru::health_insurance),
    ("ru_inn", ru::inn),
    ("ru_ogrn", ru::ogrn),
    ("ru_snils", ru::snils),
    ("sa_id", sa::identity),
    ("se_organisation", se::organisation),
    ("se_personnummer", se::personnummer),
    ("se_vat", se::vat),
    ("sedol", securities::sedol),
    ("seed", phrase::seed),
    ("sepa_creditor", iban::sepa_creditor),
    ("sg_nric", sg::nric),
    ("sg_uen", sg::uen),
    ("si_company", si::company),
    ("si_vat", si::vat),
    ("sk_vat", sk::vat),
    ("sn_ninea", sn::ninea),
    ("sv_dui", sv::dui),
    ("sv_nit", sv::nit),
    ("th_citizen", th::citizen),
    ("th_company", th::company),
    ("tn_matricule", tn::matricule),
    ("tr_citizen", tr::citizen),
    ("tr_tax_number", tr::tax_number),
    ("tw_business", tw::business),
    ("tw_national_id", tw::national_id),
    ("tw_resident", tw::resident),
    ("ua_company", ua::company),
    ("ua_tax_number", ua::tax_number),
    ("url_credentials", secret::url_credentials),
    ("us_aba_routing", us::aba_routing),
    ("us_atin", us::atin),
    ("us_dea", us::dea),
    ("us_ein", us::ein),
    ("us_hicn", us::hicn),
    ("us_itin", us::itin),
    ("us_mbi", us::mbi),
    ("us_npi", us::npi),
    ("us_ptin", us::ptin),
    ("us_ssn", us::ssn),
    ("uy_identity_card", uy::identity_card),
    ("uy_rut", uy::rut),
    ("uz_pinfl", uz::pinfl),
    ("ve_identity_card", ve::identity_card),
    ("ve_rif", ve::rif),
    ("vin", device::vin),
    ("vn_citizen", vn::citizen),
    ("vn_tax_number", vn::tax_number),
    ("wifi_key", phrase::wifi_key),
    ("xrp_secret", wallet::xrp_secret),
    ("za_id", za::id),
    ("za_tax_reference", za::tax_reference),
    ("za_vat", za::vat),
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
