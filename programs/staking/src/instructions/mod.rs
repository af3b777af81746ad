pub mod admin;
pub mod crank;
pub mod operator;
pub mod user;

pub use admin::*;
pub use crank::*;
pub use operator::*;
pub use user::*;
