//! Observations, qualification and calibration.
