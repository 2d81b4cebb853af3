//! Devices, their cards and vehicles: IMEI, ICCID, IMSI, VIN.

use super::luhn::is_luhn;
use super::text::{all_same, alphanumerics, digits, digits_up_to, number};

/// The mobile countries of ITU-T E.212, from and to; 001 is of tests.
const MOBILE_COUNTRIES: &[(u64, u64)] = &[
    (202, 202),
    (204, 204),
    (206, 206),
    (208, 208),
    (212, 214),
    (216, 216),
    (218, 222),
    (225, 226),
    (228, 228),
    (230, 232),
    (234, 235),
    (238, 238),
    (240, 240),
    (242, 242),
    (244, 244),
    (246, 248),
    (250, 250),
    (255, 255),
    (257, 257),
    (259, 260),
    (262, 262),
    (266, 266),
    (268, 268),
    (270, 270),
    (272, 272),
    (274, 274),
    (276, 276),
    (278, 278),
    (280, 280),
    (282, 284),
    (286, 286),
    (288, 290),
    (292, 295),
    (297, 297),
    (302, 302),
    (308, 308),
    (310, 316),
    (330, 330),
    (332, 332),
    (334, 334),
    (338, 338),
    (340, 340),
    (342, 342),
    (344, 344),
    (346, 346),
    (348, 348),
    (350, 350),
    (352, 352),
    (354, 354),
    (356, 356),
    (358, 358),
    (360, 360),
    (362, 366),
    (368, 368),
    (370, 370),
    (372, 372),
    (374, 374),
    (376, 376),
    (400, 402),
    (404, 406),
    (410, 410),
    (412, 432),
    (434, 434),
    (436, 438),
    (440, 441),
    (450, 450),
    (452, 452),
    (454, 457),
    (460, 461),
    (466, 467),
    (470, 470),
    (472, 472),
    (502, 502),
    (505, 505),
    (510, 510),
    (514, 515),
    (520, 520),
    (525, 525),
    (528, 528),
    (530, 530),
    (536, 537),
    (539, 555),
    (602, 655),
    (657, 657),
    (659, 659),
    (702, 702),
    (704, 704),
    (706, 706),
    (708, 708),
    (710, 710),
    (712, 712),
    (714, 714),
    (716, 716),
    (722, 722),
    (724, 724),
    (730, 730),
    (732, 732),
    (734, 734),
    (736, 736),
    (738, 738),
    (740, 740),
    (742, 742),
    (744, 744),
    (746, 746),
    (748, 748),
    (750, 750),
    (901, 902),
];

/// IMEI: the type's eight digits (which begin with who gave them out), six, and Luhn.
pub(super) fn imei(value: &[u8]) -> bool {
    digits::<15>(value).is_some_and(|d| !all_same(&d) && number(&d[..8]) != 0 && is_luhn(&d))
}

/// ICCID: 89 for telecommunications, country, issuer, account, and Luhn: nineteen digits or twenty.
pub(super) fn iccid(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<20>(value) else { return false };
    let d = &all[..length];
    matches!(length, 19 | 20) && d[..2] == [8, 9] && !all_same(&d[2..]) && is_luhn(d)
}

/// IMSI: the mobile country, network and subscriber: fourteen digits or fifteen. There is no check.
pub(super) fn imsi(value: &[u8]) -> bool {
    let Some((all, length)) = digits_up_to::<15>(value) else { return false };
    let country = number(&all[..3]);
    matches!(length, 14 | 15)
        && MOBILE_COUNTRIES.iter().any(|(from, to)| (*from..=*to).contains(&country))
        && !all_same(&all[5..length])
}

/// VIN (ISO 3779): seventeen letters (no I, O, Q) or digits; the maker's region, year and plant. What
/// is from North America or China has a check in the ninth place.
pub(super) fn vin(value: &[u8]) -> bool {
    let Some(vin) = alphanumerics::<17>(value) else { return false };
    let formed = !vin.iter().any(|c| b"IOQ".contains(c))
        && vin[13..].iter().all(u8::is_ascii_digit)
        && vin.iter().any(u8::is_ascii_uppercase)
        && !all_same(&vin[3..9]);
    let checked = matches!(vin[0], b'1'..=b'5' | b'L');
    // The year has no zero, and neither U nor Z.
    let year = !b"UZ0".contains(&vin[9]);
    formed && (!checked || year && vin_check(&vin) == vin[8])
}

/// The check: letters count by their row on the punched card, and places have weights, mod 11.
fn vin_check(vin: &[u8; 17]) -> u8 {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let counts = |c: u8| match c {
        b'A'..=b'I' => c - b'A' + 1,
        b'J'..=b'R' => c - b'J' + 1,
        b'S'..=b'Z' => c - b'S' + 2,
        digit => digit - b'0',
    };
    let sum: u32 = vin.iter().zip(WEIGHTS).map(|(c, weight)| u32::from(counts(*c)) * weight).sum();
    match sum % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn iccid_is_told_from_what_is_none() {
        told_apart(
            iccid,
            &["89014103211118510720", "8901 4103 2111 1851 0720"],
            &["89014103211118510721", "88014103211118510720", "899110120000320451"],
        );
    }

    #[test]
    fn imei_is_told_from_what_is_none() {
        told_apart(
            imei,
            &["561541376203430", "689546123209090", "577773090359022"],
            &["561548376203430", "689246123209090", "577773090659022", "5615413762034"],
        );
    }

    #[test]
    fn imsi_is_told_from_what_is_none() {
        told_apart(
            imsi,
            &["348724752549633", "262746554896899", "34098555429046"],
            &["347824752549633", "261746554896899", "34908555429046", "3487247525496"],
        );
    }

    #[test]
    fn vin_is_told_from_what_is_none() {
        told_apart(
            vin,
            &["1M8GDM9AXKP042788", "5GZCZ43D13S812715", "WVWZZZ1JZXW000001"],
            &["1M8GDM9A1KP042788", "1M8GDM9AXKPO42788", "11111111111111111"],
        );
    }
}
