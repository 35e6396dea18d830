//! The chunks of a run, wherever they lie: in its own folder, or in the folders of shares that ran elsewhere.

use crate::atomic::StoreError;
use crate::folder::{Folder, RunKey, difference};
use crate::plan::Plan;
use std::path::PathBuf;

/// Every chunk of a run. Invariant: each chunk of the plan has exactly one owner.
#[derive(Clone, Debug)]
pub struct Shares {
    folders: Vec<Folder>,
    /// Index of the folder that holds each chunk.
    owners: Vec<u32>,
}

impl Shares {
    /// A run whose chunks all lie in one folder.
    pub fn whole(folder: Folder) -> Shares {
        let owners = vec![0; folder.plan().chunks() as usize];
        Shares { folders: vec![folder], owners }
    }

    /// Joins folders of chunks. `remedy` says how chunks that are in none of them come into being.
    ///
    /// # Errors
    /// If a folder holds no share or one of another run, if two hold the same patients, or if patients are missing.
    pub fn join(paths: &[PathBuf], remedy: &dyn Fn(&[u64]) -> String) -> Result<Shares, StoreError> {
        let folders: Vec<Folder> = paths.iter().map(|path| Folder::read(path)).collect::<Result<_, _>>()?;
        let Some(first) = folders.first() else {
            return Err(StoreError::Missing { patients: "all patients".to_owned(), remedy: remedy(&[]) });
        };
        let plan = first.plan();
        for other in &folders[1..] {
            let difference = difference(first.key(), other.key());
            if !difference.is_empty() {
                let (one, other) = (first.root().to_owned(), other.root().to_owned());
                return Err(StoreError::DifferentRuns { one, other, difference });
            }
        }
        let (mut owners, mut missing) = (Vec::new(), Vec::new());
        for chunk in 0..plan.chunks() {
            let mut holders = (0_u32..).zip(&folders).filter(|(_, folder)| folder.holds(chunk));
            match (holders.next(), holders.next()) {
                (Some((_, one)), Some((_, other))) => {
                    return Err(StoreError::Overlap {
                        one: one.root().to_owned(),
                        other: other.root().to_owned(),
                        patients: words(plan, &[chunk]),
                    });
                }
                (Some((index, _)), None) => owners.push(index),
                (None, _) => missing.push(chunk),
            }
        }
        if !missing.is_empty() {
            return Err(StoreError::Missing { patients: words(plan, &missing), remedy: remedy(&missing) });
        }
        Ok(Shares { folders, owners })
    }

    /// Who is in which chunk.
    pub fn plan(&self) -> Plan {
        self.folders[0].plan()
    }

    /// The data of a chunk.
    ///
    /// # Errors
    /// If it cannot be read or is not what was recorded.
    pub fn get(&self, chunk: u64) -> Result<Vec<u8>, StoreError> {
        self.owner(chunk).get(chunk)
    }

    /// Where a chunk's data lie.
    pub fn data_path(&self, chunk: u64) -> PathBuf {
        self.owner(chunk).data_path(chunk)
    }

    fn owner(&self, chunk: u64) -> &Folder {
        &self.folders[self.owners[chunk as usize] as usize]
    }

    /// In what this run differs from another, in words; empty if in nothing.
    pub fn difference(&self, key: &RunKey) -> String {
        difference(self.folders[0].key(), key)
    }
}

/// The patients of some chunks in words, counted from 1: `patients 1 to 4 and 9 to 10`.
fn words(plan: Plan, chunks: &[u64]) -> String {
    const MOST: usize = 4;
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &chunk in chunks {
        let patients = plan.patients_of(chunk);
        match ranges.last_mut() {
            Some(last) if last.1 == patients.start => last.1 = patients.end,
            _ => ranges.push((patients.start, patients.end)),
        }
    }
    let told: Vec<String> = ranges.iter().take(MOST).map(|(from, to)| format!("{} to {to}", from + 1)).collect();
    let rest = ranges.len().saturating_sub(MOST);
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more stretches") };
    format!("patients {}{more}", told.join(", "))
}
