//! Small documents as people and programs write them: exactly what is found in each, and in noise
//! nothing. All of it is made up.

use std::sync::{Arc, OnceLock};

use trawl_detect::{Engine, Rules, Scene};
use trawl_model::Piece;

/// What stands in the text, in order: types and values.
type Finds<'a> = &'a [(&'a str, &'a str)];

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let rules = Rules::built_in().unwrap_or_else(|e| panic!("{e}"));
        Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"))
    })
}

fn found(text: &str) -> Vec<(String, String)> {
    let engine = engine();
    let piece = Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([]));
    let mut detections = Vec::new();
    engine.detect(&piece, &Scene { path: b"" }, &mut engine.scratch(), &mut detections);
    detections
        .iter()
        .map(|d| {
            let kind = engine.rule(d).type_id.as_str().to_owned();
            (kind, text[d.span.clone()].to_owned())
        })
        .collect()
}

fn finds(text: &str, expected: Finds<'_>) {
    let found = found(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(found, expected, "in:\n{text}");
}

fn nothing(text: &str) {
    finds(text, &[]);
}

#[test]
fn a_german_letter() {
    finds(
        "Sehr geehrte Frau Weber,\n\nfür die Lohnabrechnung ab Januar brauchen wir Ihre Steuer-ID \
         (86 095 742 719) und Ihre\nBankverbindung: DE64 5007 0010 3332 6960 24. Sie erreichen uns \
         unter Tel.: +49 (0)30 901820-17\noder per E-Mail an lohn@weberbau.example.\n\nIhr Zeichen: \
         2024-117-A, unser Schreiben vom 14.03.2024, Rechnung 4711-2024.\n",
        &[
            ("person_name", "Weber"),
            ("de.tax_id", "86 095 742 719"),
            ("iban", "DE64 5007 0010 3332 6960 24"),
            ("phone", "+49 (0)30 901820-17"),
            ("email", "lohn@weberbau.example"),
        ],
    );
}

#[test]
fn an_american_application_form() {
    finds(
        "APPLICANT\nName: John Q. Sample\nDate of birth: 03/21/1985\nSSN# 536221234\n\
         Phone: (212) 555-0142\nDriver's license: D6839201 (CA)\nPosition: Clerk II, req. 20240117\n",
        &[
            ("person_name", "John Q. Sample"),
            ("date_of_birth", "03/21/1985"),
            ("us.ssn", "536221234"),
            ("phone", "(212) 555-0142"),
            ("us.driving_licence", "D6839201"),
        ],
    );
}

#[test]
fn a_british_referral() {
    finds(
        "Dear Dr Roe,\n\nRe: Mrs Jane Doe, DOB 7 August 1962, NHS No. 943 476 5919, NI JG 10 37 59 A\n\n\
         Thank you for referring this patient, seen on 12 May 2023 in clinic 4. BP was 120/80.\n",
        &[
            ("person_name", "Roe"),
            ("person_name", "Jane Doe"),
            ("date_of_birth", "7 August 1962"),
            ("gb.nhs", "943 476 5919"),
            ("gb.nino", "JG 10 37 59 A"),
        ],
    );
}

#[test]
fn a_french_contract() {
    finds(
        "Entre les soussignés : Mme Claire Durand, née le 7 mai 1959, n° de sécurité sociale \
         2 59 05 69 665 023 85,\nIBAN FR66 4687 1551 5689 9120 8978 812, joignable au 06 12 34 56 78 \
         (portable), article 12-3 du contrat 2023/114.\n",
        &[
            ("person_name", "Claire Durand"),
            ("date_of_birth", "7 mai 1959"),
            ("fr.nir", "2 59 05 69 665 023 85"),
            ("iban", "FR66 4687 1551 5689 9120 8978 812"),
            ("phone", "06 12 34 56 78"),
        ],
    );
}

#[test]
fn spanish_italian_and_polish_notes() {
    finds(
        "Don Luis Pérez, con DNI 62724666D, y doña Ana Ruiz, con NIE Y7506061W, firman hoy.",
        &[
            ("person_name", "Luis Pérez"),
            ("es.dni", "62724666D"),
            ("person_name", "Ana Ruiz"),
            ("es.nie", "Y7506061W"),
        ],
    );
    finds(
        "Il sottoscritto Mario Rossi, C.F. RSSMRA85T10A562S, nato il 10/12/1985 a San Giuliano Terme",
        &[
            ("person_name", "Mario Rossi"),
            ("it.codice_fiscale", "RSSMRA85T10A562S"),
            ("date_of_birth", "10/12/1985"),
        ],
    );
    finds(
        "Pan Jan Kowalski, PESEL 79112469317, umowa nr 2024/000123.",
        &[("person_name", "Jan Kowalski"), ("pl.pesel", "79112469317")],
    );
}

#[test]
fn dutch_swedish_and_brazilian_notes() {
    finds(
        "Mijn BSN is 113184931 en mijn rekening NL15 INGB 0072 7165 76.",
        &[("nl.bsn", "113184931"), ("iban", "NL15 INGB 0072 7165 76")],
    );
    finds("Personnummer: 731005-8917, ärende 2024-4410.", &[("se.personnummer", "731005-8917")]);
    finds(
        "João, CPF 024.655.389-85, sócio da empresa de CNPJ 36.433.702/0001-06.",
        &[("person_name", "João"), ("br.cpf", "024.655.389-85"), ("br.cnpj", "36.433.702/0001-06")],
    );
}

#[test]
fn notes_from_asia_and_the_south() {
    finds(
        "Ravi: Aadhaar 7360 2142 2451, PAN ACUPA7085R",
        &[("in.aadhaar", "7360 2142 2451"), ("in.pan", "ACUPA7085R")],
    );
    finds(
        "姓名：王伟，身份证号：440304198506051965。手机号码：139-4663-0864",
        &[
            ("person_name", "王伟"),
            ("cn.resident_id", "440304198506051965"),
            ("phone", "139-4663-0864"),
        ],
    );
    finds("주민등록번호 990319-2494446 확인", &[("kr.rrn", "990319-2494446")]);
    finds("マイナンバー：277329984097", &[("jp.my_number", "277329984097")]);
    finds("TFN 173 793 159", &[("au.tfn", "173 793 159")]);
    finds("Medicare no. 2160 85392 1", &[("au.medicare", "2160 85392 1")]);
    finds("SIN: 230 920 936", &[("ca.sin", "230 920 936")]);
    finds("SA ID number 8807157020082", &[("za.id_number", "8807157020082")]);
}

#[test]
fn an_order_with_a_card() {
    finds(
        "Order 100-2210-44 of 2024-02-11, 3 x 19.99 EUR\nPaid by Visa 4539 1661 8507 0399 exp 11/27\n\
         Ship to: Anna, anna@mail.example, tracking 1Z999AA10123456784\n",
        &[
            ("payment_card", "4539 1661 8507 0399"),
            ("payment_card.expiry", "11/27"),
            ("person_name", "Anna"),
            ("email", "anna@mail.example"),
        ],
    );
}

#[test]
fn an_env_file() {
    finds(
        "# production\nNODE_ENV=production\nPORT=8080\nDB_PASSWORD=kR7nWq2x\n\
         DATABASE_URL=postgres://app:v8Tz-31p@db.internal:5432/app\n\
         AWS_ACCESS_KEY_ID=AKIAIQBDPS4XVPPDNKSM\n\
         AWS_SECRET_ACCESS_KEY=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\nSENTRY=\nDEBUG=false\n",
        &[
            ("password", "kR7nWq2x"),
            ("url_credentials", "postgres://app:v8Tz-31p@db.internal:5432/app"),
            ("aws.access_key_id", "AKIAIQBDPS4XVPPDNKSM"),
            ("aws.secret_access_key", "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"),
        ],
    );
}

#[test]
fn code_with_secrets_and_code_with_stand_ins() {
    finds(
        "client = Client(user=\"svc\", password=\"Sommer22!\")\n\
         KEY = 'AIzaSyDgK83uL4d2x00nJzDOpBBWscSBPsCh9tZ'  # maps\n",
        &[("password", "Sommer22!"), ("gcp.api_key", "AIzaSyDgK83uL4d2x00nJzDOpBBWscSBPsCh9tZ")],
    );
    nothing(
        "def login(user: str, password: str) -> None:\n    password = getpass.getpass('Password: ')\n\
         \x20   if password != user.password_hash:\n        raise ValueError('password is wrong')\n\
         api_key = os.environ['API_KEY']\nsecret = settings.SECRET_KEY\n",
    );
}

#[test]
fn a_log_with_people_in_it() {
    finds(
        "2024-05-17T08:30:11.123Z INFO [4f2a9c1e-8b7d-4c3a-9e21-0a1b2c3d4e5f] login ok \
         user=anna@mail.example ip=81.169.145.72 in 12ms\n\
         2024-05-17T08:30:12.001Z WARN GET /cb?token=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0\
         NzExIn0.fOTazKCa4I90j0FXekyBIJ57GcnvVKgMqWYRP30bkDc 302\n",
        &[
            ("email", "anna@mail.example"),
            ("ipv4", "81.169.145.72"),
            (
                "jwt",
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0NzExIn0.\
                 fOTazKCa4I90j0FXekyBIJ57GcnvVKgMqWYRP30bkDc",
            ),
        ],
    );
}

#[test]
fn a_table_in_plain_text() {
    finds(
        "name;email;iban;phone\nAnna Berg;anna@berg.example;DE41370400442756051398;+46 8 123 456 78\n\
         Bo Lind;bo@lind.example;AT193138664410108972;+43 1 5880 1234\n",
        &[
            ("person_name", "Anna Berg"),
            ("email", "anna@berg.example"),
            ("iban", "DE41370400442756051398"),
            ("phone", "+46 8 123 456 78"),
            ("person_name", "Bo Lind"),
            ("email", "bo@lind.example"),
            ("iban", "AT193138664410108972"),
            ("phone", "+43 1 5880 1234"),
        ],
    );
}

#[test]
fn an_email_about_an_account() {
    finds(
        "From: Bo <bo@corp.example>\nTo: eva@corp.example\nSubject: access\n\nHi Eva, the password is \
         Tr0ub4dor&3. Clone with git clone https://ci:k7Rw2Qx9@git.corp.example/app.git and go on.\n",
        &[
            ("email", "bo@corp.example"),
            ("email", "eva@corp.example"),
            ("person_name", "Eva"),
            ("password", "Tr0ub4dor&3"),
            ("url_credentials", "https://ci:k7Rw2Qx9@git.corp.example/app.git"),
        ],
    );
}

#[test]
fn wrong_check_digits_are_none() {
    for text in [
        "IBAN DE64 5007 0010 3332 6960 25",
        "Steuer-ID 86 095 742 718",
        "PESEL 79112469318",
        "Visa 4539 1661 8507 0398",
        "CPF 024.655.389-86",
        "DNI 62724666E",
        "NHS No. 943 476 5918",
        "SSN 666-22-1234",
        "BSN 113184932",
        "SIN: 230 920 937",
        "Aadhaar 7360 2142 2452",
    ] {
        nothing(text);
    }
}

#[test]
fn a_git_log_is_noise() {
    nothing(
        "commit 8b5f3c7d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b\nDate:   Fri May 17 08:30:11 2024 +0200\n\n\
         \x20   Bump lodash from 4.17.20 to 4.17.21 (#1234)\n\n 3 files changed, 120 insertions(+)\n\
         @@ -120,7 +120,9 @@ fn main\nindex 1234567..89abcde 100644\n",
    );
}

#[test]
fn lock_files_are_noise() {
    nothing(
        "    \"node_modules/picocolors\": {\n      \"version\": \"1.0.1\",\n      \"resolved\": \
         \"https://registry.example/picocolors/-/picocolors-1.0.1.tgz\",\n      \"integrity\": \
         \"sha512-anP1Z8qwhkbmu7MFP5iTt+wQKXgwzf7zTyGlcdzabySa9vd0Xt392U0rVmz9poOaBj0uHJKyyo9/upk0HrEQew==\"\n",
    );
    nothing(
        "[[package]]\nname = \"serde\"\nversion = \"1.0.203\"\nchecksum = \
         \"7253ab4de971e72fb7be983802300c30b5a7f0c2e56fab8abfc6a214307c0094\"\n",
    );
}

#[test]
fn tables_of_ids_and_numbers_are_noise() {
    nothing(
        "id,created_at,amount\n550e8400-e29b-41d4-a716-446655440000,1715934611,120.50\n\
         6ba7b810-9dad-11d1-80b4-00c04fd430c8,1715934612123,99.00\n",
    );
    nothing("SKU 4006381333931, order 30012345678, batch 20240517001, ISBN 978-3-16-148410-0\n");
    nothing("12.345.678,90 EUR; 1,234,567.89 USD; 3.14159265358979; 2024-05-17; 10:15:30.123456\n");
}

#[test]
fn server_output_is_noise() {
    nothing(
        "2024-05-17 08:30:11,123 INFO  c.e.app.Main - Started in 4.123 seconds (pid 12345), \
         listening on 127.0.0.1:8080, Java 17.0.11+9, build 1.18.0.4412\n\
         Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/125.0.6422.60 Safari/537.36\n",
    );
}

#[test]
fn blobs_are_noise() {
    nothing(
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhg\
         GAWjR9awAAAABJRU5ErkJggg==\nsha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n",
    );
}

#[test]
fn manuals_and_templates_are_noise() {
    nothing(
        "Set `DB_PASSWORD=<password>` or `password: ${DB_PASSWORD}`, then run\n\
         psql postgres://user:password@localhost/db\nexport AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n\
         Your password must have at least 8 characters. Forgot password? Reset password.\n\
         token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
    );
}
