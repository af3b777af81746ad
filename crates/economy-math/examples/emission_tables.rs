//! Writes `src/emission/tables.rs` by exact rational arithmetic:
//! `cargo run -p economy-math --example emission_tables`

#[path = "../tests/exact/emission.rs"]
mod exact;

use std::{fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::from(
        "//! What is emitted by the end of each month, from none to the 240th, in base units of IO. Written by\n\
         //! `cargo run -p economy-math --example emission_tables`; a test computes every entry anew.\n",
    );
    for (name, table) in [("DEFAULT", exact::default_months()), ("PUBLISHED", exact::published_months())] {
        write!(text, "\n#[rustfmt::skip]\npub static {name}: [u64; 241] = [\n")?;
        for row in table.chunks(6) {
            let entries: Vec<String> = row.iter().map(ToString::to_string).collect();
            writeln!(text, "    {},", entries.join(", "))?;
        }
        text.push_str("];\n");
    }
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/emission/tables.rs"), text)?;
    Ok(())
}
