//! Runs the program in a folder of its own.
#![allow(dead_code)] // Each test file uses a part of this.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that is removed at the end of the test.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("resynapse-test-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary folder can be made");
        Scratch(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a temporary file can be written");
        path
    }

    /// The program with these arguments, standing in this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_resynapse"));
        command.args(arguments).current_dir(&self.0).env("NO_COLOR", "1");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// Messages with line breaks and frames of the terminal taken out, so that wrapped sentences can be found.
pub fn messages(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let plain: String =
        text.chars().map(|c| if "│╭╰─┬·×".contains(c) || c.is_whitespace() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names in a folder, sorted; empty if there is none.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Every file of a folder with its bytes.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    names(folder).into_iter().map(|name| (name.clone(), fs::read(folder.join(&name)).unwrap_or_default())).collect()
}

/// A short protocol: one dose, two days.
pub const SHORT: &str = r#"
title = "one dose"
follow = "2 d"
[patient]
weight = "75 kg"
age = "42 year"
severity = { MADRS = "32 points" }
[session]
length = "2 h"
supervisor = true
[[dose]]
route = "sublingual"
product = "odt"
amount = "150 mg"
basis = "base"
hold = "10 min"
after_hold = "swallow"
"#;
