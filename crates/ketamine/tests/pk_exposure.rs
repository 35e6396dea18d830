//! Claims about the drug's road: nothing is lost, nothing goes negative, holding and spitting act as they should.

mod pk_support;

use ketamine::dosing::{AccidentalSwallow, Basis, Disposition, Dose, Enantiomer, Hold, Route, Vomiting, schedule};
use ketamine::exposure::{self, Exposure};
use pk_support::*;

fn dose(amount_mg: f64, enantiomer: Enantiomer, route: Route) -> Dose {
    Dose { time_hours: 0.0, amount_mg, basis: Basis::Base, enantiomer, route, vomiting: None }
}

fn odt(amount_mg: f64, hold_minutes: f64, disposition: Disposition) -> Dose {
    dose(amount_mg, Enantiomer::Racemic, Route::SublingualOdt(Hold::odt(hold_minutes / 60.0, disposition)))
}

fn run(dose: Dose, outputs: &[f64]) -> Run {
    simulate::<Exposure>(START, &schedule(&[dose]).unwrap(), outputs)
}

/// One dose of every route, and two that go wrong.
fn every_route() -> Vec<Dose> {
    let spilled = Hold {
        leak_per_hour: 1.5,
        swish: true,
        accidental_swallow: Some(AccidentalSwallow { after_hours: 0.1, fraction: 0.5 }),
        ..Hold::troche(0.25, Disposition::Spit { residual: 0.05 })
    };
    let vomiting = Some(Vomiting { after_hours: 0.4, stomach_fraction: 0.8 });
    vec![
        dose(100.0, Enantiomer::Racemic, Route::Troche(spilled)),
        Dose { vomiting, ..odt(100.0, 10.0, Disposition::Swallow) },
        odt(100.0, 10.0, Disposition::Swallow),
        odt(100.0, 10.0, Disposition::Spit { residual: 0.1 }),
        dose(50.0, Enantiomer::S, Route::Film(Hold::film(10.0 / 60.0, Disposition::Partial(0.4)))),
        dose(100.0, Enantiomer::R, Route::Troche(Hold::troche(0.25, Disposition::Swallow))),
        dose(100.0, Enantiomer::Racemic, Route::Oral),
        dose(120.0, Enantiomer::Racemic, Route::OralExtendedRelease { release_hours: 10.0 }),
        dose(84.0, Enantiomer::S, Route::Nasal { devices: 3, interval_hours: 5.0 / 60.0 }),
        dose(35.0, Enantiomer::Racemic, Route::Intramuscular),
        dose(35.0, Enantiomer::Racemic, Route::Subcutaneous),
        dose(20.0, Enantiomer::Racemic, Route::IntravenousBolus),
        dose(35.0, Enantiomer::Racemic, Route::IntravenousInfusion { duration_hours: 40.0 / 60.0 }),
        dose(50.0, Enantiomer::Racemic, Route::Rectal),
    ]
}

#[test]
fn every_mole_of_every_route_is_accounted_for() {
    for dose in every_route() {
        let run = run(dose, &[0.1, 1.0, 24.0, 72.0]);
        let x: exposure::State<f64> = run.last();
        let total = exposure::accounted(&exposure::chain_s(&x)) + exposure::accounted(&exposure::chain_r(&x));
        assert_near(&format!("{:?}", dose.route), total, dose.nanomoles(), 1e-9);
    }
}

#[test]
fn no_amount_or_concentration_ever_goes_negative() {
    for dose in every_route() {
        let run = run(dose, &grid(24.0, 24 * 20));
        for row in 0..run.times.len() {
            for (i, amount) in run.states(row).iter().enumerate() {
                // The integrator's absolute tolerance is 1e-7 nmol; doses are 1e4 nmol and more.
                assert!(-1e-6 <= *amount, "{:?}: state {i} is {amount} at {} h", dose.route, run.times[row]);
            }
        }
    }
}

