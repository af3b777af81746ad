pub mod apply_rotation;
pub mod close_job_usage;
pub mod report_job;

pub use apply_rotation::*;
pub use close_job_usage::*;
pub use report_job::*;
