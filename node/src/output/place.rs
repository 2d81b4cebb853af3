//! Places and names, as people read them.

use trawl_model::place::PlaceView;

/// Where in its object a value stands, behind the object's name: `:3:14`, `, page 2`.
pub(crate) fn behind(place: &PlaceView) -> String {
    let mut text = String::new();
    for member in &place.member {
        text.push_str(" > ");
        text.push_str(member);
    }
    match place {
        PlaceView { name: Some(true), .. } => text.push_str(" (in its name)"),
        PlaceView { sheet: Some(sheet), row, column, .. } => {
            let cell = column.map(letters).unwrap_or_default();
            text.push_str(&format!(", {sheet}!{cell}{}", row.unwrap_or(0)));
        }
        PlaceView { page: Some(page), .. } => text.push_str(&format!(", page {page}")),
        PlaceView { paragraph: Some(paragraph), .. } => {
            text.push_str(&format!(", paragraph {paragraph}"));
        }
        PlaceView { line: Some(line), column, .. } => {
            text.push_str(&format!(":{line}:{}", column.unwrap_or(1)));
        }
        PlaceView { row: Some(row), table, .. } => {
            let of = table.as_ref().map(|table| format!("{table} ")).unwrap_or_default();
            text.push_str(&format!(", {of}row {row}"));
        }
        PlaceView { start: Some(start), .. } => text.push_str(&format!(", byte {start}")),
        _ => {}
    }
    if let (Some(field), None) = (&place.field, &place.sheet) {
        text.push_str(&format!(" ({field})"));
    }
    if !place.via.is_empty() {
        text.push_str(&format!(", in {}", place.via.join(" > ")));
    }
    text
}

/// A column as sheets name it: 1 is A, 27 is AA.
fn letters(column: u64) -> String {
    let mut letters = Vec::new();
    let mut left = column;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_sheets_do() {
        for (column, name) in [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn a_place_is_told_by_what_its_format_has() {
        let line = PlaceView { line: Some(3), column: Some(14), ..PlaceView::default() };
        assert_eq!(behind(&line), ":3:14");
        let cell = PlaceView {
            sheet: Some("People".into()),
            row: Some(7),
            column: Some(2),
            field: Some("Mail".into()),
            member: vec!["a.zip".into()],
            ..PlaceView::default()
        };
        assert_eq!(behind(&cell), " > a.zip, People!B7");
        let field = PlaceView {
            row: Some(9),
            table: Some("t".into()),
            field: Some("mail".into()),
            ..PlaceView::default()
        };
        assert_eq!(behind(&field), ", t row 9 (mail)");
    }
}
