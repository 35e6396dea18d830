//! The report on a trial: from signs and outcomes to what the page shows.

mod separation;

use super::Rest;
use super::people::Everybody;

use rayon::prelude::*;
use report::run::{Band, BandKind, Provenance, Row};
use report::trial::{
    Adverse, ArmCurve, Count, Effect, Endpoint, Flow, FlowArm, Hundred, Part, Power, Survival, SurvivalArm, Trajectory,
    TrialData, Waterfall,
};
use therapy::scales::Scale;
use therapy::statistics::describe::{mean, quantile, quantile_of_sorted, sorted};
use therapy::statistics::survival::{FollowUp, kaplan_meier};
use therapy::trial::design::{Analysed, Kind};
use therapy::trial::outcomes::{Outcomes, sample};
use therapy::trial::reading::SHAPES;
use therapy::trial::signs::REASONS;
use therapy::trial::table::{Drawn, Row as Patient, Table};
use therapy::trial::{Trial, fitted};

/// Replicates whose means make the band of what a trial of this size would find.
const MEANS: u64 = 200;

/// The page; its curves on all threads of the pool that it is asked on, whatever their number.
pub fn page(trial: &Trial, outcomes: &Outcomes, done: &Everybody, rest: Option<&Rest<'_>>) -> String {
    let table = &done.table;
    let drawn = table.by_draw();
    let first = table.scales.first().copied();
    let data = TrialData {
        title: trial.title.clone(),
        lead: lead(trial, outcomes),
        disclaimers: vec![
            "Expectancy, drop-out and measurement rest on assumptions that the parameter list names.".to_owned(),
        ],
        design: design(trial),
        replicates: trial.replicates,
        flow: flow(trial, &drawn, done),
        trajectories: table.scales.par_iter().map(|scale| trajectory(trial, table, &drawn, scale)).collect(),
        survivals: survivals(trial, table),
        separations: separation::figures(trial, table, &drawn, rest),
        effects: {
            let mut all = effects(trial, outcomes, "as designed");
            let bare = rest.map_or(Vec::new(), |r| effects(trial, &r.outcomes, "without expectancy and unblinding"));
            // Nobody has published a trial without expectancy.
            all.extend(bare.into_iter().map(|effect| Effect { observed: None, ..effect }));
            all
        },
        endpoints: endpoints(trial, outcomes),
        waterfalls: first.map_or(vec![], |scale| waterfalls(trial, table, &drawn, scale)),
        hundreds: first.map_or(vec![], |scale| hundreds(trial, table, scale)),
        adverse: adverse(trial, table),
        power: power(outcomes),
        warnings: warnings(trial, done),
        provenance: Provenance {
            solver: "Rodas5P".to_owned(),
            relative_tolerance: super::accuracy().relative,
            absolute_tolerance: format!("{} of each state's scale", super::accuracy().absolute),
            seed: trial.seed,
            versions: vec![Row::new("resynapse", env!("CARGO_PKG_VERSION"))],
            counts: vec![
                Row::new("patients simulated", done.people),
                Row::new("virtual patients per arm", trial.pool),
                Row::new("draws of what is not known, each with patients of its own", trial.draws),
            ],
            ..Provenance::default()
        },
    };
    report::trial::render(&data)
}

/// What an endpoint counts of adverse events, and until when; nothing of any other.
fn counted(trial: &Trial, name: &str) -> Option<[String; 2]> {
    trial.endpoints.iter().find(|e| e.name == name)?.counted()
}

/// What an endpoint is called on the page: its name, or what it counts of adverse events.
fn called(trial: &Trial, name: &str) -> String {
    counted(trial, name).map_or(name.to_owned(), |words| words.join(" "))
}

