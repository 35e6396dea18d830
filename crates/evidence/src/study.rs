//! The catalogue bound to a model: every name resolved, every dimension checked, every scenario ready to be laid out.

use crate::ask::{Ask, Exceeds, Names, Signal};
use crate::catalogue::{Catalogue, Entry, Group};
use crate::measure::Measure;
use crate::observation::Comparison;
use crate::problem::{Problem, nearest};
use crate::quantity::{self, Quantity};
use crate::term::{self, Term};
use crate::trials;
use notation::System;

/// What a row asks, bound.
#[derive(Clone, Debug)]
pub enum Bound {
    /// A number; divided by `scale` it is in the row's unit.
    Value {
        /// The expression.
        ask: Ask,
        /// One of the row's unit in internal units.
        scale: f64,
    },
    /// Inequalities that must all hold.
    Claim(Vec<Exceeds>),
    /// A figure of a simulated trial; divided by `scale` it is in the row's unit. A statement has none.
    Trial {
        /// The figure.
        ask: trials::question::Ask,
        /// One of the row's unit in the figure's.
        scale: Option<f64>,
    },
    /// Not put to the model.
    Excluded,
}

/// A row ready to be asked.
#[derive(Clone, Debug)]
pub struct Row {
    /// Fact and question.
    pub entry: Entry,
    /// What it asks.
    pub bound: Bound,
}

/// What one scenario has to deliver.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// Quantities asked for, ascending.
    pub quantities: Vec<usize>,
    /// Hours after time zero, ascending: sampling grid and asked times.
    pub times: Vec<f64>,
    /// Which of them belong to the grid.
    pub sampled: Vec<bool>,
}

/// Everything bound to one model.
#[derive(Clone, Debug)]
pub struct Study {
    /// The catalogue.
    pub catalogue: Catalogue,
    /// Rows in file order.
    pub rows: Vec<Row>,
    /// Observables the questions need, as indices of the system, ascending.
    pub observables: Vec<usize>,
    /// What each scenario has to deliver.
    pub demands: Vec<Demand>,
    /// Expression of each quantity over positions in `observables`.
    pub readings: Vec<Reading>,
}

/// A quantity's expression over the selected observables.
#[derive(Clone, Debug)]
pub enum Reading {
    /// A number.
    Number(f64),
    /// Position in the selection.
    Observable(usize),
    /// `+ - * /`.
    Binary(char, Box<Reading>, Box<Reading>),
}

impl Reading {
    /// The value for one row of observables.
    pub fn value(&self, row: &[f64]) -> f64 {
        match self {
            Reading::Number(value) => *value,
            Reading::Observable(position) => row[*position],
            Reading::Binary(sign, a, b) => {
                let (a, b) = (a.value(row), b.value(row));
                match sign {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    _ => a / b,
                }
            }
        }
    }
}

