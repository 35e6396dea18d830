//! Observations, qualification and calibration: the model held against what was published.
//!
//! Knows no file, clock or thread: texts come in as strings, the integrator as a function.

pub mod ask;
pub mod calibrate;
pub mod catalogue;
pub mod curves;
pub mod discriminate;
pub mod ensemble;
pub mod evaluate;
pub mod grounds;
pub mod layout;
pub mod matrix;
pub mod measure;
pub mod observation;
pub mod problem;
pub mod qualify;
pub mod quantity;
pub mod scenario;
pub mod score;
pub mod sensitivity;
pub mod simulate;
pub mod study;
pub mod term;
pub mod trials;
