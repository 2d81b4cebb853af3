//! United States: Social Security number and ITIN. Neither has a check digit; what was never given
//! out is all there is to know.

use super::text::{all_same, digits, number};

/// SSN: area not 000, 666 or 9xx, group not 00, serial not 0000.
pub(super) fn ssn(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    let (area, group, serial) = parts(&digits);
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0 && !all_same(&digits)
}

/// ITIN: 9xx with a group of 50–65, 70–88, 90–92 or 94–99.
pub(super) fn itin(value: &[u8]) -> bool {
    let Some(digits) = digits::<9>(value) else { return false };
    let (area, group, _) = parts(&digits);
    area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99) && !all_same(&digits)
}

fn parts(digits: &[u8; 9]) -> (u64, u64, u64) {
    (number(&digits[..3]), number(&digits[3..5]), number(&digits[5..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_areas_that_were_given_out_pass() {
        for value in ["536-22-1234", "536221234", "001 01 0001", "899-99-9999", "772-10-0001"] {
            assert!(ssn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn numbers_that_were_never_given_out_do_not() {
        for value in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "536-00-1234",
            "536-22-0000",
            "111-11-1111",
        ] {
            assert!(!ssn(value.as_bytes()), "{value}");
        }
        assert!(!ssn(b"536-22-123") && !ssn(b"536-22-12345"));
    }

    #[test]
    fn an_itin_has_its_groups() {
        assert!(itin(b"912-90-3456") && itin(b"900-70-0000") && itin(b"999-88-1234"));
        for value in ["912-49-3456", "912-66-3456", "912-89-3456", "912-93-3456", "812-90-3456"] {
            assert!(!itin(value.as_bytes()), "{value}");
        }
    }
}
