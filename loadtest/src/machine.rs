//! Texts that machines and those who run them write: logs, code, configuration.

use crate::draft::{Draft, Value};
use crate::kinds;
use crate::made::secret;
use crate::near;
use crate::person::Person;
use crate::random::{BASE62, Random};

/// A log of a server: mostly chatter, here and there a client, a user, a slip.
pub fn log(seed: u64, lines: u64, random: &mut Random) -> Draft {
    let mut draft = Draft::default();
    for _ in 0..lines {
        draft.append(&log_line(seed, random)).say("\n");
    }
    draft
}

/// One line of it.
pub fn log_line(seed: u64, random: &mut Random) -> Draft {
    let mut draft = Draft::default();
    let level = random.pick(&["INFO", "INFO", "DEBUG", "WARN"]);
    // Times stand in every line: what is found in them counts against a scan even though the truth
    // doesn't list each.
    draft.say(&near::timestamp(random)).say(" ").say(level).say(" ");
    match random.below(160) {
        0..=5 => {
            let person = Person::any(seed, random);
            draft.say("login ok user=").plant(Value::found(kinds::EMAIL, person.email));
            draft.say(" client_ip=").plant(Value::found(kinds::IPV4, person.ipv4));
        }
        6 => {
            let person = Person::any(seed, random);
            draft.say("client address ").plant(Value::found(kinds::IPV6, person.ipv6));
            draft.say(" accepted");
        }
        7 => {
            let person = Person::any(seed, random);
            draft.say("dhcp lease for mac ").plant(Value::found(kinds::MAC, person.mac));
        }
        8 => {
            draft.say("cloning ").plant(secret::url(random));
        }
        9 => {
            let token = secret::jwt(random);
            draft.say("Authorization: Bearer ").plant(Value::found(kinds::JWT, token));
        }
        10..=19 => {
            draft.append(&near::line(random));
        }
        20..=59 => {
            draft.say("request_id=").say(&near::uuid(random));
            draft.say(&format!(" status=200 duration_ms={}", random.between(1, 4000)));
        }
        60..=99 => {
            draft.say("GET /assets/app.").say(&secret::hex(8, random)).say(".js 200 ");
            draft.say(&random.between(200, 90_000).to_string());
        }
        _ => {
            let (what, count) = (
                random.pick(&["queue drained", "cache refreshed", "worker idle", "snapshot kept"]),
                random.between(1, 500),
            );
            draft.say(what).say(&format!(" items={count} shard={}", random.below(64)));
        }
    }
    draft
}

/// A file of configuration and the ending of its name.
pub fn configuration(random: &mut Random) -> (&'static str, Draft) {
    match random.below(3) {
        0 => ("env", environment(random)),
        1 => ("yaml", yaml(random)),
        _ => ("ini", ini(random)),
    }
}

/// Source code and the ending of its name.
pub fn code(random: &mut Random) -> (&'static str, Draft) {
    if random.chance(50) { ("py", python(random)) } else { ("js", script(random)) }
}

fn environment(random: &mut Random) -> Draft {
    let mut draft = Draft::plain("# service settings\nAPP_ENV=production\nPORT=8080\n");
    for _ in 0..random.between(2, 6) {
        let (key, value) = keyed(random);
        draft.say(key).say("=").append(&value).say("\n");
    }
    draft.append(&near::placeholder(random)).say("\nLOG_LEVEL=info\n");
    draft
}

fn yaml(random: &mut Random) -> Draft {
    let mut draft =
        Draft::plain("service:\n  replicas: 3\n  image: registry.internal/app:1.14.2\n");
    for _ in 0..random.between(2, 5) {
        let (key, value) = keyed(random);
        draft.say("  ").say(&key.to_lowercase()).say(": \"").append(&value).say("\"\n");
    }
    if random.chance(30) {
        draft.say("  tls_key: |\n    ");
        draft.plant(Value::found(kinds::PEM, secret::pem("\n    ", random))).say("\n");
    }
    draft.say("  ").append(&near::placeholder(random)).say("\n");
    draft
}

