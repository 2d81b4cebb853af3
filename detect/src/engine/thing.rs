//! What a business counts: orders, invoices, parts. A number that the words just before it call so is nobody's,
//! whatever its shape.

/// So much before a value is looked at.
const BEFORE_BYTES: usize = 48;
/// Signs between the words and the value.
const SIGNS: &[u8] = b" \t:=#|\"'`*.-_>(";

/// What is called so, is so.
const THINGS: [&str; 38] = [
    "artikelnr",
    "artikelnummer",
    "auftragsnr",
    "auftragsnummer",
    "batch",
    "bestellnr",
    "bestellnummer",
    "bestelnummer",
    "charge",
    "chargennummer",
    "commit",
    "factuurnummer",
    "fakturanr",
    "fakturanummer",
    "invoice",
    "lieferschein",
    "lieferscheinnr",
    "lot",
    "ordernr",
    "ordernummer",
    "ordrenr",
    "ordrenummer",
    "quantity",
    "rechnung",
    "rechnungsnr",
    "rechnungsnummer",
    "seriennummer",
    "serienummer",
    "serial",
    "sku",
    "ticket",
    "tilausnumero",
    "tracking",
    "upc",
    "ean",
    "isbn",
    "sendungsnummer",
    "vorgangsnummer",
];
/// What is, if its number is spoken of: one may call to order.
const COUNTED: [&str; 29] = [
    "amount",
    "article",
    "artikel",
    "auftrag",
    "bestellung",
    "build",
    "commande",
    "facture",
    "faktura",
    "fattura",
    "factura",
    "item",
    "model",
    "order",
    "ordine",
    "orden",
    "part",
    "parcel",
    "pedido",
    "po",
    "port",
    "product",
    "purchase",
    "request",
    "revision",
    "shipment",
    "transaction",
    "version",
    "zamówienie",
];
const ORDERS: [&str; 8] =
    ["order", "orden", "ordine", "bestellung", "commande", "pedido", "purchase", "request"];
const OF: [&str; 5] = ["de", "di", "del", "d", "do"];
const NUMBERS: [&str; 16] = [
    "no",
    "nr",
    "num",
    "number",
    "id",
    "code",
    "nummer",
    "numero",
    "número",
    "numéro",
    "n°",
    "nº",
    "n",
    "№",
    "reference",
    "ref",
];

/// Whether the words just before a value say so.
pub(super) fn is_thing(before: &[u8]) -> bool {
    let before = &before[before.len().saturating_sub(BEFORE_BYTES)..];
    let (rest, last, signs) = last_word(before);
    if is_one(&THINGS, last) {
        return true;
    }
    if is_one(&COUNTED, last) {
        // `item: `, but who says `order: ` may want to be called.
        let is_key = signs.iter().any(|b| matches!(b, b':' | b'=')) && !is_one(&ORDERS, last);
        // `numéro de commande`.
        let (rest, of, _) = last_word(rest);
        let is_numbered = || is_one(&OF, of) && is_one(&NUMBERS, last_word(rest).1);
        return signs.contains(&b'#') || is_key || is_numbered();
    }
    if !is_one(&NUMBERS, last) {
        return false;
    }
    // `order reference number`.
    let (rest, mut named, _) = last_word(rest);
    if is_one(&NUMBERS, named) {
        named = last_word(rest).1;
    }
    is_one(&THINGS, named) || is_one(&COUNTED, named)
}

/// What stands before the last word of a line, the word, and the signs behind it.
fn last_word(text: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let signs = text.iter().rev().take_while(|b| SIGNS.contains(b)).count();
    let (text, signs) = text.split_at(text.len() - signs);
    let is_of_word = |b: &&u8| b.is_ascii_alphabetic() || !b.is_ascii();
    let length = text.iter().rev().take_while(is_of_word).count();
    let (rest, word) = text.split_at(text.len() - length);
    (rest, word, signs)
}

fn is_one(words: &[&str], word: &[u8]) -> bool {
    !word.is_empty() && words.iter().any(|one| one.as_bytes().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_by_the_words_before_it() {
        for before in [
            "invoice no: ",
            "SKU #",
            "x\nOrder number = ",
            "{\"part_no\": \"",
            "| ticket | ",
            "Rechnungs-Nr. 5, Rechnungsnr. ",
            "numéro de commande : ",
            "item #",
            "Order ID: **",
            "purchase order no. ",
            "transaction reference number ",
        ] {
            assert!(is_thing(before.as_bytes()), "{before}");
        }
        for before in [
            "",
            "to order: ",
            "call ",
            "SSN: ",
            "invoice for ",
            "no: ",
            "invoice\n",
            "item ",
            "my number is ",
            "order, ",
            "version of ",
            "employee id ",
            "Our ref: ",
            "number of orders: ",
            "lottery ",
            "order by phone: ",
        ] {
            assert!(!is_thing(before.as_bytes()), "{before}");
        }
    }
}
