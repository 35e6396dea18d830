//! The command line: reads files, runs the layers below, writes the run folder.
fn main() {}
