//! The state types of escrow on the host: no runtime, no accounts but where a test says so.
//!
//! `model` is written from the economy's rules, not from the code, and is what the code is compared with.

mod amounts;
mod arrows;
mod model;
mod node_load;
mod offers;
mod properties;
mod support;
mod time_edges;
mod withdraw_owed;
mod world;
