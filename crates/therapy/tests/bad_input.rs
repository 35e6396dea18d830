//! What is wrong in a protocol is told with place, cause and remedy; what is unusual is questioned.

use therapy::protocol::{self, Protocol};

const GOOD: &str = r#"
title = "six sessions"
follow = "8 week"
[patient]
weight = "75 kg"
age = "42 year"
severity = { MADRS = "32 points" }
[session]
length = "2 h"
supervisor = true
[[dose]]
route = "sublingual"
product = "odt"
amount = "150 mg"
basis = "base"
hold = "10 min"
after_hold = "swallow"
every = "3.5 d"
times = 6
"#;

fn read(text: &str) -> Result<Protocol, String> {
    protocol::read("p.toml", text, &mut |name| Err(format!("{name} is not there"))).map_err(|e| e.to_string())
}

/// Replaces one line of the good protocol and expects these words in the message, at this line.
fn check(line: &str, instead: &str, words: &[&str]) {
    assert!(GOOD.contains(line), "{line}");
    let text = GOOD.replacen(line, instead, 1);
    let number = GOOD[..GOOD.find(line).unwrap_or(0)].matches('\n').count() + 1;
    let message = read(&text).expect_err(&format!("{instead} was accepted"));
    let place = format!("p.toml:{number}:");
    for word in words.iter().copied().chain([place.as_str(), "cause: ", "remedy: "]) {
        assert!(message.contains(word), "{instead}: no {word:?} in\n{message}");
    }
}

#[test]
fn the_good_protocol_is_read() {
    let protocol = read(GOOD).unwrap_or_else(|e| panic!("{e}"));
    let times: Vec<f64> = protocol.doses.iter().map(|d| d.time / 24.0).collect();
    assert_eq!(times, [0.0, 3.5, 7.0, 10.5, 14.0, 17.5]);
    assert!((protocol.doses[0].hold - 1.0 / 6.0).abs() < 1e-15);
    assert_eq!(protocol.patient.severity.madrs, Some(32.0));
    assert_eq!(protocol.follow, 1344.0);
}

#[test]
fn a_missing_unit_is_refused_with_the_one_it_probably_meant() {
    check("amount = \"150 mg\"", "amount = 150", &["150 has no unit", "\"150 mg\"?"]);
    check("amount = \"150 mg\"", "amount = \"0.5\"", &["no unit", "\"0.5 mg/kg\"?"]);
    check("hold = \"10 min\"", "hold = 10", &["\"10 min\"?"]);
    check("weight = \"75 kg\"", "weight = 75", &["\"75 kg\"?"]);
    check("every = \"3.5 d\"", "every = 3.5", &["\"3.5 d\"?"]);
    check("age = \"42 year\"", "age = 42", &["\"42 year\"?"]);
    check("severity = { MADRS = \"32 points\" }", "severity = { MADRS = 32 }", &["\"32 points\"?"]);
}

#[test]
fn a_wrong_dimension_is_refused() {
    check("amount = \"150 mg\"", "amount = \"150 min\"", &["`amount` has to be a mass", "\"150 min\" is a time"]);
    check("hold = \"10 min\"", "hold = \"10 mg\"", &["`hold` has to be a time", "is a mass"]);
    check("weight = \"75 kg\"", "weight = \"75 cm\"", &["is a length"]);
}

#[test]
fn an_unknown_key_or_word_names_the_nearest_known_one() {
    check("hold = \"10 min\"", "hodl = \"10 min\"", &["unknown key `hodl`", "did you mean `hold`?"]);
    check("supervisor = true", "superviser = true", &["did you mean `supervisor`?"]);
    check("route = \"sublingual\"", "route = \"sublinguall\"", &["did you mean \"sublingual\"?"]);
    check("title = \"six sessions\"", "colour = \"red\"", &["unknown key `colour`", "known here are: title"]);
    check("amount = \"150 mg\"", "amount = \"150 mgs\"", &["unknown unit `mgs`", "did you mean `mg`?"]);
}

#[test]
fn impossible_values_are_refused() {
    check("amount = \"150 mg\"", "amount = \"-150 mg\"", &["`amount` is negative"]);
    check("hold = \"10 min\"", "hold = \"3 h\"", &["longer than the session", "ends after 2 h"]);
    check("amount = \"150 mg\"", "amount = nan", &["not a finite number"]);
    check("amount = \"150 mg\"", "amount = \"NaN mg\"", &["not a finite number"]);
    check("weight = \"75 kg\"", "weight = inf", &["not a finite number"]);
    check("every = \"3.5 d\"", "every = \"0 d\"", &["`every` is zero"]);
    check("times = 6", "times = 2.5", &["whole number"]);
    check("follow = \"8 week\"", "follow = \"2 week\"", &["ends before the last session"]);
    check("supervisor = true", "supervisor = \"yes\"", &["either true or false"]);
    check("amount = \"150 mg\"", "amount = \"1,5 mg\"", &["comma", "1.5 mg"]);
}

