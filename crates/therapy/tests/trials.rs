//! Trials with a stand-in for the model: designs, arms, rules, drop-out, and what is concluded from signs alone.

use therapy::trial::effect::{Case, Effect, Felt};
use therapy::trial::outcomes::{Outcomes, outcomes};
use therapy::trial::path::Laws;
use therapy::trial::simulate::{Simulated, simulate};
use therapy::trial::table::tabulate;
use therapy::trial::{Trial, read, signs};

/// A drug that takes 1.2 off the logit within a day of each dose, lost with a time constant of a week,
/// times 0.5 per SSRI after three weeks; felt as 0.3 CADSS points per mg.
fn stand_in(cases: &[Case<'_>]) -> Vec<Result<Effect, String>> {
    cases.iter().map(answer).collect()
}

fn answer(case: &Case<'_>) -> Result<Effect, String> {
    if case.person.weight > 1000.0 {
        return Err("the patient is too heavy for the model".to_owned());
    }
    let shift = |time: f64| {
        let mut sum: f64 = 0.0;
        for dose in case.treatment.doses.iter().filter(|d| d.time < time) {
            let age = time - dose.time;
            sum = sum.max(
                1.2 * dose.milligrams(case.person.weight) / 60.0 * (1.0 - (-age / 6.0).exp()) * (-age / 168.0).exp(),
            );
        }
        for drug in case.treatment.drugs.iter().filter(|d| d.from < time) {
            let end = drug.until.unwrap_or(time).min(time);
            sum += 0.5 * (1.0 - (-(end - drug.from) / 504.0).exp());
        }
        -sum
    };
    let felt =
        |d: &therapy::dose::Dose| Felt { dissociation: 0.3 * d.milligrams(case.person.weight), ..Felt::default() };
    Ok(Effect {
        shifts: case.outputs.iter().map(|&t| [shift(t); 5]).collect(),
        felt: case.treatment.doses.iter().map(felt).collect(),
        ..Effect::default()
    })
}

const PARALLEL: &str = r#"
title = "A stand-in"
design = "parallel"
seed = 3
replicates = 200
pool = 300
follow = "28 d"

[population]
women = "66 %"
[[population.severity]]
scale = "MADRS"
mean = "36 points"
sd = "6 points"

[[include]]
what = "MADRS"
at_least = "28 points"

[[arm]]
name = "drug"
n = 60
[[arm.dose]]
route = "intranasal"
enantiomer = "S"
amount = "56 mg"
basis = "base"
every = "3.5 d"
times = 8

[[arm]]
name = "placebo"
n = 50
[[arm.sham]]
every = "3.5 d"
times = 8

[[visit]]
at = ["2 d", "7 d", "14 d", "28 d"]
scales = ["MADRS", "PHQ-9"]

[[endpoint]]
name = "change"
kind = "ls difference"
scale = "MADRS"
at = "28 d"
method = "MMRM"
reference = "placebo"

[[endpoint]]
name = "response"
kind = "percent"
scale = "MADRS"
at = "28 d"
rule = "fall >= 50 %"
reference = "placebo"

[[observed]]
endpoint = "response"
arm = "drug"
value = 60
source = "none: a test"
"#;

fn trial(text: &str) -> Trial {
    read("trial.toml", text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn run(text: &str) -> (Trial, Simulated) {
    let trial = trial(text);
    let done = simulate(&trial, &Laws::default(), &mut stand_in).unwrap();
    (trial, done)
}

fn concluded(text: &str) -> Outcomes {
    let (trial, done) = run(text);
    let (table, unknown) = tabulate(&trial, &done.signs);
    assert_eq!(unknown, 0);
    outcomes(&trial, &table)
}

fn estimate(outcomes: &Outcomes, endpoint: &str, arm: &str) -> f64 {
    let found = outcomes.endpoints.iter().find(|o| o.endpoint == endpoint && o.arm == arm);
    found.unwrap_or_else(|| panic!("{endpoint} {arm}")).estimate.unwrap()
}

fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn a_drug_that_works_is_found_to_work() {
    let found = concluded(PARALLEL);
    assert!(estimate(&found, "change", "drug") < -4.0);
    assert!(estimate(&found, "response", "drug") > estimate(&found, "response", "placebo") + 10.0);
    let response = &found.endpoints.iter().find(|o| o.endpoint == "response").unwrap();
    assert_eq!((response.observed, response.unit.as_str(), response.time.as_str()), (Some(60.0), "percent", "4 week"));
    assert!(response.low_90 < response.estimate && response.estimate < response.high_90);
    let comparison = &found.comparisons[1];
    let gap = estimate(&found, "response", "drug") - estimate(&found, "response", "placebo");
    assert!((comparison.difference.unwrap() - gap).abs() < 1e-9);
    assert!((comparison.number_needed.unwrap() - 100.0 / gap).abs() < 1e-9);
    assert!(comparison.power > 0.3);
    let sizes = &found.comparisons[0].assurance;
    assert!(sizes.windows(2).all(|w| w[0].1 <= w[1].1 + 1e-9) && sizes.len() > 5);
}

#[test]
fn the_same_trial_gives_the_same_signs_and_an_added_arm_changes_no_other_patient() {
    let (_, once) = run(PARALLEL);
    let (_, twice) = run(PARALLEL);
    assert_eq!(signs::write(&once.signs), signs::write(&twice.signs));
    let third = "[[arm]]\nname = \"other\"\nn = 10\n[[arm.sham]]\ntimes = 1\n\n[[visit]]";
    let (_, more) = run(&with(PARALLEL, "[[visit]]", third));
    let of = |done: &Simulated, arm: &str| {
        done.people.iter().filter(|(group, _)| group == arm).map(|(_, p)| p.clone()).collect::<Vec<_>>()
    };
    for arm in ["drug", "placebo"] {
        assert_eq!(of(&once, arm), of(&more, arm));
    }
    assert_eq!(of(&more, "other").len(), 300);
}

#[test]
fn expectancy_off_leaves_the_drug_and_the_untreated_course() {
    let on = concluded(PARALLEL);
    let off = concluded(&with(PARALLEL, "[[include]]", "[setting]\nexpectancy = false\n[[include]]"));
    assert!(estimate(&off, "response", "placebo") < estimate(&on, "response", "placebo"));
    let masked = concluded(&with(PARALLEL, "[[include]]", "[setting]\nblinding = \"masked\"\n[[include]]"));
    let gap = |o: &Outcomes| estimate(o, "change", "drug");
    // Unblinding widens the gap: who feels nothing expects less.
    assert!(gap(&on) < gap(&masked) - 0.5, "{} {}", gap(&on), gap(&masked));
}

#[test]
fn a_changed_rule_needs_no_simulation() {
    let (_, done) = run(PARALLEL);
    let text = signs::write(&done.signs);
    let stricter = trial(&with(PARALLEL, "fall >= 50 %", "score <= 12"));
    let read = signs::read("signs.csv", &text).unwrap();
    let (table, _) = tabulate(&stricter, &read);
    let remission = outcomes(&stricter, &table);
    assert!(estimate(&remission, "response", "drug") < estimate(&concluded(PARALLEL), "response", "drug"));
}

#[test]
fn a_titration_rule_raises_the_dose_of_those_who_have_not_responded() {
    let rule = r#"
[[arm.decision]]
at = "7 d"
scale = "MADRS"
rule = "fall < 50 %"
amount = "84 mg"

[[arm]]
name = "placebo"
"#;
    let text = with(PARALLEL, "\n[[arm]]\nname = \"placebo\"\n", rule);
    let (_, fixed) = run(PARALLEL);
    let (_, flexible) = run(&text);
    assert!(flexible.answered > fixed.answered);
    let taken: Vec<bool> =
        flexible.signs.iter().filter(|s| s.quantity == "decision 1").map(|s| s.value == 1.0).collect();
    assert!(taken.iter().any(|&t| t) && taken.iter().any(|&t| !t));
    // Scores before the decision are the same to the bit; those who were not raised keep all of theirs.
    let early = |done: &Simulated| {
        done.signs.iter().filter(|s| s.time <= 168.0 && s.quantity == "MADRS").cloned().collect::<Vec<_>>()
    };
    assert_eq!(early(&fixed), early(&flexible));
    let late = |done: &Simulated| {
        let last = done.signs.iter().filter(|s| &*s.arm == "drug" && s.time == 672.0 && s.quantity == "MADRS");
        last.map(|s| s.value).sum::<f64>()
    };
    assert!(late(&flexible) < late(&fixed));
}

#[test]
fn who_leaves_is_counted_with_the_reason_and_carried_forward_only_if_asked() {
    let text = with(PARALLEL, "[[endpoint]]", "[dropout]\nlack_of_effect = \"20 %\"\n[[endpoint]]");
    let (trial, done) = run(&text);
    let left: Vec<_> = done.signs.iter().filter(|s| s.quantity == "left").collect();
    assert!(left.len() > 60 && left.iter().all(|s| s.value == 3.0));
    for sign in &left {
        let after = |s: &&signs::Sign| {
            s.patient == sign.patient && s.arm == sign.arm && s.time >= sign.time && s.quantity == "MADRS"
        };
        assert_eq!(done.signs.iter().filter(after).count(), 0);
    }
    let (table, _) = tabulate(&trial, &done.signs);
    let of = |patients: &str| {
        let changed =
            with(&text, "rule = \"fall >= 50 %\"", &format!("rule = \"fall >= 50 %\"\npatients = \"{patients}\""));
        estimate(&outcomes(&self::trial(&changed), &table), "response", "placebo")
    };
    assert!(of("completers") > of("all"), "{} {}", of("completers"), of("all"));
}

#[test]
fn a_crossover_takes_the_same_people_through_both_periods_with_what_carries_over() {
    let text = PARALLEL
        .replace("design = \"parallel\"", "design = \"crossover\"")
        .replace("follow = \"28 d\"", "follow = \"28 d\"\n[crossover]\nwashout = \"1 d\"");
    // Tables come after plain keys in TOML.
    let text = text
        .replace("[crossover]\nwashout = \"1 d\"\n", "")
        .replace("[[include]]", "[crossover]\nwashout = \"1 d\"\n[[include]]");
    let (trial, done) = run(&text);
    assert_eq!(done.people.len(), 300);
    let baseline = |arm: &str, period: u32| {
        let scores: Vec<f64> = done
            .signs
            .iter()
            .filter(|s| &*s.arm == arm && s.period == period && s.time == 0.0 && s.quantity == "MADRS")
            .map(|s| s.value)
            .collect();
        scores.iter().sum::<f64>() / scores.len() as f64
    };
    // After the drug the placebo period starts lower than at first: carry-over.
    assert!(baseline("placebo", 2) < baseline("placebo", 1) - 5.0);
    // What was felt with the drug before does not make anybody take placebo for it now.
    let guesses = |arm: &str, period: u32| {
        let of = |s: &&signs::Sign| &*s.arm == arm && s.period == period && s.quantity == "guess";
        let all: Vec<f64> = done.signs.iter().filter(of).map(|s| s.value).collect();
        assert!(all.len() > 100, "{arm} {period}");
        all
    };
    for arm in ["drug", "placebo"] {
        let (first, second) = (guesses(arm, 1), guesses(arm, 2));
        assert!(first.iter().chain(&second).all(|g| (*g > 0.5) == (arm == "drug")), "{arm}");
    }
    let (table, _) = tabulate(&trial, &done.signs);
    assert!(estimate(&outcomes(&trial, &table), "response", "drug").is_finite());
}

#[test]
fn randomised_withdrawal_randomises_only_those_who_met_the_rule() {
    // Without expectancy, so that what stops is the drug alone.
    let lead = r#"
[setting]
expectancy = false

[lead_in]
length = "28 d"
scale = "MADRS"
rule = "fall >= 50 %"
[[lead_in.dose]]
route = "intranasal"
enantiomer = "S"
amount = "84 mg"
basis = "base"
every = "3.5 d"
times = 8

[[include]]"#;
    let text = with(&with(PARALLEL, "\"parallel\"", "\"randomised withdrawal\""), "\n[[include]]", lead);
    let (trial, done) = run(&text);
    assert!(done.not_randomised > 0 && done.people.len() as u64 + done.not_randomised == 600);
    // Stopping brings scores up; going on keeps them.
    let mean = |arm: &str, time: f64| {
        let of = done.signs.iter().filter(|s| &*s.arm == arm && s.time == time && s.quantity == "MADRS");
        let values: Vec<f64> = of.map(|s| s.value).collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    assert!(mean("placebo", 672.0) > mean("drug", 672.0) + 3.0);
    assert!((mean("placebo", 0.0) - mean("drug", 0.0)).abs() < 4.0);
    assert_eq!(trial.arms.len(), 2);
}

#[test]
fn how_much_of_a_difference_is_there_early_is_told_once_and_not_compared_again() {
    let more = r#"
[[endpoint]]
name = "early"
kind = "share of change"
scale = "MADRS"
at = "7 d"
of = "28 d"
reference = "placebo"

[[endpoint]]
name = "each arm"
kind = "share of change"
scale = "MADRS"
at = "7 d"
of = "28 d"
"#;
    let found = concluded(&with(PARALLEL, "[[observed]]", &format!("{more}\n[[observed]]")));
    let arms = |name: &str| found.endpoints.iter().filter(|o| o.endpoint == name).map(|o| &*o.arm).collect::<Vec<_>>();
    assert_eq!(arms("early"), ["drug"]);
    assert_eq!(arms("each arm"), ["drug", "placebo"]);
    assert!(found.comparisons.iter().all(|c| c.endpoint != "early" && c.endpoint != "each arm"));
}

#[test]
fn odds_ratios_and_missing_values_that_fail_are_counted_as_said() {
    let more = r#"
[dropout]
completely_at_random = "20 %"

[[endpoint]]
name = "odds"
kind = "odds ratio"
scale = "MADRS"
at = "28 d"
rule = "fall >= 20 %"
reference = "placebo"

[[endpoint]]
name = "better by a fifth"
kind = "percent"
scale = "MADRS"
at = "28 d"
rule = "fall >= 20 %"

[[endpoint]]
name = "missing fails"
kind = "percent"
scale = "MADRS"
at = "28 d"
rule = "fall >= 50 %"
patients = "missing fails"
"#;
    let found = concluded(&with(PARALLEL, "[[observed]]", &format!("{more}\n[[observed]]")));
    let better = |arm: &str| estimate(&found, "better by a fifth", arm);
    let odds = |percent: f64| percent / (100.0 - percent);
    // The median of ratios of small arms lies near the ratio of means.
    let ratio = estimate(&found, "odds", "drug") / (odds(better("drug")) / odds(better("placebo")));
    assert!((0.5..2.0).contains(&ratio), "{ratio}");
    // Four weeks at 20 % a week leave 45 %.
    let left = estimate(&found, "missing fails", "drug") / estimate(&found, "response", "drug");
    assert!((0.3..0.65).contains(&left), "{left}");
}

#[test]
fn a_patient_the_model_cannot_compute_is_listed_and_changes_nobody_else() {
    let trial = trial(PARALLEL);
    let mut count = 0;
    let mut failing = |cases: &[Case<'_>]| {
        count += 1;
        cases
            .iter()
            .map(|c| if c.person.number == 7 { Err("it broke".to_owned()) } else { answer(c) })
            .collect::<Vec<_>>()
    };
    let done = simulate(&trial, &Laws::default(), &mut failing).unwrap();
    assert_eq!(done.lost.len(), 2);
    assert_eq!((done.lost[0].arm.as_str(), done.lost[0].patient, done.lost[0].cause.as_str()), ("drug", 7, "it broke"));
    let (_, whole) = run(PARALLEL);
    let others: Vec<_> = whole.signs.into_iter().filter(|s| s.patient != 7).collect();
    assert_eq!(done.signs, others);
    // Each arm is asked about once, all of its people in one go.
    assert_eq!(count, 2);
}

#[test]
fn what_contradicts_itself_is_refused_with_place_cause_and_remedy() {
    for (from, to, parts) in [
        ("\"parallel\"", "\"crossover\"", &["a crossover without a washout", "add [crossover]"][..]),
        ("\"parallel\"", "\"open label\"\n[setting]\nblinding = \"double\"", &["unknown key", "known"]),
        ("[[include]]", "[crossover]\nwashout = \"7 d\"\n[[include]]", &["`[crossover]` contradicts the design"]),
        ("\"parallel\"", "\"randomised withdrawal\"", &["a randomised withdrawal without a lead-in"]),
        ("\"parallel\"", "\"sequential\"", &["no rule says when"]),
        ("kind = \"percent\"\nscale = \"MADRS\"", "kind = \"percent\"", &["`scale` is missing in [endpoint]"]),
        (
            "at = [\"2 d\", \"7 d\", \"14 d\", \"28 d\"]",
            "at = [\"2 d\", \"28 d\", \"40 d\"]",
            &["lies outside follow-up"],
        ),
        ("n = 50", "n = 50\nallocation = -1", &["`allocation` = -1 is out of range"]),
        (
            "what = \"MADRS\"\nat_least = \"28 points\"",
            "what = \"wieght\"\nat_least = \"28 points\"",
            &["unknown covariate \"wieght\"", "did you mean \"weight\""],
        ),
        ("at = \"28 d\"\nrule", "at = \"21 d\"\nrule", &["no visit reads MADRS at", "is read at: 0"]),
        ("rule = \"fall >= 50 %\"", "rule = \"drop 50 %\"", &["is no rule"]),
        (
            "scale = \"MADRS\"\nat = \"28 d\"\nmethod",
            "scale = \"MADRS-S\"\nat = \"28 d\"\nmethod",
            &["no scale is called", "did you mean \"MADRS\""],
        ),
        ("reference = \"placebo\"", "reference = \"palcebo\"", &["no arm is called", "did you mean \"placebo\""]),
        ("times = 8\n\n[[arm]]", "times = 18\n\n[[arm]]", &["is dosed outside follow-up"]),
        (
            "\"parallel\"",
            "\"parallel\"\nhypotheses = { unblinding = false }",
            &["`unblinding` is no hypothesis of a trial", "unblinding = false in [setting]"],
        ),
        (
            "\"parallel\"",
            "\"parallel\"\nhypotheses = { disinhibtion = false }",
            &["unknown hypothesis `disinhibtion`", "did you mean `disinhibition`"],
        ),
        ("name = \"placebo\"", "name = \"drug\"", &["two arms are called"]),
        ("n = 50", "n = 50.5", &["has to be a whole number"]),
        ("endpoint = \"response\"", "endpoint = \"respons\"", &["no endpoint is called", "did you mean \"response\""]),
    ] {
        let text = with(PARALLEL, from, to);
        let problems = match read("trial.toml", &text) {
            Err(problems) => problems.to_string(),
            Ok(_) => panic!("accepted: {to}"),
        };
        assert!(problems.starts_with("trial.toml:"), "{problems}");
        assert!(problems.contains("cause:") && problems.contains("remedy:"));
        for part in parts {
            assert!(problems.contains(part), "{to}: {part} not in\n{problems}");
        }
    }
    assert!(read("trial.toml", "").is_err());
}

#[test]
fn nobody_who_could_enter_is_an_error_that_names_the_criterion() {
    let text = with(PARALLEL, "at_least = \"28 points\"", "at_least = \"60 points\"");
    let error = simulate(&trial(&text), &Laws::default(), &mut stand_in).unwrap_err();
    assert_eq!(error.criterion, "MADRS");
}

#[test]
fn every_shipped_trial_reads() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/trials");
    let all = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut names: Vec<_> = all.filter(|p| p.is_dir()).collect();
    names.sort();
    assert!(names.len() >= 12);
    for path in names {
        let text = std::fs::read_to_string(path.join("trial.toml")).unwrap();
        let trial = read(&path.display().to_string(), &text).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(!trial.endpoints.is_empty(), "{}", trial.title);
    }
}
