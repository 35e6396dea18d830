//! The dossier's data: scores, facts, curves, fitted values, rivals, deviations, hashes.

mod curves;
mod traces;

use crate::calibrate::profile::shipped;
use crate::evidence_files::each;
use evidence::calibrate::free;
use evidence::calibrate::profile::LIMIT;
use evidence::catalogue::{Entry, Files, Group};
use evidence::curves::published;
use evidence::observation::{Comparison, Set};
use evidence::qualify::{Qualified, SETS, Settings};
use evidence::score::{Scored, Verdict};
use ketamine::fitted;
use report::dossier::{self, DossierData, Fact, Fitted, HypothesisTable, Judged, Score};
use report::run::{Provenance, Row};
use report::text;
use store::atomic::sha256;

/// All of it.
pub fn data(
    qualified: &Qualified,
    files: &Files,
    settings: &Settings,
    rivals: &[(String, Vec<Verdict>)],
) -> DossierData {
    let rows = &qualified.bench.study.rows;
    let asked = qualified.scored.iter().filter(|s| s.verdict != Verdict::Excluded).count();
    let met = qualified.with(Verdict::Met).count();
    DossierData {
        title: "The reference model against the evidence".to_owned(),
        lead: format!(
            "{} observations; {asked} were put to the model, {met} are met, {} are listed with the reason why they cannot be asked. \
             Predictions are medians over {} draws from the posterior; intervals are what a study like the one cited would observe.",
            rows.len(),
            rows.len() - asked,
            qualified.members.len(),
        ),
        disclaimers: vec![
            "Spine results are animal evidence: imaging in people has not shown a mean gain of synapses at 24 h.".to_owned(),
            "Directions of animal studies carry thresholds of detection that are conventions of this project (validation/quantities.toml).".to_owned(),
        ],
        scores: scores(qualified),
        facts: qualified.scored.iter().filter(|s| s.verdict != Verdict::Excluded).map(|s| fact(qualified, s)).collect(),
        curves: curves::curves(qualified),
        traces: traces::traces(qualified),
        fitted: fitted_values(qualified),
        profiles: profiles_told(),
        profile_limit: LIMIT,
        hypotheses: hypotheses(qualified, rivals),
        limits: limits(qualified, settings),
        deviations: deviations(qualified),
        excluded: excluded(qualified),
        provenance: provenance(files, settings),
    }
}

fn scores(qualified: &Qualified) -> Vec<Score> {
    let mut out = Vec::new();
    for group in Group::ALL {
        for set in SETS {
            let s = qualified.summary(group, set);
            out.push(Score {
                group: group.name().to_owned(),
                set: set.name().to_owned(),
                n: s.n,
                met: (s.met.unwrap_or(0.0) * s.n as f64).round() as usize,
                gmfe: s.gmfe,
                within_1_25_fold: s.within_1_25_fold,
                within_1_5_fold: s.within_1_5_fold,
                within_2_fold: s.within_2_fold,
                coverage_50: s.coverage_50,
                coverage_90: s.coverage_90,
            });
        }
    }
    out
}

