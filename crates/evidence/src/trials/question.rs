//! What a row asks of a trial: `figure | design | endpoint | arm | ...`, bound to indices and checked against the row's unit.

use super::Design;
use crate::measure::Measure;
use crate::problem::nearest;
use therapy::trial::Trial;
use therapy::trial::design::Kind;

/// One endpoint in one arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index of the endpoint.
    pub endpoint: usize,
    /// Index of the arm.
    pub arm: usize,
}

/// What is made of the endpoints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// The endpoint as it is.
    Value(Place),
    /// Percent who have met the rule by then: what is left of an event-free share.
    Event(Place),
    /// Odds of one arm over those of another.
    OddsRatio(Place, Place),
    /// Risk of one arm over that of another.
    RiskRatio(Place, Place),
    /// One endpoint over another in the same arm.
    Over(Place, Place),
    /// Difference between two arms in one endpoint, over the same difference in another.
    GapOver([Place; 4]),
    /// Mean change over the standard deviation of the baseline.
    EffectSize(Place),
    /// Change per CADSS point of the first session, least squares over people with at most `CADSS_CEILING` points.
    Slope(Place),
    /// Percent whose systolic pressure rose by this many mmHg or more in any session.
    PressureRise {
        /// Index of the arm.
        arm: usize,
        /// mmHg.
        threshold: f64,
    },
    /// Share of trials in which this comparison is not significant at 5 %; asked as a statement.
    Indifferent(Place),
    /// Share of trials in which this arm scores lower than the reference, significantly at 5 %; asked as a statement.
    Better(Place),
}

impl Figure {
    /// Endpoints it is made of.
    pub fn endpoints(self) -> Vec<usize> {
        match self {
            Figure::Value(p)
            | Figure::Event(p)
            | Figure::EffectSize(p)
            | Figure::Slope(p)
            | Figure::Indifferent(p)
            | Figure::Better(p) => vec![p.endpoint],
            Figure::OddsRatio(p, q) | Figure::RiskRatio(p, q) | Figure::Over(p, q) => vec![p.endpoint, q.endpoint],
            Figure::GapOver(all) => all.iter().map(|p| p.endpoint).collect(),
            Figure::PressureRise { .. } => Vec::new(),
        }
    }
}

/// A figure of a design.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// Index of the design.
    pub design: usize,
    /// What is made of it.
    pub figure: Figure,
}

/// The forms that a question may take.
pub const FORMS: [(&str, &str); 11] = [
    ("value", "value | design | endpoint | arm"),
    ("event", "event | design | endpoint | arm"),
    ("odds ratio", "odds ratio | design | endpoint | arm | reference arm"),
    ("risk ratio", "risk ratio | design | endpoint | arm | reference arm"),
    ("over", "over | design | endpoint | endpoint below | arm"),
    ("gap over", "gap over | design | endpoint | endpoint below | arm | reference arm"),
    ("effect size", "effect size | design | endpoint | arm"),
    ("slope", "slope | design | endpoint | arm"),
    ("pressure rise", "pressure rise | design | arm | mmHg"),
    ("indifferent", "indifferent | design | endpoint | arm"),
    ("better", "better | design | endpoint | arm"),
];

type Slip = (String, String);

