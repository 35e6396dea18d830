//! The reference model in motion: rest for a year, the dose rank of animals, blockers, the human session, comparators.
//!
//! Numbers marked "project run" are MECHANISM section 7.1: what an earlier prototype of the same circuit gave, not evidence.

use engine::{Action, Compiled, Course, Event, Selection, Settings, Subject, compile, integrate};
use ketamine::Reference;
use ketamine::dosing::{Basis, Disposition, Dose, Effect, Enantiomer, Hold, Route, schedule};
use notation::{System, trace};
use std::sync::Arc;

struct Lab {
    system: System,
    compiled: Compiled,
}

/// Spines of a rat of 250 g turn over at this tempo, relative to a mouse of 25 g: (0.025/0.25)^0.25.
const RAT: (&str, f64) = ("synapses.tempo", 0.562);

struct Run<'a> {
    system: &'a System,
    times: Vec<f64>,
    values: Vec<f64>,
}

/// A control set, or an amount added to a state, at a time; declared units.
type Change<'a> = (f64, &'a str, f64);

impl Lab {
    /// The model as it is shipped.
    fn new() -> Lab {
        Lab::of(ketamine::system())
    }

    /// The model before any fit.
    fn declared() -> Lab {
        Lab::of(trace::<Reference>())
    }

    fn of(system: System) -> Lab {
        let compiled = compile(&system, &Selection::All).unwrap();
        Lab { system, compiled }
    }

    fn run(&self, parameters: &[(&str, f64)], changes: &[Change], doses: &[Dose], times: &[f64]) -> Run<'_> {
        let mut p = self.system.typical_parameters();
        for (name, value) in parameters {
            let i = self.system.parameter(name).unwrap_or_else(|| panic!("no parameter {name}"));
            p[i] = value * self.system.parameters[i].unit.scale;
        }
        let control = |name: &str| self.system.control(name).unwrap_or_else(|| panic!("no control {name}"));
        let state = |name: &str| self.system.state(name).unwrap_or_else(|| panic!("no state {name}"));
        let mut events: Vec<Event> = Vec::new();
        for &(time, name, value) in changes {
            let action = match self.system.control(name) {
                Some(i) => Action::Control { control: i, value: value * self.system.controls[i].unit.scale },
                None => Action::Add { state: state(name), amount: value },
            };
            events.push(Event { time, action });
        }
        for timed in schedule(doses).unwrap() {
            let action = match timed.effect {
                Effect::Add { state: name, nanomoles } => Action::Add { state: state(&name), amount: nanomoles },
                Effect::Move { from, to, fraction } => Action::Move { from: state(&from), to: state(&to), fraction },
                Effect::Set { control: name, value } => Action::Control { control: control(&name), value },
                other => panic!("not scheduled: {other:?}"),
            };
            events.push(Event { time: timed.time_hours, action });
        }
        events.sort_by(|a, b| a.time.total_cmp(&b.time));
        let course = Arc::new(Course { events, end: *times.last().unwrap() });
        let subject = Subject { parameters: p, initial: None, course, outputs: times.into() };
        let trajectory = integrate(&self.compiled, &[subject], &Settings::default()).remove(0);
        assert!(trajectory.failure.is_none(), "{:?}", trajectory.failure);
        Run { system: &self.system, times: times.to_vec(), values: trajectory.values }
    }

    fn rat(&self, dose: f64, parameters: &[(&str, f64)], changes: &[Change]) -> Run<'_> {
        let amount = ketamine::imposed::injection(&notation::fields::typical(), dose);
        let mut all = changes.to_vec();
        all.extend([(0.0, "imposed.site_s", amount), (0.0, "imposed.site_r", amount)]);
        let mut unstressed = vec![("stress.chronic", 0.0), RAT];
        unstressed.extend_from_slice(parameters);
        self.run(&unstressed, &all, &[], &days())
    }

    /// A mouse: spines at their own tempo, half-life 13 min (mechanism R44).
    fn mouse(&self, dose: f64, parameters: &[(&str, f64)]) -> Run<'_> {
        let own = ketamine::imposed::Parameters { half_life: 13.0 / 60.0, ..notation::fields::typical() };
        let amount = ketamine::imposed::injection(&own, dose);
        let injection = [(0.0, "imposed.site_s", amount), (0.0, "imposed.site_r", amount)];
        let mut all = vec![("stress.chronic", 0.0), ("imposed.half_life", 13.0 / 60.0), ("synapses.tempo", 1.0)];
        all.extend_from_slice(parameters);
        self.run(&all, &injection, &[], &days())
    }
}

