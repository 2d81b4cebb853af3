//! Tokens: how a value is searched for without being known.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{self, IdError};
use crate::key::TokenKey;
use crate::plaintext::Plaintext;

/// The version of a token key, and sixteen bytes of a hash of a value under it. Equal values of
/// one class have equal tokens in a whole tenant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token([u8; 17]);

impl Token {
    /// How many bytes a token has.
    pub const LEN: usize = 17;

    /// The token of a value. The class is what types have in common that write one thing in many
    /// ways (an international and a national telephone number); the value is in its one form.
    pub fn of(key: &TokenKey, class: &str, value: &Plaintext) -> Self {
        let hash = key.hash("token").field(class.as_bytes());
        let tail: [u8; 16] = value.with(move |bytes| hash.field(bytes).take());
        let mut token = [0; 17];
        token[0] = key.version();
        token[1..].copy_from_slice(&tail);
        Self(token)
    }

    /// The token that these bytes are.
    pub const fn from_bytes(bytes: [u8; 17]) -> Self {
        Self(bytes)
    }

    /// The bytes of the token.
    pub const fn as_bytes(&self) -> &[u8; 17] {
        &self.0
    }

    /// The version of the key that made it.
    pub const fn key_version(&self) -> u8 {
        self.0[0]
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&id::written(&self.0))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({self})")
    }
}

impl FromStr for Token {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        id::read("token", text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_key_class_and_value_and_of_no_place() {
        let key = TokenKey::from_bytes(1, [1; 32]);
        let token = |key: &TokenKey, class: &str, value: &str| {
            Token::of(key, class, &Plaintext::new(value.as_bytes().to_vec()))
        };
        let one = token(&key, "phone", "+4930123456");
        assert_eq!(one, token(&key, "phone", "+4930123456"));
        assert_ne!(one, token(&key, "id", "+4930123456"));
        assert_ne!(one, token(&key, "phone", "+4930123457"));
        let rotated = token(&TokenKey::from_bytes(2, [1; 32]), "phone", "+4930123456");
        assert_ne!(one, rotated);
        assert_eq!((one.key_version(), rotated.key_version()), (1, 2));
        assert_eq!(one.to_string().parse(), Ok(one));
    }
}
