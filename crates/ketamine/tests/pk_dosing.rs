//! Doses become the right effects on names that exist; bad doses are refused with a remedy.

use ketamine::dosing::*;
use ketamine::exposure::{Controls, State};
use notation::fields::declarations;

fn dose(time_hours: f64, amount_mg: f64, route: Route) -> Dose {
    Dose { time_hours, amount_mg, basis: Basis::Base, enantiomer: Enantiomer::Racemic, route, vomiting: None }
}

fn held(time_hours: f64, hold_hours: f64) -> Dose {
    dose(time_hours, 100.0, Route::SublingualOdt(Hold::odt(hold_hours, Disposition::Spit { residual: 0.1 })))
}

fn routes() -> Vec<Route> {
    let hold = Hold::odt(0.2, Disposition::Swallow);
    vec![
        Route::SublingualOdt(hold),
        Route::Film(hold),
        Route::Troche(hold),
        Route::FilmAsPublished,
        Route::Oral,
        Route::OralExtendedRelease { release_hours: 8.0 },
        Route::Nasal { devices: 3, interval_hours: 0.1 },
        Route::Intramuscular,
        Route::Subcutaneous,
        Route::IntravenousBolus,
        Route::IntravenousInfusion { duration_hours: 0.7 },
        Route::Rectal,
    ]
}

#[test]
fn every_name_exists_in_the_exposure_model() {
    let states: Vec<String> = declarations::<f64, State<f64>>().into_iter().map(|f| f.name).collect();
    let controls: Vec<String> = declarations::<f64, Controls<f64>>().into_iter().map(|f| f.name).collect();
    for route in routes() {
        let vomiting = Some(Vomiting { after_hours: 0.1, stomach_fraction: 0.5 });
        for timed in effects(&Dose { vomiting, ..dose(1.0, 50.0, route) }).unwrap() {
            match timed.effect {
                Effect::Add { state, .. } => assert!(states.contains(&state), "{state}"),
                Effect::Move { from, to, .. } => assert!(states.contains(&from) && states.contains(&to), "{from} {to}"),
                Effect::Set { control, .. } | Effect::Change { control, .. } => {
                    assert!(controls.contains(&control), "{control}");
                }
            }
        }
    }
}

#[test]
fn effects_come_in_order_and_never_before_the_dose() {
    for route in routes() {
        let all = effects(&dose(3.0, 50.0, route)).unwrap();
        assert!(all.windows(2).all(|w| w[0].time_hours <= w[1].time_hours));
        assert!(all.iter().all(|e| 3.0 <= e.time_hours));
    }
}

#[test]
fn what_enters_is_the_dose() {
    for route in routes() {
        if route == Route::FilmAsPublished {
            continue; // its factors are not fractions of the dose
        }
        let dose = dose(0.0, 50.0, route);
        let schedule = schedule(&[dose]).unwrap();
        let mut entered = 0.0;
        for timed in &schedule {
            if let Effect::Add { nanomoles, .. } = &timed.effect {
                entered += nanomoles;
            }
        }
        for control in ["input_s.infusion", "input_r.infusion", "input_s.lumen", "input_r.lumen"] {
            let (mut rate, mut since) = (0.0, 0.0);
            for timed in &schedule {
                if let Effect::Set { control: name, value } = &timed.effect
                    && name == control
                {
                    entered += rate * (timed.time_hours - since);
                    (rate, since) = (*value, timed.time_hours);
                }
            }
            assert_eq!(rate, 0.0, "{control} ends at 0");
        }
        assert!((entered / dose.nanomoles() - 1.0).abs() < 1e-12, "{route:?}: {entered}");
    }
}

#[test]
fn hydrochloride_holds_less_base() {
    // Simons 2022: 57.7 mg HCl = 50 mg base; Spravato: 32.3 mg HCl = 28 mg base.
    for (salt, base) in [(57.7, 50.0), (32.3, 28.0)] {
        let of = |amount_mg, basis| Dose { basis, ..dose(0.0, amount_mg, Route::Oral) }.nanomoles();
        assert!((of(salt, Basis::Hydrochloride) / of(base, Basis::Base) - 1.0).abs() < 0.002);
    }
}

