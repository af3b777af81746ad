pub mod expire_job;
pub mod pay_owed;
pub mod settle_job;

pub use expire_job::*;
pub use pay_owed::*;
pub use settle_job::*;
