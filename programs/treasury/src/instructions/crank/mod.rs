pub mod burn_io_fees;
pub mod observe_price;

pub use burn_io_fees::*;
pub use observe_price::*;
