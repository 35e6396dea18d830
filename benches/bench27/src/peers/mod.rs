//! Other engines on the same model.

pub mod cascade;
pub mod diffsol;
pub mod roadrunner;