impl Run<'_> {
    fn all(&self, name: &str) -> Vec<f64> {
        let i = self.system.observable(name).unwrap_or_else(|| panic!("no observable {name}"));
        let (n, scale) = (self.system.observables.len(), self.system.observables[i].unit.scale);
        (0..self.times.len()).map(|row| self.values[row * n + i] / scale).collect()
    }
    fn at(&self, name: &str, time: f64) -> f64 {
        let row = self.times.iter().position(|t| (t - time).abs() < 1e-9).expect("an output time");
        self.all(name)[row]
    }
    fn peak(&self, name: &str) -> (f64, f64) {
        let values = self.all(name);
        let row = (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap();
        (values[row], self.times[row])
    }
    fn least(&self, name: &str) -> f64 {
        self.all(name).into_iter().fold(f64::INFINITY, f64::min)
    }
}

/// Every minute of a day, then days 2, 3, 7, 14.
fn days() -> Vec<f64> {
    let mut times: Vec<f64> = (0..=1440).map(|minute| f64::from(minute) / 60.0).collect();
    times.extend([48.0, 72.0, 168.0, 336.0]);
    times
}

fn dose(amount_mg: f64, enantiomer: Enantiomer, route: Route) -> Dose {
    Dose { time_hours: 0.0, amount_mg, basis: Basis::Hydrochloride, enantiomer, route, vomiting: None }
}

fn infusion(amount_mg: f64) -> Dose {
    dose(amount_mg, Enantiomer::Racemic, Route::IntravenousInfusion { duration_hours: 40.0 / 60.0 })
}

fn tablet() -> Dose {
    dose(100.0, Enantiomer::Racemic, Route::SublingualOdt(Hold::odt(0.2, Disposition::Swallow)))
}

#[test]
fn untreated_patient_stays_at_baseline_for_a_year() {
    let lab = Lab::new();
    let patients: [&[(&str, f64)]; 5] = [
        &[],
        &[("stress.chronic", 0.0)],
        &[("stress.chronic", 2.5), ("symptoms.baseline_madrs", 45.0)],
        &[("translation.genotype", 0.3), ("body.weight", 110.0), ("body.age", 75.0)],
        &[("mind.resting_tilt", 0.1), ("circuit.nmda_pyramidal", 0.3)],
    ];
    for patient in patients {
        let run = lab.run(patient, &[], &[], &[0.0, 24.0, 720.0, 8760.0]);
        for field in &lab.system.observables {
            let values = run.all(&field.name);
            for (value, time) in values.iter().zip(&run.times) {
                let drift = (value - values[0]).abs();
                // Where rest is 0 there is nothing to be relative to.
                assert!(
                    drift <= 1e-6 * values[0].abs() + if values[0] == 0.0 { 1e-9 } else { 0.0 },
                    "{} at {time} h: {} to {value}",
                    field.name,
                    values[0]
                );
            }
        }
    }
}

