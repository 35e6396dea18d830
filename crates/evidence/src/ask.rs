//! A question bound to scenarios and quantities: what it reads of which run, checked for dimensions, ready to evaluate.

use crate::measure::Measure;
use crate::problem::nearest;
use crate::term::{Clause, Term};
use notation::unit;

/// A bound arithmetic expression.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A number in internal units.
    Number(f64),
    /// A figure read off one signal of one run.
    Figure(Figure, Signal, Vec<f64>),
    /// A parameter of the model.
    Parameter(usize),
    /// Natural logarithm.
    Logarithm(Box<Ask>),
    /// Exponential.
    Exponential(Box<Ask>),
    /// Absolute value.
    Absolute(Box<Ask>),
    /// `+ - * /`.
    Binary(char, Box<Ask>, Box<Ask>),
}

/// One quantity in one scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signal {
    /// Index of the scenario.
    pub scenario: usize,
    /// Index of the quantity.
    pub quantity: usize,
}

/// What is read off a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Value at a time.
    At,
    /// Value at a time over baseline.
    Ratio,
    /// Relative change from baseline at a time.
    Change,
    /// Difference from baseline at a time.
    Difference,
    /// Baseline.
    Baseline,
    /// Highest value on the sampling grid.
    Highest,
    /// Lowest value on the sampling grid.
    Lowest,
    /// Highest value over baseline.
    Peak,
    /// Lowest value over baseline.
    Trough,
    /// Time of the highest value.
    TimeOfHighest,
    /// Time of the lowest value.
    TimeOfLowest,
    /// Area under the curve (trapezoids on the sampling grid).
    Area,
    /// Area under time x value.
    Moment,
    /// Mean over a window.
    Mean,
    /// Half-life between two times.
    HalfLife,
    /// Time in a window during which the signal exceeds half of its highest excursion from baseline.
    Duration,
}

const FIGURES: [(&str, Figure, &[usize]); 16] = [
    ("at", Figure::At, &[1]),
    ("ratio", Figure::Ratio, &[1]),
    ("change", Figure::Change, &[1]),
    ("difference", Figure::Difference, &[1]),
    ("baseline", Figure::Baseline, &[0]),
    ("highest", Figure::Highest, &[0, 2]),
    ("lowest", Figure::Lowest, &[0, 2]),
    ("peak", Figure::Peak, &[0, 2]),
    ("trough", Figure::Trough, &[0, 2]),
    ("time_of_highest", Figure::TimeOfHighest, &[0, 2]),
    ("time_of_lowest", Figure::TimeOfLowest, &[0, 2]),
    ("auc", Figure::Area, &[0, 2]),
    ("moment", Figure::Moment, &[0, 2]),
    ("mean", Figure::Mean, &[0, 2]),
    ("half_life", Figure::HalfLife, &[2]),
    ("duration", Figure::Duration, &[0, 2]),
];

/// Left must exceed right; the margin is their symmetric relative difference.
#[derive(Clone, Debug)]
pub struct Exceeds {
    /// What must be greater.
    pub left: Ask,
    /// What must be smaller.
    pub right: Ask,
    /// As a reader would say it.
    pub said: String,
}

/// What the binder needs to know of the scenarios and quantities.
pub struct Names<'a> {
    /// Scenario names.
    pub scenarios: Vec<&'a str>,
    /// Quantity names.
    pub quantities: Vec<&'a str>,
    /// Dimension of each quantity.
    pub powers: Vec<[i8; 9]>,
    /// Smallest detectable relative change of each quantity.
    pub detectable: Vec<f64>,
    /// Names and dimensions of the model's parameters.
    pub parameters: Vec<(&'a str, [i8; 9])>,
}

/// A cause and a remedy.
pub type Complaint = (String, String);

type Bound = Result<(Ask, [i8; 9]), Complaint>;

