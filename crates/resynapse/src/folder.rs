//! The run folder: every file is written under a temporary name, synced, and renamed when all are complete.
//!
//! So a reader never meets half a file, and a run that fails leaves the files of an earlier one as they were.

use crate::failure::Failure;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Every name that a run may write; those it did not write this time are removed when it succeeds.
const NAMES: &[&str] = &[
    "run.json",
    "signs.csv",
    "signs.parquet",
    "units.csv",
    "patients.csv",
    "failures.csv",
    "summary.txt",
    "trial.toml",
    "outcomes.json",
    "sessions.csv",
    "sessions.json",
    "report.html",
];

/// A folder that is being written.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Final names whose temporary files are complete, in order.
    complete: Vec<&'static str>,
    /// Final names whose temporary files exist.
    begun: Vec<&'static str>,
}

/// One file that is being written.
#[derive(Debug)]
pub struct Pending {
    name: &'static str,
    path: PathBuf,
    /// Its content goes here.
    pub to: BufWriter<File>,
}

impl Folder {
    /// Makes the folder if needed and proves, before any work, that it can be written to.
    pub fn open(path: &Path) -> Result<Folder, Failure> {
        fs::create_dir_all(path).map_err(Failure::place("make the folder", path))?;
        let folder = Folder { path: path.to_owned(), complete: Vec::new(), begun: Vec::new() };
        let trial = folder.temporary("trial");
        File::create(&trial).map_err(Failure::place("write in the folder", path))?;
        fs::remove_file(&trial).map_err(Failure::place("write in the folder", path))?;
        for name in NAMES {
            // Left behind by a run that was killed.
            let _ = fs::remove_file(folder.temporary(name));
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn temporary(&self, name: &str) -> PathBuf {
        self.path.join(format!(".{name}.partial"))
    }

    /// Begins a file.
    pub fn begin(&mut self, name: &'static str) -> Result<Pending, Failure> {
        debug_assert!(NAMES.contains(&name), "{name}");
        let file = File::create(self.temporary(name)).map_err(Failure::place("write", self.path.join(name)))?;
        self.begun.push(name);
        Ok(Pending { name, path: self.path.join(name), to: BufWriter::with_capacity(1 << 18, file) })
    }

    /// Ends a file: its content is on the disk, still under its temporary name.
    pub fn end(&mut self, pending: Pending) -> Result<(), Failure> {
        let Pending { name, path, mut to } = pending;
        to.flush().and_then(|()| to.get_ref().sync_all()).map_err(Failure::place("write", path))?;
        self.complete.push(name);
        Ok(())
    }

    /// A whole file at once.
    pub fn write(&mut self, name: &'static str, content: &[u8]) -> Result<(), Failure> {
        let mut pending = self.begin(name)?;
        pending.to.write_all(content).map_err(|cause| pending.failed(cause))?;
        self.end(pending)
    }

    /// Gives every complete file its name; removes those of an earlier run that this one did not write.
    pub fn commit(mut self) -> Result<(), Failure> {
        for name in &self.complete {
            let to = self.path.join(name);
            fs::rename(self.temporary(name), &to).map_err(Failure::place("write", to))?;
        }
        for name in NAMES.iter().filter(|name| !self.complete.contains(name)) {
            let _ = fs::remove_file(self.path.join(name));
        }
        // The names themselves reach the disk; not every system can do this for a folder.
        let _ = File::open(&self.path).and_then(|folder| folder.sync_all());
        self.begun.clear();
        Ok(())
    }
}

impl Pending {
    /// Writes lines that are already ended.
    pub fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.to.write_all(line.as_bytes()).map_err(|cause| self.failed(cause))
    }

    /// The failure of a write to this file.
    pub fn failed(&self, cause: std::io::Error) -> Failure {
        Failure::Place { attempt: "write", path: self.path.clone(), cause }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        for name in &self.begun {
            let _ = fs::remove_file(self.temporary(name));
        }
    }
}
