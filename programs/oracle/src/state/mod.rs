pub mod job_usage;
pub mod oracle_set;

pub use job_usage::*;
pub use oracle_set::*;
