//! A run's folder of chunks: what is finished stays finished, what is missing can be computed later.
//!
//! A chunk is a data file and, written after it, a small record with its length and SHA-256.
//! Only a chunk whose record and data agree counts as finished; anything else is computed anew.

use crate::atomic::{PARTIAL, StoreError, create_folder, sha256, write_before, write_whole};
use crate::plan::Plan;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What makes two runs the same run: if any of it differs, chunks must not be mixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunKey {
    /// Who is in which chunk.
    pub plan: Plan,
    /// Named inputs and their hashes or values: model, protocol, seed, tolerances, signs, version.
    pub inputs: BTreeMap<String, String>,
}

/// Record of a finished chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Bytes of the data file.
    pub bytes: u64,
    /// SHA-256 of the data file.
    pub sha256: String,
    /// Patients of the chunk that failed.
    pub failed: u64,
}

/// An open folder of chunks.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    key: RunKey,
}

impl Folder {
    /// Opens or creates the folder of a run, and removes what a killed run left half written.
    ///
    /// # Errors
    /// If the folder holds another run, or cannot be read or written.
    pub fn open(root: &Path, key: RunKey) -> Result<Self, StoreError> {
        create_folder(root)?;
        let manifest = root.join("manifest.json");
        let text = serde_json::to_string_pretty(&key).expect("a key is plain data") + "\n";
        match fs::read_to_string(&manifest) {
            Ok(found) if found == text => {}
            Ok(found) => {
                let difference = serde_json::from_str(&found)
                    .map_or("its manifest cannot be read".to_owned(), |old| difference(&old, &key));
                return Err(StoreError::OtherRun { path: root.to_owned(), difference });
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                write_whole(&manifest, |out| out.write_all(text.as_bytes()))?;
            }
            Err(cause) => return Err(StoreError::refused("read", &manifest)(cause)),
        }
        let folder = Self { root: root.to_owned(), key };
        folder.sweep()?;
        Ok(folder)
    }

    /// Opens a folder of chunks as it stands, to be read only.
    ///
    /// # Errors
    /// If there is no manifest in it, or one that cannot be read.
    pub fn read(root: &Path) -> Result<Self, StoreError> {
        let none = |why: String| StoreError::NoShare { path: root.to_owned(), why };
        let text = fs::read_to_string(root.join("manifest.json")).map_err(|cause| none(cause.to_string()))?;
        let key = serde_json::from_str(&text).map_err(|cause| none(format!("manifest.json: {cause}")))?;
        Ok(Self { root: root.to_owned(), key })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What makes the run what it is.
    pub fn key(&self) -> &RunKey {
        &self.key
    }

    /// Removes half-written files.
    fn sweep(&self) -> Result<(), StoreError> {
        let refused = |attempt| StoreError::refused(attempt, &self.root);
        for entry in fs::read_dir(&self.root).map_err(refused("list"))? {
            let path = entry.map_err(refused("list"))?.path();
            if path.extension().is_some_and(|ending| ending == PARTIAL) {
                fs::remove_file(&path).map_err(StoreError::refused("remove the unfinished file", &path))?;
            }
        }
        Ok(())
    }

    /// The plan that the folder is filled by.
    pub fn plan(&self) -> Plan {
        self.key.plan
    }

    /// Where a chunk's data lie.
    pub fn data_path(&self, chunk: u64) -> PathBuf {
        self.root.join(format!("chunk-{chunk:08}.data"))
    }

    fn record_path(&self, chunk: u64) -> PathBuf {
        self.root.join(format!("chunk-{chunk:08}.json"))
    }

    /// The record of a finished chunk; `None` if it is missing or does not agree with its data.
    pub fn finished(&self, chunk: u64) -> Option<Record> {
        let record: Record = serde_json::from_slice(&fs::read(self.record_path(chunk)).ok()?).ok()?;
        let mut file = fs::File::open(self.data_path(chunk)).ok()?;
        (file.metadata().ok()?.len() == record.bytes).then_some(())?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer).ok()? {
                0 => break,
                n => hash.update(&buffer[..n]),
            }
        }
        (crate::atomic::hexadecimal(&hash.finalize()) == record.sha256).then_some(record)
    }

    /// The chunks that still have to be computed, in order.
    pub fn missing(&self) -> Vec<u64> {
        (0..self.key.plan.chunks()).filter(|&chunk| self.finished(chunk).is_none()).collect()
    }

    /// Stores a chunk: data first, then its record.
    ///
    /// # Errors
    /// With the path and the cause; earlier chunks stay as they are.
    pub fn put(&self, chunk: u64, data: &[u8], failed: u64) -> Result<(), StoreError> {
        let sha256 = write_before(&self.data_path(chunk), |out| out.write_all(data))?;
        let record = Record { bytes: data.len() as u64, sha256, failed };
        let text = serde_json::to_string(&record).expect("a record is plain data") + "\n";
        write_whole(&self.record_path(chunk), |out| out.write_all(text.as_bytes()))?;
        Ok(())
    }

    /// Whether there is a record of this chunk; its data are checked by [`Folder::get`].
    pub fn holds(&self, chunk: u64) -> bool {
        self.record_path(chunk).exists()
    }

    /// The data of a chunk, held against its record.
    ///
    /// # Errors
    /// If it cannot be read or is not what was recorded.
    pub fn get(&self, chunk: u64) -> Result<Vec<u8>, StoreError> {
        let path = self.data_path(chunk);
        let record_path = self.record_path(chunk);
        let record = fs::read(&record_path).map_err(StoreError::refused("read", &record_path))?;
        let data = fs::read(&path).map_err(StoreError::refused("read", &path))?;
        let damaged = |why: &str| StoreError::Damaged { path: path.clone(), why: why.to_owned() };
        let record: Record = serde_json::from_slice(&record).map_err(|_| damaged("its record cannot be read"))?;
        if data.len() as u64 != record.bytes {
            return Err(damaged("its length differs"));
        }
        if sha256(&data) != record.sha256 {
            return Err(damaged("its SHA-256 differs"));
        }
        Ok(data)
    }

    /// Removes the folder once its chunks are no longer needed.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub fn remove(self) -> Result<(), StoreError> {
        fs::remove_dir_all(&self.root).map_err(StoreError::refused("remove the folder", &self.root))
    }
}

/// In what two runs differ, in words; empty if in nothing.
pub(crate) fn difference(old: &RunKey, key: &RunKey) -> String {
    let mut words = Vec::new();
    if old.plan.patients != key.plan.patients {
        words.push(format!("{} patients, not {}", old.plan.patients, key.plan.patients));
    }
    if old.plan.chunk != key.plan.chunk {
        words.push(format!("chunks of {}, not of {}", old.plan.chunk, key.plan.chunk));
    }
    let names: Vec<&str> = (old.inputs.keys().chain(key.inputs.keys()))
        .filter(|name| old.inputs.get(*name) != key.inputs.get(*name))
        .map(String::as_str)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    if !names.is_empty() {
        words.push(format!("different {}", names.join(", ")));
    }
    words.join(", ")
}
