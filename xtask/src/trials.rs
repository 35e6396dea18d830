//! `trials`: runs every shipped trial and writes the table and the scores of `examples/trials/README.md` anew.
//!
//! Each trial is run as its file says; `--pool N` makes it faster and its intervals rougher.

mod without;

use crate::program;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// The page.
const PAGE: &str = "examples/trials/README.md";
/// The table stands between its header and these words.
const AFTER: &str = "Inside in the calibration set:";
const HEADER: &str = "| trial | endpoint | arm | predicted | 90 % of trials | observed | unit | set | inside |\n\
                      |---|---|---|---|---|---|---|---|---|\n";

/// Runs the task.
pub fn run(arguments: &[String]) -> ExitCode {
    program::end("trials", page(arguments).map(|scores| (scores, true)))
}

#[derive(Default)]
struct Score {
    inside: usize,
    all: usize,
    misses: Vec<f64>,
}

fn page(arguments: &[String]) -> Result<String, String> {
    program::known(arguments, &[], &["--pool"])?;
    let (binary, scratch) = program::resynapse("trials")?;
    let examples = program::root().join("examples/trials");
    let mut folders: Vec<String> = std::fs::read_dir(&examples)
        .map_err(|error| format!("{} cannot be read: {error}", examples.display()))?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| examples.join(name).join("trial.toml").is_file())
        .collect();
    folders.sort();
    let (mut rows, mut calibration, mut check) = (String::new(), Score::default(), Score::default());
    for name in &folders {
        let file = format!("examples/trials/{name}/trial.toml");
        let outcomes = outcomes(&binary, &file, &scratch.join(name), arguments)?;
        for outcome in outcomes["endpoints"].as_array().into_iter().flatten() {
            let Some(observed) = outcome["observed"].as_f64() else { continue };
            let number = |key: &str| outcome[key].as_f64();
            let word = |key: &str| outcome[key].as_str().unwrap_or("").to_owned();
            let shown = |x: Option<f64>| x.map_or("not reached".to_owned(), |x| format!("{x:.1}"));
            let low = number("low_90").unwrap_or(f64::INFINITY);
            let inside = low <= observed && observed <= number("high_90").unwrap_or(f64::INFINITY);
            let _ = writeln!(
                rows,
                "| {name} | {} | {} | {} | {} to {} | {observed} | {} | {} | {} |",
                word("endpoint"),
                word("arm"),
                shown(number("estimate")),
                shown(number("low_90")),
                shown(number("high_90")),
                word("unit"),
                word("set"),
                if inside { "yes" } else { "no" }
            );
            // A share of a change has an interval in one trial that is too wide to say anything.
            if word("endpoint").starts_with("share of") {
                continue;
            }
            let score = if word("set") == "calibration" { &mut calibration } else { &mut check };
            score.all += 1;
            score.inside += usize::from(inside);
            let rate = word("endpoint").contains("response") || word("endpoint").contains("remission");
            if let (Some(estimate), true, "percent") = (number("estimate"), rate, word("unit").as_str()) {
                score.misses.push((estimate - observed).abs());
            }
        }
    }
    let page = program::root().join(PAGE);
    let text = std::fs::read_to_string(&page).map_err(|error| format!("{PAGE} cannot be read: {error}"))?;
    let (Some(from), Some(after)) = (text.find("| trial |"), text.find(AFTER)) else {
        return Err(format!("{PAGE} has no table before \"{AFTER}\""));
    };
    let end = text[after..].find("\n\n").map_or(text.len(), |at| after + at);
    let mean = |misses: &[f64]| misses.iter().sum::<f64>() / misses.len().max(1) as f64;
    let scores = format!(
        "{AFTER} {} of {}, not counting the shares of change, whose intervals in one trial are too wide to say anything.\n\
         Inside in the check set: {} of {}.\n\
         Response and remission miss the published figure by {:.1} percentage points on average in the calibration set and \
         by {:.1} in the check set.",
        calibration.inside,
        calibration.all,
        check.inside,
        check.all,
        mean(&calibration.misses),
        mean(&check.misses)
    );
    let whole = format!("{}{HEADER}{rows}\n{scores}{}", &text[..from], &text[end..]);
    let whole = without::renewed(&whole, &without::table(&binary, &scratch, arguments)?)?;
    std::fs::write(&page, whole).map_err(|error| format!("{PAGE} cannot be written: {error}"))?;
    Ok(scores + "\n")
}

/// What a trial concludes.
fn outcomes(binary: &Path, file: &str, out: &Path, arguments: &[String]) -> Result<Value, String> {
    let mut command = Command::new(binary);
    command.current_dir(program::root()).args(["trial", file, "--json", "--out"]).arg(out).args(arguments);
    program::ran(command.stdout(Stdio::null()))?;
    let read = std::fs::read_to_string(out.join("outcomes.json"));
    let text = read.map_err(|error| format!("{file} has no outcomes: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))
}
