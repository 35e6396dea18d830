//! Adverse events as endpoints: counted from signs by term, time and worst grade, refused where they make no sense, and
//! as many in a virtual trial as its people should have.

use therapy::trial::effect::{Case, Effect, Felt};
use therapy::trial::estimate::{Figure, Sample, estimate};
use therapy::trial::fitted::values::USUAL;
use therapy::trial::outcomes::outcomes;
use therapy::trial::path::Laws;
use therapy::trial::simulate::simulate;
use therapy::trial::table::tabulate;
use therapy::trial::{Trial, read, signs};

const TRIAL: &str = r#"
title = "Two sessions a week"
design = "parallel"
seed = 3
replicates = 100
pool = 4000
draws = 1
follow = "28 d"

[[arm]]
name = "drug"
n = 400
[[arm.dose]]
route = "intranasal"
enantiomer = "S"
amount = "56 mg"
basis = "base"
every = "3.5 d"
times = 8
[[arm.decision]]
at = "7 d"
scale = "MADRS"
rule = "fall < 50 %"
amount = "84 mg"

[[arm]]
name = "sham"
n = 400
[[arm.sham]]
every = "3.5 d"
times = 8
feels = "0 points"
reason = "a test"

[[visit]]
at = ["7 d", "28 d"]
scales = ["MADRS"]

[[endpoint]]
name = "counted"
kind = "events"
event = "dizziness"
at = "6 d"
"#;