/// Project run: block E/P/X and the peak of glutamate for 1, 3, 10, 30 mg/kg in the rat.
/// The prototype had no tonic drive of interneurons and a shallow law of anaesthesia.
#[test]
fn the_circuit_gives_the_prototypes_surge() {
    let lab = Lab::declared();
    let prototype = [
        ("circuit.tonic_pv", 0.0),
        ("circuit.tonic_sst", 0.0),
        ("circuit.unspecific_power", 1.0),
        ("circuit.unspecific_half", 58.0),
    ];
    let runs = [
        (1.0, 0.01, 0.06, 0.04, 1.04),
        (3.0, 0.03, 0.17, 0.11, 1.12),
        (10.0, 0.10, 0.42, 0.29, 1.40),
        (30.0, 0.27, 0.69, 0.57, 1.88),
    ];
    for (mg_per_kg, pyramidal, pv, tonic, surge) in runs {
        let run = lab.rat(mg_per_kg, &prototype, &[]);
        assert!((run.peak("receptors.pyramidal").0 / 100.0 - pyramidal).abs() < 0.006, "{mg_per_kg}");
        assert!((run.peak("receptors.pv").0 / 100.0 - pv).abs() < 0.006, "{mg_per_kg}");
        assert!((run.peak("receptors.tonic").0 / 100.0 - tonic).abs() < 0.006, "{mg_per_kg}");
        assert!((run.peak("glutamate.surge").0 - surge).abs() < 0.01, "{mg_per_kg} {:?}", run.peak("glutamate.surge"));
    }
    // Project run, 200 mg/kg: a dip to .49, then 1.20.
    let run = lab.rat(200.0, &prototype, &[]);
    assert!((run.least("glutamate.surge") - 0.49).abs() < 0.05 && (run.peak("glutamate.surge").0 - 1.20).abs() < 0.02);
}

#[test]
fn spines_follow_an_inverted_u_of_dose() {
    let lab = Lab::new();
    let gain = |dose: f64| lab.rat(dose, &[], &[]).at("synapses.prefrontal_change", 24.0);
    let gains = [1.0, 3.0, 10.0, 30.0, 50.0, 80.0, 200.0].map(gain);
    assert!(gains[0] < gains[1] && gains[1] < gains[2], "{gains:?}");
    assert!(gains[3] < gains[2] && gains[4] < gains[3] && gains[5] < gains[4], "{gains:?}");
    assert!(gains[5] < 0.1 * gains[2] && gains[6] < 0.1 * gains[2], "{gains:?}");
}

/// Mechanism S08, S09, S22, S25: mTORC1 is back within a couple of hours, protein peaks at 2-6 h and is up at 72 h,
/// formation comes at 12-24 h rather than at 3 h, density is up at 24 h and still at 14 d.
#[test]
fn each_step_keeps_its_clock_in_the_rat() {
    let lab = Lab::new();
    let run = lab.rat(10.0, &[], &[]);
    let (mtorc1, when) = run.peak("signalling.mtorc1");
    assert!(1.3 < mtorc1 && when < 1.5 && run.at("signalling.mtorc1", 3.0) < 1.1);
    let (protein, when) = run.peak("synapses.protein");
    assert!(1.1 < protein && 2.0 < when && when < 6.0, "{protein} {when}");
    assert!(1.0 + 0.2 * (protein - 1.0) < run.at("synapses.protein", 72.0));
    assert!(run.at("synapses.formation", 3.0) < 0.25 * run.peak("synapses.formation").0);
    assert!(12.0 < run.peak("synapses.formation").1);
    let gain = run.at("synapses.prefrontal_change", 24.0);
    assert!(run.at("synapses.prefrontal_change", 3.0) < 0.1 * gain && 3.0 < gain);
    assert!(0.3 * gain < run.at("synapses.prefrontal_change", 336.0));
}

/// Mechanism S01: 3 mg/kg raises BDNF protein at 30 min, not at 24 h, messenger unchanged.
#[test]
fn bdnf_protein_is_up_within_half_an_hour_and_gone_next_day() {
    let lab = Lab::new();
    let run = lab.mouse(3.0, &[]);
    let early = run.at("translation.bdnf_tissue", 0.5);
    // A tenth is taken as detectable, as in the row's question.
    assert!(1.1 < early && run.at("translation.bdnf_tissue", 24.0) < 1.1, "{early}");
}

