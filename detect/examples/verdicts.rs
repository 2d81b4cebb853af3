//! Says of each line `check<TAB>value` whether the check lets the value pass: `1` or `0`.
//! `scripts/validators` holds it against another's word.

use std::io::{BufRead, BufWriter, Write};

fn main() -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line?;
        let at = line.iter().position(|byte| *byte == b'\t').unwrap_or(line.len());
        let name = String::from_utf8_lossy(&line[..at]);
        let Some(check) = trawl_detect::check::named(&name) else {
            return Err(std::io::Error::other(format!("there is no check {name}")));
        };
        let value = line.get(at + 1..).unwrap_or_default();
        out.write_all(if check(value) { b"1\n" } else { b"0\n" })?;
    }
    out.flush()
}
