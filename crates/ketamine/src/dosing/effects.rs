//! From doses to timed effects on named states and controls.

use super::{Dose, DoseError, Hold, Route};
use crate::library::simons_2022;
use notation::functions;

/// What one event does, by name; values in internal units.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Adds an amount to a state.
    Add {
        /// Name of the state.
        state: String,
        /// How much.
        nanomoles: f64,
    },
    /// Moves a fraction of one state to another.
    Move {
        /// Name of the state that loses.
        from: String,
        /// Name of the state that gains.
        to: String,
        /// 0 to 1.
        fraction: f64,
    },
    /// Sets a control from now on.
    Set {
        /// Name of the control.
        control: String,
        /// To what.
        value: f64,
    },
    /// Changes a constant rate by so much (undone by its negative); `schedule` turns these into `Set`.
    Change {
        /// Name of the control.
        control: String,
        /// By how much.
        by: f64,
    },
}

/// An effect at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedEffect {
    /// Hours from the start of the course.
    pub time_hours: f64,
    /// What happens.
    pub effect: Effect,
}

/// Dissolution counts as complete when this fraction is left.
const UNDISSOLVED: f64 = 0.05;

struct Writer {
    effects: Vec<TimedEffect>,
}

impl Writer {
    fn push(&mut self, time_hours: f64, effect: Effect) {
        self.effects.push(TimedEffect { time_hours, effect });
    }
    fn add(&mut self, time: f64, state: String, nanomoles: f64) {
        self.push(time, Effect::Add { state, nanomoles });
    }
    fn set(&mut self, time: f64, control: &str, value: f64) {
        self.push(time, Effect::Set { control: control.to_owned(), value });
    }
    fn shift(&mut self, time: f64, from: String, to: String, fraction: f64) {
        self.push(time, Effect::Move { from, to, fraction });
    }
    fn constant_rate(&mut self, start: f64, hours: f64, control: String, rate: f64) {
        self.push(start, Effect::Change { control: control.clone(), by: rate });
        self.push(start + hours, Effect::Change { control, by: -rate });
    }
    /// Swallows a fraction of what is in the mouth.
    fn swallow(&mut self, time: f64, fraction: f64) {
        for hand in ["s", "r"] {
            for place in ["tablet", "saliva"] {
                self.shift(time, format!("mouth_{hand}.{place}"), format!("gut_{hand}.stomach"), fraction);
            }
        }
    }
    /// Empties the mouth outwards.
    fn expectorate(&mut self, time: f64) {
        for hand in ["s", "r"] {
            for place in ["tablet", "saliva"] {
                self.shift(time, format!("mouth_{hand}.{place}"), format!("mouth_{hand}.expectorated"), 1.0);
            }
        }
    }
    fn hold(&mut self, time: f64, hold: &Hold) {
        let dissolution =
            if hold.dissolution_hours == 0.0 { 0.0 } else { -functions::ln(UNDISSOLVED) / hold.dissolution_hours };
        self.set(time, "mouth.dissolution", dissolution);
        self.set(time, "mouth.swish", f64::from(u8::from(hold.swish)));
        self.set(time, "mouth.contact", hold.contact);
        self.set(time, "mouth.leak", hold.leak_per_hour);
        self.set(time, "mouth.ph_shift", hold.ph_shift);
        self.set(time, "mouth.hold", 1.0);
        if let Some(accident) = hold.accidental_swallow {
            self.swallow(time + accident.after_hours, accident.fraction);
        }
        let end = time + hold.hold_hours;
        self.set(end, "mouth.hold", 0.0);
        self.swallow(end, hold.disposition.swallowed());
        self.expectorate(end);
    }
}

