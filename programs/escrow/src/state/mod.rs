pub mod config;
pub mod job;
pub mod node_load;
pub mod offer;

pub use config::*;
pub use job::*;
pub use node_load::*;
pub use offer::*;