/// Mechanism S12, K01, K03, S43 and MECHANISM 6.12; the last two must change little.
#[test]
fn blockers_abolish_the_gain_of_spines_and_harmless_ones_do_not() {
    let lab = Lab::new();
    let gain = |changes: &[Change]| lab.rat(10.0, &[], changes).at("synapses.prefrontal_change", 24.0);
    let full = gain(&[]);
    for blocker in [
        "ampa_block",
        "calcium_block",
        "rapamycin",
        "erk_block",
        "akt_block",
        "translation_block",
        "bdnf_antibody",
        "spike_block",
    ] {
        let left = gain(&[(0.0, &format!("perturbations.{blocker}"), 1.0)]);
        assert!(left.abs() < 0.1 * full, "{blocker} leaves {left} of {full}");
    }
    let met = lab.rat(10.0, &[("translation.genotype", 0.3)], &[]).at("synapses.prefrontal_change", 24.0);
    assert!(met < 0.5 * full, "{met} of {full}");
    assert!(gain(&[(0.0, "perturbations.gaba_agonist", 0.2)]) < 0.7 * full);
    assert!(gain(&[(0.0, "perturbations.mglur23", 2.0)]) < full && full < gain(&[(0.0, "perturbations.mglur23", 0.0)]));
    // What is fast does not need new mRNA (K08); by the next day the model misses some of what AMPA receptors transcribe.
    assert!(0.75 * full < gain(&[(0.0, "perturbations.transcription_block", 1.0)]));
}

#[test]
fn an_inhibitor_taken_away_leaves_no_rebound() {
    let lab = Lab::new();
    let on_and_off = [(0.0, "perturbations.rapamycin", 1.0), (24.0, "perturbations.rapamycin", 0.0)];
    let run = lab.run(&[], &on_and_off, &[], &[0.0, 24.0, 48.0, 168.0]);
    assert!(run.peak("synapses.prefrontal_change").0 < 0.05, "{:?}", run.all("synapses.prefrontal_change"));
}

/// M05, M06: -30 % at 4 h, -34 % at 24 h, -17 % at 14 d, each within 11 points: early, kept, fading. Between 4 and 24 h
/// nothing is worse than at either end; that the model is best at 8 h, by the habenula, no observation has shown.
#[test]
fn an_infusion_helps_early_and_fades_over_weeks() {
    let lab = Lab::new();
    let run = lab.run(&[], &[], &[infusion(35.0)], &days());
    let left = |time: f64| run.at("symptoms.madrs", time) / run.at("symptoms.madrs", 0.0);
    for (time, published) in [(4.0, 0.70), (24.0, 0.66), (336.0, 0.83)] {
        assert!((left(time) - published).abs() < 0.11, "{time} h: {}", left(time));
    }
    let worse = left(4.0).max(left(24.0));
    for hour in 4..24 {
        assert!(left(f64::from(hour)) < worse + 0.01, "a dip at {hour} h: {}", left(f64::from(hour)));
    }
    // Imaging in people saw no mean gain of synapses (S31).
    assert!((0.0..8.0).contains(&run.at("synapses.prefrontal_change", 24.0)));
}

/// MECHANISM 1, point 5: the loop BDNF, mTORC1, protein, AMPA receptors, BDNF must have a gain below 1, or it runs away.
#[test]
fn the_loop_from_bdnf_through_ampa_receptors_dies_out() {
    let lab = Lab::new();
    let run = lab.run(&[], &[], &[infusion(35.0)], &days());
    let above = |name: &str, time: f64| run.at(name, time) - 1.0;
    for name in ["translation.bdnf", "signalling.mtorc1", "glutamate.ampa"] {
        assert!(0.01 < above(name, 48.0), "{name}");
        assert!(
            above(name, 168.0) < 0.5 * above(name, 48.0) && above(name, 336.0) < 0.15 * above(name, 48.0),
            "{name}"
        );
    }
}

/// Vendor timelines (SESSION 1): onset 10-20 min, lasting 40-90 min.
#[test]
fn a_tablet_at_home_is_felt_after_a_quarter_of_an_hour_and_for_about_an_hour() {
    let lab = Lab::new();
    let run = lab.run(&[], &[], &[tablet()], &days());
    let felt: Vec<(f64, f64)> = run.times.iter().copied().zip(run.all("body.felt")).take(600).collect();
    let peak = felt.iter().fold(0.0_f64, |peak, (_, f)| peak.max(*f));
    let clear: Vec<f64> = felt.iter().filter(|(_, f)| 0.3 * peak < *f).map(|(t, _)| t * 60.0).collect();
    let (onset, end) = (clear[0], clear[clear.len() - 1]);
    assert!((10.0..25.0).contains(&onset) && (40.0..95.0).contains(&(end - onset)), "{onset} to {end} min");
    assert!(run.peak("body.systolic").0 - run.at("body.systolic", 0.0) < 10.0);
}

