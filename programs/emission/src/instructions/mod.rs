pub mod admin;
pub mod crank;

pub use admin::*;
pub use crank::*;