#[test]
fn without_a_dose_there_is_no_drug_for_a_year() {
    let run = simulate::<Exposure>(&[], &[], &[8766.0]);
    assert!(run.states(0).iter().all(|&x| x == 0.0));
}

#[test]
fn twice_the_dose_is_twice_the_exposure() {
    for dose in every_route() {
        let once = run(dose, &grid(8.0, 80));
        let twice = run(Dose { amount_mg: 2.0 * dose.amount_mg, ..dose }, &grid(8.0, 80));
        for name in ["arterial_ketamine", "venous_norketamine", "qualitative_hydroxynorketamine"] {
            for (one, two) in once.observable(name).into_iter().zip(twice.observable(name)) {
                assert!((two - 2.0 * one).abs() <= 1e-6 * two + 1e-6, "{:?}, {name}: {one}, {two}", dose.route);
            }
        }
    }
}

#[test]
fn un_ionised_fractions_are_those_of_section_6() {
    for (ph, percent) in [(6.2, 4.8), (6.5, 9.1), (6.8, 16.6), (7.4, 44.0), (7.6, 56.0), (8.5, 91.0)] {
        let got = 100.0 * ketamine::mouth::un_ionised(7.5, ph);
        assert!((got - percent).abs() <= if percent < 20.0 { 0.05 } else { 0.5 }, "pH {ph}: {got} against {percent}");
    }
}

/// Availability of S-ketamine relative to an infusion of the same dose, and the area of S-norketamine.
fn availability(disposition: Disposition, hold_minutes: f64) -> (f64, f64) {
    let times = grid(48.0, 48 * 60);
    let vein = run(dose(50.0, Enantiomer::S, Route::IntravenousInfusion { duration_hours: 0.5 }), &times);
    let mouth =
        run(dose(50.0, Enantiomer::S, Route::SublingualOdt(Hold::odt(hold_minutes / 60.0, disposition))), &times);
    (mouth.area("arterial_s") / vein.area("arterial_s"), mouth.area("arterial_norketamine_s"))
}

#[test]
fn swallowing_gives_30_percent_and_spitting_15() {
    // PHARMACOKINETICS 2.2 [calc, f_m 0.15, F_po 0.18]: swallow 0.30, spit 0.15. A tablet needs time to dissolve, so a little less.
    let (swallowed, _) = availability(Disposition::Swallow, 10.0);
    let (spat, _) = availability(Disposition::Spit { residual: 0.0 }, 10.0);
    assert!((0.28..=0.31).contains(&swallowed), "swallow F {swallowed}");
    assert!((0.135..=0.155).contains(&spat), "spit F {spat}");
}

#[test]
fn swallowed_s_ketamine_is_available_to_18_percent() {
    let times = grid(48.0, 48 * 60);
    let vein = run(dose(50.0, Enantiomer::S, Route::IntravenousInfusion { duration_hours: 0.5 }), &times);
    let oral = run(dose(50.0, Enantiomer::S, Route::Oral), &times);
    // 0.64 (1 - 0.722); the racemate lies near 20 % (Yanagihara 2003) and 17 % (Clements 1982).
    assert_near("oral F of S", oral.area("arterial_s") / vein.area("arterial_s"), 0.178, 0.01);
    let vein = run(dose(50.0, Enantiomer::Racemic, Route::IntravenousInfusion { duration_hours: 0.5 }), &times);
    let oral = run(dose(50.0, Enantiomer::Racemic, Route::Oral), &times);
    let racemic = oral.area("arterial_ketamine") / vein.area("arterial_ketamine");
    assert!((0.17..=0.23).contains(&racemic), "oral F of the racemate {racemic}");
}

#[test]
fn spitting_removes_most_of_the_norketamine() {
    // The swallowed 85 % would be largely metabolised on first pass: what is left is the mucosal 15 %.
    let (_, swallowed) = availability(Disposition::Swallow, 10.0);
    let (_, spat) = availability(Disposition::Spit { residual: 0.0 }, 10.0);
    let left = spat / swallowed;
    assert!((0.12..=0.16).contains(&left), "norketamine left after spitting: {left}");
}