impl Names<'_> {
    fn signal(&self, name: &str) -> Result<Signal, Complaint> {
        let complaint = |cause: String, remedy: String| Err((cause, remedy));
        let Some((scenario, quantity)) = name.split_once('.') else {
            return complaint(format!("`{name}` is no signal"), "write scenario.quantity".to_owned());
        };
        let Some(s) = self.scenarios.iter().position(|n| *n == scenario) else {
            return complaint(
                format!("the scenario `{scenario}` is not known"),
                nearest(scenario, self.scenarios.iter().copied()),
            );
        };
        let Some(q) = self.quantities.iter().position(|n| *n == quantity) else {
            return complaint(
                format!("the quantity `{quantity}` is not known"),
                nearest(quantity, self.quantities.iter().copied()),
            );
        };
        Ok(Signal { scenario: s, quantity: q })
    }

    fn argument(&self, call: &str, term: Option<&Term>) -> Result<Signal, Complaint> {
        match term {
            Some(Term::Name(name)) => self.signal(name),
            _ => Err((format!("`{call}` needs a signal first"), "write scenario.quantity".to_owned())),
        }
    }

    /// Binds an arithmetic expression; also gives its dimension.
    pub fn bind(&self, term: &Term) -> Bound {
        match term {
            Term::Number(value, measure) => Ok((Ask::Number(*value), measure.powers)),
            Term::Name(name) => Err((
                format!("`{name}` stands alone"),
                "ask for a figure of it: at, ratio, highest, auc, ...".to_owned(),
            )),
            Term::Negative(inner) => {
                let (ask, powers) = self.bind(inner)?;
                Ok((Ask::Binary('-', Box::new(Ask::Number(0.0)), Box::new(ask)), powers))
            }
            Term::Binary(sign, a, b) => {
                let ((a, left), (b, right)) = (self.bind(a)?, self.bind(b)?);
                let powers = match sign {
                    '*' => std::array::from_fn(|i| left[i] + right[i]),
                    '/' => std::array::from_fn(|i| left[i] - right[i]),
                    _ if left == right => left,
                    _ => {
                        return Err((
                            format!("`{sign}` joins two different dimensions"),
                            "give both sides the same dimension".to_owned(),
                        ));
                    }
                };
                Ok((Ask::Binary(*sign, Box::new(a), Box::new(b)), powers))
            }
            Term::Call(name, arguments) if name == "parameter" => self.parameter(arguments),
            Term::Call(name, arguments) if ["ln", "exp", "abs"].contains(&name.as_str()) => {
                let (inner, powers) = self.bind(&arguments[0])?;
                if name == "abs" {
                    return Ok((Ask::Absolute(Box::new(inner)), powers));
                }
                if powers != [0; 9] {
                    return Err((
                        format!("`{name}` of a number with a unit"),
                        "divide by a reference first".to_owned(),
                    ));
                }
                let inner = Box::new(inner);
                Ok((if name == "ln" { Ask::Logarithm(inner) } else { Ask::Exponential(inner) }, powers))
            }
            Term::Call(name, arguments) => self.figure(name, arguments),
        }
    }

    fn parameter(&self, arguments: &[Term]) -> Bound {
        let [Term::Name(name)] = arguments else {
            return Err(("`parameter` needs one name".to_owned(), "write parameter(station.name)".to_owned()));
        };
        match self.parameters.iter().position(|p| p.0 == name) {
            Some(index) => Ok((Ask::Parameter(index), self.parameters[index].1)),
            None => Err((
                format!("the parameter `{name}` is not known"),
                nearest(name, self.parameters.iter().map(|p| p.0)),
            )),
        }
    }

    fn figure(&self, name: &str, arguments: &[Term]) -> Bound {
        let Some((_, figure, counts)) = FIGURES.iter().find(|(n, ..)| *n == name) else {
            return Err((format!("the figure `{name}` is not known"), nearest(name, FIGURES.iter().map(|f| f.0))));
        };
        let signal = self.argument(name, arguments.first())?;
        let times = times(name, &arguments[1..])?;
        if !counts.contains(&times.len()) {
            return Err((
                format!("`{name}` takes {counts:?} times, not {}", times.len()),
                "write the signal, then its times".to_owned(),
            ));
        }
        if times.len() == 2 && times[0] >= times[1] {
            return Err((
                format!("the window of `{name}` ends before it begins"),
                "write the earlier time first".to_owned(),
            ));
        }
        let own = self.powers[signal.quantity];
        let hours = unit::hour.powers;
        let by_time = |n: i8| std::array::from_fn(|i| own[i] + n * hours[i]);
        let powers = match figure {
            Figure::Ratio | Figure::Change | Figure::Peak | Figure::Trough => [0; 9],
            Figure::TimeOfHighest | Figure::TimeOfLowest | Figure::HalfLife | Figure::Duration => hours,
            Figure::Area => by_time(1),
            Figure::Moment => by_time(2),
            _ => own,
        };
        Ok((Ask::Figure(*figure, signal, times), powers))
    }

    /// Binds a statement to the inequalities it stands for.
    pub fn state(&self, clause: &Clause) -> Result<Vec<Exceeds>, Complaint> {
        match clause {
            Clause::Greater(left, right) => {
                let ((left_ask, a), (right_ask, b)) = (self.bind(left)?, self.bind(right)?);
                let zero = |t: &Term| matches!(t, Term::Number(v, _) if *v == 0.0);
                if a != b && !zero(left) && !zero(right) {
                    return Err((
                        "`>` compares two different dimensions".to_owned(),
                        "give both sides the same dimension".to_owned(),
                    ));
                }
                Ok(vec![Exceeds {
                    left: left_ask,
                    right: right_ask,
                    said: format!("{} > {}", show(left), show(right)),
                }])
            }
            Clause::Said(word, arguments) => self.say(word, arguments),
        }
    }

    fn say(&self, word: &str, arguments: &[Term]) -> Result<Vec<Exceeds>, Complaint> {
        let (two, rest) = match word {
            "above" | "below" | "alike" => (true, arguments.get(2..)),
            "up" | "down" | "flat" => (false, arguments.get(1..)),
            _ => {
                let known = ["up", "down", "flat", "above", "below", "alike"];
                return Err((format!("the statement `{word}` is not known"), nearest(word, known.into_iter())));
            }
        };
        let signal = self.argument(word, arguments.first())?;
        let times = times(word, rest.unwrap_or_default())?;
        let detectable = self.detectable[signal.quantity];
        let shown: Vec<String> = arguments.iter().map(show).collect();
        let said = format!("{word}({})", shown.join(", "));
        let exceeds = |left: Ask, right: Ask| Exceeds { left, right, said: said.clone() };
        let limit = |factor: f64| Ask::Number(factor);
        let window = match times.len() {
            1 => false,
            2 => true,
            _ => return Err((format!("`{word}` needs one time or a window"), "write one time, or two".to_owned())),
        };
        if two {
            let other = self.argument(word, arguments.get(1))?;
            let figure = if window { Figure::Mean } else { Figure::At };
            let own = || Ask::Figure(figure, signal, times.clone());
            let scaled = |factor: f64| {
                Ask::Binary('*', Box::new(limit(factor)), Box::new(Ask::Figure(figure, other, times.clone())))
            };
            let above = || exceeds(own(), scaled(1.0 + detectable));
            let below = || exceeds(scaled(1.0 / (1.0 + detectable)), own());
            return Ok(match word {
                "above" => vec![above()],
                "below" => vec![below()],
                _ => vec![exceeds(scaled(1.0 + detectable), own()), exceeds(own(), scaled(1.0 / (1.0 + detectable)))],
            });
        }
        let highest = || Ask::Figure(if window { Figure::Peak } else { Figure::Ratio }, signal, times.clone());
        let lowest = || Ask::Figure(if window { Figure::Trough } else { Figure::Ratio }, signal, times.clone());
        Ok(match word {
            "up" => vec![exceeds(highest(), limit(1.0 + detectable))],
            "down" => vec![exceeds(limit(1.0 / (1.0 + detectable)), lowest())],
            _ => vec![exceeds(limit(1.0 + detectable), highest()), exceeds(lowest(), limit(1.0 / (1.0 + detectable)))],
        })
    }
}

