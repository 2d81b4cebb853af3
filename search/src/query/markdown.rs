//! The table of fields in `docs/search.md`, made from the declarations.

use std::fmt::Write;

use super::field::{About, Bearers, FIELDS, Values};

/// Before and behind the table in the page.
const BEGINS: &str = "<!-- Made from the declarations in search/src/query/field.rs by `make docs`. Edit those. -->\n";
const ENDS: &str = "<!-- End of what is made. -->\n";

/// The page with the table in it as it is declared; none where it has no place for it.
pub fn with_fields(page: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGINS)?;
    let (_, behind) = rest.split_once(ENDS)?;
    Some(format!("{before}{BEGINS}{}{ENDS}{behind}", table()))
}

fn table() -> String {
    // Writing to a string can't fail.
    let mut text = "| field | what it means | of | values | facet | sort | example |\n\
                    |---|---|---|---|---|---|---|\n"
        .to_owned();
    for about in FIELDS {
        let _ = writeln!(text, "| {} |", cells(about).map(|c| c.replace('|', "\\|")).join(" | "));
    }
    text
}

fn cells(about: &About) -> [String; 7] {
    let yes = |it: bool| if it { "yes" } else { "" }.to_owned();
    let bearers = match about.bearers {
        Bearers::Both => "both",
        Bearers::Findings => "findings",
        Bearers::Objects => "objects",
    };
    let values = match about.values {
        Values::Ordered => format!("{}; comparison, range", about.field.allowed()),
        _ => about.field.allowed(),
    };
    [
        format!("`{}`", about.name),
        about.means.to_owned(),
        bearers.to_owned(),
        values,
        yes(about.facet),
        yes(about.sorts),
        format!("`{}`", about.example),
    ]
}
