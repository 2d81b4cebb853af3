//! Phone numbers: country calling codes (ITU-T E.164) with the lengths of their national numbers,
//! and North America's plan.

use super::text::{all_same, digits_up_to, number};

/// The longest number of E.164.
const MOST_DIGITS: usize = 15;

/// A calling code, and the fewest and most digits that follow it.
struct Country(u64, usize, usize);

/// Sorted by code. From the ITU's list and the national plans; mobile and fixed lines alike.
const COUNTRIES: &[Country] = &[
    Country(1, 10, 10),
    Country(7, 10, 10),
    Country(20, 8, 10),
    Country(27, 9, 9),
    Country(30, 10, 10),
    Country(31, 9, 9),
    Country(32, 8, 9),
    Country(33, 9, 9),
    Country(34, 9, 9),
    Country(36, 8, 9),
    Country(39, 6, 11),
    Country(40, 9, 9),
    Country(41, 9, 9),
    Country(43, 7, 13),
    Country(44, 9, 10),
    Country(45, 8, 8),
    Country(46, 7, 10),
    Country(47, 8, 8),
    Country(48, 9, 9),
    Country(49, 6, 13),
    Country(51, 8, 9),
    Country(52, 10, 11),
    Country(53, 8, 8),
    Country(54, 10, 11),
    Country(55, 10, 11),
    Country(56, 9, 9),
    Country(57, 10, 10),
    Country(58, 10, 10),
    Country(60, 8, 10),
    Country(61, 9, 9),
    Country(62, 8, 12),
    Country(63, 8, 10),
    Country(64, 8, 10),
    Country(65, 8, 8),
    Country(66, 8, 9),
    Country(81, 9, 10),
    Country(82, 8, 10),
    Country(84, 9, 10),
    Country(86, 10, 11),
    Country(90, 10, 10),
    Country(91, 10, 10),
    Country(92, 9, 10),
    Country(93, 9, 9),
    Country(94, 9, 9),
    Country(95, 7, 10),
    Country(98, 10, 10),
    Country(211, 9, 9),
    Country(212, 9, 9),
    Country(213, 8, 9),
    Country(216, 8, 8),
    Country(218, 8, 9),
    Country(220, 7, 7),
    Country(221, 9, 9),
    Country(222, 8, 8),
    Country(223, 8, 8),
    Country(224, 9, 9),
    Country(225, 10, 10),
    Country(226, 8, 8),
    Country(227, 8, 8),
    Country(228, 8, 8),
    Country(229, 8, 10),
    Country(230, 7, 8),
    Country(231, 7, 9),
    Country(232, 8, 8),
    Country(233, 9, 9),
    Country(234, 8, 10),
    Country(235, 8, 8),
    Country(236, 8, 8),
    Country(237, 9, 9),
    Country(238, 7, 7),
    Country(239, 7, 7),
    Country(240, 9, 9),
    Country(241, 7, 8),
    Country(242, 9, 9),
    Country(243, 9, 9),
    Country(244, 9, 9),
    Country(245, 7, 9),
    Country(246, 7, 7),
    Country(248, 7, 7),
    Country(249, 9, 9),
    Country(250, 9, 9),
    Country(251, 9, 9),
    Country(252, 7, 9),
    Country(253, 8, 8),
    Country(254, 9, 9),
    Country(255, 9, 9),
    Country(256, 9, 9),
    Country(257, 8, 8),
    Country(258, 8, 9),
    Country(260, 9, 9),
    Country(261, 9, 9),
    Country(262, 9, 9),
    Country(263, 8, 9),
    Country(264, 8, 9),
    Country(265, 7, 9),
    Country(266, 8, 8),
    Country(267, 7, 8),
    Country(268, 8, 8),
    Country(269, 7, 7),
    Country(290, 4, 5),
    Country(291, 7, 7),
    Country(297, 7, 7),
    Country(298, 6, 6),
    Country(299, 6, 6),
    Country(350, 8, 8),
    Country(351, 9, 9),
    Country(352, 6, 11),
    Country(353, 7, 9),
    Country(354, 7, 7),
    Country(355, 8, 9),
    Country(356, 8, 8),
    Country(357, 8, 8),
    Country(358, 6, 11),
    Country(359, 7, 9),
    Country(370, 8, 8),
    Country(371, 8, 8),
    Country(372, 7, 8),
    Country(373, 8, 8),
    Country(374, 8, 8),
    Country(375, 9, 9),
    Country(376, 6, 9),
    Country(377, 8, 9),
    Country(378, 6, 10),
    Country(380, 9, 9),
    Country(381, 8, 9),
    Country(382, 8, 8),
    Country(383, 8, 9),
    Country(385, 8, 9),
    Country(386, 8, 8),
    Country(387, 8, 8),
    Country(389, 8, 8),
    Country(420, 9, 9),
    Country(421, 9, 9),
    Country(423, 7, 9),
    Country(500, 5, 5),
    Country(501, 7, 7),
    Country(502, 8, 8),
    Country(503, 8, 8),
    Country(504, 8, 8),
    Country(505, 8, 8),
    Country(506, 8, 8),
    Country(507, 7, 8),
    Country(508, 6, 6),
    Country(509, 8, 8),
    Country(590, 9, 9),
    Country(591, 8, 8),
    Country(592, 7, 7),
    Country(593, 8, 9),
    Country(594, 9, 9),
    Country(595, 9, 9),
    Country(596, 9, 9),
    Country(597, 6, 7),
    Country(598, 7, 8),
    Country(599, 7, 8),
    Country(670, 7, 8),
    Country(672, 6, 6),
    Country(673, 7, 7),
    Country(674, 7, 7),
    Country(675, 7, 8),
    Country(676, 5, 7),
    Country(677, 5, 7),
    Country(678, 5, 7),
    Country(679, 7, 7),
    Country(680, 7, 7),
    Country(681, 6, 6),
    Country(682, 5, 5),
    Country(683, 4, 7),
    Country(685, 5, 7),
    Country(686, 5, 8),
    Country(687, 6, 6),
    Country(688, 5, 6),
    Country(689, 6, 8),
    Country(690, 4, 5),
    Country(691, 7, 7),
    Country(692, 7, 7),
    Country(850, 8, 10),
    Country(852, 8, 8),
    Country(853, 8, 8),
    Country(855, 8, 9),
    Country(856, 8, 10),
    Country(880, 8, 10),
    Country(886, 8, 9),
    Country(960, 7, 7),
    Country(961, 7, 8),
    Country(962, 8, 9),
    Country(963, 8, 9),
    Country(964, 8, 10),
    Country(965, 7, 8),
    Country(966, 9, 9),
    Country(967, 7, 9),
    Country(968, 7, 8),
    Country(970, 8, 9),
    Country(971, 8, 9),
    Country(972, 8, 9),
    Country(973, 8, 8),
    Country(974, 7, 8),
    Country(975, 7, 8),
    Country(976, 8, 8),
    Country(977, 8, 10),
    Country(992, 9, 9),
    Country(993, 8, 8),
    Country(994, 9, 9),
    Country(995, 9, 9),
    Country(996, 9, 9),
    Country(998, 9, 9),
];

