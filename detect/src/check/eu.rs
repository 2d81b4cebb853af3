//! The European Union: VAT by its country's prefix, health insurance card.

use super::country::is_numeric;
use super::text::digits;
use super::{Check, at, be, bg, ch, cy, cz, de, dk, ee, es, fi, fr, gb, gr, hr, hu, ie, it};
use super::{lt, lu, lv, mt, nl, no, pl, pt, ro, se, si, sk};

/// Prefixes with their checks. Northern Ireland (XI) is within the union for goods; the United
/// Kingdom, Norway and Switzerland stand with those whose numbers are written alike.
const BY_PREFIX: [(&[u8; 2], Check); 32] = [
    (b"AT", at::vat),
    (b"BE", be::vat),
    (b"BG", bg::vat),
    (b"CH", ch::vat),
    (b"CY", cy::vat),
    (b"CZ", cz::vat),
    (b"DE", de::vat),
    (b"DK", dk::vat),
    (b"EE", ee::vat),
    (b"EL", gr::vat),
    (b"ES", es::nif),
    (b"FI", fi::vat),
    (b"FR", fr::vat),
    (b"GB", gb::vat),
    (b"GR", gr::vat),
    (b"HR", hr::oib),
    (b"HU", hu::vat),
    (b"IE", ie::vat),
    (b"IT", it::vat),
    (b"LT", lt::vat),
    (b"LU", lu::vat),
    (b"LV", lv::vat),
    (b"MT", mt::vat),
    (b"NL", nl::vat),
    (b"NO", no::vat),
    (b"PL", pl::nip),
    (b"PT", pt::nif),
    (b"RO", ro::vat),
    (b"SE", se::vat),
    (b"SI", si::vat),
    (b"SK", sk::vat),
    (b"XI", gb::vat),
];

/// VAT with its country before it.
pub(super) fn vat(value: &[u8]) -> bool {
    let Some(prefix) = value.get(..2).map(<[u8]>::to_ascii_uppercase) else {
        return false;
    };
    BY_PREFIX.iter().find(|(known, _)| known[..] == prefix).is_some_and(|(_, check)| check(value))
}

/// The number of the health insurance card (EN 1867): 80 for health, country, institution, serial:
/// twenty digits.
pub(super) fn health_card(value: &[u8]) -> bool {
    let Some(d) = digits::<20>(value) else { return false };
    let country = [d[2] + b'0', d[3] + b'0', d[4] + b'0'];
    d[..2] == [8, 0] && is_numeric(&country) && d[10..] != [0; 10]
}

#[cfg(test)]
mod tests {
    use super::super::cases::told_apart;
    use super::*;

    #[test]
    fn health_card_is_told_from_what_is_none() {
        told_apart(
            health_card,
            &["80276001234567890123"],
            &["81276001234567890123", "80999001234567890123"],
        );
    }

    #[test]
    fn vat_is_told_from_what_is_none() {
        told_apart(
            vat,
            &["ATU98425203", "DE564366910", "DK59844350", "EE104873793", "EL489486708"],
            &["AHU98425203", "DE864366910", "DK59484350", "EE134873793", "EL439486708"],
        );
    }
}
