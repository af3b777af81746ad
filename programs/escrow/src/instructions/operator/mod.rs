pub mod close_node_load;
pub mod close_offer;
pub mod create_offer;
pub mod release;
pub mod start_job;
pub mod update_offer;

pub use close_node_load::*;
pub use close_offer::*;
pub use create_offer::*;
pub use release::*;
pub use start_job::*;
pub use update_offer::*;