#[test]
fn holding_15_instead_of_5_minutes_moves_mucosal_uptake_as_first_order_uptake_does() {
    // f_m = 1 - exp(-k t) with 0.15 at 10 min: 0.078 at 5 min and 0.216 at 15 min; F = f_m + (1 - f_m) 0.178.
    let (five, norketamine_five) = availability(Disposition::Swallow, 5.0);
    let (fifteen, norketamine_fifteen) = availability(Disposition::Swallow, 15.0);
    let derived = |minutes: f64| {
        let mucosal = 1.0 - 0.85f64.powf(minutes / 10.0);
        mucosal + (1.0 - mucosal) * 0.178
    };
    // The tablet dissolves during part of the hold: up to half a minute of it is lost to uptake.
    assert!(derived(4.5) < five && five < derived(5.0), "5 min: {five}, derived {}", derived(5.0));
    assert!(derived(14.5) < fifteen && fifteen < derived(15.0), "15 min: {fifteen}, derived {}", derived(15.0));
    // Every mole is metabolised in the end, so the area of norketamine hardly moves; its peak comes later and lower.
    assert_near("norketamine area", norketamine_fifteen, norketamine_five, 0.01);
    let peak =
        |minutes: f64| run(odt(100.0, minutes, Disposition::Swallow), &grid(6.0, 720)).peak("arterial_norketamine");
    let ((short, early), (long, late)) = (peak(5.0), peak(15.0));
    assert!(long < short && early < late, "norketamine peak {short} at {early} h, {long} at {late} h");
    // Held and spat, a longer hold raises both.
    let (spat_five, _) = availability(Disposition::Spit { residual: 0.0 }, 5.0);
    let (spat_fifteen, _) = availability(Disposition::Spit { residual: 0.0 }, 15.0);
    let ratio = spat_fifteen / spat_five;
    assert!(
        (2.5..=3.2).contains(&ratio),
        "15 against 5 min, spat: {ratio}; derived 0.216/0.078 = 2.8 and a little more"
    );
}

#[test]
fn the_depot_goes_on_releasing_after_the_hold() {
    let run = run(odt(100.0, 10.0, Disposition::Spit { residual: 0.0 }), &[10.0 / 60.0, 27.33 / 60.0]);
    let depot = run.state("mouth_s.depot");
    assert!(0.0 < depot[0]);
    // Half-life 17.3 min at KA1 0.04 /min.
    assert_near("half is left 17.33 min later", depot[1] / depot[0], 0.5, 0.001);
}

#[test]
fn sublingual_concentrations_are_near_those_derived_for_the_plain_model() {
    // PHARMACOKINETICS 7 [calc]: racemic 100 mg, 70 kg: arterial 137, venous 88 ng/mL, with one F_po 0.18 for both enantiomers.
    // Here R-ketamine passes the liver more easily (derived from its lower clearance), so somewhat more.
    let run = run(odt(100.0, 10.0, Disposition::Swallow), &grid(6.0, 720));
    let (arterial, venous) = (run.peak("arterial_ketamine").0, run.peak("venous_ketamine").0);
    assert!((137.0..1.2 * 137.0).contains(&arterial), "arterial {arterial}");
    assert!((88.0..1.2 * 88.0).contains(&venous), "venous {venous}");
}

