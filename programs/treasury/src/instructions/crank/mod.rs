pub mod burn_io_fees;

pub use burn_io_fees::*;
