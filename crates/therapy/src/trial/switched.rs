//! A trial in a model whose disputed steps are put on or off.

use super::Trial;
use super::bridge::Bridge;
use ketamine::hypotheses::Hypothesis;
use notation::{Spread, System};

impl Trial {
    /// The system with disputed steps as this trial has them. What a switch sets is known from then on: draws of what is
    /// not known leave it alone. Everything else stays as it was fitted with the steps at their defaults.
    pub fn switched(&self, mut system: System) -> System {
        for (hypothesis, on) in &self.hypotheses {
            for (name, value) in hypothesis.settings(*on) {
                let index = system.parameter(name).unwrap_or_else(|| panic!("`{name}` is a parameter of the model"));
                let field = &mut system.parameters[index];
                field.value = *value;
                field.spread = field.spread.map(|spread| Spread { calibration_range: None, ..spread });
            }
        }
        system
    }

    /// Switches that change nothing here, because nothing that the trial reads depends on what they set. Asked of a
    /// bridge that was compiled for the trial.
    pub fn idle<'t>(&'t self, bridge: &'t Bridge<'_>) -> impl Iterator<Item = &'static Hypothesis> + 't {
        let idle = |hypothesis: &Hypothesis, on| {
            let settings = hypothesis.settings(on);
            !settings.is_empty() && !settings.iter().any(|(name, _)| bridge.reads(name))
        };
        self.hypotheses.iter().filter(move |(hypothesis, on)| idle(hypothesis, *on)).map(|(hypothesis, _)| *hypothesis)
    }
}
