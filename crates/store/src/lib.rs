//! Durable results of long runs: a numbered plan of chunks, whole files or none, resume, bands in bounded memory.
//!
//! It knows no model and no report: chunks are bytes, summaries are numbers.

pub mod atomic;
pub mod exact;
pub mod folder;
pub mod plan;
pub mod shares;
pub mod sketch;

pub use atomic::{StoreError, write_whole};
pub use exact::ExactSum;
pub use folder::{Folder, RunKey};
pub use plan::Plan;
pub use shares::Shares;
pub use sketch::Sketch;