/// Binds a catalogue to a model.
///
/// # Errors
/// Unknown observables, parameters, controls, scenarios, quantities, figures; units that do not fit.
pub fn bind(catalogue: &Catalogue, system: &System) -> Result<Study, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut powers = Vec::new();
    for quantity in &catalogue.quantities {
        match dimension(quantity, system) {
            Ok(p) => powers.push(p),
            Err(problem) => {
                problems.push(problem);
                powers.push([0; 9]);
            }
        }
    }
    let settings = catalogue.species.iter().chain(&catalogue.perturbations);
    for (place, name) in
        settings.flat_map(|s| s.set.iter().map(|(n, _)| (&s.place, n))).chain(catalogue.scenarios.iter().flat_map(
            |s| s.set.iter().map(|(n, _)| n).chain(s.switches.iter().map(|(_, n, _)| n)).map(|n| (&s.place, n)),
        ))
    {
        if system.parameter(name).is_none() && system.control(name).is_none() {
            let known = system.controls.iter().chain(&system.parameters).map(|f| f.name.as_str());
            problems
                .push(place.problem(format!("`{name}` is no parameter or control of the model"), nearest(name, known)));
        }
    }
    for scenario in &catalogue.scenarios {
        for (_, name, _) in &scenario.puts {
            if system.state(name).is_none() {
                let known = system.states.iter().map(|f| f.name.as_str());
                problems
                    .push(scenario.place.problem(format!("`{name}` is no state of the model"), nearest(name, known)));
            }
        }
    }
    let names = Names {
        scenarios: catalogue.scenarios.iter().map(|s| s.name.as_str()).collect(),
        quantities: catalogue.quantities.iter().map(|q| q.name.as_str()).collect(),
        powers,
        detectable: catalogue.quantities.iter().map(|q| q.detectable).collect(),
        parameters: system.parameters.iter().map(|f| (f.name.as_str(), f.unit.powers)).collect(),
    };
    let mut rows = Vec::new();
    for entry in &catalogue.entries {
        match bind_row(entry, &names, &catalogue.designs) {
            Ok(bound) => rows.push(Row { entry: entry.clone(), bound }),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let demands = demands(catalogue, &rows).map_err(|p| vec![p])?;
    let mut observables: Vec<usize> = Vec::new();
    for demand in &demands {
        for q in &demand.quantities {
            observables.extend(quantity::observables(&catalogue.quantities[*q], system).unwrap_or_default());
        }
    }
    observables.sort_unstable();
    observables.dedup();
    let position = |name: &str| system.observable(name).and_then(|i| observables.binary_search(&i).ok());
    let readings = catalogue.quantities.iter().map(|q| reading(&q.term, &position)).collect();
    Ok(Study { catalogue: catalogue.clone(), rows, observables, demands, readings })
}

fn reading(term: &Term, position: &dyn Fn(&str) -> Option<usize>) -> Reading {
    match term {
        Term::Number(value, _) => Reading::Number(*value),
        // A quantity that nobody asks for is not selected; its reading is never evaluated.
        Term::Name(name) => position(name).map_or(Reading::Number(f64::NAN), Reading::Observable),
        Term::Binary(sign, a, b) => {
            Reading::Binary(*sign, Box::new(reading(a, position)), Box::new(reading(b, position)))
        }
        Term::Negative(a) => Reading::Binary('-', Box::new(Reading::Number(0.0)), Box::new(reading(a, position))),
        Term::Call(..) => Reading::Number(f64::NAN),
    }
}

fn dimension(quantity: &Quantity, system: &System) -> Result<[i8; 9], Problem> {
    quantity::observables(quantity, system)?;
    let powers = powers_of(&quantity.term, system).map_err(|cause| {
        quantity.place.problem(format!("`reads` of `{}`: {cause}", quantity.name), "use + - * / of like dimensions")
    })?;
    if powers != quantity.unit.powers {
        return Err(quantity.place.problem(
            format!("quantity `{}` does not have the dimension of {}", quantity.name, quantity.unit.symbol),
            "give it the unit of what it reads",
        ));
    }
    Ok(powers)
}

fn powers_of(term: &Term, system: &System) -> Result<[i8; 9], String> {
    match term {
        Term::Number(_, measure) => Ok(measure.powers),
        Term::Name(name) => Ok(system.observable(name).map_or([0; 9], |i| system.observables[i].unit.powers)),
        Term::Negative(a) => powers_of(a, system),
        Term::Binary(sign, a, b) => {
            let (left, right) = (powers_of(a, system)?, powers_of(b, system)?);
            match sign {
                '*' => Ok(std::array::from_fn(|i| left[i] + right[i])),
                '/' => Ok(std::array::from_fn(|i| left[i] - right[i])),
                _ if left == right => Ok(left),
                _ => Err(format!("`{sign}` joins two different dimensions")),
            }
        }
        Term::Call(name, _) => Err(format!("the function `{name}` belongs into a question")),
    }
}

fn bind_row(entry: &Entry, names: &Names, designs: &[trials::Design]) -> Result<Bound, Problem> {
    let (question, observation) = (&entry.question, &entry.observation);
    let problem =
        |(cause, remedy): (String, String)| question.place.problem(format!("`{}`: {cause}", question.id), remedy);
    let syntax = |cause: String| problem((cause, "see validation/README.md for the language of questions".to_owned()));
    match question.comparison {
        Comparison::Excluded => Ok(Bound::Excluded),
        Comparison::Claim => {
            let clauses = term::claim(&question.text).map_err(syntax)?;
            let mut all = Vec::new();
            for clause in &clauses {
                all.extend(names.state(clause).map_err(problem)?);
            }
            Ok(Bound::Claim(all))
        }
        Comparison::Trial => {
            let (ask, scale) = trials::question::bind(&question.text, designs, &observation.unit).map_err(problem)?;
            if scale.is_some() && question.target.or(observation.number()).is_none() {
                return Err(problem((
                    format!("`{}` is not one number", observation.value),
                    "write the number to compare with into `target`".to_owned(),
                )));
            }
            Ok(Bound::Trial { ask, scale })
        }
        Comparison::Fold | Comparison::Difference => {
            let (ask, powers) = names.bind(&term::value(&question.text).map_err(syntax)?).map_err(problem)?;
            let measure = Measure::parse(&observation.unit).unwrap_or_else(Measure::none);
            if measure.powers != powers {
                return Err(problem((
                    format!("the expression does not have the dimension of `{}`", observation.unit),
                    "ask for the quantity that was observed".to_owned(),
                )));
            }
            if question.target.or(observation.number()).is_none() {
                return Err(problem((
                    format!("`{}` is not one number", observation.value),
                    "write the number to compare with into `target`".to_owned(),
                )));
            }
            Ok(Bound::Value { ask, scale: measure.scale })
        }
    }
}

fn demands(catalogue: &Catalogue, rows: &[Row]) -> Result<Vec<Demand>, Problem> {
    let mut demands: Vec<Demand> = vec![Demand::default(); catalogue.scenarios.len()];
    let mut asked: Vec<Vec<f64>> = vec![Vec::new(); catalogue.scenarios.len()];
    for row in rows {
        let mut outside = None;
        row.signals(&mut |signal, _, times| {
            let scenario = &catalogue.scenarios[signal.scenario];
            demands[signal.scenario].quantities.push(signal.quantity);
            for time in times {
                if *time < -scenario.lead || *time > scenario.end {
                    outside = Some((scenario.name.clone(), *time));
                }
                asked[signal.scenario].push(*time);
            }
        });
        if let Some((name, time)) = outside {
            return Err(row.entry.question.place.problem(
                format!("`{}` asks at {time} h, outside the scenario `{name}`", row.entry.question.id),
                "lengthen the scenario or ask earlier",
            ));
        }
    }
    for (i, demand) in demands.iter_mut().enumerate() {
        demand.quantities.sort_unstable();
        demand.quantities.dedup();
        let grid = &catalogue.scenarios[i].sample;
        demand.times = grid.iter().chain(&asked[i]).copied().collect();
        demand.times.sort_by(f64::total_cmp);
        demand.times.dedup();
        demand.sampled = demand.times.iter().map(|t| grid.contains(t)).collect();
    }
    Ok(demands)
}

impl Row {
    /// Every signal the row reads.
    pub fn signals(&self, sink: &mut dyn FnMut(Signal, crate::ask::Figure, &[f64])) {
        match &self.bound {
            Bound::Value { ask, .. } => ask.signals(sink),
            Bound::Claim(all) => {
                for exceeds in all {
                    exceeds.left.signals(sink);
                    exceeds.right.signals(sink);
                }
            }
            Bound::Trial { .. } | Bound::Excluded => {}
        }
    }

    /// Scenarios the row needs, ascending.
    pub fn scenarios(&self) -> Vec<usize> {
        let mut out = Vec::new();
        self.signals(&mut |signal, _, _| out.push(signal.scenario));
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Part of the model.
    pub fn group(&self) -> Group {
        self.entry.group
    }

    /// The number the model is compared with, in the row's unit.
    pub fn target(&self) -> Option<f64> {
        self.entry.question.target.or(self.entry.observation.number())
    }
}