/// Mechanism D01: a third of the six-week difference is there in week 1.
#[test]
fn an_ssri_begins_in_week_one() {
    let lab = Lab::new();
    let run = lab.run(&[], &[(0.0, "antidepressant.level", 4.0)], &[], &[0.0, 168.0, 1008.0]);
    let gain = |time: f64| run.at("symptoms.madrs", 0.0) - run.at("symptoms.madrs", time);
    assert!((gain(168.0) / gain(1008.0) - 0.33).abs() < 0.07, "{}", gain(168.0) / gain(1008.0));
    assert!((1.5..4.0).contains(&gain(1008.0)), "{}", gain(1008.0));
}

#[test]
fn expectancy_is_silent_unless_switched_on_and_unblinding_needs_it() {
    let lab = Lab::new();
    let week = [0.0, 24.0, 168.0, 672.0];
    let madrs = |changes: &[Change], parameters: &[(&str, f64)]| {
        lab.run(parameters, changes, &[infusion(35.0)], &week).at("symptoms.madrs", 24.0)
    };
    let hopeful = [(0.0, "placebo.expectancy", 1.0)];
    let masked = [("placebo.unblinding", 0.0)];
    assert_eq!(madrs(&[], &[]), madrs(&[], &masked));
    assert!(madrs(&hopeful, &[]) < madrs(&hopeful, &masked) && madrs(&hopeful, &masked) < madrs(&[], &[]));
}

#[test]
fn a_benzodiazepine_dampens_the_surge() {
    let lab = Lab::new();
    let with = lab.run(&[], &[(0.0, "benzodiazepine.level", 1.0)], &[infusion(35.0)], &days());
    let without = lab.run(&[], &[], &[infusion(35.0)], &days());
    assert!(with.peak("glutamate.surge").0 < without.peak("glutamate.surge").0);
    assert!(without.at("symptoms.madrs", 24.0) < with.at("symptoms.madrs", 24.0));
}

#[test]
fn stress_thins_spines_slowly_and_one_dose_brings_them_back() {
    let lab = Lab::new();
    let times = [0.0, 504.0, 528.0, 672.0];
    let stress = [(0.0, "stress.added", 1.0)];
    let unstressed = [("stress.chronic", 0.0), RAT];
    let alone = lab.run(&unstressed, &stress, &[], &times);
    let amount = ketamine::imposed::injection(&notation::fields::typical(), 10.0);
    let treated = [stress[0], (504.0, "imposed.site_s", amount), (504.0, "imposed.site_r", amount)];
    let treated = lab.run(&unstressed, &treated, &[], &times);
    let deficit = 1.0 - alone.at("synapses.prefrontal", 504.0);
    assert!(0.01 < deficit && alone.at("synapses.prefrontal", 504.0) < alone.at("synapses.hippocampal", 504.0) + 0.05);
    assert!(1.0 - treated.at("synapses.prefrontal", 528.0) < 0.6 * deficit);
    // A week later, stress going on: against untreated twins (project run: .807 against .747).
    let twin = 1.0 - alone.at("synapses.prefrontal", 672.0);
    let left = 1.0 - treated.at("synapses.prefrontal", 672.0);
    assert!(left < 0.85 * twin, "{left} of {twin}");
}

/// Mechanism R44: in the mouse (half-life 13 min) 10 mg/kg silences the habenula for hours after the drug has gone, up to a day.
#[test]
fn the_habenula_stays_silent_long_after_the_drug() {
    let lab = Lab::new();
    let run = lab.mouse(10.0, &[]);
    // How many bursts are left at 12 h was not read: fewer than half.
    assert!(run.at("receptors.equivalent", 12.0) < 1e-6 && run.at("receptors.bursting", 12.0) < 50.0);
    assert!(run.at("receptors.bursting", 24.0) < 90.0 && 90.0 < run.at("receptors.bursting", 48.0));
    let loose = lab.mouse(10.0, &[("receptors.trapping", 0.0)]);
    assert!(
        2.0 * run.at("receptors.bursting", 12.0) < loose.at("receptors.bursting", 12.0),
        "trapping halves the bursts"
    );
}

