//! Keys, tokens and passwords in the forms that their makers give them.

use crate::draft::Value;
use crate::kinds;
use crate::random::{BASE62, BASE64, DIGITS, HEX, Random};

const URL_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The id of an access key of AWS: `AKIA` and sixteen characters of base 32.
pub fn aws_id(random: &mut Random) -> String {
    format!("AKIA{}", random.string(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))
}

/// Its secret: forty characters of Base64.
pub fn aws_key(random: &mut Random) -> String {
    random.string(BASE64, 40)
}

/// An API key of Google: `AIza` and 35 characters.
pub fn gcp(random: &mut Random) -> String {
    // The 39th character never ends a word with a dash, so that the key can be cut out of text.
    format!("AIza{}{}", random.string(URL_SAFE, 34), random.string(BASE62, 1))
}

/// The key of an Azure storage account: 64 bytes in Base64.
pub fn azure(random: &mut Random) -> String {
    format!("{}{}==", random.string(BASE64, 85), random.string(b"AQgw", 1))
}

/// A token of GitHub: prefix, thirty characters, CRC32 of them in six digits of base 62.
pub fn github(random: &mut Random) -> String {
    let prefix = random.pick(&["ghp", "gho", "ghs"]);
    let body = random.string(BASE62, 30);
    format!("{prefix}_{body}{}", github_check(&body))
}

fn github_check(body: &str) -> String {
    let mut crc = flate2::Crc::new();
    crc.update(body.as_bytes());
    let mut rest = crc.sum();
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|b| char::from(*b)).collect()
}

/// The same with a wrong check.
pub fn github_broken(random: &mut Random) -> String {
    let token = github(random);
    let last = if token.ends_with('a') { 'b' } else { 'a' };
    format!("{}{last}", &token[..token.len() - 1])
}

/// A personal token of GitLab.
pub fn gitlab(random: &mut Random) -> String {
    format!("glpat-{}{}", random.string(URL_SAFE, 19), random.string(BASE62, 1))
}

/// A token of Slack for a bot.
pub fn slack(random: &mut Random) -> String {
    let (team, bot) = (random.string(&DIGITS[1..], 12), random.string(&DIGITS[1..], 12));
    format!("xoxb-{team}-{bot}-{}", random.string(BASE62, 24))
}

/// A live key of Stripe.
pub fn stripe(random: &mut Random) -> String {
    let prefix = random.pick(&["sk_live_", "rk_live_", "sk_live_51"]);
    format!("{prefix}{}", random.string(BASE62, 32))
}

/// A token of RFC 7519 with a header and a body that are JSON.
pub fn jwt(random: &mut Random) -> String {
    let header = base64_url(br#"{"alg":"HS256","typ":"JWT"}"#);
    let subject = random.digits(9);
    let issued = random.between(1_700_000_000, 1_780_000_000);
    let body = base64_url(format!(r#"{{"sub":"{subject}","iat":{issued}}}"#).as_bytes());
    format!("{header}.{body}.{}", random.string(&URL_SAFE[..62], 43))
}

/// A private key of RFC 7468. `lines` parts its lines.
pub fn pem(lines: &str, random: &mut Random) -> String {
    let name = random.pick(&["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY"]);
    let count = if name.starts_with("EC") { 3 } else { 25 };
    let mut text = format!("-----BEGIN {name}-----{lines}MII{}", random.string(BASE64, 61));
    for _ in 1..count {
        text.push_str(lines);
        text.push_str(&random.string(BASE64, 64));
    }
    format!("{text}{lines}{}=={lines}-----END {name}-----", random.string(BASE64, 22))
}

/// A password as people and their tools choose them.
pub fn password(random: &mut Random) -> String {
    match random.below(3) {
        0 => {
            let word = random.pick(&["Sommer", "Falcon", "Giraffe", "Winter", "Merlin", "Kobalt"]);
            format!("{word}{}{}", random.between(1000, 9999), random.pick(&["!", "$x", "#7", "?!"]))
        }
        1 => random.string(BASE62, 16),
        _ => format!("{}-{}", random.string(BASE62, 7), random.string(BASE62, 8)),
    }
}

/// A string that says how to reach a database, with the password in it.
pub fn connection(random: &mut Random) -> Value {
    let (user, word) = (random.pick(&["app", "billing", "reports"]), random.string(BASE62, 14));
    let host = random.pick(&["db01.prod.internal", "pg-main.internal", "10.20.4.17"]);
    let name = random.pick(&["orders", "people", "ledger"]);
    let text = match random.below(4) {
        0 => format!("postgres://{user}:{word}@{host}:5432/{name}"),
        1 => format!("mysql://{user}:{word}@{host}:3306/{name}"),
        2 => format!("mongodb+srv://{user}:{word}@{name}.k4x1z.mongodb.net/{name}"),
        _ => format!("Server={host};Database={name};User Id={user};Password={word};"),
    };
    Value::found(kinds::CONNECTION, text).or(&[kinds::URL, kinds::PASSWORD])
}

/// A URL with a user and a password.
pub fn url(random: &mut Random) -> Value {
    let (user, word) = (random.pick(&["deploy", "ci", "svc-backup"]), random.string(BASE62, 12));
    let host = random.pick(&[
        "git.hartwell.co.uk",
        "nexus.vogel-maschinenbau.de",
        "files.wattle-clinic.com.au",
    ]);
    let scheme = random.pick(&["https", "https", "ftp"]);
    let text =
        format!("{scheme}://{user}:{word}@{host}/{}", random.pick(&["repo.git", "releases", "in"]));
    Value::found(kinds::URL, text).or(&[kinds::CONNECTION])
}

/// Hexadecimal digits, as of a hash.
pub fn hex(length: usize, random: &mut Random) -> String {
    random.string(HEX, length)
}

fn base64_url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut word = [0; 3];
        word[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, word[0], word[1], word[2]]);
        for i in 0..=chunk.len() {
            text.push(char::from(URL_SAFE[(bits >> (18 - 6 * i) & 63) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_of_a_web_token_is_that_of_its_standard() {
        assert_eq!(
            base64_url(br#"{"alg":"HS256","typ":"JWT"}"#),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
        );
    }

    #[test]
    fn tokens_of_github_have_their_length() {
        let mut random = Random::new(5, 5);
        assert_eq!(github(&mut random).len(), 40);
        assert_eq!(github_check("").len(), 6);
    }
}
