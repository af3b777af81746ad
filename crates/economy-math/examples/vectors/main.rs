//! Writes `tests/vectors/*.json`, which the Rust and the TypeScript tests read:
//! `cargo run -p economy-math --example vectors`

mod generate;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(generate::DIRECTORY);
    std::fs::create_dir_all(&directory)?;
    for file in generate::files() {
        std::fs::write(directory.join(file.name), file.to_json()?)?;
        let cases: usize = file.functions.iter().map(|function| function.cases.len()).sum();
        println!("{} {cases} cases", file.name);
    }
    Ok(())
}
