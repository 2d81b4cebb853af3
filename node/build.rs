//! Puts the built console into the binary, so that a node answers with it wherever it runs. What is
//! put there is what stands in `console/dist`; `npm run build` makes that anew, and is not needed to
//! build the node.

#[path = "../scripts/embed.rs"]
mod embed;

fn main() -> std::io::Result<()> {
    embed::embed("console/dist", "include_bytes", "console.rs", |_| true)
}
