//! Mail after RFC 5322 and RFC 2045, and mailboxes.

use super::Unwritten;
use crate::draft::{Draft, Value};
use crate::kinds;
use crate::made::secret;
use crate::near;
use crate::person::Person;
use crate::random::Random;
use crate::written::{Mark, Spot, Written};

/// How a body is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// As it is, in UTF-8.
    Plain,
    /// As quoted-printable.
    Quoted,
    /// As Base64.
    Base64,
}

/// A message with a body, and attachments by name. Where its values stand is not told: readers
/// count parts in ways of their own.
pub fn message(
    seed: u64,
    body: &Draft,
    carried: Carried,
    attachments: Vec<(String, Written)>,
    random: &mut Random,
) -> Written {
    let (from, to) = (Person::any(seed, random), Person::any(seed, random));
    let mut head = Draft::default();
    head.say("From: ").say(from.country.family_ascii[0]).say(" <");
    head.plant(Value::found(kinds::EMAIL, from.email)).say(">\r\nTo: ");
    head.plant(Value::found(kinds::EMAIL, to.email)).say("\r\nSubject: Your request\r\n");
    head.say("Date: Tue, 14 Jan 2025 10:12:00 +0000\r\nMessage-ID: <");
    let id = format!("{}@mail.hartwell.co.uk", secret::hex(24, random));
    head.plant(Value::either(kinds::EMAIL, id)).say(">\r\nMIME-Version: 1.0\r\n");
    let mut out = head.text.clone().into_bytes();
    let mut marks = Written::somewhere(&head);
    marks.extend(Written::somewhere(body));
    let part = part(body, carried);
    if attachments.is_empty() {
        out.extend(part);
    } else {
        let border = format!("=_{}", near::opaque(random));
        out.extend(format!("Content-Type: multipart/mixed; boundary=\"{border}\"\r\n\r\n").bytes());
        out.extend(format!("--{border}\r\n").bytes());
        out.extend(part);
        for (name, file) in attachments {
            out.extend(format!("\r\n--{border}\r\n").bytes());
            out.extend(attachment(&name, &file.bytes));
            marks.extend(file.marks.into_iter().map(|m| Mark {
                spot: Spot::Somewhere,
                member: Vec::new(),
                ..m
            }));
        }
        out.extend(format!("\r\n--{border}--\r\n").bytes());
    }
    Written { bytes: out, marks }
}

/// A mailbox (RFC 4155) of messages.
pub fn mailbox(messages: Vec<Written>) -> Result<Written, Unwritten> {
    let mut all = Written::default();
    for message in messages {
        all.bytes.extend(b"From MAILER-DAEMON Tue Jan 14 10:12:00 2025\n");
        for line in message.bytes.split_inclusive(|b| *b == b'\n') {
            if line.starts_with(b"From ") {
                all.bytes.push(b'>');
            }
            match line.strip_suffix(b"\r\n") {
                Some(line) => all.bytes.extend([line, b"\n"].concat()),
                None => all.bytes.extend(line),
            }
        }
        all.bytes.extend(b"\n");
        all.marks.extend(message.marks);
    }
    Ok(all)
}

fn part(body: &Draft, carried: Carried) -> Vec<u8> {
    let text = body.text.replace('\n', "\r\n");
    let (encoding, content) = match carried {
        Carried::Plain => ("8bit", text),
        Carried::Quoted => ("quoted-printable", quoted(&text)),
        Carried::Base64 => ("base64", base64_lines(text.as_bytes())),
    };
    format!(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{content}"
    )
    .into_bytes()
}

fn attachment(name: &str, bytes: &[u8]) -> Vec<u8> {
    format!(
        "Content-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}",
        base64_lines(bytes)
    )
    .into_bytes()
}

/// RFC 2045, 6.7: soft breaks before 76 characters.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for line in text.split("\r\n") {
        let mut width = 0;
        for (i, byte) in line.bytes().enumerate() {
            let last = i + 1 == line.len();
            let literal = (33..=126).contains(&byte) && byte != b'=' || byte == b' ' && !last;
            let needed = if literal { 1 } else { 3 };
            if width + needed > 75 {
                out.push_str("=\r\n");
                width = 0;
            }
            if literal {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("={byte:02X}"));
            }
            width += needed;
        }
        out.push_str("\r\n");
    }
    out.truncate(out.len().saturating_sub(2));
    out
}

fn base64_lines(bytes: &[u8]) -> String {
    let text = base64(bytes);
    let mut out = String::with_capacity(text.len() + text.len() / 38);
    for (i, c) in text.chars().enumerate() {
        if i > 0 && i % 76 == 0 {
            out.push_str("\r\n");
        }
        out.push(c);
    }
    out.push_str("\r\n");
    out
}

/// RFC 4648, chapter 4, with padding.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + 4);
    for chunk in bytes.chunks(3) {
        let mut word = [0; 3];
        word[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, word[0], word[1], word[2]]);
        for i in 0..4 {
            let digit = crate::random::BASE64[(bits >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_agree_with_their_standards() {
        for (plain, encoded) in
            [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), encoded); // RFC 4648, 10
        }
        assert_eq!(quoted("a=ü "), "a=3D=C3=BC=20");
        assert!(quoted(&"x".repeat(200)).lines().all(|l| l.len() <= 76));
    }
}
