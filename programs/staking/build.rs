//! The types of siblings are read from their IDLs, which the compiler does not know to be sources.

fn main() {
    println!("cargo:rerun-if-changed=../../idls");
}