fn lead(trial: &Trial, outcomes: &Outcomes) -> String {
    let Some(c) = outcomes.comparisons.iter().find(|c| c.difference.is_some()) else {
        return format!("{} virtual trials of the published size{}.", outcomes.replicates, of(outcomes));
    };
    let number = |x: Option<f64>| x.map_or("not reached".to_owned(), |x| format!("{x:.1}"));
    format!(
        "{}: {} against {} differ by {} {} (90 % of {} virtual trials of the published size{}: {} to {}).",
        called(trial, &c.endpoint),
        c.arm,
        c.reference,
        number(c.difference),
        c.unit,
        outcomes.replicates,
        of(outcomes),
        number(c.low_90),
        number(c.high_90)
    )
}

/// How many different virtual trials the replicates are, where some are drawn again.
fn of(outcomes: &Outcomes) -> String {
    let different = outcomes.draws as usize;
    if different < outcomes.replicates { format!(", {different} of them different") } else { String::new() }
}

fn design(trial: &Trial) -> Vec<Row> {
    let shape = SHAPES.iter().find(|(_, s)| *s == trial.shape).map_or("", |(word, _)| word);
    let mut rows = vec![
        Row::new("design", shape),
        Row::new("programme of trials", programme(trial)),
        Row::new("published as", trial.publication.clone().unwrap_or_else(|| "not a published design".to_owned())),
        Row::new("blinding", format!("{:?}", trial.blinding).to_lowercase()),
        Row::new("expectancy", if trial.switches.expectancy { "acts" } else { "switched off" }),
        Row::new("unblinding by felt effects", if trial.switches.unblinding { "acts" } else { "switched off" }),
        Row::new("setting, against an infusion day in hospital", format!("{:.0} %", 100.0 * trial.intensity)),
        Row::new(
            "disputed steps switched",
            Some(switched(trial)).filter(|s| !s.is_empty()).unwrap_or("none".to_owned()),
        ),
        Row::new("visits, d", trial.visits.iter().map(|v| days(v.at)).collect::<Vec<_>>().join(", ")),
    ];
    for arm in &trial.arms {
        let doses = arm.doses.len() + arm.shams.len();
        let drugs: Vec<&str> = arm.drugs.iter().map(|d| d.name.as_str()).collect();
        let with = if drugs.is_empty() { String::new() } else { format!(", {}", drugs.join(", ")) };
        rows.push(Row::new(&arm.name, format!("{} patients, {doses} sessions{with}", arm.n)));
    }
    rows
}

/// Disputed steps that the file moves from their defaults; empty if there are none.
/// Whether the trial gets what was found in its programme, or is of a new one.
fn programme(trial: &Trial) -> String {
    let own = trial.own();
    match fitted::programme(own.programme) {
        Some(known) if own.programmes == 1 => format!("{}: predicted with what was found there", known.name),
        _ => "none that was fitted: what a new one shows is not known".to_owned(),
    }
}

fn switched(trial: &Trial) -> String {
    let moved = trial.hypotheses.iter().filter(|(h, on)| *on != h.default_on);
    moved.map(|(h, on)| format!("{} {}", h.name, if *on { "on" } else { "off" })).collect::<Vec<_>>().join(", ")
}

/// Hours as days, to a quarter of an hour.
fn days(hours: f64) -> String {
    format!("{}", (hours / 24.0 * 100.0).round() / 100.0)
}

