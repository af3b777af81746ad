pub mod config;
pub mod hardware_class;
pub mod node;

pub use config::*;
pub use hardware_class::*;
pub use node::*;
