pub mod buy_credits;
pub mod close_credits;

pub use buy_credits::*;
pub use close_credits::*;