fn trial(text: &str) -> Trial {
    read("trial.toml", text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// Six people made by hand; day 3.5 is 84 h, day 7 is 168 h. Number 4 leaves, number 5 has nothing at all.
const SIGNS: &str = "patient,arm,period,draw,time_h,quantity,value
0,drug,1,0,0,CADSS,5
0,drug,1,0,0,event dizziness,1
0,drug,1,0,84,event dizziness,3
1,drug,1,0,0,CADSS,0
1,drug,1,0,84,event dizziness,2
2,drug,1,0,168,event dizziness,1
3,drug,1,0,0,event nausea,2
3,drug,1,0,84,event dizziness,1
4,drug,1,0,0,event nausea,1
4,drug,1,0,100,left,4
5,drug,1,0,0,CADSS,9
0,sham,1,0,0,CADSS,0
";

fn counted(lines: &str) -> Figure {
    let trial = trial(&with(TRIAL, "event = \"dizziness\"\nat = \"6 d\"", lines));
    let (table, unknown) = tabulate(&trial, &signs::read("signs.csv", SIGNS).unwrap());
    assert_eq!(unknown, 0);
    let everybody: Sample<'_> = table.arms.iter().map(|rows| rows.iter().collect()).collect();
    estimate(&table, &trial.endpoints[0], &everybody)[0]
}

fn check(lines: &str, events: u64, of: u64) {
    let figure = counted(lines);
    assert_eq!(figure.count, Some((events, of)), "{lines}");
    assert_eq!(figure.value, Some(100.0 * events as f64 / of as f64), "{lines}");
}

#[test]
fn people_are_counted_by_term_time_and_worst_grade() {
    check("event = \"dizziness\"\nat = \"6 d\"", 3, 6);
    check("event = \"dizziness\"\nat = \"1 d\"", 1, 6);
    // A session on the day itself counts.
    check("event = \"dizziness\"\nat = \"7 d\"", 4, 6);
    check("event = \"nausea\"\nat = \"6 d\"", 2, 6);
    check("event = \"sedation\"\nat = \"6 d\"", 0, 6);
    check("event = \"any\"\nat = \"6 d\"", 4, 6);
    // Whose worst is grade 3 is not tolerable, whatever came before; until day 1 the worst was grade 1.
    check("event = \"dizziness\"\nat = \"6 d\"\nrule = \"score >= 3\"", 1, 6);
    check("event = \"dizziness\"\nat = \"6 d\"\nrule = \"score < 3\"", 2, 6);
    check("event = \"dizziness\"\nat = \"1 d\"\nrule = \"score < 3\"", 1, 6);
    check("event = \"any\"\nat = \"6 d\"\nrule = \"score < 3\"", 3, 6);
    check("event = \"any\"\nat = \"6 d\"\nrule = \"score <= 1\"", 1, 6);
    check("event = \"nausea\"\nat = \"6 d\"\npatients = \"completers\"", 1, 5);
}

#[test]
fn sessions_that_meet_a_rule_are_counted_as_before() {
    check("scale = \"CADSS\"\nat = \"6 d\"\nrule = \"rise > 4 points\"", 2, 6);
}

#[test]
fn an_endpoint_says_what_it_counts() {
    for (lines, what, until) in [
        ("event = \"dizziness\"\nat = \"7 d\"", "percent with dizziness", "until day 7"),
        ("event = \"any\"\nat = \"12 h\"", "percent with any adverse event", "until day 0.5"),
        (
            "event = \"nausea\"\nat = \"2 week\"\nrule = \"score >= 3\"",
            "percent with nausea (worst grade >= 3)",
            "until day 14",
        ),
    ] {
        let trial = trial(&with(TRIAL, "event = \"dizziness\"\nat = \"6 d\"", lines));
        assert_eq!(trial.endpoints[0].counted(), Some([what.to_owned(), until.to_owned()]));
        assert!(trial.endpoints[0].lower_is_better());
    }
}

#[test]
fn what_makes_no_sense_of_an_event_is_refused_with_place_cause_and_remedy() {
    let event = "event = \"dizziness\"";
    for (from, to, parts) in [
        (
            event,
            "event = \"diziness\"",
            &["no adverse event is called \"diziness\"", "vertigo", "mean \"dizziness\"?"][..],
        ),
        (event, "event = 3", &["`event`"]),
        (event, "event = \"any\"\nscale = \"CADSS\"", &["`event` and `scale` exclude each other", "remove one"]),
        ("kind = \"events\"", "kind = \"percent\"\nrule = \"score >= 2\"", &["does not fit the kind", "\"events\""]),
        (event, "event = \"any\"\nrule = \"fall >= 50 %\"", &["the rule does not fit `event`", "score >= 3"]),
        (
            event,
            "event = \"any\"\namong = { at = \"7 d\", rule = \"fall >= 50 %\" }",
            &["`among` does not fit `event`", "decision = 1"],
        ),
        ("at = \"6 d\"", "at = \"40 d\"", &["no session is followed to 40 d", "choose an earlier time"]),
        (event, "", &["`event` is missing in [endpoint]", "in place of a scale"]),
        (event, "scale = \"CADSS\"", &["`rule` is missing in [endpoint]"]),
        ("at = \"6 d\"\n", "", &["`at` is missing in [endpoint]"]),
    ] {
        let problems = match read("trial.toml", &with(TRIAL, from, to)) {
            Err(problems) => problems.to_string(),
            Ok(_) => panic!("accepted: {to}"),
        };
        assert!(problems.starts_with("trial.toml:"), "{problems}");
        assert!(problems.contains("cause:") && problems.contains("remedy:"));
        for part in parts {
            assert!(problems.contains(part), "{to}: {part} not in\n{problems}");
        }
    }
    trial(&with(TRIAL, event, "event = \"any\"\namong = { decision = 1 }"));
}

/// Everybody shows in each session what a usual one shows.
fn usual(cases: &[Case<'_>]) -> Vec<Result<Effect, String>> {
    let [dissociation, nausea, systolic_rise, sedation] = USUAL;
    let felt = Felt { dissociation, nausea, systolic_rise, sedation };
    let answer = |case: &Case<'_>| {
        let (shifts, felt) = (vec![[0.0; 5]; case.outputs.len()], vec![felt; case.treatment.doses.len()]);
        Ok(Effect { shifts, felt, ..Effect::default() })
    };
    cases.iter().map(answer).collect()
}

/// Estimate and interval of the drug and of the sham.
fn found(text: &str) -> Vec<[f64; 3]> {
    let trial = trial(text);
    let done = simulate(&trial, &Laws::default(), &mut usual).unwrap();
    let found = outcomes(&trial, &tabulate(&trial, &done.signs).0);
    found.endpoints.iter().map(|o| [o.estimate.unwrap(), o.low_90.unwrap(), o.high_90.unwrap()]).collect()
}

#[test]
fn a_virtual_trial_has_the_printed_share_in_week_1_and_its_interval_holds_what_is_not_known() {
    for (term, printed) in [("dizziness", 20.6), ("nausea", 14.0), ("sedation", 3.8)] {
        let text = with(TRIAL, "event = \"dizziness\"", &format!("event = \"{term}\""));
        let [drug, sham] = [0, 1].map(|arm| found(&text)[arm]);
        // 4000 people: a standard error of 0.64 points for dizziness.
        assert!((drug[0] - printed).abs() < 2.0, "{term} {drug:?}");
        assert!(drug[1] < drug[0] && drug[0] < drug[2]);
        assert_eq!(sham, [0.0; 3], "nothing felt, nothing reported");
    }
    let chance = found(TRIAL)[0];
    let drawn = with(&with(TRIAL, "draws = 1", "draws = 100"), "pool = 4000", "pool = 40000");
    let unknown = found(&drawn)[0];
    let programme = found(&with(&drawn, "draws", "programme = \"esketamine phase 3\"\ndraws"))[0];
    let wide = |x: [f64; 3]| x[2] - x[1];
    assert!(wide(unknown) > 4.0 * wide(chance), "{unknown:?} {chance:?}");
    assert!(wide(programme) < 0.6 * wide(unknown), "{programme:?} {unknown:?}");
    assert!(unknown[1] < 20.6 && 20.6 < unknown[2]);
}
