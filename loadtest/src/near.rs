//! Near misses that stand in all kinds of text: numbers and strings that look like more than they
//! are.

use crate::draft::{Draft, Value};
use crate::kinds;
use crate::made::secret;
use crate::random::{BASE62, BASE64, Random};

/// A line with a near miss, as it stands in mails, notes and logs.
pub fn line(random: &mut Random) -> Draft {
    let mut draft = Draft::default();
    let (before, value, after) = match random.below(12) {
        0 => ("Request id ", Value::absent(kinds::PHONE, uuid(random)), ""),
        1 => ("sha256: ", Value::absent(kinds::CARD, secret::hex(64, random)), ""),
        2 => ("Updated to version ", Value::absent(kinds::IPV4, version(random)), " last night."),
        3 => ("Finished at ", Value::absent(kinds::PHONE, timestamp(random)), "."),
        4 => ("Order no. ", Value::absent(kinds::CARD, order(random)), " is on its way."),
        5 => ("Batch ", Value::absent(kinds::PHONE, long_digits(random)), " is closed."),
        6 => ("commit ", Value::absent(kinds::AWS_KEY, secret::hex(40, random)), ""),
        7 => (
            "Epoch ",
            Value::absent(
                kinds::PHONE,
                random.between(1_700_000_000_000, 1_790_000_000_000).to_string(),
            ),
            "",
        ),
        8 => ("ISBN ", Value::absent(kinds::PHONE, isbn(random)), ""),
        9 => ("Listening on ", Value::absent(kinds::IPV4, "127.0.0.1".to_owned()), ":8080"),
        10 => (
            "Invoice ",
            Value::absent(kinds::PHONE, format!("2024-{}-{}", random.digits(6), random.digits(3))),
            "",
        ),
        _ => (
            "The total is ",
            Value::absent(
                kinds::CARD,
                format!("{}.{} EUR", random.between(100, 99_999), random.digits(2)),
            ),
            ".",
        ),
    };
    draft.say(before).plant(value).say(after);
    draft
}

/// A line of code or configuration with a password that is none.
pub fn placeholder(random: &mut Random) -> Draft {
    let mut draft = Draft::default();
    let (before, text, after) = *random.choose(&[
        ("password = \"", "changeme", "\""),
        ("DB_PASSWORD=", "${DB_PASSWORD}", ""),
        ("password: ", "<your-password>", ""),
        ("password = ", "os.environ[\"DB_PASSWORD\"]", ""),
        ("api_key: \"", "YOUR_API_KEY_HERE", "\""),
        ("aws_access_key_id = ", "AKIAIOSFODNN7EXAMPLE", ""),
        ("token: ", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ""),
        ("password: ", "{{ vault.db_password }}", ""),
        ("passwd = ", "********", ""),
        ("password = ", "None", ""),
        ("secret_key = ", "xxxxxxxxxxxxxxxx", ""),
    ]);
    draft.say(before).plant(Value::absent(kinds::PASSWORD, text)).say(after);
    draft
}

/// The entry of a lock file with its checksum.
pub fn integrity(random: &mut Random) -> Draft {
    let mut draft = Draft::plain("      \"integrity\": \"");
    let hash = format!("sha512-{}==", random.string(BASE64, 86));
    draft.plant(Value::absent(kinds::AZURE, hash)).say("\",");
    draft
}

/// A random UUID of RFC 9562, version 4.
pub fn uuid(random: &mut Random) -> String {
    let h = secret::hex(30, random);
    let variant = random.pick(&["8", "9", "a", "b"]);
    format!("{}-{}-4{}-{variant}{}-{}", &h[..8], &h[8..12], &h[12..15], &h[15..18], &h[18..30])
}

/// A moment, as logs write it.
pub fn timestamp(random: &mut Random) -> String {
    let (month, day, hour) = (random.between(1, 12), random.between(1, 28), random.below(24));
    let (minute, second, rest) = (random.below(60), random.below(60), random.digits(6));
    format!("2025-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{rest}Z")
}

/// A token of no known maker, as sessions have it.
pub fn opaque(random: &mut Random) -> String {
    random.string(BASE62, 22)
}

fn version(random: &mut Random) -> String {
    let part = |random: &mut Random, high| random.between(1, high);
    match random.below(3) {
        0 => format!("v{}.{}.{}", part(random, 9), part(random, 30), part(random, 30)),
        1 => format!(
            "{}.{}.{}-rc.{}",
            part(random, 9),
            part(random, 30),
            part(random, 30),
            part(random, 5)
        ),
        _ => format!("{}.{}.{}", part(random, 9), part(random, 400), part(random, 40)),
    }
}

fn order(random: &mut Random) -> String {
    format!("{}-{}-{}", random.pick(&["PO", "SO", "WA"]), random.digits(5), random.digits(7))
}

fn long_digits(random: &mut Random) -> String {
    format!("2025{}{}", random.digits(14), random.digits(12))
}

fn isbn(random: &mut Random) -> String {
    format!("978-{}-{}-{}-{}", random.below(9), random.digits(3), random.digits(5), random.below(9))
}