#[test]
fn half_a_milligram_per_kilogram_over_40_minutes_reads_185_in_a_vein() {
    // Zarate 2006 (venous assumed): 185 ng/mL, a validation row; nothing was fitted to it.
    let dose = dose(35.0, Enantiomer::Racemic, Route::IntravenousInfusion { duration_hours: 40.0 / 60.0 });
    let run = run(dose, &[40.0 / 60.0]);
    assert_near("venous ketamine", run.observable("venous_ketamine")[0], 185.0, 0.03);
    assert_near("arterial ketamine, as Simons 2022", run.observable("arterial_ketamine")[0], 289.0, 0.05);
    // The model as shipped, calibrated or not, stays within the 1.4-fold asked of this regimen.
    let shipped = simulate::<Exposure>(&[], &schedule(&[dose]).unwrap(), &[40.0 / 60.0]);
    let fold = shipped.observable("venous_ketamine")[0] / 185.0;
    assert!((1.0 / 1.4..=1.4).contains(&fold), "shipped model: {fold} of the observed");
}

#[test]
fn unbound_brain_ketamine_is_about_a_third_micromolar_at_the_end_of_that_infusion() {
    // PHARMACOKINETICS 2.10 [calc]: 0.78 uM total gives 0.30-0.33 uM unbound; the model's brain follows arterial, hence higher, plasma with a lag.
    let infusion = Route::IntravenousInfusion { duration_hours: 40.0 / 60.0 };
    let run = run(dose(35.0, Enantiomer::Racemic, infusion), &grid(2.0, 240));
    let unbound: Vec<f64> =
        run.observable("brain_s").iter().zip(run.observable("brain_r")).map(|(s, r)| s + r).collect();
    let peak = unbound.iter().copied().fold(0.0, f64::max);
    assert!((0.30..=0.50).contains(&peak), "unbound {peak} uM");
}

#[test]
fn an_inhibitor_raises_oral_far_more_than_intravenous_exposure() {
    // High extraction: systemic clearance is limited by flow, oral availability by enzymes.
    let effects = |route: Route, activity: f64| {
        use ketamine::dosing::{Effect, TimedEffect};
        let set = |control: &str| TimedEffect {
            time_hours: 0.0,
            effect: Effect::Set { control: control.to_owned(), value: activity },
        };
        let mut all = vec![set("gut.enzyme_activity"), set("liver.enzyme_activity")];
        all.extend(schedule(&[dose(50.0, Enantiomer::S, route)]).unwrap());
        simulate::<Exposure>(START, &all, &grid(48.0, 2880)).area("arterial_s")
    };
    let vein = Route::IntravenousInfusion { duration_hours: 0.5 };
    let raised_vein = effects(vein, 0.5) / effects(vein, 1.0);
    let raised_oral = effects(Route::Oral, 0.5) / effects(Route::Oral, 1.0);
    assert!(1.1 < raised_vein && raised_vein < 1.5, "intravenous {raised_vein}");
    assert!(2.0 < raised_oral && raised_oral < 3.5, "oral {raised_oral}");
}

#[test]
fn an_old_and_a_light_patient_reach_higher_concentrations() {
    let dose = odt(100.0, 10.0, Disposition::Swallow);
    let effects = schedule(&[dose]).unwrap();
    let area = |changes: &[Change]| {
        simulate::<Exposure>(&start_with(changes), &effects, &grid(48.0, 2880)).area("arterial_ketamine")
    };
    let typical = area(&[]);
    let old = area(&[("body.age", 80.0)]);
    let light = area(&[("body.weight", 50.0)]);
    assert!(1.02 * typical < old, "age 80: {old} against {typical}");
    assert_near("weight 50: dose over clearance", light, typical * (70.0f64 / 50.0).powf(0.75), 0.001);
}

#[test]
fn rank_of_hydroxynorketamine_by_route_follows_first_pass() {
    let ratio = |route: Route| {
        let run = run(dose(50.0, Enantiomer::S, route), &grid(48.0, 2880));
        run.area("qualitative_hydroxynorketamine") / run.area("arterial_s")
    };
    let vein = ratio(Route::IntravenousInfusion { duration_hours: 0.5 });
    let mouth = ratio(Route::Film(Hold::film(10.0 / 60.0, Disposition::Swallow)));
    let oral = ratio(Route::Oral);
    assert!(vein < mouth && mouth < oral, "metabolite to parent: vein {vein}, mouth {mouth}, oral {oral}");
}