/// The first replicate's patients.
fn flow(trial: &Trial, drawn: &Drawn<'_>, done: &Everybody) -> Flow {
    let people = done.people.max(1) as u64;
    let planned: usize = trial.arms.iter().map(|a| a.n).sum();
    let per_person = done.screened as f64 / (people + done.not_randomised) as f64;
    let randomised_share = people as f64 / (people + done.not_randomised) as f64;
    let entered = (planned as f64 / randomised_share).round() as usize;
    let assessed = (entered as f64 * per_person).round() as usize;
    let mut excluded =
        vec![Count { reason: "did not meet the criteria".to_owned(), n: assessed - entered.min(assessed) }];
    if done.not_randomised > 0 {
        let n = entered - planned.min(entered);
        excluded.push(Count { reason: "did not meet the rule of the lead-in".to_owned(), n });
    }
    let drawn = sample(trial, drawn, 0);
    let reasons = |rows: &[&Patient]| -> Vec<Count> {
        let mut left: Vec<Count> = Vec::new();
        for row in rows.iter().filter(|r| r.left.is_some()) {
            let reason = REASONS.get(row.reason).copied().unwrap_or("left").to_owned();
            match left.iter_mut().find(|c| c.reason == reason) {
                Some(count) => count.n += 1,
                None => left.push(Count { reason, n: 1 }),
            }
        }
        left
    };
    let arms = trial
        .arms
        .iter()
        .zip(&drawn)
        .map(|(arm, rows)| {
            let left = reasons(rows);
            let gone: usize = left.iter().map(|c| c.n).sum();
            FlowArm {
                label: arm.name.clone(),
                allocated: rows.len(),
                treated: rows.len(),
                left,
                completed: rows.len() - gone,
                analysed: rows.len(),
            }
        })
        .collect();
    Flow { assessed, excluded, randomised: planned, arms }
}

fn scores(table: &Table, rows: &[&Patient], scale: &Scale, visit: usize) -> Vec<f64> {
    rows.iter().filter_map(|r| table.score(r, scale, visit)).collect()
}

fn trajectory(trial: &Trial, table: &Table, drawn: &Drawn<'_>, scale: &'static Scale) -> Trajectory {
    let visits: Vec<usize> = (0..table.visits.len())
        .filter(|&v| table.arms.iter().flatten().any(|r| table.score(r, scale, v).is_some()))
        .collect();
    let samples: Vec<_> = (0..MEANS).map(|r| sample(trial, drawn, r)).collect();
    let arms = trial
        .arms
        .par_iter()
        .enumerate()
        .map(|(a, arm)| {
            let all: Vec<&Patient> = table.arms[a].iter().collect();
            let mut curve = ArmCurve { label: arm.name.clone(), ..ArmCurve::default() };
            let mut people = Band { kind: BandKind::BetweenPatients, percent: 90.0, ..Band::default() };
            let mut trials = Band { kind: BandKind::Ignorance, percent: 90.0, ..Band::default() };
            for &v in &visits {
                let values = scores(table, &all, scale, v);
                if values.is_empty() {
                    continue;
                }
                curve.time_d.push(table.visits[v] / 24.0);
                curve.mean.push(mean(&values));
                let ascending = sorted(&values);
                people.low.push(quantile_of_sorted(&ascending, 0.05));
                people.high.push(quantile_of_sorted(&ascending, 0.95));
                let means: Vec<f64> = samples.iter().map(|s| mean(&scores(table, &s[a], scale, v))).collect();
                trials.low.push(quantile(&means, 0.05));
                trials.high.push(quantile(&means, 0.95));
            }
            curve.bands = vec![people, trials];
            curve.observed = published(trial, a, scale, &curve);
            curve
        })
        .collect();
    let doses_d = trial.arms.iter().flat_map(|a| a.doses.iter().map(|d| d.time / 24.0)).collect::<Vec<_>>();
    let mut doses_d = doses_d;
    doses_d.sort_by(f64::total_cmp);
    doses_d.dedup();
    Trajectory { scale: scale.name.to_owned(), unit: "points".to_owned(), doses_d, arms }
}

/// Published mean changes, laid on the simulated baseline.
fn published(trial: &Trial, arm: usize, scale: &Scale, curve: &ArmCurve) -> Vec<[f64; 4]> {
    let Some(&baseline) = curve.mean.first() else { return Vec::new() };
    trial
        .observed
        .iter()
        .filter(|o| o.arm == arm)
        .filter_map(|o| {
            let endpoint = &trial.endpoints[o.endpoint];
            let value = match endpoint.kind {
                Kind::Change | Kind::LeastSquaresChange => baseline + o.value,
                Kind::Score => o.value,
                _ => return None,
            };
            (endpoint.scale.name == scale.name).then_some([endpoint.at / 24.0, value, value, value])
        })
        .collect()
}