/// Reads and binds a question; returns the ask and what its figure must be divided by to be in the row's unit
/// (`None` for a statement).
///
/// # Errors
/// Cause and remedy.
pub fn bind(text: &str, designs: &[Design], unit: &str) -> Result<(Ask, Option<f64>), Slip> {
    let cells: Vec<&str> = text.split('|').map(str::trim).collect();
    let Some((word, form)) = FORMS.iter().find(|(word, _)| *word == cells[0]) else {
        let known = FORMS.iter().map(|f| f.0);
        return Err((format!("`{}` is no figure of a trial", cells[0]), nearest(cells[0], known)));
    };
    if cells.len() != form.split('|').count() {
        return Err((format!("`{text}` has {} cells", cells.len()), format!("write `{form}`")));
    }
    let Some(design) = designs.iter().position(|d| d.name == cells[1]) else {
        let known = designs.iter().map(|d| d.name.as_str());
        return Err((format!("no design is called `{}`", cells[1]), nearest(cells[1], known)));
    };
    let trial = &designs[design].trial;
    let arm = |name: &str| {
        let known = trial.arms.iter().map(|a| a.name.as_str());
        let slip = || (format!("`{}` has no arm `{name}`", cells[1]), nearest(name, known));
        trial.arms.iter().position(|a| a.name == name).ok_or_else(slip)
    };
    let endpoint = |name: &str| {
        let known = trial.endpoints.iter().map(|e| e.name.as_str());
        let slip = || (format!("`{}` has no endpoint `{name}`", cells[1]), nearest(name, known));
        trial.endpoints.iter().position(|e| e.name == name).ok_or_else(slip)
    };
    let place = |e: &str, a: &str| -> Result<Place, Slip> { Ok(Place { endpoint: endpoint(e)?, arm: arm(a)? }) };
    let two = |figure: fn(Place, Place) -> Figure| -> Result<Figure, Slip> {
        Ok(figure(place(cells[2], cells[3])?, place(cells[2], cells[4])?))
    };
    let figure = match *word {
        "value" => Figure::Value(place(cells[2], cells[3])?),
        "event" => Figure::Event(place(cells[2], cells[3])?),
        "odds ratio" => two(Figure::OddsRatio)?,
        "risk ratio" => two(Figure::RiskRatio)?,
        "over" => Figure::Over(place(cells[2], cells[4])?, place(cells[3], cells[4])?),
        "gap over" => Figure::GapOver([
            place(cells[2], cells[4])?,
            place(cells[2], cells[5])?,
            place(cells[3], cells[4])?,
            place(cells[3], cells[5])?,
        ]),
        "effect size" => Figure::EffectSize(place(cells[2], cells[3])?),
        "slope" => Figure::Slope(place(cells[2], cells[3])?),
        "pressure rise" => {
            let number = cells[3].trim_end_matches("mmHg").trim().parse().ok().filter(|v: &f64| v.is_finite());
            let threshold =
                number.ok_or_else(|| (format!("`{}` is no pressure", cells[3]), "write `40 mmHg`".to_owned()))?;
            Figure::PressureRise { arm: arm(cells[2])?, threshold }
        }
        "better" => Figure::Better(place(cells[2], cells[3])?),
        _ => Figure::Indifferent(place(cells[2], cells[3])?),
    };
    fits(trial, figure)?;
    let scale = scale(trial, figure, unit)?;
    Ok((Ask { design, figure }, scale))
}

/// Whether the endpoint is of a kind that the figure can be made of.
fn fits(trial: &Trial, figure: Figure) -> Result<(), Slip> {
    let kind = |p: Place| trial.endpoints[p.endpoint].kind;
    let slip = |needed: &str| {
        Err((format!("the figure needs an endpoint of kind {needed}"), "ask another endpoint".to_owned()))
    };
    match figure {
        Figure::Event(p) if kind(p) != Kind::EventFree => slip("\"event free\""),
        Figure::OddsRatio(p, _) | Figure::RiskRatio(p, _) if !matches!(kind(p), Kind::Percent | Kind::Events) => {
            slip("\"percent\"")
        }
        Figure::EffectSize(p) | Figure::Slope(p) if kind(p) != Kind::Change => slip("\"change\""),
        Figure::Better(p) if trial.endpoints[p.endpoint].kind != Kind::LeastSquaresDifference => {
            slip("\"ls difference\"")
        }
        Figure::Indifferent(p) if !trial.endpoints[p.endpoint].compares() => {
            slip("\"ls difference\" or \"hazard ratio\"")
        }
        _ => Ok(()),
    }
}

/// One of the row's unit in the unit of the figure.
fn scale(trial: &Trial, figure: Figure, unit: &str) -> Result<Option<f64>, Slip> {
    let own = match figure {
        Figure::Value(p) => match trial.endpoints[p.endpoint].unit() {
            "percent" => "%",
            other => other,
        },
        Figure::Event(_) | Figure::PressureRise { .. } => "%",
        Figure::Indifferent(_) | Figure::Better(_) => return Ok(None),
        _ => "ratio",
    };
    let (own, row) = (Measure::parse(own), Measure::parse(unit));
    match (own, row) {
        (Some(own), Some(row)) if own.powers == row.powers => Ok(Some(row.scale / own.scale)),
        _ => Err((
            format!("the figure does not have the dimension of `{unit}`"),
            "ask for the quantity that was observed".to_owned(),
        )),
    }
}
