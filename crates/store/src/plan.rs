//! The plan of chunks: numbered, idempotent; who is in a chunk follows from its number alone.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How many patients, in chunks of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// All patients of the run.
    pub patients: u64,
    /// Patients in a chunk (the last may have fewer); at least 1.
    pub chunk: u64,
}

impl Plan {
    /// Number of chunks.
    pub fn chunks(self) -> u64 {
        self.patients.div_ceil(self.chunk.max(1))
    }

    /// The patients of a chunk; empty past the end.
    pub fn patients_of(self, chunk: u64) -> Range<u64> {
        let start = chunk.saturating_mul(self.chunk.max(1)).min(self.patients);
        let end = start.saturating_add(self.chunk.max(1)).min(self.patients);
        start..end
    }

    /// The chunk of a patient.
    pub fn chunk_of(self, patient: u64) -> u64 {
        patient / self.chunk.max(1)
    }

    /// The chunks of share `k` of `n` (counted from 1), for running a share anywhere.
    pub fn share(self, k: u64, n: u64) -> impl Iterator<Item = u64> {
        (0..self.chunks()).filter(move |chunk| chunk % n.max(1) == k.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_patient_is_in_exactly_one_chunk() {
        for (patients, chunk) in [(0, 5), (1, 1), (10, 3), (256, 256), (257, 256), (7, 100)] {
            let plan = Plan { patients, chunk };
            let all: Vec<u64> = (0..plan.chunks()).flat_map(|k| plan.patients_of(k)).collect();
            assert_eq!(all, (0..patients).collect::<Vec<_>>());
            assert!(all.iter().all(|patient| plan.patients_of(plan.chunk_of(*patient)).contains(patient)));
            let mut shared: Vec<u64> = (1..=3).flat_map(|k| plan.share(k, 3)).collect();
            shared.sort_unstable();
            assert_eq!(shared, (0..plan.chunks()).collect::<Vec<_>>());
        }
    }
}
