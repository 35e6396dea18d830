//! The reference model: ketamine from the tablet to the symptom, one file per station; knows no integrator.

pub mod body_size;
pub mod brain;
pub mod chemistry;
pub mod dosing;
pub mod exposure;
pub mod gut;
pub mod hydroxynorketamine;
pub mod library;
pub mod liver;
pub mod mouth;
pub mod norketamine;
pub mod plasma;
pub mod routes;
pub mod sources;
pub mod venous;
