//! Prints the split that is kept as a sample of its version: `cargo run -p trawl-search --example
//! sample > search/tests/samples/version-N.split`, once for each version of the format.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::io::Write;
    let documents = trawl_search::testing::documents(1, 40);
    let bytes = trawl_search::split::build(&documents)?.to_bytes()?;
    Ok(std::io::stdout().write_all(&bytes)?)
}
