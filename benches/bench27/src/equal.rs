//! Speed at equal error: each engine at the tolerance at which its error is about one unit of tolerance.

use crate::measure::{self, Measured, Setting, middle};
use crate::peers::diffsol::{self, Peer};
use crate::population::Bench;
use engine::Compiled;
use serde_json::{Value, json};

/// Patients by whose error the tolerance is found: those that have a reference.
const JUDGES: usize = 64;
/// Halvings of the range of tolerances, whose ends are a factor of 1000 apart.
const HALVINGS: usize = 8;

/// The loosest relative tolerance (absolute: a thousandth of it) whose RMS error is at most 1.
fn loosest(rms: &dyn Fn(f64) -> Result<f64, String>) -> Result<f64, String> {
    let (mut low, mut high) = (-7.0_f64, -4.0_f64);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if rms(10_f64.powf(middle))? <= 1.0 { low = middle } else { high = middle }
    }
    Ok(10_f64.powf(low))
}

fn side(relative: f64, speed: f64, rms: f64, patients: usize) -> Value {
    json!({
        "rtol": relative,
        "atol": relative * 1e-3,
        "rms_tu": rms,
        "patients": patients,
        "patients_per_second_per_core": speed,
    })
}

/// Both engines at RMS about 1, in turn; the middle of their speeds and ratios.
pub fn compare(
    bench: &Bench,
    compiled: &Compiled,
    setting: &Setting,
    peer_patients: usize,
    repeats: usize,
) -> Result<Value, String> {
    let judges = bench.first(JUDGES);
    let at = |relative: f64| Setting { relative, absolute: relative * 1e-3, ..setting.clone() };
    let ours = loosest(&|relative| Ok(measure::run(&judges, compiled, &at(relative), 1).errors.rms()))?;
    let peer = |relative: f64, patients: usize| -> Result<Peer, String> {
        diffsol::run(bench, patients, relative, relative * 1e-3, crate::cpu_seconds)
    };
    let theirs = loosest(&|relative| Ok(peer(relative, JUDGES)?.errors.rms()))?;
    let (mut our_speeds, mut their_speeds, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    // One beside the other, so that a machine that is slow for a while is slow for both.
    let mut last = None;
    for _ in 0..repeats {
        let one: Measured = measure::run(bench, compiled, &at(ours), 1);
        let other = peer(theirs, peer_patients)?;
        our_speeds.push(one.speed);
        their_speeds.push(other.speed);
        ratios.push(one.speed / other.speed);
        last = Some((one, other));
    }
    let (one, other) = last.ok_or("nothing was repeated")?;
    Ok(json!({
        "resynapse": side(ours, middle(our_speeds), one.errors.rms(), one.patients),
        "diffsol_bdf": side(theirs, middle(their_speeds), other.errors.rms(), other.patients),
        "ratio": middle(ratios),
    }))
}
