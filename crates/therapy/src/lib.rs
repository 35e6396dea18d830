//! Protocols, sessions, patients, populations, trials and outcomes.
