//! The report on one run: the session clock, the days after, the weeks, and how sure anyone can be.

use crate::run::RunData;

/// One self-contained HTML file.
pub fn render(data: &RunData) -> String {
    format!("<!doctype html><html lang=\"en\"><title>{} figures</title></html>", data.signs.len())
}
