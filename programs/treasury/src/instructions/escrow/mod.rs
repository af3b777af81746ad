pub mod spend_credits;

pub use spend_credits::*;
