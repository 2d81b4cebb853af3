//! Prints `docs/search.md` with its table of fields made anew: `make docs` writes it.

fn main() {
    use std::io::Write;
    let page = include_str!("../../docs/search.md");
    let Some(page) = trawl_search::query::with_fields(page) else {
        let _ = writeln!(std::io::stderr(), "docs/search.md has no place for the table of fields");
        std::process::exit(1);
    };
    if let Err(error) = std::io::stdout().write_all(page.as_bytes()) {
        let _ = writeln!(std::io::stderr(), "can't write: {error}");
        std::process::exit(1);
    }
}