#[test]
fn the_two_liver_forms_give_the_same_extraction_and_steady_clearance() {
    use ketamine::liver::{Capacity, clearance, compartment, extraction, well_stirred};
    let capacity = Capacity { flow: 123_000.0, demethylation: 255_520.0, other: 63_880.0 };
    assert_near("extraction", extraction(&capacity), 0.722, 0.001);
    assert_near("clearance, mL/h", clearance(&capacity), 88_800.0, 0.001);
    let (portal, plasma) = (500.0, 0.4);
    let stirred = well_stirred(&capacity, portal, plasma);
    // The compartment's steady amount: inflow over (flow + intrinsic), whatever the volume.
    let volume = 101_000.0;
    let steady = (portal + capacity.flow * plasma) / (capacity.flow + capacity.demethylation + capacity.other) * volume;
    let (held, rate) = compartment(&capacity, volume, steady, portal, plasma);
    assert!(rate.abs() < 1e-9 * portal, "rate {rate}");
    assert_near("into plasma", held.into_plasma, stirred.into_plasma, 1e-12);
    assert_near("demethylated", held.demethylated, stirred.demethylated, 1e-12);
    assert_near("otherwise", held.otherwise_metabolised, stirred.otherwise_metabolised, 1e-12);
}

#[test]
fn r_ketamine_is_cleared_at_0_86_of_s_ketamine() {
    let infusion = Route::IntravenousInfusion { duration_hours: 0.5 };
    let run = run(dose(50.0, Enantiomer::Racemic, infusion), &grid(48.0, 2880));
    // Wang 2019: 15.8/18.4 mL/min/kg.
    assert_near("clearance ratio R/S", run.area("arterial_s") / run.area("arterial_r"), 0.86, 0.005);
}

/// Numbers from 0 to 1 without a pattern, the same in every run.
fn draws() -> impl FnMut() -> f64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[test]
fn nothing_is_lost_and_nothing_negative_in_anybody_within_three_spreads() {
    use notation::evidence::Law;
    let fields = notation::fields::declarations::<f64, exposure::Parameters<f64>>();
    let mut draw = draws();
    for person in 0..20 {
        let mut changes: Vec<Change> = Vec::new();
        for field in &fields {
            let spread = field.spread.unwrap();
            let sd = (spread.between_people.powi(2) + spread.between_occasions.powi(2)).sqrt();
            let shift = 3.0 * sd * (2.0 * draw() - 1.0);
            let value = match spread.law {
                Law::Fixed => field.value,
                Law::Normal => field.value + shift,
                Law::LogNormal => field.value * shift.exp(),
                Law::LogitNormal => {
                    let odds = field.value / (1.0 - field.value) * shift.exp();
                    odds / (1.0 + odds)
                }
            };
            changes.push((&field.name, value));
        }
        changes.push(("body.age", 18.0 + 77.0 * draw()));
        for indicator in ["body.female", "body.asian", "body.japanese"] {
            changes.push((indicator, draw().round()));
        }
        let routes = every_route();
        let dose = routes[person % routes.len()];
        let run = simulate::<Exposure>(&changes, &schedule(&[dose]).unwrap(), &grid(24.0, 48));
        for row in 0..run.times.len() {
            assert!(run.states(row).iter().all(|x| -1e-6 <= *x && x.is_finite()), "{person}: {changes:?}");
        }
        let x: exposure::State<f64> = run.last();
        let total = exposure::accounted(&exposure::chain_s(&x)) + exposure::accounted(&exposure::chain_r(&x));
        assert_near(&format!("{person}, {:?}", dose.route), total, dose.nanomoles(), 1e-9);
    }
}

#[test]
fn veins_peak_later_and_lower_than_arteries() {
    for dose in [odt(100.0, 10.0, Disposition::Swallow), dose(84.0, Enantiomer::S, Route::Intramuscular)] {
        let run = run(dose, &grid(4.0, 480));
        let ((arterial, early), (venous, late)) = (run.peak("arterial_ketamine"), run.peak("venous_ketamine"));
        assert!(venous < arterial && early < late, "{arterial} at {early} h, {venous} at {late} h");
    }
}

