//! The one form of all spellings of a value, from which ids, marks and tokens are made.

use crate::rule::Form;

/// A value in its one form.
pub(crate) fn of(form: Form, value: &[u8]) -> Vec<u8> {
    match form {
        Form::None => value.to_vec(),
        Form::Trim => value.trim_ascii().to_vec(),
        Form::Lower => value.trim_ascii().to_ascii_lowercase(),
        Form::Digits => value.iter().copied().filter(u8::is_ascii_digit).collect(),
        Form::AlnumUpper => {
            value.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_value_have_one_form() {
        assert_eq!(of(Form::Digits, b"536-22-1234"), of(Form::Digits, b"536 22 1234"));
        assert_eq!(of(Form::AlnumUpper, b"de89 3704"), b"DE893704");
        assert_eq!(of(Form::Lower, b" A@B.example"), b"a@b.example");
        assert_eq!(of(Form::Trim, b" x y "), b"x y");
        assert_eq!(of(Form::None, b" x"), b" x");
    }
}
