//! Prints `docs/configuration.md`: `make docs` writes it.

fn main() {
    use std::io::Write;
    let written = std::io::stdout().write_all(trawl_cluster_config::markdown().as_bytes());
    if let Err(error) = written {
        let _ = writeln!(std::io::stderr(), "can't write: {error}");
        std::process::exit(1);
    }
}