/// OUTCOMES 6: after a course without maintenance half of the responders have relapsed within weeks; one dose lasts days.
#[test]
fn a_course_outlasts_one_dose_and_fades_when_it_ends() {
    let lab = Lab::new();
    let six: Vec<Dose> = (0..6).map(|session| Dose { time_hours: 84.0 * f64::from(session), ..tablet() }).collect();
    let times = [0.0, 24.0, 336.0, 444.0, 672.0, 1344.0];
    let (course, single) = (lab.run(&[], &[], &six, &times), lab.run(&[], &[], &[tablet()], &times));
    let gain = |run: &Run, time: f64| run.at("symptoms.madrs", 0.0) - run.at("symptoms.madrs", time);
    assert!(1.2 * gain(&single, 24.0) < gain(&course, 444.0));
    // M05: 34 % at a day, 17 % at two weeks; 2.8 points are the error of a mean of 93 people who differ by 27.
    let left = gain(&single, 336.0) / gain(&single, 24.0);
    assert!((left - 0.5).abs() < 2.0 * 0.5 * (2.8_f64 / 34.0).hypot(2.8 / 17.0), "{left}");
    assert!(gain(&course, 672.0) < 0.85 * gain(&course, 444.0) && gain(&course, 1344.0) < 0.75 * gain(&course, 444.0));
}

/// A scenario in which every disputed step is at work.
fn everything_at_once() -> [Change<'static>; 4] {
    [
        (0.0, "antidepressant.level", 4.0),
        (0.0, "benzodiazepine.target", 1.0),
        (0.0, "placebo.expectancy", 1.0),
        (0.0, "perturbations.rapamycin", 0.5),
    ]
}

#[test]
fn no_hypothesis_is_a_dead_switch() {
    let lab = Lab::new();
    let times = [0.0, 0.5, 1.0, 4.0, 24.0, 168.0];
    for hypothesis in ketamine::hypotheses::ALL {
        let run = |side: &[(&str, f64)]| lab.run(side, &everything_at_once(), &[infusion(35.0)], &times).values;
        let (on, off) = (run(hypothesis.on), run(hypothesis.off));
        let apart = on.iter().zip(&off).map(|(a, b)| (a - b).abs() / (a.abs() + b.abs() + 1e-12)).fold(0.0, f64::max);
        assert!(1e-4 < apart, "{} moves nothing: {apart}", hypothesis.name);
    }
}

#[test]
fn without_disinhibition_little_of_the_surge_and_of_the_spines_is_left() {
    let lab = Lab::new();
    let off = ketamine::hypotheses::named("disinhibition").unwrap().off;
    let (with, without) = (lab.rat(10.0, &[], &[]), lab.rat(10.0, off, &[]));
    assert!(without.peak("glutamate.surge").0 - 1.0 < 0.1 * (with.peak("glutamate.surge").0 - 1.0));
    assert!(without.at("synapses.prefrontal_change", 24.0) < 0.3 * with.at("synapses.prefrontal_change", 24.0));
}

/// Calibration may put every parameter anywhere in its range: the model must stay integrable and finite there.
#[test]
fn the_model_runs_anywhere_in_the_calibration_ranges() {
    let lab = Lab::new();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut uniform = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as f64 / 9_007_199_254_740_992.0
    };
    for patient in 0..60 {
        let drawn: Vec<(&str, f64)> = lab
            .system
            .parameters
            .iter()
            .filter_map(|field| {
                let (low, high) = field.spread?.calibration_range?;
                Some((field.name.as_str(), low + (high - low) * uniform()))
            })
            .collect();
        let times = [0.0, 0.5, 4.0, 24.0, 168.0, 672.0];
        let run = lab.run(&drawn, &everything_at_once(), &[tablet()], &times);
        assert!(run.values.iter().all(|value| value.is_finite()), "patient {patient}");
        assert!(-1e-6 < run.least("mind.window") && run.least("synapses.formation") > 0.0, "patient {patient}");
        let untreated = lab.run(&drawn, &[], &[], &[0.0, 8760.0]);
        let drift = (untreated.at("symptoms.madrs", 8760.0) / untreated.at("symptoms.madrs", 0.0) - 1.0).abs();
        assert!(drift < 1e-6, "patient {patient} drifts by {drift}");
    }
}
