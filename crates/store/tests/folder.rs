//! What is stored is whole, what is missing is known, and another run is never mixed in.

use std::collections::BTreeMap;
use std::path::PathBuf;
use store::{Folder, Plan, RunKey, Shares, StoreError, write_whole};

/// A fresh folder that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("resynapse-store-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn key(seed: u64) -> RunKey {
    RunKey { plan: Plan { patients: 10, chunk: 4 }, inputs: BTreeMap::from([("seed".to_owned(), seed.to_string())]) }
}

#[test]
fn finished_chunks_survive_and_missing_ones_are_named() {
    let scratch = Scratch::new("resume");
    let folder = Folder::open(&scratch.0, key(1)).expect("opens");
    assert_eq!(folder.missing(), [0, 1, 2]);
    folder.put(1, b"middle", 0).expect("stores");
    let again = Folder::open(&scratch.0, key(1)).expect("opens again");
    assert_eq!(again.missing(), [0, 2]);
    assert_eq!(again.get(1).expect("reads"), b"middle");
}

#[test]
fn a_damaged_or_half_written_chunk_counts_as_missing() {
    let scratch = Scratch::new("damage");
    let folder = Folder::open(&scratch.0, key(1)).expect("opens");
    folder.put(0, b"first", 0).expect("stores");
    folder.put(1, b"second", 0).expect("stores");
    std::fs::write(folder.data_path(0), b"fir5t").expect("damages");
    let partial = scratch.0.join("chunk-00000002.data.partial");
    std::fs::write(&partial, b"thi").expect("half a file");
    let again = Folder::open(&scratch.0, key(1)).expect("opens again");
    assert_eq!(again.missing(), [0, 2]);
    assert!(!partial.exists(), "what a killed run left is swept away");
}

#[test]
fn another_run_is_refused_by_name() {
    let scratch = Scratch::new("other");
    Folder::open(&scratch.0, key(1)).expect("opens");
    let error = Folder::open(&scratch.0, key(2)).expect_err("another seed").to_string();
    assert!(error.contains("different seed") && error.contains("--out"), "{error}");
}

#[test]
fn shares_that_ran_elsewhere_are_joined() {
    let (one, two) = (Scratch::new("share-one"), Scratch::new("share-two"));
    let here = Folder::open(&one.0, key(1)).expect("opens");
    let there = Folder::open(&two.0, key(1)).expect("opens");
    here.put(0, b"a", 0).expect("stores");
    there.put(1, b"b", 2).expect("stores");
    let paths = [one.0.clone(), two.0.clone()];
    let missing =
        Shares::join(&paths, &|missing| format!("run {missing:?}")).expect_err("a chunk is missing").to_string();
    assert!(missing.contains("patients 9 to 10 are in none") && missing.contains("run [2]"), "{missing}");
    there.put(2, b"c", 0).expect("stores");
    let whole = Shares::join(&paths, &|_| String::new()).expect("joins");
    assert_eq!((0..3).map(|k| whole.get(k).expect("reads")).collect::<Vec<_>>(), [b"a", b"b", b"c"]);
    here.put(2, b"c", 0).expect("stores");
    let overlap = Shares::join(&paths, &|_| String::new()).expect_err("a chunk is there twice").to_string();
    assert!(overlap.contains("overlap: both hold patients 9 to 10"), "{overlap}");
}

#[test]
fn shares_of_another_run_and_damaged_ones_are_refused() {
    let (one, two) = (Scratch::new("run-one"), Scratch::new("run-two"));
    let here = Folder::open(&one.0, key(1)).expect("opens");
    let none =
        Shares::join(&[one.0.clone(), two.0.clone()], &|_| String::new()).expect_err("an empty folder").to_string();
    assert!(none.contains("holds no share") && none.contains("run-two"), "{none}");
    Folder::open(&two.0, key(2)).expect("opens");
    let other =
        Shares::join(&[one.0.clone(), two.0.clone()], &|_| String::new()).expect_err("another seed").to_string();
    assert!(other.contains("different seed") && other.contains("run-two"), "{other}");
    (0..3).for_each(|k| here.put(k, b"abc", 0).expect("stores"));
    std::fs::write(here.data_path(1), b"abd").expect("damages");
    let whole = Shares::join(std::slice::from_ref(&one.0), &|_| String::new()).expect("joins");
    let damaged = whole.get(1).expect_err("a damaged chunk").to_string();
    assert!(damaged.contains("SHA-256 differs") && damaged.contains("chunk-00000001"), "{damaged}");
}

#[test]
fn a_write_that_fails_leaves_what_was_there() {
    let scratch = Scratch::new("fail");
    let path = scratch.0.join("result.csv");
    write_whole(&path, |out| out.write_all(b"good")).expect("writes");
    let error = write_whole(&path, |out| {
        out.write_all(b"half")?;
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
    })
    .expect_err("the disk is full");
    assert!(matches!(error, StoreError::Refused { .. }));
    let text = error.to_string();
    assert!(text.contains("result.csv") && text.contains("make room"), "{text}");
    assert_eq!(std::fs::read(&path).expect("reads"), b"good");
    assert_eq!(std::fs::read_dir(&scratch.0).expect("lists").count(), 1, "no orphan");
}
