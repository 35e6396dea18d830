//! The page of keys is what the readers read.

#[test]
fn the_page_of_keys_is_true() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/keys.md");
    let page = therapy::key_reference::markdown();
    if std::env::var("RESYNAPSE_EXPECTED").as_deref() == Ok("write") {
        std::fs::write(path, &page).expect("docs/keys.md can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == page,
        "docs/keys.md is not what the readers read; renew it: RESYNAPSE_EXPECTED=write cargo test -p therapy --test key_reference"
    );
}
