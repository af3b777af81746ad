pub mod advance_epoch;
pub mod apply_rotation;
pub mod claim_reward;
pub mod finalize_root;
pub mod open_reward_account;
pub mod post_root;

pub use advance_epoch::*;
pub use apply_rotation::*;
pub use claim_reward::*;
pub use finalize_root::*;
pub use open_reward_account::*;
pub use post_root::*;
