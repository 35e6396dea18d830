//! Claims about the drug's road: nothing is lost, nothing goes negative, holding and spitting act as they should.

mod pk_support;

use ketamine::dosing::{Basis, Disposition, Dose, Enantiomer, Hold, Route, schedule};
use ketamine::exposure::{self, Exposure};
use pk_support::*;

fn dose(amount_mg: f64, enantiomer: Enantiomer, route: Route) -> Dose {
    Dose { time_hours: 0.0, amount_mg, basis: Basis::Base, enantiomer, route, vomiting: None }
}

fn odt(amount_mg: f64, hold_minutes: f64, disposition: Disposition) -> Dose {
    dose(amount_mg, Enantiomer::Racemic, Route::SublingualOdt(Hold::odt(hold_minutes / 60.0, disposition)))
}

fn run(dose: Dose, outputs: &[f64]) -> Run {
    simulate::<Exposure>(&[], &schedule(&[dose]).unwrap(), outputs)
}

/// One dose of every route.
fn every_route() -> Vec<Dose> {
    vec![
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
