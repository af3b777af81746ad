pub mod claim_shard;
pub mod config;
pub mod season;

pub use claim_shard::*;
pub use config::*;
pub use season::*;