fn survivals(trial: &Trial, table: &Table) -> Vec<Survival> {
    let mut out = Vec::new();
    let timed = |k: Kind| matches!(k, Kind::TimeTo | Kind::EventFree | Kind::HazardRatio);
    for (index, endpoint) in trial.endpoints.iter().enumerate().filter(|(_, e)| timed(e.kind)) {
        let arms = trial
            .arms
            .iter()
            .enumerate()
            .filter_map(|(a, arm)| {
                let data: Vec<FollowUp> = table.arms[a]
                    .iter()
                    .filter_map(|r| therapy::trial::estimate::follow_up(table, endpoint, r))
                    .collect();
                let curve = kaplan_meier(&data).ok()?;
                let mut drawn = SurvivalArm { label: arm.name.clone(), ..SurvivalArm::default() };
                drawn.time_d = vec![0.0];
                drawn.share = vec![1.0];
                for step in &curve.steps {
                    drawn.time_d.push(step.time);
                    drawn.share.push(step.survival);
                    drawn.at_risk.push([step.time, step.at_risk as f64]);
                }
                Some(drawn)
            })
            .collect();
        let rule = endpoint.rule.map_or(String::new(), |r| r.to_string());
        out.push(Survival {
            id: format!("survival-{index}"),
            title: endpoint.name.clone(),
            event_free: format!("without {rule}"),
            arms,
        });
    }
    out
}

fn effects(trial: &Trial, outcomes: &Outcomes, group: &str) -> Vec<Effect> {
    outcomes
        .comparisons
        .iter()
        .filter_map(|c| {
            let observed = outcomes.endpoints.iter().find(|o| o.endpoint == c.endpoint && o.arm == c.arm);
            let reference = outcomes.endpoints.iter().find(|o| o.endpoint == c.endpoint && o.arm == c.reference);
            let published = match (observed.and_then(|o| o.observed), reference.and_then(|o| o.observed)) {
                (Some(a), Some(b)) => Some(a - b),
                (a, None) if reference.is_none() => a,
                _ => None,
            };
            Some(Effect {
                label: c.endpoint.clone(),
                comparison: format!("{} − {}", c.arm, c.reference),
                group: group.to_owned(),
                unit: c.unit.clone(),
                estimate: c.difference?,
                low_90: c.low_90?,
                high_90: c.high_90?,
                observed: published,
                lower_is_better: trial.endpoints.iter().any(|e| e.name == c.endpoint && e.lower_is_better()),
            })
        })
        .collect()
}

fn endpoints(trial: &Trial, outcomes: &Outcomes) -> Vec<Endpoint> {
    let shown = |o: &therapy::trial::outcomes::Outcome| {
        let [endpoint, time] = counted(trial, &o.endpoint).unwrap_or([o.endpoint.clone(), o.time.clone()]);
        Some(Endpoint {
            endpoint,
            time,
            arm: o.arm.clone(),
            estimate: o.estimate?,
            low_90: o.low_90?,
            high_90: o.high_90?,
            observed: o.observed,
            unit: o.unit.clone(),
        })
    };
    outcomes.endpoints.iter().filter_map(shown).collect()
}

/// Percent change of each patient of the first replicate at the last visit of the scale.
fn waterfalls(trial: &Trial, table: &Table, drawn: &Drawn<'_>, scale: &'static Scale) -> Vec<Waterfall> {
    let Some(last) = table.visits.len().checked_sub(1) else { return Vec::new() };
    let drawn = sample(trial, drawn, 0);
    trial
        .arms
        .iter()
        .zip(&drawn)
        .map(|(arm, rows)| Waterfall {
            label: arm.name.clone(),
            what: format!("{} at day {}", scale.name, table.visits[last] / 24.0),
            change_percent: rows.iter().filter_map(|r| change_percent(table, r, scale, last)).collect(),
            response_percent: -50.0,
        })
        .collect()
}