fn times(call: &str, terms: &[Term]) -> Result<Vec<f64>, Complaint> {
    terms.iter().map(|term| time(call, term)).collect()
}

fn time(call: &str, term: &Term) -> Result<f64, Complaint> {
    match term {
        Term::Number(value, Measure { powers, .. }) if *powers == unit::hour.powers => Ok(*value),
        Term::Negative(inner) => Ok(-time(call, inner)?),
        _ => {
            Err((format!("`{call}` has an argument that is no time"), "write times with their unit: 30 min".to_owned()))
        }
    }
}

/// A term in the words it was written in.
pub fn show(term: &Term) -> String {
    match term {
        Term::Number(value, measure) if measure.symbol.is_empty() => format!("{value}"),
        Term::Number(value, measure) => format!("{} {}", round(value / measure.scale), measure.symbol),
        Term::Name(name) => name.clone(),
        Term::Call(name, arguments) => {
            let shown: Vec<String> = arguments.iter().map(show).collect();
            format!("{name}({})", shown.join(", "))
        }
        Term::Binary(sign, a, b) => format!("({} {sign} {})", show(a), show(b)),
        Term::Negative(inner) => format!("-{}", show(inner)),
    }
}

fn round(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

impl Ask {
    /// Every signal and the times it is read at (`None` = on its whole grid, or a window of it).
    pub fn signals(&self, sink: &mut dyn FnMut(Signal, Figure, &[f64])) {
        match self {
            Ask::Number(_) | Ask::Parameter(_) => {}
            Ask::Figure(figure, signal, times) => sink(*signal, *figure, times),
            Ask::Logarithm(inner) | Ask::Exponential(inner) | Ask::Absolute(inner) => inner.signals(sink),
            Ask::Binary(_, a, b) => {
                a.signals(sink);
                b.signals(sink);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term;

    fn names() -> Names<'static> {
        Names {
            scenarios: vec!["rat", "film"],
            quantities: vec!["bdnf", "plasma"],
            powers: vec![[0; 9], unit::nanogram_per_millilitre.powers],
            detectable: vec![0.1, 0.1],
            parameters: Vec::new(),
        }
    }

    fn refused(text: &str, word: &str) {
        let names = names();
        let result = term::value(text).map_err(|e| (e, String::new())).and_then(|t| names.bind(&t));
        let (cause, remedy) = result.map(|_| ()).unwrap_err();
        assert!(cause.contains(word), "{text}: {cause}; {remedy}");
    }

    #[test]
    fn unknown_names_are_refused() {
        refused("at(rt.bdnf, 1 h)", "scenario `rt`");
        refused("at(rat.bdnff, 1 h)", "quantity `bdnff`");
        refused("att(rat.bdnf, 1 h)", "figure `att`");
        refused("at(rat.bdnf, 1)", "no time");
        refused("at(rat.bdnf, 1 h) + at(rat.plasma, 1 h)", "dimension");
        refused("auc(rat.bdnf, 3 h, 1 h)", "ends before");
    }

    #[test]
    fn a_dimension_comes_out() {
        let (_, powers) = names().bind(&term::value("auc(film.plasma) / 2 h").unwrap()).unwrap();
        assert_eq!(powers, unit::nanogram_per_millilitre.powers);
    }

    #[test]
    fn flat_is_two_inequalities() {
        let clauses = term::claim("flat(rat.bdnf, 24 h)").unwrap();
        assert_eq!(names().state(&clauses[0]).unwrap().len(), 2);
    }
}
