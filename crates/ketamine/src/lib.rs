//! The reference model: ketamine from the tablet to the symptom, one file per station; knows no integrator.
