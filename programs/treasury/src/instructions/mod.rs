pub mod admin;
pub mod crank;
pub mod escrow;
pub mod user;

pub use admin::*;
pub use crank::*;
pub use escrow::*;
pub use user::*;