fn change_percent(table: &Table, row: &Patient, scale: &Scale, visit: usize) -> Option<f64> {
    let baseline = table.score(row, scale, 0).filter(|b| *b > 0.0)?;
    let now = table.analysed(row, scale, visit, Analysed::All)?;
    Some(100.0 * (now - baseline) / baseline)
}

fn hundreds(trial: &Trial, table: &Table, scale: &'static Scale) -> Vec<Hundred> {
    let Some(last) = table.visits.len().checked_sub(1) else { return Vec::new() };
    let names = ["at least half better", "a quarter to half better", "little changed", "worse", "left the trial"];
    trial
        .arms
        .iter()
        .enumerate()
        .map(|(a, arm)| {
            let rows = &table.arms[a];
            let mut counts = [0.0; 5];
            for row in rows {
                let change = change_percent(table, row, scale, last);
                let part = match (row.left, change) {
                    (Some(_), _) | (_, None) => 4,
                    (_, Some(c)) if c <= -50.0 => 0,
                    (_, Some(c)) if c <= -25.0 => 1,
                    (_, Some(c)) if c <= 10.0 => 2,
                    _ => 3,
                };
                counts[part] += 1.0;
            }
            let all = rows.len().max(1) as f64;
            let parts = names
                .iter()
                .zip(counts)
                .map(|(label, n)| Part { label: (*label).to_owned(), percent: 100.0 * n / all });
            Hundred { label: arm.name.clone(), parts: parts.collect() }
        })
        .collect()
}

/// What happened in sessions: dissociation by its scale, and each adverse event once, again, and with its worst grade.
fn adverse(trial: &Trial, table: &Table) -> Vec<Adverse> {
    let mut terms: Vec<&str> =
        table.arms.iter().flatten().flat_map(|r| &r.events).map(|(_, t, _)| t.as_str()).collect();
    terms.sort_unstable();
    terms.dedup();
    let mut out = Vec::new();
    for (arm, rows) in
        trial.arms.iter().zip(&table.arms).filter(|(_, rows)| rows.iter().any(|r| !r.sessions.is_empty()))
    {
        let mut add = |event: String, of: &dyn Fn(&Patient) -> bool| {
            let percent = 100.0 * rows.iter().filter(|r| of(r)).count() as f64 / rows.len().max(1) as f64;
            out.push(Adverse { event, arm: arm.name.clone(), percent, ..Adverse::default() });
        };
        add("CADSS above 4 in any session".to_owned(), &|r| r.sessions.iter().any(|(_, score)| *score > 4.0));
        for term in &terms {
            let times = |r: &Patient| r.events.iter().filter(|(_, t, _)| t == term).count();
            add((*term).to_owned(), &|r| times(r) > 0);
            add(format!("{term}, repeatedly"), &|r| times(r) > 1);
            add(format!("{term}, severe"), &|r| r.events.iter().any(|(_, t, grade)| t == term && *grade >= 3.0));
        }
    }
    out.retain(|a| a.percent > 0.0 || a.event.starts_with("CADSS"));
    out
}

fn power(outcomes: &Outcomes) -> Vec<Power> {
    let Some(c) = outcomes.comparisons.iter().find(|c| !c.assurance.is_empty()) else { return Vec::new() };
    let percent = |p: f64| 100.0 * p;
    c.assurance
        .iter()
        .map(|&(n, p)| Power { per_arm: f64::from(n), power_percent: percent(p), assurance_percent: percent(p) })
        .collect()
}

fn warnings(trial: &Trial, done: &Everybody) -> Vec<String> {
    let mut warnings = Vec::new();
    if trial.draws == 1 {
        warnings.push("What is not known of the model's parameters is not in these intervals (draws = 1).".to_owned());
    }
    let switched = switched(trial);
    if !switched.is_empty() {
        warnings.push(format!(
            "Disputed steps are switched ({switched}); everything else stays as it was fitted with the steps at their defaults."
        ));
    }
    if !done.lost.is_empty() {
        warnings.push(format!("{} patients could not be computed; they are listed in failures.csv.", done.lost.len()));
    }
    warnings
}
