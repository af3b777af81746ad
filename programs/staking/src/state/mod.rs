pub mod config;
pub mod delegation;
pub mod hardware_class;
pub mod node;
pub mod slash_case;
pub mod stake;
pub mod unbonding;

pub use config::*;
pub use delegation::*;
pub use hardware_class::*;
pub use node::*;
pub use slash_case::*;
pub use stake::*;
pub use unbonding::*;
