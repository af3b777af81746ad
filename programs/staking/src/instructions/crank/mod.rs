pub mod activate_delegation;
pub mod burn_slashed;
pub mod close_delegation;
pub mod close_slash_case;
pub mod harvest;
pub mod restore_undecided;
pub mod slash_by_oracles;

pub use activate_delegation::*;
pub use burn_slashed::*;
pub use close_delegation::*;
pub use close_slash_case::*;
pub use harvest::*;
pub use restore_undecided::*;
pub use slash_by_oracles::*;
