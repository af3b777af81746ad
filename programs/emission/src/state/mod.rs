pub mod pool;
pub mod reward_account;
pub mod schedule;

pub use pool::*;
pub use reward_account::*;
pub use schedule::*;
