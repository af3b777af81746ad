pub mod cancel_undelegation;
pub mod claim_rewards;
pub mod delegate;
pub mod undelegate;
pub mod withdraw;

pub use cancel_undelegation::*;
pub use claim_rewards::*;
pub use delegate::*;
pub use undelegate::*;
pub use withdraw::*;
