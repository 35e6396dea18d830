//! Qualification: every row asked of the posterior ensemble, scored, and told as JSON.

use crate::catalogue::{Catalogue, Group};
use crate::ensemble;
use crate::grounds::grounds;
use crate::observation::{Comparison, Set};
use crate::problem::Problem;
use crate::score::{self, Limits, Scored, Summary, Verdict};
use crate::simulate::{Answer, Bench, Integrate};
use crate::study::{self, Bound};
use crate::trials::predict::{Answers, Ensemble, Predicted, Size, predict};
use crate::trials::question::Ask;
use ketamine::hypotheses::Hypothesis;
use notation::System;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A disputed step set on or off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Switched {
    /// Which.
    pub hypothesis: &'static Hypothesis,
    /// Whether it holds.
    pub on: bool,
}

/// How to qualify.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Members of the posterior ensemble; the first is its mode.
    pub members: usize,
    /// Seed of the ensemble and of the scatter of studies.
    pub seed: u64,
    /// The group whose rows are asked; `None` asks all.
    pub group: Option<Group>,
    /// Disputed steps set otherwise than by default.
    pub switched: Vec<Switched>,
    /// Limits of the verdicts.
    pub limits: Limits,
    /// How much of each trial is simulated.
    pub size: Size,
}

/// What the caller brings.
pub struct Means<'a> {
    /// Integrates many subjects.
    pub integrate: &'a Integrate<'a>,
    /// Lets the model answer for many patients of a trial.
    pub answers: &'a Answers<'a>,
    /// Is told what is going on, now and then.
    pub progress: &'a dyn Fn(&str),
}

/// Every row scored.
pub struct Qualified<'a> {
    /// The bound questions and the compiled model.
    pub bench: Bench<'a>,
    /// One per row, in file order.
    pub scored: Vec<Scored>,
    /// Members that were run.
    pub members: Vec<Vec<f64>>,
    /// By row id of the mechanism table: parameters that name the row as their ground.
    pub grounds: BTreeMap<String, Vec<String>>,
}

/// Members run at a time, so that memory stays bounded.
const MEMBERS_AT_ONCE: usize = 16;

/// Why a qualification cannot be run.
#[derive(Debug)]
pub enum Refusal {
    /// The files do not fit the model.
    Files(Vec<Problem>),
    /// The model cannot be compiled.
    Model(String),
}

/// Settings of a run that put disputed steps on or off, in internal units.
pub fn settings_of(switched: &[Switched], system: &System) -> Vec<(String, f64)> {
    let mut out = Vec::new();
    for s in switched {
        for (name, value) in s.hypothesis.settings(s.on) {
            if let Some(index) = system.parameter(name) {
                out.push(((*name).to_owned(), value * system.parameters[index].unit.scale));
            }
        }
    }
    out
}

/// Asks every row. `declared` is the model before any fit.
///
/// # Errors
/// Files that do not fit the model, or a model that cannot be compiled.
pub fn qualify<'a>(
    catalogue: &Catalogue,
    declared: &System,
    settings: &Settings,
    means: &Means<'a>,
) -> Result<Qualified<'a>, Refusal> {
    let mut asked = catalogue.clone();
    asked.entries.retain(|e| settings.group.is_none_or(|group| e.group == group));
    let study = study::bind(&asked, declared).map_err(Refusal::Files)?;
    let mut bench = Bench::new(study, declared.clone(), means.integrate).map_err(Refusal::Model)?;
    bench.switched = settings_of(&settings.switched, declared);
    let members = ensemble::committed(declared).draw(settings.members, settings.seed);
    let rows: Vec<usize> = (0..bench.study.rows.len()).collect();
    let mut answers: Vec<Vec<Answer>> = vec![Vec::with_capacity(members.len()); rows.len()];
    (means.progress)(&format!("{} rows, {} draws from the posterior", rows.len(), members.len()));
    for chunk in members.chunks(MEMBERS_AT_ONCE) {
        for member in bench.answers(chunk, &rows) {
            for (row, answer) in member.into_iter().enumerate() {
                answers[row].push(answer);
            }
        }
    }
    let trials = trials(&bench, &members, &settings.size, means);
    let scored = rows
        .iter()
        .map(|r| {
            let row = &bench.study.rows[*r];
            let scatter = ensemble::scatter(row.group().name());
            match (&row.bound, trials.get(r)) {
                (Bound::Trial { scale, .. }, Some(predicted)) => score::score_trial(*r, row, predicted, *scale),
                _ => score::score(*r, row, &answers[*r], &scatter, &settings.limits, settings.seed),
            }
        })
        .collect();
    let grounds = grounds(declared);
    Ok(Qualified { bench, scored, members, grounds })
}

