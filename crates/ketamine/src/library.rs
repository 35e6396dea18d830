//! Published ketamine models as they were published, each whole in one file, so that a paper's own numbers can be regenerated.
//!
//! They share nothing with the reference model but the literature: own equations, own bookkeeping (mole or mass, as in the paper).
//! Doses enter through the states and controls that each file names.
//! Their defects are kept and named; see each file.

pub mod children;
pub mod fanta_otto;
pub mod flint_2017;
pub mod kamp_2020;
pub mod mammillary;
pub mod perez_ruixo_2021;
pub mod simons_2022;
pub mod target_controlled;