fn ini(random: &mut Random) -> Draft {
    let mut draft = Draft::plain("[main]\nworkers = 8\n\n[database]\nuser = app\n");
    let word = secret::password(random);
    draft.say("password = ").plant(Value::found(kinds::PASSWORD, word)).say("\n\n[keys]\n");
    for _ in 0..random.between(1, 4) {
        let (key, value) = keyed(random);
        draft.say(&key.to_lowercase()).say(" = ").append(&value).say("\n");
    }
    draft
}

fn python(random: &mut Random) -> Draft {
    let mut draft = Draft::plain("import os\nimport requests\n\nTIMEOUT = 30\n");
    for _ in 0..random.between(1, 4) {
        let (key, value) = keyed(random);
        draft.say(key).say(" = \"").append(&value).say("\"\n");
    }
    draft.append(&near::placeholder(random)).say("\n\n\ndef connect(host, port=5432):\n");
    draft.say("    \"\"\"Opens a connection; the caller closes it.\"\"\"\n");
    draft.say("    return requests.Session()\n\n\ndef digest():\n    return \"");
    draft.plant(Value::absent(kinds::AWS_KEY, secret::hex(40, random))).say("\"\n");
    if random.chance(25) {
        draft.say("\nKEY = \"\"\"");
        draft.plant(Value::found(kinds::PEM, secret::pem("\n", random))).say("\"\"\"\n");
    }
    draft
}

fn script(random: &mut Random) -> Draft {
    let mut draft = Draft::plain("'use strict';\n\nconst retries = 5;\n");
    for _ in 0..random.between(1, 4) {
        let (key, value) = keyed(random);
        draft.say("const ").say(&key.to_lowercase()).say(" = '").append(&value).say("';\n");
    }
    draft.say("\nconst lock = {\n");
    draft.append(&near::integrity(random)).say("\n};\n\nfunction wait(ms) {\n");
    draft.say(
        "  return new Promise((done) => setTimeout(done, ms));\n}\n\nmodule.exports = { wait };\n",
    );
    draft
}

/// A secret with the key under which it is kept.
fn keyed(random: &mut Random) -> (&'static str, Draft) {
    let (key, value) = match random.below(12) {
        0 => ("AWS_ACCESS_KEY_ID", Value::found(kinds::AWS_ID, secret::aws_id(random))),
        1 => ("AWS_SECRET_ACCESS_KEY", Value::found(kinds::AWS_KEY, secret::aws_key(random))),
        2 => ("GOOGLE_API_KEY", Value::found(kinds::GCP, secret::gcp(random))),
        3 => return ("AZURE_STORAGE_CONNECTION", azure(random)),
        4 => ("GITHUB_TOKEN", Value::found(kinds::GITHUB, secret::github(random))),
        5 => ("GITLAB_TOKEN", Value::found(kinds::GITLAB, secret::gitlab(random))),
        6 => ("SLACK_BOT_TOKEN", Value::found(kinds::SLACK, secret::slack(random))),
        7 => ("STRIPE_SECRET_KEY", Value::found(kinds::STRIPE, secret::stripe(random))),
        8 => ("DATABASE_URL", secret::connection(random)),
        9 => ("DB_PASSWORD", Value::found(kinds::PASSWORD, secret::password(random))),
        10 => ("BUILD_ID", Value::absent(kinds::PASSWORD, random.string(BASE62, 20))),
        _ => ("SMTP_PASSWORD", Value::found(kinds::PASSWORD, secret::password(random))),
    };
    (key, Draft::of(value))
}

/// The connection string of a storage account; the key in it is the value.
fn azure(random: &mut Random) -> Draft {
    let account = random.pick(&["hartwellstore", "vogelbackup", "wattlefiles"]);
    let mut draft = Draft::plain("DefaultEndpointsProtocol=https;AccountName=");
    let key = Value::found(kinds::AZURE, secret::azure(random)).or(&[kinds::CONNECTION]);
    draft.say(account).say(";AccountKey=").plant(key).say(";EndpointSuffix=core.windows.net");
    draft
}