#[test]
fn a_tenfold_slip_is_questioned_and_a_reason_answers() {
    check("amount = \"150 mg\"", "amount = \"1500 mg\"", &["looks like a slip", "did you mean 150 mg", "confirm"]);
    check("hold = \"10 min\"", "hold = \"100 min\"", &["did you mean 10 min"]);
    check("weight = \"75 kg\"", "weight = \"750 kg\"", &["did you mean 75 kg"]);
    check("weight = \"75 kg\"", "weight = \"7.5 kg\"", &["did you mean 75 kg"]);
    let answered = "amount = \"1500 mg\"\nconfirm = { amount = \"overdose scenario\" }";
    let protocol = read(&GOOD.replace("amount = \"150 mg\"", answered)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(protocol.confirmed.len(), 1);
    assert_eq!(protocol.confirmed[0].reason, "overdose scenario");
    assert!(protocol.confirmed[0].value.contains("1500 mg"));
}

#[test]
fn a_reason_cannot_confirm_the_impossible() {
    let text = GOOD.replace("amount = \"150 mg\"", "amount = \"-150 mg\"\nconfirm = { amount = \"because\" }");
    assert!(read(&text).is_err_and(|m| m.contains("negative")));
    let text = GOOD.replace("hold = \"10 min\"", "hold = \"3 h\"\nconfirm = { hold = \"because\" }");
    assert!(read(&text).is_err_and(|m| m.contains("longer than the session")));
}

#[test]
fn an_empty_file_and_a_broken_one_are_told_apart() {
    assert!(read("").is_err_and(|m| m.contains("p.toml:1:1: the file is empty")));
    assert!(read(" \n\n").is_err_and(|m| m.contains("empty")));
    assert!(read("a = [1,").is_err_and(|m| m.contains("this is not TOML")));
    assert!(read("follow = \"8 week\"\nfollow = \"8 week\"").is_err_and(|m| m.contains("p.toml:2:")));
    assert!(
        read("title = \"x\"").is_err_and(|m| m.contains("`follow` is missing") && m.contains("`patient` is missing"))
    );
}

#[test]
fn every_problem_is_told_at_once_in_the_order_of_the_file() {
    let text = GOOD.replace("weight = \"75 kg\"", "weight = 75").replace("hold = \"10 min\"", "hodl = 10");
    let message = read(&text).expect_err("accepted");
    let places = ["no unit", "`hold` is missing", "unknown key"].map(|w| message.find(w).unwrap_or(usize::MAX));
    assert!(places[0] < places[1] && places[1] < places[2] && places[2] < usize::MAX, "{message}");
}

#[test]
fn a_key_of_another_route_is_refused() {
    let text = GOOD.replace("route = \"sublingual\"", "route = \"intravenous\"");
    assert!(read(&text).is_err_and(|m| m.contains("`hold` belongs to sublingual or buccal")));
}

#[test]
fn a_patient_file_is_fetched_and_its_problems_carry_its_name() {
    let text = GOOD
        .replace("[patient]\nweight = \"75 kg\"\nage = \"42 year\"\nseverity = { MADRS = \"32 points\" }\n", "")
        .replace("follow", "patient = \"ada.toml\"\nfollow");
    assert!(read(&text).is_err_and(|m| m.contains("ada.toml is not there")));
    let with = |patient: &str| {
        protocol::read("p.toml", &text, &mut |name| {
            Ok(protocol::Beside { file: format!("dir/{name}"), text: patient.to_owned() })
        })
    };
    assert_eq!(with("weight = \"60 kg\"\nage = \"70 year\"").map(|p| p.patient.weight), Ok(60.0));
    let message = with("weight = 60\nage = \"70 year\"").expect_err("accepted").to_string();
    assert!(message.contains("dir/ada.toml:1:10:"), "{message}");
}

#[test]
fn a_parameter_override_needs_its_reason() {
    let add = |line: &str| GOOD.replace("[session]", &format!("[[patient.parameter]]\n{line}\n[session]"));
    assert!(read(&add("name = \"x\"\nfactor = 0.5")).is_err_and(|m| m.contains("`reason` is missing")));
    assert!(read(&add("name = \"x\"\nreason = \"r\"")).is_err_and(|m| m.contains("neither `value` nor `factor`")));
    assert!(read(&add("name = \"x\"\nfactor = nan\nreason = \"r\"")).is_err_and(|m| m.contains("finite")));
    let protocol = read(&add("name = \"x\"\nvalue = \"60 L/h\"\nreason = \"r\"")).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(protocol.patient.overrides[0].reason, "r");
}
