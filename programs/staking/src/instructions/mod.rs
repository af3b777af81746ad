pub mod admin;
pub mod operator;

pub use admin::*;
pub use operator::*;
