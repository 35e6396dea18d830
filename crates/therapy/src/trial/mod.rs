//! Trials: a design read from TOML, virtual patients through it, and what a trial would conclude.
//!
//! ```text
//!   trial.toml --reading--> Trial --simulate (a model answers for each patient's treatment)--> signs --outcomes--> estimates
//! ```
//!
//! Nothing here integrates: `simulate` is handed a function that answers for a batch of treatments.
//! Outcomes are computed from signs alone, so that a changed rule needs no simulation.

pub mod bridge;
pub mod design;
pub mod effect;
pub mod estimate;
pub mod fit;
pub mod fitted;
pub mod laws;
pub mod outcomes;
mod parts;
pub mod path;
pub mod reading;
pub mod rule;
pub mod signs;
pub mod simulate;
mod switched;
pub mod table;
pub mod typed;

pub use design::Trial;
pub use laws::Laws;
pub use reading::read;