/// Simulates each design that a row asks for; predictions by row.
fn trials(bench: &Bench, members: &[Vec<f64>], size: &Size, means: &Means) -> BTreeMap<usize, Predicted> {
    let ensemble = Ensemble {
        system: &bench.system,
        members,
        switched: &bench.switched,
        laws: &therapy::trial::path::Laws::default(),
    };
    let mut by_design: BTreeMap<usize, Vec<(usize, Ask)>> = BTreeMap::new();
    for (index, row) in bench.study.rows.iter().enumerate() {
        if let Bound::Trial { ask, .. } = &row.bound {
            by_design.entry(ask.design).or_default().push((index, *ask));
        }
    }
    let mut out = BTreeMap::new();
    for (number, (design, rows)) in by_design.iter().enumerate() {
        let design = &bench.study.catalogue.designs[*design];
        (means.progress)(&format!("trial {} of {}: {}", number + 1, by_design.len(), design.name));
        let asks: Vec<Ask> = rows.iter().map(|r| r.1).collect();
        match predict(design, &asks, &ensemble, size, means.answers) {
            Ok(predicted) => out.extend(rows.iter().map(|r| r.0).zip(predicted)),
            Err(cause) => {
                let failed = Predicted { replicates: Vec::new(), failure: Some(cause) };
                out.extend(rows.iter().map(|r| (r.0, failed.clone())));
            }
        }
    }
    out
}

/// The sets that the summary tells.
pub const SETS: [Set; 3] = [Set::Calibration, Set::Validation, Set::Conflict];

impl Qualified<'_> {
    /// Figures of a group and set.
    pub fn summary(&self, group: Group, set: Set) -> Summary {
        score::summarise(&self.bench.study.rows, &self.scored, group, set)
    }

    /// The parameters whose ground this row is named as: it does not check them.
    pub fn ground_of(&self, scored: &Scored) -> &[String] {
        let entry = &self.bench.study.rows[scored.row].entry;
        let named = self.grounds.get(&entry.observation.id).filter(|_| entry.group == Group::Mechanism);
        named.map_or(&[], Vec::as_slice)
    }

    /// Of a group and set the rows that no parameter names as its ground, and those of them that are met.
    pub fn independent(&self, group: Group, set: Set) -> (usize, usize) {
        let rows = self.scored.iter().filter(|s| {
            let entry = &self.bench.study.rows[s.row].entry;
            entry.group == group && entry.observation.set == set
        });
        let free: Vec<&Scored> =
            rows.filter(|s| s.verdict != Verdict::Excluded && self.ground_of(s).is_empty()).collect();
        (free.len(), free.iter().filter(|s| s.verdict == Verdict::Met).count())
    }

    /// The result as JSON: `summary` by group and set, and `rows`.
    pub fn json(&self) -> Value {
        let mut summary = serde_json::Map::new();
        for group in Group::ALL {
            let sets: serde_json::Map<String, Value> =
                SETS.iter().map(|set| (set.name().to_owned(), self.summary_json(group, *set))).collect();
            summary.insert(group.name().to_owned(), Value::Object(sets));
        }
        json!({ "summary": summary, "rows": self.scored.iter().map(|s| self.row(s)).collect::<Vec<_>>() })
    }

    fn row(&self, scored: &Scored) -> Value {
        let entry = &self.bench.study.rows[scored.row].entry;
        let (observation, question) = (&entry.observation, &entry.question);
        let (compared, reason) = match question.comparison {
            Comparison::Fold => ("fold", ""),
            Comparison::Difference => ("difference", ""),
            Comparison::Claim => ("claim", ""),
            Comparison::Trial => ("trial", ""),
            Comparison::Excluded => ("excluded", question.text.as_str()),
        };
        let observed = match scored.target {
            Some(target) => json!(target),
            None => json!(observation.value),
        };
        json!({
            "id": observation.id,
            "group": entry.group.name(),
            "set": observation.set.name(),
            "quantity": observation.quantity,
            "observed": observed,
            "predicted": scored.predicted,
            "low_50": scored.interval_50.map(|i| i.0),
            "high_50": scored.interval_50.map(|i| i.1),
            "low_90": scored.interval_90.map(|i| i.0),
            "high_90": scored.interval_90.map(|i| i.1),
            "unit": scored.unit(entry),
            "verdict": scored.verdict.word(),
            "compared": compared,
            "fold_error": scored.fold,
            "margin": scored.margin,
            "margins": self.inequalities(scored),
            "asked": if question.comparison == Comparison::Excluded { "" } else { &question.text },
            "reason": reason,
            "remark": question.remark,
            "ground_of": self.ground_of(scored),
            "source": observation.source,
        })
    }

    /// Each inequality of a statement with its median margin: what holds safely, what barely, what does not.
    fn inequalities(&self, scored: &Scored) -> Value {
        let Bound::Claim(all) = &self.bench.study.rows[scored.row].bound else { return Value::Null };
        all.iter().zip(&scored.margins).map(|(e, m)| json!({ "said": e.said, "margin": m })).collect()
    }

    fn summary_json(&self, group: Group, set: Set) -> Value {
        let summary = self.summary(group, set);
        let (n_independent, met) = self.independent(group, set);
        json!({
            "n": summary.n,
            "met": summary.met,
            "n_independent": n_independent,
            "met_independent": (n_independent > 0).then(|| met as f64 / n_independent as f64),
            "gmfe": summary.gmfe,
            "within_1_25_fold": summary.within_1_25_fold,
            "within_1_5_fold": summary.within_1_5_fold,
            "within_2_fold": summary.within_2_fold,
            "coverage_50": summary.coverage_50,
            "coverage_90": summary.coverage_90,
            "excluded": summary.excluded,
        })
    }

    /// Rows whose verdict is this one.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Scored> {
        self.scored.iter().filter(move |s| s.verdict == verdict)
    }
}
