//! JSON Web Tokens, RFC 7519: header, claims and signature in Base64url.

use data_encoding::BASE64URL_NOPAD;

use super::randomness::contains;

/// The longest header that is decoded; real ones have some hundred bytes.
const MOST_HEADER_BYTES: usize = 4096;

/// Whether the first part decodes to a JSON object that names an algorithm, the second to a JSON
/// object or, where the header says that it is encrypted, to anything.
pub(super) fn jwt(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'.');
    let (Some(header), Some(claims)) = (parts.next(), parts.next()) else { return false };
    if header.len() > MOST_HEADER_BYTES || claims.len() < 4 || parts.next().is_none() {
        return false;
    }
    let Ok(header) = BASE64URL_NOPAD.decode(header) else { return false };
    // The first four characters are enough to see `{"`; the rest may be cut by a bound.
    let opening = BASE64URL_NOPAD.decode(&claims[..4]);
    let is_object = header.starts_with(b"{") && header.ends_with(b"}");
    let encrypted = contains(&header, b"\"enc\"");
    is_object && contains(&header, b"\"alg\"") && (encrypted || opening.is_ok_and(|o| o[0] == b'{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> Vec<u8> {
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        format!("{}.{}.c2lnbmF0dXJl", part(header), part(claims)).into_bytes()
    }

    #[test]
    fn the_rfcs_header_passes() {
        // RFC 7515, appendix A.1.
        assert!(jwt(b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(jwt(&token(r#"{"alg":"RS256","kid":"1"}"#, r#"{"sub":"1"}"#)));
    }

    #[test]
    fn other_dotted_base64_does_not() {
        assert!(!jwt(&token(r#"{"kid":"1"}"#, r#"{"sub":"1"}"#)));
        assert!(!jwt(&token(r#"{"alg":"RS256"}"#, "not an object")));
        assert!(!jwt(&token("[\"alg\"]", r#"{"sub":"1"}"#)));
        assert!(
            !jwt(b"www.example.com") && !jwt(b"eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ") && !jwt(b"..")
        );
    }
}
