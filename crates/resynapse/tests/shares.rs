//! Shares of a population run anywhere and are joined into the bytes of one whole run, or refused with the reason.

mod support;

use support::{SHORT, Scratch, code, files, messages, names};

const POPULATION: [&str; 6] = ["run", "p.toml", "--patients", "70", "--chunk-size", "16"];

fn share(scratch: &Scratch, chunk: &str, out: &str, more: &[&str]) {
    let output = scratch.run(&[&POPULATION[..], &["--out", out, "--chunk", chunk], more].concat());
    assert_eq!(code(&output), 0, "{}", messages(&output));
    assert_eq!(names(&scratch.path().join(out)), ["chunks"], "a share is not a whole run");
}

/// What `merge` says when it refuses; nothing is left behind.
fn refused(scratch: &Scratch, shares: &[&str]) -> String {
    let output = scratch.run(&[&["merge", "joined"], shares].concat());
    assert_eq!(code(&output), 3, "{shares:?}: {}", messages(&output));
    assert_eq!(names(&scratch.path().join("joined")), [""; 0], "{shares:?}");
    messages(&output)
}

#[test]
fn shares_are_joined_into_the_bytes_of_a_whole_run() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    let whole = scratch.run(&[&POPULATION[..], &["--out", "whole"]].concat());
    assert_eq!(code(&whole), 0, "{}", messages(&whole));
    share(&scratch, "1/3", "one", &["--threads", "1"]);
    share(&scratch, "2/3", "two", &["--path", "portable"]);
    share(&scratch, "3/3", "three", &["--shuffle", "5"]);
    // The shares hold all that is needed: the protocol may be gone.
    std::fs::remove_file(scratch.path().join("p.toml")).expect("it is there");
    let output = scratch.run(&["merge", "joined", "three", "one", "two"]);
    assert_eq!(code(&output), 0, "{}", messages(&output));
    assert_eq!(output.stdout, whole.stdout);
    assert!(files(&scratch.path().join("joined")) == files(&scratch.path().join("whole")));
    assert_eq!(names(&scratch.path().join("one")), ["chunks"], "the shares stay as they are");
}

#[test]
fn what_is_not_all_shares_of_one_run_is_refused() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    share(&scratch, "1/2", "one", &[]);
    share(&scratch, "2/2", "two", &[]);
    share(&scratch, "2/3", "third", &[]);
    share(&scratch, "2/2", "seed", &["--seed", "2"]);
    share(&scratch, "2/2", "rare", &["--interval-hours", "24"]);
    std::fs::create_dir(scratch.path().join("empty")).expect("a folder can be made");

    let told = refused(&scratch, &["one"]);
    assert!(told.contains("patients 17 to 32, 49 to 64 are in none of them"), "{told}");
    assert!(told.contains("run share 2/2") && told.contains("--chunk 2/2"), "{told}");
    let told = refused(&scratch, &["one", "two", "third"]);
    assert!(told.contains("overlap") && told.contains("third") && told.contains("each share once"), "{told}");
    let told = refused(&scratch, &["one", "one"]);
    assert!(told.contains("overlap"), "{told}");
    let told = refused(&scratch, &["one", "seed"]);
    assert!(told.contains("different seed") && told.contains("seed/chunks"), "{told}");
    let told = refused(&scratch, &["one", "rare"]);
    assert!(told.contains("different interval"), "{told}");
    let told = refused(&scratch, &["empty", "two"]);
    assert!(told.contains("empty") && told.contains("holds no share") && told.contains("--chunk k/N"), "{told}");

    let data = scratch.path().join("two/chunks/chunk-00000003.data");
    let mut bytes = std::fs::read(&data).expect("a chunk");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&data, bytes).expect("damages it");
    let told = refused(&scratch, &["one", "two"]);
    assert!(told.contains("chunk-00000003.data") && told.contains("SHA-256 differs"), "{told}");

    let output = scratch.run(&["merge", "one", "one", "two"]);
    assert_eq!(code(&output), 2, "{}", messages(&output));
    for wrong in ["0/2", "3/2", "2", "a/b"] {
        let output = scratch.run(&[&POPULATION[..], &["--out", "wrong", "--chunk", wrong]].concat());
        assert_eq!(code(&output), 2, "{wrong}");
    }
}
