pub mod buy_credits;
pub mod close_credits;
pub mod fill_auction;

pub use buy_credits::*;
pub use close_credits::*;
pub use fill_auction::*;