fn fact(qualified: &Qualified, scored: &Scored) -> Fact {
    let entry = &qualified.bench.study.rows[scored.row].entry;
    let (observation, question) = (&entry.observation, &entry.question);
    let pair = |i: Option<(f64, f64)>| i.map(|(low, high)| [low, high]);
    let claim = scored.target.is_none();
    let verdict = match (scored.verdict, observation.set) {
        (Verdict::Failed, _) => dossier::Verdict::NotJudged,
        (_, Set::Conflict) => dossier::Verdict::Disputed,
        (Verdict::Met, _) => dossier::Verdict::Met,
        (Verdict::Missed, _) => dossier::Verdict::Missed,
        (Verdict::Excluded, _) => dossier::Verdict::NotJudged,
    };
    let mut note = format!("Asked: {}.", question.text);
    if claim {
        let share = scored.predicted.map_or("-".to_owned(), |p| format!("{:.0} %", 100.0 * p));
        note = format!("Observed: {}. {note} Holds in {share} of the ensemble.", observation.value);
    }
    if observation.set == Set::Conflict {
        note += if scored.verdict == Verdict::Met {
            " The model is on this side."
        } else {
            " The model is on the other side."
        };
    }
    let lent = qualified.ground_of(scored);
    if !lent.is_empty() {
        note += &format!(" Named as the ground of {}: no independent check of it.", lent.join(", "));
    }
    for more in [&question.remark, &observation.note] {
        if !more.is_empty() {
            note += &format!(" {more}.");
        }
    }
    Fact {
        id: observation.id.clone(),
        name: name(entry),
        published: [&observation.value, &observation.unit]
            .into_iter()
            .filter(|s| *s != "sign")
            .cloned()
            .collect::<Vec<_>>()
            .join(" "),
        agrees: scored.verdict == Verdict::Met,
        group: entry.group.name().to_owned(),
        set: observation.set.name().to_owned(),
        quantity: observation.quantity.clone(),
        scenario: [&observation.population, &observation.design, &observation.sampling]
            .into_iter()
            .filter(|s| !s.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("; "),
        observed: scored.target,
        observed_range: question.target.is_none().then(|| published(observation)).flatten().map(|(l, h)| [l, h]),
        predicted: if claim { None } else { scored.predicted },
        interval_50: pair(scored.interval_50),
        interval_90: pair(scored.interval_90),
        unit: observation.unit.clone(),
        judged: match question.comparison {
            Comparison::Fold => Judged::ByFold,
            Comparison::Difference => Judged::ByDifference,
            Comparison::Trial if scored.target.is_some() => Judged::ByInterval,
            _ if question.text.contains('>') || question.text.contains('<') => Judged::ByRank,
            _ => Judged::BySign,
        },
        verdict,
        note,
        source: if observation.study.is_empty() { observation.mark.clone() } else { observation.study.clone() },
        address: observation.source.clone(),
    }
}

fn excluded(qualified: &Qualified) -> Vec<Row> {
    let rows = &qualified.bench.study.rows;
    let out = qualified.with(Verdict::Excluded).map(|s| &rows[s.row].entry);
    out.map(|e| Row::new(&e.observation.id, format!("{} [{}]", e.question.text, e.observation.set.name()))).collect()
}

/// How verdicts are given and what they do not say.
fn limits(qualified: &Qualified, settings: &Settings) -> Vec<String> {
    let l = settings.limits;
    let (group, set) = (Group::Mechanism, Set::Validation);
    let all = qualified.summary(group, set).n;
    let (n, met) = qualified.independent(group, set);
    let mut told = vec![
        format!(
            "A concentration, clearance or bioavailability is met within {}-fold, another positive figure within {}-fold, \
             a difference within {} of its spreads, a statement if it holds in at least half of the ensemble, \
             a figure of a trial if it lies where nine in ten trials of that size would fall.",
            l.pharmacokinetic_fold, l.fold, l.spreads
        ),
        "A wide interval is met easily: read the verdicts of trials beside the width of their bars and beside how far the middle is off.".to_owned(),
        "Spine and dendrite results come from animals. In people imaging has not shown a mean gain of synapses at 24 h, \
         and the model must stay within what imaging could have missed (see the claims)."
            .to_owned(),
    ];
    if n < all {
        told.push(format!(
            "{} of {all} validation rows of the mechanism are named as the ground of a number that was set by hand or by \
             arithmetic, so that they do not check it; of the other {n} the model meets {met}.",
            all - n
        ));
    }
    told
}

/// Where the model departs, one sentence per miss, with its group.
fn deviations(qualified: &Qualified) -> Vec<Row> {
    let rows = &qualified.bench.study.rows;
    let mut out = Vec::new();
    for scored in &qualified.scored {
        let entry = &rows[scored.row].entry;
        if !matches!(scored.verdict, Verdict::Missed | Verdict::Failed) || entry.observation.set == Set::Conflict {
            continue;
        }
        let observation = &entry.observation;
        let who = if observation.study.is_empty() { &observation.id } else { &observation.study };
        let what =
            format!("{who}, {}, {} ({})", observation.population, words(&observation.quantity), observation.set.name());
        let unit = &observation.unit;
        let number = |v: f64| if v.is_finite() { text::number(v) } else { "not reached".to_owned() };
        let range = scored.interval_90.map_or(String::new(), |(low, high)| {
            format!(" (nine in ten studies: {} to {})", number(low), number(high))
        });
        let sentence = match (scored.target, scored.predicted) {
            (Some(target), Some(predicted)) => {
                format!("{what}: {} {unit} in the study, {} in the model{range}.", number(target), number(predicted))
            }
            (_, Some(share)) => format!(
                "{what}: the study says \"{}\"; the model does so in {:.0} % of {}.",
                observation.value,
                100.0 * share,
                if entry.question.comparison == Comparison::Trial { "trials of that size" } else { "the ensemble" }
            ),
            _ => format!("{what}: the model gave no number for \"{}\".", observation.value),
        };
        out.push(Row::new(entry.group.name(), sentence));
    }
    out
}

/// `response_pct MADRS` as people say it.
fn words(quantity: &str) -> String {
    let mut out = quantity.replace("_pct", " (percent)").replace('_', " ");
    if let Some((figure, scale)) = out.clone().rsplit_once(' ')
        && scale.chars().any(|c| c.is_ascii_uppercase())
        && figure.chars().all(|c| !c.is_ascii_uppercase())
    {
        out = format!("{scale} {figure}");
    }
    out
}

/// Short name for figures: what, in whom, by whom.
fn name(entry: &Entry) -> String {
    if entry.group != Group::Clinical {
        return String::new();
    }
    let o = &entry.observation;
    let study = o.study.split(" (").next().unwrap_or(&o.study);
    let quantity = words(&o.quantity).replace(" (percent)", "").replace("mean ", "");
    let short = |text: &str| {
        let pairs =
            [("TRANSFORM-", "TR-"), (" pooled", ""), ("esketamine", "esk"), ("placebo", "pbo"), ("ketamine", "ket")];
        pairs.iter().fold(text.to_owned(), |t, (long, short)| t.replace(long, short))
    };
    format!("{} {}: {quantity}", short(study), short(&o.population))
}

/// 90 % of a normal distribution lies within so many standard deviations.
const NINETY: f64 = 1.645;

/// What was profiled, in words.
fn profiles_told() -> String {
    let shipped = shipped();
    if shipped.is_empty() {
        return "No profiles belong to these fitted values: `resynapse calibrate --profile` makes them.".to_owned();
    }
    let said: Vec<String> = shipped.iter().map(|p| format!("{} is {}", p.parameter, p.bounded)).collect();
    format!("Profiles of parameters of which half or more of the prior's spread is left: {}.", said.join("; "))
}

fn fitted_values(qualified: &Qualified) -> Vec<Fitted> {
    let declared = free::free(&qualified.bench.system);
    let mut out = Vec::new();
    let profiles = shipped();
    for value in fitted::values::MOVED {
        let Some(free) = declared.iter().find(|f| f.name == value.name) else { continue };
        let field = &qualified.bench.system.parameters[free.index];
        let band = |centre: f64, deviation: f64| {
            let at = |z: f64| free.declared((centre + z * deviation).clamp(free.low, free.high));
            [at(0.0), at(-NINETY), at(NINETY)]
        };
        let left = value.deviation / free.deviation;
        let profile = profiles.iter().find(|p| p.parameter == value.name);
        out.push(Fitted {
            parameter: value.name.to_owned(),
            unit: field.unit.symbol.to_owned(),
            prior: band(free.centre, free.deviation),
            posterior: band(value.mode, value.deviation),
            rows: value.rows.split(", ").map(str::to_owned).collect(),
            identifiable: value.identifiable,
            note: format!("{:.0} % of the prior's spread is left", 100.0 * left),
            profile: profile.map_or(Vec::new(), |p| p.points.clone()),
            bounded: profile.map_or(String::new(), |p| p.bounded.clone()),
        });
    }
    out
}

fn hypotheses(qualified: &Qualified, rivals: &[(String, Vec<Verdict>)]) -> Option<HypothesisTable> {
    let reference = &rivals.first()?.1;
    let word = |v: Verdict| match v {
        Verdict::Met => dossier::Verdict::Met,
        Verdict::Missed => dossier::Verdict::Missed,
        Verdict::Excluded | Verdict::Failed => dossier::Verdict::NotJudged,
    };
    let telling: Vec<usize> = (0..reference.len())
        .filter(|row| rivals.iter().any(|(_, verdicts)| verdicts[*row] != reference[*row]))
        .collect();
    Some(HypothesisTable {
        variants: rivals.iter().map(|r| r.0.clone()).collect(),
        facts: telling.iter().map(|row| qualified.bench.study.rows[*row].entry.observation.id.clone()).collect(),
        verdicts: telling.iter().map(|row| rivals.iter().map(|(_, v)| word(v[*row])).collect()).collect(),
    })
}

fn provenance(files: &Files, settings: &Settings) -> Provenance {
    let engine = engine::Settings::default();
    let hash = |text: &str| sha256(text.as_bytes());
    let mut hashes: Vec<Row> = each(files).map(|f| Row::new(&f.name, hash(&f.text))).collect();
    hashes.push(Row::new("fitted values", hash(fitted::TEXT)));
    Provenance {
        solver: "Rodas5P".to_owned(),
        relative_tolerance: engine.relative,
        absolute_tolerance: format!("{:e} of each state's scale", engine.absolute),
        seed: settings.seed,
        versions: vec![
            Row::new("resynapse", env!("CARGO_PKG_VERSION")),
            Row::new("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
        ],
        hashes,
        counts: vec![Row::new("members of the ensemble", settings.members)],
        command: "resynapse qualify --out DIR".to_owned(),
    }
}
