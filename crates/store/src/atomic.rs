//! A file appears at its final name whole, synced to the disk, or not at all.

use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Ending of a file that is still being written; [`crate::Folder::open`] removes what a killed run left behind.
pub const PARTIAL: &str = "partial";

/// What could not be stored, where, why, and what to try.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("cannot {attempt} {}: {cause}; {}", path.display(), remedy(cause))]
    Refused {
        /// What was tried: `write`, `create the folder`.
        attempt: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The folder holds another run.
    #[error("{} holds another run ({difference}); choose another folder with --out, or remove it", path.display())]
    OtherRun {
        /// The folder.
        path: PathBuf,
        /// What differs.
        difference: String,
    },
    /// A folder of chunks was expected and there is none.
    #[error("{} holds no share of a run ({why}); give the folder that `resynapse run ... --chunk k/N --out DIR` wrote", path.display())]
    NoShare {
        /// The folder.
        path: PathBuf,
        /// What is missing there.
        why: String,
    },
    /// A share of one run among those of another.
    #[error("{} and {} hold shares of different runs ({difference}); give only the shares of one run", one.display(), other.display())]
    DifferentRuns {
        /// The first share.
        one: PathBuf,
        /// The one that differs from it.
        other: PathBuf,
        /// What differs.
        difference: String,
    },
    /// The same patients in two folders.
    #[error("{} and {} overlap: both hold {patients}; give each share once, all cut with the same N of k/N", one.display(), other.display())]
    Overlap {
        /// One folder.
        one: PathBuf,
        /// The other.
        other: PathBuf,
        /// The patients that both hold, in words.
        patients: String,
    },
    /// Patients in none of the folders.
    #[error("the shares are not complete: {patients} are in none of them; {remedy}")]
    Missing {
        /// The patients, in words.
        patients: String,
        /// What to run.
        remedy: String,
    },
    /// A stored file is not what the manifest says.
    #[error("{} does not have the content that was recorded ({why}); remove it and run again: only it is computed anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

fn remedy(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "choose a folder that may be written with --out"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::WriteZero => {
            "make room on the disk and run the same command again: finished parts are kept"
        }
        io::ErrorKind::FileTooLarge => "raise the file-size limit or write fewer signs or times",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "a file is in the way: choose another --out",
        io::ErrorKind::NotFound => "check the path",
        _ => "finished parts are kept; run the same command again when the cause is mended",
    }
}

impl StoreError {
    /// Wraps what the operating system said.
    pub fn refused(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.to_owned();
        move |cause| StoreError::Refused { attempt, path, cause }
    }
}

/// Passes bytes on and keeps their SHA-256.
struct Hashing<W: Write> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Hexadecimal digits of a hash.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The name under which a file is written before it is whole.
pub fn partial_name(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(PARTIAL);
    path.with_file_name(name)
}

/// Writes a file under a temporary name beside it, syncs it, then renames it. Returns the SHA-256 of its bytes.
///
/// # Errors
/// With the path and the cause; the temporary file is removed and what was at the final name stays as it was.
pub fn write_whole(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<String, StoreError> {
    let hash = write_before(path, fill)?;
    sync_folder(path);
    Ok(hash)
}

/// The same for a file that counts only once another one, written by [`write_whole`] into the same folder, is there:
/// that one makes both names durable.
pub(crate) fn write_before(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<String, StoreError> {
    let partial = partial_name(path);
    let result = (|| {
        let file = File::create(&partial)?;
        let mut out = Hashing { inner: BufWriter::with_capacity(1 << 16, file), hash: Sha256::new() };
        fill(&mut out)?;
        out.flush()?;
        let Hashing { inner, hash } = out;
        let file = inner.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&partial, path)?;
        Ok(hexadecimal(&hash.finalize()))
    })();
    result.map_err(|cause| {
        // The partial file is of no use to anybody; that it could not be removed changes nothing about the cause.
        let _ = fs::remove_file(&partial);
        StoreError::Refused { attempt: "write", path: path.to_owned(), cause }
    })
}

/// Makes the rename itself durable where the platform can.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|parent| File::open(parent).ok()) {
        // Some file systems cannot sync a folder; the file itself is synced already.
        let _ = folder.sync_all();
    }
}

/// Creates a folder with its parents.
///
/// # Errors
/// With the path and the cause.
pub fn create_folder(path: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(path).map_err(StoreError::refused("create the folder", path))
}