fn finite(field: &'static str, value: f64) -> Result<f64, DoseError> {
    if value.is_finite() { Ok(value) } else { Err(DoseError::NotFinite { field }) }
}
fn not_negative(field: &'static str, value: f64) -> Result<f64, DoseError> {
    if finite(field, value)? < 0.0 { Err(DoseError::Negative { field, value }) } else { Ok(value) }
}
fn positive(field: &'static str, value: f64) -> Result<f64, DoseError> {
    if not_negative(field, value)? == 0.0 { Err(DoseError::Zero { field }) } else { Ok(value) }
}
fn fraction(field: &'static str, value: f64) -> Result<f64, DoseError> {
    if (0.0..=1.0).contains(&finite(field, value)?) { Ok(value) } else { Err(DoseError::NotAFraction { field, value }) }
}

fn check(dose: &Dose) -> Result<(), DoseError> {
    finite("time", dose.time_hours)?;
    not_negative("dose", dose.amount_mg)?;
    if let Some(hold) = dose.route.hold() {
        positive("hold", hold.hold_hours)?;
        not_negative("dissolution time", hold.dissolution_hours)?;
        not_negative("contact", hold.contact)?;
        not_negative("leak", hold.leak_per_hour)?;
        finite("pH shift", hold.ph_shift)?;
        fraction("swallowed fraction of the rest", hold.disposition.swallowed())?;
        if let Some(accident) = hold.accidental_swallow {
            positive("time of accidental swallowing", accident.after_hours)?;
            fraction("accidentally swallowed fraction", accident.fraction)?;
            if hold.hold_hours < accident.after_hours {
                let (after_hours, hold_hours) = (accident.after_hours, hold.hold_hours);
                return Err(DoseError::AccidentAfterHold { after_hours, hold_hours });
            }
        }
    }
    match dose.route {
        Route::OralExtendedRelease { release_hours } => positive("release time", release_hours).map(drop)?,
        Route::IntravenousInfusion { duration_hours } => positive("infusion duration", duration_hours).map(drop)?,
        Route::Nasal { devices, interval_hours } => {
            positive("number of devices", f64::from(devices))?;
            not_negative("interval between devices", interval_hours)?;
        }
        _ => {}
    }
    if let Some(vomiting) = dose.vomiting {
        positive("time of vomiting", vomiting.after_hours)?;
        fraction("vomited fraction of the stomach", vomiting.stomach_fraction)?;
    }
    Ok(())
}

/// What one dose does, sorted by time.
///
/// # Errors
/// A number that is not finite, negative, 0 or not a fraction where it must not be.
pub fn effects(dose: &Dose) -> Result<Vec<TimedEffect>, DoseError> {
    check(dose)?;
    let time = dose.time_hours;
    let mut out = Writer { effects: Vec::new() };
    for (hand, amount) in dose.enantiomers() {
        match dose.route {
            Route::SublingualOdt(hold) | Route::Film(hold) | Route::Troche(hold) => {
                let place = if hold.dissolution_hours == 0.0 { "saliva" } else { "tablet" };
                out.add(time, format!("mouth_{hand}.{place}"), amount);
            }
            Route::FilmAsPublished => {
                let film: simons_2022::Parameters<f64> = notation::fields::typical();
                let mucosal_rate = amount * film.mucosal_fraction / film.mucosal_time;
                let swallowed_rate = amount * film.swallowed_factor / film.swallowed_time;
                out.set(time, "gut.passage", 0.0);
                out.constant_rate(time, film.mucosal_time, format!("input_{hand}.mucosa"), mucosal_rate);
                out.constant_rate(time, film.swallowed_time, format!("input_{hand}.lumen"), swallowed_rate);
            }
            Route::Oral => out.add(time, format!("gut_{hand}.stomach"), amount),
            Route::OralExtendedRelease { release_hours } => {
                out.constant_rate(time, release_hours, format!("input_{hand}.lumen"), amount / release_hours);
            }
            Route::Nasal { devices, interval_hours } => {
                for device in 0..devices {
                    let depot = if device == 0 { "nose_first" } else { "nose_later" };
                    let when = time + f64::from(device) * interval_hours;
                    out.add(when, format!("routes_{hand}.{depot}"), amount / f64::from(devices));
                }
            }
            Route::Intramuscular => out.add(time, format!("routes_{hand}.muscle"), amount),
            Route::Subcutaneous => out.add(time, format!("routes_{hand}.skin"), amount),
            Route::IntravenousBolus => out.add(time, format!("plasma_{hand}.central"), amount),
            Route::IntravenousInfusion { duration_hours } => {
                out.constant_rate(time, duration_hours, format!("input_{hand}.infusion"), amount / duration_hours);
            }
            Route::Rectal => out.add(time, format!("routes_{hand}.rectum"), amount),
        }
    }
    if let Some(hold) = dose.route.hold() {
        out.hold(time, hold);
    }
    if let Some(vomiting) = dose.vomiting {
        let when = time + vomiting.after_hours;
        out.set(when, "mouth.hold", 0.0);
        out.expectorate(when);
        for hand in ["s", "r"] {
            let (from, to) = (format!("gut_{hand}.stomach"), format!("mouth_{hand}.expectorated"));
            out.shift(when, from, to, vomiting.stomach_fraction);
        }
    }
    let mut effects = out.effects;
    sort(&mut effects);
    Ok(effects)
}

