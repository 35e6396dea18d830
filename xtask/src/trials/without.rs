//! TRANSFORM-2 again with one thing switched off at a time: what its effect rests on.

use super::outcomes;
use crate::program;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

const TRIAL: &str = "examples/trials/transform-2/trial.toml";
/// The table stands between its header and the next empty line.
const HEADER: &str = "| TRANSFORM-2 | MADRS change, esketamine + AD | MADRS change, placebo + AD | difference | response, % | remission, % |\n\
                      |---|---|---|---|---|---|\n";

/// After this line stands the line that switches disputed steps.
const TOP: &str = "design = \"parallel\"\n";
/// After this one, that of what patients meet and may know.
const SETTING: &str = "[setting]\n";

/// What is switched, in words; and by lines after which lines of the file.
const SWITCHED: [(&str, &[(&str, &str)]); 7] = [
    ("as designed", &[]),
    ("felt effects tell nobody the arm", &[(SETTING, "unblinding = false\n")]),
    ("nothing is expected either", &[(SETTING, "unblinding = false\nexpectancy = false\n")]),
    ("without the window of plasticity", &[(TOP, "hypotheses = { plasticity-window = false }\n")]),
    ("without spontaneous release acting on eEF2", &[(TOP, "hypotheses = { direct-eef2 = false }\n")]),
    ("without disinhibition", &[(TOP, "hypotheses = { disinhibition = false }\n")]),
    (
        "without disinhibition, and felt effects tell nobody the arm",
        &[(TOP, "hypotheses = { disinhibition = false }\n"), (SETTING, "unblinding = false\n")],
    ),
];

/// The rows, run anew.
pub fn table(binary: &Path, scratch: &Path, arguments: &[String]) -> Result<String, String> {
    let designed = std::fs::read_to_string(program::root().join(TRIAL)).map_err(|error| format!("{TRIAL}: {error}"))?;
    let mut rows = String::new();
    for (number, (words, lines)) in SWITCHED.into_iter().enumerate() {
        let mut text = designed.clone();
        for (place, line) in lines {
            let at = text.find(place).ok_or_else(|| format!("{TRIAL} has no line `{}`", place.trim_end()))?;
            text.insert_str(at + place.len(), line);
        }
        let file = scratch.join(format!("without-{number}.toml"));
        std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        let out = scratch.join(format!("without-{number}"));
        let outcomes = outcomes(binary, &file.display().to_string(), &out, arguments)?;
        let of = |endpoint: &str, arm: &str| figure(&outcomes, endpoint, arm);
        let both = |endpoint: &str| -> Result<String, String> {
            Ok(format!("{:.0} and {:.0}", of(endpoint, "esketamine + AD")?.0, of(endpoint, "placebo + AD")?.0))
        };
        let (difference, low, high) = of("MADRS difference", "esketamine + AD")?;
        let _ = writeln!(
            rows,
            "| {words} | {:.1} | {:.1} | {difference:.1} ({low:.1} to {high:.1}) | {} | {} |",
            of("MADRS change", "esketamine + AD")?.0,
            of("MADRS change", "placebo + AD")?.0,
            both("response")?,
            both("remission")?,
        );
    }
    Ok(rows)
}

/// The page with these rows.
pub fn renewed(page: &str, rows: &str) -> Result<String, String> {
    let title = HEADER.lines().next().unwrap_or(HEADER);
    let from = page.find(title).ok_or_else(|| format!("{} has no table \"{title}\"", super::PAGE))?;
    let end = page[from..].find("\n\n").map_or(page.len(), |at| from + at + 1);
    Ok(format!("{}{HEADER}{rows}{}", &page[..from], &page[end..]))
}

/// Estimate and 90 % interval.
fn figure(outcomes: &Value, endpoint: &str, arm: &str) -> Result<(f64, f64, f64), String> {
    let all = outcomes["endpoints"].as_array().into_iter().flatten();
    let mut these = all.filter(|o| o["endpoint"] == endpoint && o["arm"] == arm);
    let one = these.next().ok_or_else(|| format!("{TRIAL} concludes no `{endpoint}` of `{arm}`"))?;
    let number = |key: &str| one[key].as_f64().ok_or_else(|| format!("`{endpoint}` of `{arm}` has no {key}"));
    Ok((number("estimate")?, number("low_90")?, number("high_90")?))
}
