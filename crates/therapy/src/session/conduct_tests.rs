//! Tests of the session: each rule set off once, and a quiet session.

use super::*;

fn signals() -> Signals {
    let minutes: Vec<f64> = (0..=360).map(f64::from).collect();
    let felt: Vec<f64> = minutes.iter().map(|m| 0.5 * (-((m - 35.0) / 18.0) * ((m - 35.0) / 18.0)).exp()).collect();
    Signals {
        cadss: felt.iter().map(|f| 60.0 * f).collect(),
        sedation: felt.iter().map(|f| 0.3 * f).collect(),
        systolic: felt.iter().map(|f| 122.0 + 20.0 * f).collect(),
        diastolic: felt.iter().map(|f| 77.0 + 12.0 * f).collect(),
        pulse: felt.iter().map(|f| 70.0 + 10.0 * f).collect(),
        nausea: felt.iter().map(|f| 4.0 * f).collect(),
        felt,
        minutes,
    }
}

pub(crate) fn situation() -> Situation {
    Situation {
        patient: "1".into(),
        session: 1,
        date: "2026-01-05T09:00:00Z".into(),
        age: 44.0,
        weight: 75.0,
        product: "odt".into(),
        dose_mg: 150.0,
        hold_min: 10.0,
        disposition: "spit".into(),
        monitor: Some("partner".into()),
        fasted_h: 4.0,
        alcohol_or_sedative: false,
        pregnant: false,
        suicidal: false,
        item9: 0,
        pressure: Some((124.0, 78.0)),
        interaction_flags: vec![],
        mishaps: vec![],
        journals: true,
        integrates: true,
        proneness: 1.0,
    }
}

fn run(change: impl FnOnce(&mut Situation)) -> Record {
    let mut situation = situation();
    change(&mut situation);
    conduct(&situation, &signals(), &Rules::default(), Stream::new(1, "", 1, "session"))
}

fn actions(record: &Record) -> String {
    record.escalations.iter().map(|e| format!("{} -> {}; ", e.trigger, e.action)).collect()
}

#[test]
fn a_quiet_session_goes_through_every_state_in_order() {
    let record = run(|_| ());
    let states: Vec<State> = record.states.iter().map(|(_, s)| *s).collect();
    let expected = [
        State::PreCheck,
        State::Dosing,
        State::Onset,
        State::Peak,
        State::Offset,
        State::Recovery,
        State::Discharged,
        State::Integration,
    ];
    assert_eq!(states, expected);
    assert!(record.states.windows(2).all(|w| w[0].0 <= w[1].0));
    assert_eq!(record.entered(State::Discharged), Some(120.0));
    assert_eq!(record.moaas.len(), 9);
    assert!(record.escalations.is_empty() && record.deviations.is_empty() && record.dosed);
    assert_eq!(record, run(|_| ()));
}

#[test]
fn a_failed_gate_means_no_dose() {
    for (change, gate, state) in [
        ((|s| s.monitor = None) as fn(&mut Situation), "supervisor absent", State::Rescheduled),
        (|s| s.pressure = Some((165.0, 100.0)), "blood pressure", State::Rescheduled),
        (|s| s.fasted_h = 1.0, "not fasted", State::Rescheduled),
        (|s| s.alcohol_or_sedative = true, "alcohol or a sedative today", State::Rescheduled),
        (|s| s.pregnant = true, "pregnant", State::Clinician),
        (|s| s.suicidal = true, "suicidality screen positive", State::Clinician),
        (|s| s.item9 = 3, "PHQ-9 item 9", State::Clinician),
    ] {
        let record = run(change);
        assert_eq!(record.failed_gates, vec![gate.to_owned()]);
        assert!(!record.dosed && record.moaas.is_empty(), "{gate}");
        assert_eq!(record.last_state(), Some(state), "{gate}");
        assert!(actions(&record).contains("no dose"), "{}", actions(&record));
    }
    // 145 systolic stops a patient of 50 but not one of 70.
    let older = |age: f64| run(move |s| (s.pressure, s.age) = (Some((145.0, 85.0)), age)).dosed;
    assert!(!older(50.0) && older(70.0));
}