/// A number in international form: `+` or `00`, a calling code, and as many digits as that country
/// has; a trunk zero in brackets (`(0)`) is left out, as it is when dialled.
pub(super) fn international(value: &[u8]) -> bool {
    let Some((all, length)) = dialled(value) else { return false };
    let digits = match all[..length] {
        [0, 0, ..] => &all[2..length],
        _ => &all[..length],
    };
    COUNTRIES.iter().any(|Country(code, fewest, most)| {
        let width = code.ilog10() as usize + 1;
        let Some((prefix, rest)) = digits.split_at_checked(width) else { return false };
        // Some countries' numbers are written with their trunk zero (Italy keeps it).
        let trunk = usize::from(rest.first() == Some(&0));
        let fits = (*fewest..=*most).contains(&rest.len())
            || trunk == 1 && (*fewest..=*most).contains(&(rest.len() - 1));
        number(prefix) == *code
            && fits
            && !all_same(rest)
            && (*code != 1 || is_north_american(rest))
    })
}

/// A number of North America's plan: area and exchange begin with 2 to 9 and aren't N11; `1`
/// before it or not.
pub(super) fn north_america(value: &[u8]) -> bool {
    match dialled(value) {
        Some((all, 10)) => is_north_american(&all[..10]),
        Some((all, 11)) => all[0] == 1 && is_north_american(&all[1..11]),
        _ => false,
    }
}

