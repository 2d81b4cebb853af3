//! Prints `docs/types.md`: `make docs` writes it.

fn main() {
    use std::io::Write;
    let written = trawl_detect::Rules::built_in().map(|rules| {
        let page = trawl_detect::rule::markdown::types(&rules);
        std::io::stdout().write_all(page.as_bytes())
    });
    if !matches!(written, Ok(Ok(()))) {
        let _ = writeln!(std::io::stderr(), "can't write: {written:?}");
        std::process::exit(1);
    }
}
