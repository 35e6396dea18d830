//! What surrounds the doses: setting and integration, stress over time, other drugs.

use crate::interactions::{Taken, activities};
use crate::patient::Class;
use crate::protocol::Protocol;
use ketamine::dosing::{Effect, TimedEffect};
use notation::System;

/// Level of a benzodiazepine at a usual dose.
const USUAL_BENZODIAZEPINE: f64 = 1.0;

/// Effects in course time, ascending; those that the model has no control for are left out.
pub fn effects(protocol: &Protocol, origin: f64, system: &System, parameters: &[f64]) -> Vec<TimedEffect> {
    let mut effects = Vec::new();
    let mut set = |time: f64, control: &str, value: f64| {
        if system.control(control).is_some() {
            let effect = Effect::Set { control: control.to_owned(), value };
            effects.push(TimedEffect { time_hours: origin + time, effect });
        }
    };
    let own = |name: &str| system.parameter(name).map_or(0.0, |index| parameters[index]);
    if !protocol.doses.is_empty() {
        set(0.0, "mind.setting", protocol.setting.quality);
        set(0.0, "mind.integration", protocol.setting.integration);
    }
    set(0.0, "placebo.expectancy", protocol.setting.expectancy);
    for switch in &protocol.stress {
        set(switch.time, "stress.added", switch.level - own("stress.chronic"));
    }
    let usual = own("antidepressant.reference");
    let mut antidepressants = protocol.patient.comedication.iter().filter(|d| d.class.is_antidepressant());
    if let Some(drug) = antidepressants.next() {
        set(drug.from, "antidepressant.level", usual);
        if let Some(until) = drug.until {
            set(until, "antidepressant.level", 0.0);
        }
    }
    for drug in protocol.patient.comedication.iter().filter(|d| d.class == Class::Benzodiazepine) {
        set(drug.from, "benzodiazepine.target", USUAL_BENZODIAZEPINE);
        if let Some(until) = drug.until {
            set(until, "benzodiazepine.target", 0.0);
        }
    }
    let taken: Vec<Taken<'_>> =
        protocol.patient.comedication.iter().map(|d| (d.drug.as_str(), d.class, d.from, d.until)).collect();
    for (time, gut, liver) in activities(&taken) {
        set(time, "gut.enzyme_activity", gut);
        set(time, "liver.enzyme_activity", liver);
    }
    effects.retain(|timed| timed.time_hours <= origin + protocol.follow);
    effects.sort_by(|a, b| a.time_hours.total_cmp(&b.time_hours));
    effects
}