#[test]
fn a_session_every_84_hours_does_not_accumulate() {
    let session = |i: i32| Dose { time_hours: 84.0 * f64::from(i), ..odt(100.0, 10.0, Disposition::Swallow) };
    let doses: Vec<Dose> = (0..3).map(session).collect();
    let times: Vec<f64> = [0.7, 84.7, 168.7].into();
    let run = simulate::<Exposure>(START, &schedule(&doses).unwrap(), &times);
    let at = run.observable("arterial_ketamine");
    assert_near("second session", at[1], at[0], 1e-3);
    assert_near("third session", at[2], at[0], 1e-3);
}

#[test]
fn swallowing_by_accident_and_vomiting_lower_what_reaches_blood() {
    let area = |dose: Dose| run(dose, &grid(48.0, 2880)).area("arterial_ketamine");
    let hold = Hold::odt(10.0 / 60.0, Disposition::Swallow);
    let held = |hold| dose(100.0, Enantiomer::Racemic, Route::SublingualOdt(hold));
    let well = area(held(hold));
    let accident = Some(AccidentalSwallow { after_hours: 2.0 / 60.0, fraction: 1.0 });
    let swallowed_early = area(held(Hold { accidental_swallow: accident, ..hold }));
    let swallowed_at_once = area(dose(100.0, Enantiomer::Racemic, Route::Oral));
    assert!(swallowed_at_once < swallowed_early && swallowed_early < well);
    let leaking = area(held(Hold { leak_per_hour: 3.0, ..hold }));
    assert!(swallowed_at_once < leaking && leaking < well);
    let vomiting = Some(Vomiting { after_hours: 5.0 / 60.0, stomach_fraction: 1.0 });
    let vomited = area(Dose { vomiting, ..held(hold) });
    let spat = area(held(Hold { disposition: Disposition::Spit { residual: 0.0 }, ..hold }));
    assert!(vomited < spat, "vomiting at 5 min ends the hold early: {vomited} against {spat}");
    // A buffered product and swishing raise uptake, an acidic one lowers it.
    assert!(well < area(held(Hold { ph_shift: 0.5, ..hold })));
    assert!(well < area(held(Hold { swish: true, ..hold })));
    assert!(area(held(Hold { ph_shift: -0.5, ..hold })) < well);
}

#[test]
fn slow_release_sets_the_time_course_of_a_swallowed_dose() {
    // "Oral half-life and Tmax follow absorption, not elimination, when release is slow" (PHARMACOKINETICS 2.8).
    let released = |hours| dose(120.0, Enantiomer::Racemic, Route::OralExtendedRelease { release_hours: hours });
    let times = grid(48.0, 960);
    let (quick, slow) = (run(dose(120.0, Enantiomer::Racemic, Route::Oral), &times), run(released(10.0), &times));
    let ((high, early), (low, late)) = (quick.peak("arterial_ketamine"), slow.peak("arterial_ketamine"));
    assert!(early < 1.0 && (9.5..=10.7).contains(&late), "peaks at {early} h and {late} h");
    assert!(low < 0.5 * high, "{low} against {high}");
    assert_near("same area", slow.area("arterial_ketamine"), quick.area("arterial_ketamine"), 0.01);
}

#[test]
fn effect_of_an_intramuscular_dose_peaks_near_20_minutes() {
    // Textbook (secondary): onset about 5 min, peak about 20 min; the absorption rate is an assumption made to agree with it.
    let run = run(dose(35.0, Enantiomer::Racemic, Route::Intramuscular), &grid(2.0, 480));
    let (_, at) = run.peak("brain_s");
    assert!((14.0..=25.0).contains(&(at * 60.0)), "effect site peaks at {} min", at * 60.0);
}