#[test]
fn one_missed_check_is_a_deviation_and_two_in_a_row_bring_a_call() {
    let one = run(|s| s.mishaps = vec![Mishap::MissedCheck(30.0)]);
    assert_eq!(one.deviations, vec![(30.0, "check at 30 min missed".to_owned())]);
    assert!(one.escalations.is_empty() && one.moaas.len() == 8);
    let two = run(|s| s.mishaps = vec![Mishap::MissedCheck(60.0), Mishap::MissedCheck(75.0)]);
    assert!(actions(&two).contains("2 checks missed -> telehealth call"));
    let apart = run(|s| s.mishaps = vec![Mishap::MissedCheck(15.0), Mishap::MissedCheck(75.0)]);
    assert!(apart.escalations.is_empty());
}

#[test]
fn a_swallowed_dose_is_written_down() {
    let record = run(|s| s.mishaps = vec![Mishap::Swallowed(3.0, 0.4)]);
    assert_eq!(record.accidental_swallow, 0.4);
    assert_eq!(record.deviations, vec![(3.0, "40 % swallowed during the hold".to_owned())]);
}

#[test]
fn vomiting_in_the_hold_stops_it_and_there_is_no_second_dose() {
    let record = run(|s| s.mishaps = vec![Mishap::Vomited(4.0)]);
    assert!((record.dose_lost - 0.6).abs() < 1e-12);
    assert!(record.entered(State::Aborted).is_some());
    assert!(record.events.iter().any(|e| e.term == "vomiting" && e.action.contains("no second dose")));
    let late = run(|s| s.mishaps = vec![Mishap::Vomited(40.0)]);
    assert_eq!((late.dose_lost, late.entered(State::Aborted)), (0.0, None));
}

#[test]
fn high_pressure_is_measured_again_and_told_to_a_clinician() {
    let record = run(|s| s.mishaps = vec![Mishap::Pressure(40.0, 184.0, 100.0)]);
    assert!(actions(&record).contains("blood pressure -> measured again after 10 min; clinician called"));
    assert!(record.systolic.iter().any(|(t, _)| *t == 50.0));
    assert!(record.entered(State::Escalated).is_some());
    // 165/100 in the session is written down but is not the label's outlier.
    let watched = run(|s| s.mishaps = vec![Mishap::Pressure(40.0, 165.0, 100.0)]);
    assert!(watched.systolic.contains(&(40.0, 165.0)) && watched.escalations.is_empty());
}

#[test]
fn alarms_bring_emergency_services_and_end_the_checks() {
    let record = run(|s| s.mishaps = vec![Mishap::Alarm(50.0, "chest pain".into())]);
    assert_eq!(record.last_state(), Some(State::Emergency));
    assert!(actions(&record).contains("chest pain -> emergency services"));
    assert!(record.moaas.iter().all(|(t, _)| *t < 50.0));
    let mut deep = signals();
    deep.sedation = vec![1.0; deep.minutes.len()];
    let asleep = conduct(&situation(), &deep, &Rules::default(), Stream::new(1, "", 1, "session"));
    assert_eq!(asleep.last_state(), Some(State::Emergency));
}

#[test]
fn long_agitation_reaches_a_clinician_and_a_short_one_the_guide() {
    let long = run(|s| s.mishaps = vec![Mishap::Agitation(20.0, 40.0)]);
    assert!(actions(&long).contains("clinician called"));
    let short = run(|s| s.mishaps = vec![Mishap::Agitation(20.0, 30.0)]);
    assert!(!actions(&short).contains("clinician"));
}

#[test]
fn nobody_leaves_before_the_effect_is_over() {
    let mut slow = signals();
    slow.felt.iter_mut().zip(&slow.minutes).for_each(|(f, m)| *f = if *m < 170.0 { 0.3 } else { 0.0 });
    let record = conduct(&situation(), &slow, &Rules::default(), Stream::new(1, "", 1, "session"));
    assert_eq!(record.entered(State::Discharged), Some(180.0));
    slow.felt.fill(0.3);
    let never = conduct(&situation(), &slow, &Rules::default(), Stream::new(1, "", 1, "session"));
    assert!(actions(&never).contains("not fit for discharge"));
}
