pub mod auction;
pub mod receipts;
pub mod treasury;

pub use auction::*;
pub use receipts::*;
pub use treasury::*;
