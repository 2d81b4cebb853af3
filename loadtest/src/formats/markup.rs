//! XML and HTML.

use crate::draft::Draft;
use crate::table::Table;
use crate::written::Written;

/// The table as XML: an element a row, an element a cell.
pub fn xml(table: &Table) -> Written {
    let mut out = Draft::plain("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
    out.say(table.name).say(">\n");
    for row in &table.rows {
        out.say("  <record>\n");
        for (column, cell) in table.columns.iter().zip(row) {
            let name = element(column);
            out.say("    <").say(&name).say(">");
            out.append(&escaped(cell)).say("</").say(&name).say(">\n");
        }
        out.say("  </record>\n");
    }
    out.say("</").say(table.name).say(">\n");
    Written::text(&out)
}

/// The table as a page.
pub fn html_table(table: &Table) -> Written {
    let mut out = page(table.name);
    out.say("<table>\n<tr>");
    for column in &table.columns {
        out.say("<th>").append(&escaped(&Draft::plain(column))).say("</th>");
    }
    out.say("</tr>\n");
    for row in &table.rows {
        out.say("<tr>");
        for cell in row {
            out.say("<td>").append(&escaped(cell)).say("</td>");
        }
        out.say("</tr>\n");
    }
    out.say("</table>\n</body></html>\n");
    Written::text(&out)
}

/// A text as a page, a paragraph a line.
pub fn html_text(draft: &Draft) -> Written {
    let mut out = page("Notes");
    out.say("<script>var build = 20250114;</script>\n");
    for line in super::pdf::lines(draft) {
        out.say("<p>").append(&escaped(&line)).say("</p>\n");
    }
    out.say("</body></html>\n");
    Written::text(&out)
}

/// Text with the characters that markup takes for itself written as entities.
pub fn escaped(draft: &Draft) -> Draft {
    draft.written(|c, out| match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        c => out.push(c),
    })
}

fn page(title: &str) -> Draft {
    let mut out = Draft::plain("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>");
    out.say(title).say("</title><style>td { padding: 2px }</style></head><body>\n");
    out
}

fn element(column: &str) -> String {
    let name: String = column.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    name
}
