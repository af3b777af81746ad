pub mod register_node;
pub mod stake;
pub mod update_node;

pub use register_node::*;
pub use stake::*;
pub use update_node::*;
