//! The names of the types that are planted, as the rules of detection name them.

/// E-mail addresses.
pub const EMAIL: &str = "email";
/// Phone numbers, international and national.
pub const PHONE: &str = "phone";
/// Numbers of payment cards.
pub const CARD: &str = "payment_card";
/// International bank account numbers.
pub const IBAN: &str = "iban";
/// Addresses of the Internet Protocol, version 4.
pub const IPV4: &str = "ipv4";
/// Addresses of the Internet Protocol, version 6.
pub const IPV6: &str = "ipv6";
/// Hardware addresses.
pub const MAC: &str = "mac_address";
/// URLs with a user and a password.
pub const URL: &str = "url_credentials";
/// Dates of birth.
pub const BIRTH: &str = "date_of_birth";
/// Passport numbers.
pub const PASSPORT: &str = "passport";
/// Numbers of driving licences.
pub const LICENCE: &str = "driving_licence";

/// Social security numbers of the United States.
pub const US_SSN: &str = "us.ssn";
/// Individual taxpayer identification numbers of the United States.
pub const US_ITIN: &str = "us.itin";
/// National Insurance numbers.
pub const GB_NINO: &str = "gb.nino";
/// NHS numbers.
pub const GB_NHS: &str = "gb.nhs";
/// Steuer-Identifikationsnummern.
pub const DE_TAX: &str = "de.tax_id";
/// Numéros d'inscription au répertoire.
pub const FR_NIR: &str = "fr.nir";
/// Documentos nacionales de identidad.
pub const ES_DNI: &str = "es.dni";
/// Números de identidad de extranjero.
pub const ES_NIE: &str = "es.nie";
/// Codici fiscali.
pub const IT_CF: &str = "it.codice_fiscale";
/// Burgerservicenummers.
pub const NL_BSN: &str = "nl.bsn";
/// PESEL numbers.
pub const PL_PESEL: &str = "pl.pesel";
/// Personnummer.
pub const SE_PNR: &str = "se.personnummer";
/// Cadastro de Pessoas Físicas.
pub const BR_CPF: &str = "br.cpf";
/// Cadastro Nacional da Pessoa Jurídica.
pub const BR_CNPJ: &str = "br.cnpj";
/// Aadhaar numbers.
pub const IN_AADHAAR: &str = "in.aadhaar";
/// Permanent account numbers.
pub const IN_PAN: &str = "in.pan";
/// Tax file numbers.
pub const AU_TFN: &str = "au.tfn";
/// Medicare card numbers.
pub const AU_MEDICARE: &str = "au.medicare";
/// Social insurance numbers.
pub const CA_SIN: &str = "ca.sin";
/// Resident identity numbers.
pub const CN_ID: &str = "cn.resident_id";
/// Resident registration numbers.
pub const KR_RRN: &str = "kr.rrn";
/// Individual numbers.
pub const JP_MY: &str = "jp.my_number";
/// Identity numbers of South Africa.
pub const ZA_ID: &str = "za.id_number";

/// Access key ids of Amazon Web Services.
pub const AWS_ID: &str = "aws.access_key_id";
/// Secret access keys of Amazon Web Services.
pub const AWS_KEY: &str = "aws.secret_access_key";
/// API keys of Google Cloud.
pub const GCP: &str = "gcp.api_key";
/// Keys of Azure storage accounts.
pub const AZURE: &str = "azure.storage_key";
/// Tokens of GitHub.
pub const GITHUB: &str = "github.token";
/// Tokens of GitLab.
pub const GITLAB: &str = "gitlab.token";
/// Tokens of Slack.
pub const SLACK: &str = "slack.token";
/// Keys of Stripe.
pub const STRIPE: &str = "stripe.key";
/// JSON web tokens.
pub const JWT: &str = "jwt";
/// Private keys.
pub const PEM: &str = "private_key";
/// Passwords in code and configuration.
pub const PASSWORD: &str = "password";
/// Connection strings with a password.
pub const CONNECTION: &str = "connection_string";

/// The type of a country's own passports.
pub fn passport_of(country: &str) -> &'static [&'static str] {
    match country {
        "AU" => &["au.passport"],
        "BR" => &["br.passport"],
        "CA" => &["ca.passport"],
        "CN" => &["cn.passport"],
        "DE" => &["de.passport"],
        "ES" => &["es.passport"],
        "FR" => &["fr.passport"],
        "GB" => &["gb.passport"],
        "IN" => &["in.passport"],
        "IT" => &["it.passport"],
        "JP" => &["jp.passport"],
        "KR" => &["kr.passport"],
        "NL" => &["nl.passport"],
        "PL" => &["pl.passport"],
        "SE" => &["se.passport"],
        "US" => &["us.passport"],
        "ZA" => &["za.passport"],
        _ => &[],
    }
}

/// The type of a country's own driving licences.
pub fn licence_of(country: &str) -> &'static [&'static str] {
    match country {
        "AU" => &["au.driving_licence"],
        "BR" => &["br.driving_licence"],
        "CA" => &["ca.driving_licence"],
        "CN" => &["cn.driving_licence"],
        "DE" => &["de.driving_licence"],
        "ES" => &["es.driving_licence"],
        "FR" => &["fr.driving_licence"],
        "GB" => &["gb.driving_licence"],
        "IN" => &["in.driving_licence"],
        "IT" => &["it.driving_licence"],
        "JP" => &["jp.driving_licence"],
        "KR" => &["kr.driving_licence"],
        "NL" => &["nl.driving_licence"],
        "PL" => &["pl.driving_licence"],
        "SE" => &["se.driving_licence"],
        "US" => &["us.driving_licence"],
        "ZA" => &["za.driving_licence"],
        _ => &[],
    }
}