/// What many doses do, sorted by time; every `Change` has become the `Set` of the sum of the rates then active.
/// Doses put into the mouth at one time with the same hold act as one.
///
/// # Errors
/// Those of [`effects`], doses that overlap in the mouth, and a published-model film beside a dose that passes the gut.
pub fn schedule(doses: &[Dose]) -> Result<Vec<TimedEffect>, DoseError> {
    for dose in doses {
        check(dose)?;
    }
    let as_published = |dose: &Dose| dose.route == Route::FilmAsPublished;
    if let Some(other) = doses.iter().find(|dose| dose.route.passes_gut()).filter(|_| doses.iter().any(as_published)) {
        return Err(DoseError::PublishedFilmWithGut { hours: other.time_hours });
    }
    let mut doses = doses.to_vec();
    doses.sort_by(|a, b| a.time_hours.total_cmp(&b.time_hours));
    let mut all = Vec::new();
    for (i, dose) in doses.iter().enumerate() {
        let shares_hold = shares_hold(&doses[..i], dose)?;
        let own = effects(dose)?;
        all.extend(own.into_iter().filter(|e| !shares_hold || matches!(e.effect, Effect::Add { .. })));
    }
    sort(&mut all);
    let mut active: Vec<(String, f64)> = Vec::new();
    for timed in &mut all {
        if let Effect::Change { control, by } = &timed.effect {
            match active.iter().position(|(name, rate)| name == control && *rate == -by) {
                Some(i) => drop(active.remove(i)),
                None => active.push((control.clone(), *by)),
            }
            let value = active.iter().filter(|(name, _)| name == control).map(|(_, rate)| rate).sum();
            timed.effect = Effect::Set { control: control.clone(), value };
        }
    }
    Ok(all)
}

/// Stable by time: effects at one time keep their order, so that a hold ends before the next dose is put into the mouth.
fn sort(effects: &mut [TimedEffect]) {
    effects.sort_by(|a, b| a.time_hours.total_cmp(&b.time_hours));
}

/// Whether the dose joins an earlier one in the mouth.
fn shares_hold(earlier: &[Dose], dose: &Dose) -> Result<bool, DoseError> {
    let Some(hold) = dose.route.hold() else { return Ok(false) };
    let mut shares = false;
    for other in earlier {
        let Some(other_hold) = other.route.hold() else { continue };
        if other.time_hours == dose.time_hours && other_hold == hold && other.vomiting == dose.vomiting {
            shares = true;
            continue;
        }
        let apart = other.time_hours + other_hold.hold_hours <= dose.time_hours
            || dose.time_hours + hold.hold_hours <= other.time_hours;
        if !apart {
            let first_hours = other.time_hours.min(dose.time_hours);
            let second_hours = other.time_hours.max(dose.time_hours);
            return Err(DoseError::HoldsOverlap { first_hours, second_hours });
        }
    }
    Ok(shares)
}
