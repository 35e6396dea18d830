//! The report as Markdown tables, for `docs/performance.md`.

use serde_json::Value;

fn number(value: &Value) -> String {
    match value.as_f64() {
        Some(value) if value == 0.0 => "0".to_owned(),
        Some(value) if value.abs() < 1e-3 => format!("{value:.1e}"),
        Some(value) if value.abs() < 10.0 => format!("{value:.2}"),
        Some(value) => format!("{value:.0}"),
        None => "-".to_owned(),
    }
}

fn ratio(value: &Value) -> String {
    value.as_f64().map_or("-".to_owned(), |value| format!("{value:.1}"))
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Three tables: beside the peers, at equal error, and every run.
pub fn tables(report: &Value) -> String {
    let mut text = String::from("| engine | patients/s/core | RMS tu | failures | ratio |\n|---|---|---|---|---|\n");
    let name = format!(
        "Resynapse, {} {}",
        report["instruction_set"].as_str().unwrap_or_default(),
        report["code"].as_str().unwrap_or_default()
    );
    let speed = |of: &Value| number(&of["patients_per_second_per_core"]);
    text += &line(&[name, speed(report), number(&report["rms_tu"]), number(&report["failures"]), "1".to_owned()]);
    for (name, peer) in report["peers"].as_object().into_iter().flatten() {
        text += &line(&[
            name.clone(),
            speed(peer),
            number(&peer["rms_tu"]),
            number(&peer["failures"]),
            ratio(&peer["ratio"]),
        ]);
    }
    let equal = &report["equal_error"];
    if equal.is_object() {
        text += "\n| at equal error | rtol | RMS tu | patients/s/core |\n|---|---|---|---|\n";
        for name in ["resynapse", "diffsol_bdf"] {
            let side = &equal[name];
            text += &line(&[name.to_owned(), number(&side["rtol"]), number(&side["rms_tu"]), speed(side)]);
        }
        text += &line(&["ratio".to_owned(), String::new(), String::new(), ratio(&equal["ratio"])]);
    }
    if let Some(runs) = report["runs"].as_array() {
        text += "\n| rtol | atol | output | threads | instructions | code | patients/s | patients/s/core | RMS tu | failures |\n";
        text += "|---|---|---|---|---|---|---|---|---|---|\n";
        for run in runs {
            let word = |key: &str| run[key].as_str().unwrap_or_default().to_owned();
            text += &line(&[
                number(&run["rtol"]),
                number(&run["atol"]),
                word("output"),
                number(&run["threads"]).trim_end_matches(".00").to_owned(),
                word("instruction_set"),
                word("code"),
                number(&run["patients_per_second"]),
                speed(run),
                number(&run["rms_tu"]),
                number(&run["failures"]),
            ]);
        }
    }
    text
}
