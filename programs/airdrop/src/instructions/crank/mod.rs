pub mod close_season;
pub mod close_shard;
pub mod open_shard;

pub use close_season::*;
pub use close_shard::*;
pub use open_shard::*;