#[test]
fn splitting_a_dose_at_one_instant_gives_the_same_amounts_and_one_hold() {
    let halves = Dose { amount_mg: 50.0, ..held(1.0, 0.2) };
    let whole = schedule(&[held(1.0, 0.2)]).unwrap();
    let split = schedule(&[halves, halves]).unwrap();
    let sum = |effects: &[TimedEffect], name: &str| -> f64 {
        effects
            .iter()
            .map(|e| match &e.effect {
                Effect::Add { state, nanomoles } if state == name => *nanomoles,
                _ => 0.0,
            })
            .sum()
    };
    assert_eq!(sum(&whole, "mouth_s.tablet"), sum(&split, "mouth_s.tablet"));
    let others = |effects: &[TimedEffect]| -> Vec<TimedEffect> {
        effects.iter().filter(|e| !matches!(e.effect, Effect::Add { .. })).cloned().collect()
    };
    assert_eq!(others(&whole), others(&split));
}

#[test]
fn order_of_doses_in_the_list_does_not_matter() {
    let list = [held(0.0, 0.25), held(0.25, 0.25), dose(0.1, 20.0, Route::IntravenousInfusion { duration_hours: 1.0 })];
    let reversed: Vec<Dose> = list.iter().rev().copied().collect();
    assert_eq!(schedule(&list).unwrap(), schedule(&reversed).unwrap());
}

#[test]
fn overlapping_infusions_add_up_and_return_to_exactly_zero() {
    let infusion = |time, hours, mg| dose(time, mg, Route::IntravenousInfusion { duration_hours: hours });
    let all = schedule(&[infusion(0.0, 1.0, 0.1), infusion(0.5, 1.3, 0.7), infusion(0.6, 0.1, 0.3)]).unwrap();
    let rates: Vec<f64> = all
        .iter()
        .filter_map(|e| match &e.effect {
            Effect::Set { control, value } if control == "input_s.infusion" => Some(*value),
            _ => None,
        })
        .collect();
    assert_eq!(rates.len(), 6);
    assert!(rates[0] < rates[1] && rates[1] < rates[2] && rates[3] == rates[1]);
    assert_eq!(rates[5], 0.0);
}

#[test]
fn a_spat_tablet_leaves_its_residual_in_the_stomach() {
    let all = effects(&held(0.0, 0.2)).unwrap();
    let moves: Vec<(&str, &str, f64)> = all
        .iter()
        .filter_map(|e| match &e.effect {
            Effect::Move { from, to, fraction } if from == "mouth_s.saliva" => {
                Some((from.as_str(), to.as_str(), *fraction))
            }
            _ => None,
        })
        .collect();
    assert_eq!(moves, [("mouth_s.saliva", "gut_s.stomach", 0.1), ("mouth_s.saliva", "mouth_s.expectorated", 1.0),]);
}

#[test]
fn bad_doses_are_refused_with_a_remedy() {
    let hold = Hold::odt(0.2, Disposition::Swallow);
    let odt = |hold| dose(0.0, 100.0, Route::SublingualOdt(hold));
    let accident = AccidentalSwallow { after_hours: 0.3, fraction: 0.5 };
    for (bad, text) in [
        (dose(0.0, -1.0, Route::Oral), "dose is -1; it cannot be negative"),
        (dose(0.0, f64::NAN, Route::Oral), "dose is not a finite number"),
        (dose(f64::INFINITY, 1.0, Route::Oral), "time is not a finite number"),
        (odt(Hold { hold_hours: 0.0, ..hold }), "hold is 0; give a value above 0"),
        (odt(Hold { disposition: Disposition::Partial(1.5), ..hold }), "give a fraction from 0 to 1"),
        (odt(Hold { accidental_swallow: Some(accident), ..hold }), "put it inside the hold"),
        (dose(0.0, 1.0, Route::IntravenousInfusion { duration_hours: 0.0 }), "infusion duration is 0"),
        (dose(0.0, 1.0, Route::Nasal { devices: 0, interval_hours: 0.1 }), "number of devices is 0"),
    ] {
        let message = effects(&bad).unwrap_err().to_string();
        assert!(message.contains(text), "{message}");
    }
    let message = schedule(&[held(0.0, 0.25), held(0.2, 0.25)]).unwrap_err().to_string();
    assert!(message.contains("still held"), "{message}");
    let published = dose(0.0, 50.0, Route::FilmAsPublished);
    let message = schedule(&[published, dose(6.0, 20.0, Route::Oral)]).unwrap_err().to_string();
    assert!(message.contains("use the mechanistic film"), "{message}");
    assert!(schedule(&[published, dose(6.0, 20.0, Route::IntravenousInfusion { duration_hours: 0.3 })]).is_ok());
}
