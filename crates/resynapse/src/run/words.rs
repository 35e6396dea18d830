//! The summary in plain words, for standard output.

use std::fmt::Write;
use therapy::dose::{Amount, Dose, Enantiomer};
use therapy::protocol::Protocol;
use therapy::quantity::{Kind, written};
use therapy::summary::Summary;

/// Said with every summary.
pub const DISCLAIMER: &str =
    "This is a simulation for research and teaching. It is not dosing advice and says nothing about any real patient.";

/// A figure with three significant digits, at most four decimals.
pub fn short(value: f64) -> String {
    let magnitude = if value == 0.0 { 0.0 } else { value.abs().log10().floor() };
    let decimals = (2.0 - magnitude).clamp(0.0, 4.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn maybe(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), short)
}

/// One dose: `150 mg racemic ketamine, sublingual, held 10 min, then swallowed`.
pub fn dose(dose: &Dose) -> String {
    let amount = match dose.amount {
        Amount::Milligrams(milligrams) => written(milligrams, Kind::Mass),
        Amount::MilligramsPerKilogram(per_kilogram) => written(per_kilogram, Kind::MassPerWeight),
    };
    let drug = match dose.enantiomer {
        Enantiomer::Racemic => "racemic ketamine",
        Enantiomer::S => "S-ketamine",
        Enantiomer::R => "R-ketamine",
    };
    let mut text = format!("{amount} {drug}, {}", dose.route.word());
    if dose.route.is_held() {
        let rest = match dose.swallowed {
            1.0 => "swallowed".to_owned(),
            0.0 => "spat out".to_owned(),
            share => format!("{} swallowed", written(share, Kind::Fraction)),
        };
        let _ = write!(text, ", held {}, then {rest}", written(dose.hold, Kind::Time));
    }
    if dose.over > 0.0 {
        let _ = write!(text, " over {}", written(dose.over, Kind::Time));
    }
    text
}

/// The schedule: `6 doses over 17.5 d`.
pub fn schedule(protocol: &Protocol) -> String {
    match protocol.doses.as_slice() {
        [] => "No dose".to_owned(),
        [_] => "One dose".to_owned(),
        [.., last] => format!("{} doses over {} d", protocol.doses.len(), short(last.time / 24.0)),
    }
}

/// The summary of one patient.
pub fn summary(protocol: &Protocol, summary: &Summary, warnings: &[String]) -> String {
    let mut lines = vec![format!("{}\n", protocol.title)];
    let follow = written(protocol.follow, Kind::Time);
    match protocol.doses.first() {
        Some(first) => lines.push(format!("{}: {}. Followed for {follow}.", schedule(protocol), dose(first))),
        None => lines.push(format!("No dose. Followed for {follow}.")),
    }
    if !protocol.doses.is_empty() {
        minutes(summary, &mut lines);
    }
    days(summary, &mut lines);
    for (name, scores) in &summary.scores {
        let points = [
            ("before", scores.baseline),
            ("4 h", scores.hours4),
            ("24 h", scores.hours24),
            ("7 d", scores.days7),
            ("28 d", scores.days28),
            ("56 d", scores.days56),
        ];
        let told = |(when, score): &(&str, Option<f64>)| score.map(|score| format!("{} ({when})", short(score)));
        lines.push(format!("{name}: {} points.", points.iter().filter_map(told).collect::<Vec<_>>().join(", ")));
    }
    lines.extend(warnings.iter().map(|warning| format!("Note: {warning}")));
    lines.push(format!("\n{DISCLAIMER}\n"));
    lines.join("\n")
}

/// The first session.
fn minutes(summary: &Summary, lines: &mut Vec<String>) {
    let felt = &summary.felt_effect;
    if let (Some(onset), Some(peak)) = (felt.onset_min, felt.peak_min) {
        let end = felt.end_min.map_or("has not ended within a day".to_owned(), |end| format!("ends at {end:.0} min"));
        lines.push(format!(
            "The first session is felt from {onset:.0} min after the dose, most at {peak:.0} min; it {end}."
        ));
    } else {
        lines.push("The first session stays below the threshold of a felt effect.".to_owned());
    }
    for (key, name) in [("s_ketamine", "S-ketamine"), ("r_ketamine", "R-ketamine"), ("norketamine", "Norketamine")] {
        let Some(sampled) = summary.plasma.get(key) else { continue };
        if let (Some(arterial), Some(venous)) = (sampled.arterial, sampled.venous)
            && arterial.cmax_ng_per_ml > 0.0
        {
            lines.push(format!(
                "{name} peaks at {} ng/mL in arterial plasma after {:.0} min ({} ng/mL after {:.0} min in a vein).",
                short(arterial.cmax_ng_per_ml),
                arterial.tmax_min,
                short(venous.cmax_ng_per_ml),
                venous.tmax_min
            ));
        }
    }
    let block = |key: &str| maybe(summary.peak_block_percent.get(key).copied().flatten());
    lines.push(format!(
        "NMDA receptors blocked at most: {} % on PV and {} % on SST interneurons, {} % on pyramidal cells, {} % tonic, {} % in the habenula.",
        block("pv_interneurons"),
        block("sst_interneurons"),
        block("pyramidal"),
        block("tonic"),
        block("habenula")
    ));
    let signal = |key: &str| maybe(summary.peak_relative_to_baseline.get(key).copied().flatten());
    lines.push(format!(
        "Highest signals, baseline 1: glutamate {}, BDNF {}, mTORC1 {}.",
        signal("glutamate"),
        signal("bdnf"),
        signal("mtorc1")
    ));
}

/// The days after it, as far as they were followed.
fn days(summary: &Summary, lines: &mut Vec<String>) {
    let spines = |key: &str| summary.spine_density_change_percent.get(key).copied().unwrap_or_default();
    let (front, hippocampus) = (spines("prefrontal"), spines("hippocampal"));
    for (when, front, hippocampus) in [("24 h", front.day, hippocampus.day), ("7 d", front.week, hippocampus.week)] {
        if let (Some(front), Some(hippocampus)) = (front, hippocampus) {
            let (front, hippocampus) = (signed(front), signed(hippocampus));
            lines.push(format!(
                "Spine density at {when}: {front} % in prefrontal cortex, {hippocampus} % in hippocampus."
            ));
        }
    }
    let (barrier, dwell) = (summary.negative_loop.barrier, summary.negative_loop.dwell_time);
    let unit = summary.units.get("loop.dwell_time").map_or("", String::as_str);
    let times =
        [("before", barrier.before, dwell.before), ("24 h", barrier.day, dwell.day), ("7 d", barrier.week, dwell.week)];
    let told: Vec<String> = times
        .into_iter()
        .filter_map(|(when, barrier, dwell)| Some(format!("{} and {} {unit} ({when})", short(barrier?), short(dwell?))))
        .collect();
    lines.push(format!("The negative loop, barrier and length of a visit: {}.", told.join(", ")));
}

fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", short(value)) } else { short(value) }
}
