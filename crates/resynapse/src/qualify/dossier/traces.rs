//! From claim to test to result: each claim of the project with the rows or tests that check it and what came out.

use evidence::catalogue::Group;
use evidence::observation::{Comparison, Set};
use evidence::qualify::Qualified;
use evidence::score::{Scored, Summary, Verdict, quantile, sorted};
use report::dossier::Trace;

fn trace(claim: &str, test: &str, result: String, holds: bool) -> Trace {
    Trace { claim: claim.into(), test: test.into(), result, holds }
}

fn share(x: Option<f64>) -> String {
    x.map_or("-".to_owned(), |v| format!("{:.1} %", 100.0 * v))
}

fn folds(s: &Summary) -> String {
    format!("GMFE {}, {} within 2-fold", s.gmfe.map_or("-".to_owned(), |g| format!("{g:.2}")), share(s.within_2_fold))
}

/// Every claim.
pub fn traces(qualified: &Qualified) -> Vec<Trace> {
    let of = |group, set| qualified.summary(group, set);
    let at_least = |value: Option<f64>, bar: f64| value.is_some_and(|v| v >= bar);
    let (pk_c, pk_v) = (of(Group::Pharmacokinetics, Set::Calibration), of(Group::Pharmacokinetics, Set::Validation));
    let (mech_c, mech_v) = (of(Group::Mechanism, Set::Calibration), of(Group::Mechanism, Set::Validation));
    let clinic_c = of(Group::Clinical, Set::Calibration);
    let covered = covered(qualified);
    let off = percent_points(qualified);
    let mut out = vec![
        trace(
            "The model describes the concentrations it was fitted to: GMFE at most 1.25, all within 2-fold",
            "rows of pharmacokinetics, calibration",
            folds(&pk_c),
            pk_c.gmfe.is_some_and(|g| g <= 1.25) && pk_c.within_2_fold == Some(1.0),
        ),
        trace(
            "It predicts concentrations it was not fitted to: GMFE at most 1.5, nine in ten within 2-fold",
            "rows of pharmacokinetics, validation",
            folds(&pk_v),
            pk_v.gmfe.is_some_and(|g| g <= 1.5) && at_least(pk_v.within_2_fold, 0.9),
        ),
        trace(
            "It holds nine in ten mechanism facts of the calibration set",
            "rows of mechanism, calibration",
            share(mech_c.met),
            at_least(mech_c.met, 0.9),
        ),
        trace(
            "It holds three in four mechanism facts that it was not fitted to",
            "rows of mechanism, validation",
            share(mech_v.met),
            at_least(mech_v.met, 0.75),
        ),
        trace(
            "85 % of the clinical calibration figures lie inside the 90 % interval over trials of their size",
            "numbers of clinical, calibration",
            share(clinic_c.coverage_90),
            at_least(clinic_c.coverage_90, 0.85),
        ),
        trace(
            "Response and remission of the calibration trials are within 10 percentage points on average",
            "percentages of clinical, calibration, asked of trials",
            off.map_or("-".to_owned(), |(mean, n)| format!("{mean:.1} points over {n} rows")),
            off.is_some_and(|(mean, _)| mean <= 10.0),
        ),
        trace(
            "90 % intervals cover 80 to 97 % of the validation rows",
            "numbers of all groups, validation",
            covered.map_or("-".to_owned(), |(share, n)| format!("{:.1} % of {n}", 100.0 * share)),
            covered.is_some_and(|(share, _)| (0.8..=0.97).contains(&share)),
        ),
    ];
    out.extend(synapses(qualified));
    out.push(trace(
        "No validation row can reach calibration",
        "crates/evidence/tests/shipped.rs: no_row_outside_the_calibration_set_can_move_a_fit",
        "only calibration rows pass the one door (CalibrationCatalogue); changing any other row leaves every bit of the fit as it was".to_owned(),
        true,
    ));
    out.push(trace(
        "Every row is asked or its exclusion explained",
        "the catalogue refuses a row without a question",
        format!(
            "{} rows, {} left out with a reason",
            qualified.scored.len(),
            qualified.with(Verdict::Excluded).count()
        ),
        true,
    ));
    out
}

fn inside(scored: &Scored) -> Option<bool> {
    let ((low, high), target) = scored.interval_90.zip(scored.target)?;
    Some(low <= target && target <= high)
}

/// Share of all numbers of the validation set inside their 90 % interval, and how many there are.
fn covered(qualified: &Qualified) -> Option<(f64, usize)> {
    let rows = &qualified.bench.study.rows;
    let all: Vec<bool> = qualified
        .scored
        .iter()
        .filter(|s| rows[s.row].entry.observation.set == Set::Validation && s.target.is_some())
        .map(|s| inside(s).unwrap_or(false))
        .collect();
    let hits = all.iter().filter(|yes| **yes).count();
    (!all.is_empty()).then(|| (hits as f64 / all.len() as f64, all.len()))
}

/// Mean distance of predicted and published percentages of calibration trials, and how many.
fn percent_points(qualified: &Qualified) -> Option<(f64, usize)> {
    let rows = &qualified.bench.study.rows;
    let distances: Vec<f64> = qualified
        .scored
        .iter()
        .filter(|s| {
            let entry = &rows[s.row].entry;
            let patients = ["response", "remission"].iter().any(|w| entry.observation.quantity.contains(w));
            entry.question.comparison == Comparison::Trial
                && entry.observation.set == Set::Calibration
                && entry.observation.unit == "%"
                && patients
        })
        .filter_map(|s| Some((s.predicted? - s.target?).abs()))
        .filter(|d| d.is_finite())
        .collect();
    let n = distances.len();
    (n > 0).then(|| (distances.iter().sum::<f64>() / n as f64, n))
}

/// Mean human change of SV2A at 24 h against what imaging could have missed.
fn synapses(qualified: &Qualified) -> Option<Trace> {
    let study = &qualified.bench.study;
    let quantity = study.catalogue.quantities.iter().position(|q| q.name == "sv2a")?;
    let missed = study.catalogue.quantities[quantity].detectable;
    let day = 24.0;
    let mut said = Vec::new();
    let mut holds = true;
    for (name, who) in [("healthy_iv40", "healthy people"), ("patient_iv40", "patients")] {
        let scenario = study.catalogue.scenarios.iter().position(|s| s.name == name)?;
        let row = study.demands[scenario].quantities.binary_search(&quantity).ok()?;
        let runs = qualified.bench.runs(&qualified.members, &[scenario]);
        let change = |run: &evidence::evaluate::Run| {
            let at = run.times.iter().position(|t| *t == day)?;
            Some(100.0 * (run.values.get(row)?[at] / run.baseline.get(row)? - 1.0))
        };
        let changes = sorted(runs.iter().filter_map(change).collect());
        if changes.is_empty() {
            return None;
        }
        let median = quantile(&changes, 0.5);
        holds &= median.abs() <= 100.0 * missed;
        said.push(format!(
            "{who} {median:+.1} % (90 %: {:+.1} to {:+.1})",
            quantile(&changes, 0.05),
            quantile(&changes, 0.95)
        ));
    }
    Some(trace(
        "Spine results are animal evidence: the mean human change of SV2A at 24 h stays within what imaging could have missed",
        &format!(
            "runs of healthy_iv40 and patient_iv40, {:.0} % taken as the least change that PET separates from none",
            100.0 * missed
        ),
        said.join(", "),
        holds,
    ))
}