/// A number in some national form: 7 to 13 digits that aren't all the same nor a run of the keys.
pub(super) fn national(value: &[u8]) -> bool {
    let Some((all, length)) = dialled(value) else { return false };
    let digits = &all[..length];
    let rising = digits.windows(2).all(|pair| (pair[0] + 1) % 10 == pair[1]);
    (7..=13).contains(&length) && !all_same(&digits[1..]) && !rising
}

/// The same of a form that is a phone number's wherever it stands: no group between others is a year, as it is in
/// the numbers of bills and tickets (`0351-2016-4418`).
pub(super) fn national_form(value: &[u8]) -> bool {
    let mut groups = value.split(|b| !b.is_ascii_digit()).filter(|group| !group.is_empty());
    groups.next();
    let is_year =
        |group: &[u8]| group.len() == 4 && (group.starts_with(b"199") || group.starts_with(b"20"));
    let mut groups = groups.peekable();
    while let Some(group) = groups.next() {
        if groups.peek().is_some() && is_year(group) {
            return false;
        }
    }
    national(value)
}

fn is_north_american(digits: &[u8]) -> bool {
    let starts = |at: usize| digits[at] >= 2 && digits[at + 1..at + 3] != [1, 1];
    digits.len() == 10 && starts(0) && starts(3) && !all_same(digits)
}

/// The digits that are dialled: without brackets, a trunk zero in brackets, and an extension.
fn dialled(value: &[u8]) -> Option<([u8; MOST_DIGITS + 3], usize)> {
    let mut plain = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((byte, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(b"(0)") {
            rest = after;
            continue;
        }
        if !matches!(byte, b'(' | b')') {
            plain.push(*byte);
        }
        rest = after;
    }
    let end = plain.iter().position(|byte| byte.is_ascii_alphabetic()).unwrap_or(plain.len());
    let found = digits_up_to(&plain[..end])?;
    (found.1 > 0).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn international_numbers_pass_in_the_forms_that_people_write() {
        for value in [
            "+49 (0)30 901820",
            "+49 30 901820",
            "+1 (212) 555-0142",
            "+1-212-555-0142",
            "+442079460958",
            "+44 20 7946 0958",
            "0049 30 901820",
            "+33 1 42 68 53 00",
            "+39 06 6982",
            "+91 98765 43210",
            "+353 1 234 5678",
            "+41 44 668 18 00",
            "+972-3-123-4567",
            "+44 (0) 20 7946 0958",
            "+86 138 0013 8000",
            "+55 11 91234-5678",
            "+81 3-1234-5678",
            "+34 912 345 678",
            "+1 212 555 0142 ext. 12",
        ] {
            assert!(international(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn what_no_country_has_does_not() {
        for value in [
            "+999 123 456 789",
            "+1 112 555 0142",
            "+1 212 155 0142",
            "+33 1 42 68 53",
            "+49 30",
            "+0 123456789",
            "+44 2079460958123",
            "+33 000000000",
            "+1 911 555 0142",
        ] {
            assert!(!international(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn north_americas_plan_has_its_rules() {
        for value in
            ["(212) 555-0142", "212-555-0142", "212.555.0142", "1-800-555-0199", "2125550142"]
        {
            assert!(north_america(value.as_bytes()), "{value}");
        }
        for value in
            ["112-555-0142", "212-155-0142", "212-911-0142", "22-555-0142", "2-212-555-0142"]
        {
            assert!(!north_america(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_national_number_is_more_than_one_key_pressed_often() {
        assert!(
            national(b"030 901820") && national(b"01 42 68 53 00") && national(b"(030) 90 18 20-0")
        );
        assert!(!national(b"000 0000") && !national(b"123456789") && !national(b"12 34"));
    }

    #[test]
    fn a_year_between_other_groups_is_of_something_else() {
        assert!(national_form(b"0351-7016-4418") && national_form(b"0171 2024418"));
        assert!(national_form(b"0664 20 24 06 12") && national_form(b"030 471 2024"));
        assert!(!national_form(b"0351-2016-4418") && !national_form(b"082 2024 1177"));
    }

    #[test]
    fn calling_codes_stand_in_order_and_none_begins_another() {
        assert!(COUNTRIES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let codes: Vec<String> = COUNTRIES.iter().map(|c| c.0.to_string()).collect();
        for code in &codes {
            assert!(codes.iter().all(|other| other == code || !other.starts_with(code.as_str())));
        }
    }
}
