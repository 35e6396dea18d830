//! What a trial concludes: one [[endpoint]], from what was typed to what is meant.

use super::super::design::*;
use super::super::parts::{self, Words};
use super::super::rule::Measure;
use super::super::typed;
use super::{read_rule, scale};
use crate::entry::Entry;
use crate::nearest::nearest;
use crate::plausible;
use crate::problem::Notebook;
use crate::quantity::{Kind as Unit, written};
use crate::reading::{Reasons, choice, missing, quantity, text};
use crate::scales::{Domain, Scale, find};
use crate::session::adverse::TERMS;
use std::ops::Range;

const KINDS: &[(&str, Kind)] = &[
    ("score", Kind::Score),
    ("change", Kind::Change),
    ("ls change", Kind::LeastSquaresChange),
    ("ls difference", Kind::LeastSquaresDifference),
    ("change sd", Kind::ChangeSpread),
    ("share of change", Kind::ShareOfChange),
    ("percent", Kind::Percent),
    ("time to", Kind::TimeTo),
    ("event free", Kind::EventFree),
    ("hazard ratio", Kind::HazardRatio),
    ("odds ratio", Kind::OddsRatio),
    ("Cmax", Kind::Exposure(Curve::Peak)),
    ("tmax", Kind::Exposure(Curve::PeakTime)),
    ("AUC", Kind::Exposure(Curve::Area)),
    ("half-life", Kind::Exposure(Curve::HalfLife)),
    ("events", Kind::Events),
];

/// One [[endpoint]].
pub(super) fn endpoint(entry: Entry, words: &Words, notebook: &mut Notebook) -> Option<Endpoint> {
    let before = notebook.list.len();
    let typed = typed::Endpoint::read(entry, "endpoint", notebook);
    let span = typed.span.clone();
    let key = |name: &str| typed::Endpoint::KEYS.iter().find(|k| k.name == name).unwrap_or(&typed::Endpoint::KEYS[0]);
    let kind_place = typed.kind.as_ref().map_or(span.clone(), |e| e.span.clone());
    let kind_given = typed.kind.is_some();
    let kind = choice(typed.kind, "kind", KINDS, notebook);
    // Concentrations are those after the first dose, whatever the visits; no scale reads them.
    let exposure = matches!(kind, Some(Kind::Exposure(_)));
    let about_event = typed.event.is_some();
    let read_from = if kind == Some(Kind::Events) { "event" } else { "scale" };
    for (name, present) in [
        ("name", typed.name.is_some()),
        ("kind", kind_given),
        (read_from, typed.scale.is_some() || exposure || about_event),
        ("at", typed.at.is_some() || exposure),
    ] {
        if !present {
            missing(&span, key(name), "endpoint", notebook);
        }
    }
    let name = text(typed.name, "name", notebook);
    let event = event(typed.event, kind, typed.scale.is_some(), notebook);
    let scale = if exposure || about_event { find("CADSS") } else { scale(typed.scale, "scale", notebook) };
    let at_place = typed.at.as_ref().map_or(span.clone(), |e| e.span.clone());
    let at = quantity(typed.at, "at", plausible::MOMENT, &mut Reasons::default(), notebook).map(|q| q.value);
    let at = if exposure { Some(0.0) } else { at };
    if let (Some(scale), Some(at)) = (scale, at) {
        visited(scale, at, &at_place, words, notebook);
    }
    let of_place = typed.of.as_ref().map(|e| e.span.clone());
    let of = quantity(typed.of, "of", plausible::MOMENT, &mut Reasons::default(), notebook).map(|q| q.value);
    if let (Some(scale), Some(of), Some(place)) = (scale, of, of_place) {
        visited(scale, of, &place, words, notebook);
    }
    if kind == Some(Kind::ShareOfChange) && of.is_none() && notebook.list.len() == before {
        missing(&span, key("of"), "endpoint", notebook);
    }
    if let (Some(Kind::Events), Some(at)) = (kind, at)
        && at > words.follow
    {
        let cause = format!("patients are followed to {}", written(words.follow, Unit::Time));
        let what = format!("no session is followed to {}", written(at, Unit::Time));
        notebook.note(&at_place, what, cause, "choose an earlier time, or follow longer");
    }
    let rule_place = typed.rule.as_ref().map_or(span.clone(), |e| e.span.clone());
    let rule = typed.rule.and_then(|entry| read_rule(entry, notebook));
    if about_event && rule.is_some_and(|rule| rule.measure != Measure::Score) {
        let cause = "an event has a grade from 1 to 3, and nothing that it was before";
        notebook.note(&rule_place, "the rule does not fit `event`", cause, "write rule = \"score >= 3\" for severe");
    }
    let methods = [("ANCOVA", Method::Ancova), ("MMRM", Method::Mmrm)];
    let method = choice(typed.method, "method", &methods, notebook).unwrap_or(Method::Ancova);
    let people = [
        ("all", Analysed::All),
        ("observed", Analysed::Observed),
        ("completers", Analysed::Completers),
        ("missing fails", Analysed::MissingFails),
    ];
    let analysed = choice(typed.patients, "patients", &people, notebook).unwrap_or(Analysed::Observed);
    let reference = typed.reference.and_then(|entry| parts::arm_index(entry, "reference", words.arms, notebook));
    let among_place = typed.among.as_ref().map_or(span.clone(), |e| e.span.clone());
    let among = typed.among.and_then(|entry| among(entry, scale, words, notebook));
    if about_event && matches!(among, Some(Among::Met { .. })) {
        let cause = "a rule in `among` is about the endpoint's scale, and an event has none";
        let remedy = "write among = { decision = 1 }, or leave `among` out";
        notebook.note(&among_place, "`among` does not fit `event`", cause, remedy);
    }
    if let Some(kind) = kind {
        let needs_rule =
            matches!(kind, Kind::Percent | Kind::TimeTo | Kind::EventFree | Kind::HazardRatio | Kind::OddsRatio)
                || (kind == Kind::Events && !about_event);
        if needs_rule && rule.is_none() && notebook.list.len() == before {
            missing(&span, key("rule"), "endpoint", notebook);
        }
        if matches!(kind, Kind::LeastSquaresDifference | Kind::HazardRatio | Kind::OddsRatio) && reference.is_none() {
            let cause = "a difference or ratio needs an arm to compare with";
            notebook.note(
                &kind_place,
                "`reference` is missing in [endpoint]",
                cause,
                "add reference = \"...\" with the name of an arm",
            );
        }
    }
    if notebook.list.len() > before {
        return None;
    }
    Some(Endpoint {
        name: name?,
        kind: kind?,
        scale: scale?,
        event,
        at: at?,
        of,
        rule,
        method,
        analysed,
        reference,
        among,
    })
}

fn among(entry: Entry, scale: Option<&'static Scale>, words: &Words, notebook: &mut Notebook) -> Option<Among> {
    let typed = typed::Among::read(entry, "endpoint.among", notebook);
    if let Some(decision) = typed.decision {
        let which = parts::whole(Some(decision), "decision", (1.0, 100.0), 1.0, notebook)?;
        return Some(Among::Decided(which as usize - 1));
    }
    for (key, present) in typed::Among::KEYS.iter().zip([typed.at.is_some(), typed.rule.is_some()]) {
        if !present {
            missing(&typed.span, key, "endpoint.among", notebook);
        }
    }
    let place = typed.at.as_ref().map_or(typed.span.clone(), |e| e.span.clone());
    let at = quantity(typed.at, "at", plausible::MOMENT, &mut Reasons::default(), notebook)?.value;
    if let Some(scale) = scale {
        visited(scale, at, &place, words, notebook);
    }
    Some(Among::Met { at, rule: read_rule(typed.rule?, notebook)? })
}

/// Notes that no visit reads the scale at that time.
fn visited(scale: &Scale, at: f64, place: &Range<usize>, words: &Words, notebook: &mut Notebook) {
    // Acute scales are read in every session.
    if matches!(scale.domain, Domain::Dissociation | Domain::Sedation) {
        return;
    }
    if words.visits.iter().any(|v| (v.at - at).abs() < 1e-9 && v.scales.iter().any(|s| s.name == scale.name)) {
        return;
    }
    let times: Vec<String> = words
        .visits
        .iter()
        .filter(|v| v.scales.iter().any(|s| s.name == scale.name))
        .map(|v| written(v.at, Unit::Time))
        .collect();
    let cause = if times.is_empty() {
        format!("{} is read at no visit", scale.name)
    } else {
        format!("{} is read at: {}", scale.name, times.join(", "))
    };
    let what = format!("no visit reads {} at {}", scale.name, written(at, Unit::Time));
    notebook.note(place, what, cause, "choose one of these times, or add a [[visit]]");
}

/// The adverse event that is counted: a word of the adverse events, or any.
fn event(entry: Option<Entry>, kind: Option<Kind>, scale: bool, notebook: &mut Notebook) -> Option<String> {
    let entry = entry?;
    let place = entry.span.clone();
    let name = text(Some(entry), "event", notebook)?;
    if scale {
        let cause = "adverse events are not read on a scale; they have grades from 1 to 3";
        notebook.note(&place, "`event` and `scale` exclude each other", cause, "remove one of the two");
    }
    if kind.is_some_and(|kind| kind != Kind::Events) {
        let cause = "only kind = \"events\" counts adverse events";
        notebook.note(&place, "`event` does not fit the kind of this endpoint", cause, "write kind = \"events\"");
    }
    let known = || TERMS.into_iter().chain([ANY_EVENT]);
    if !known().any(|term| term == name) {
        let close = nearest(&name, known()).unwrap_or(ANY_EVENT);
        let what = format!("no adverse event is called \"{name}\"");
        let cause = format!("known are: {}", known().collect::<Vec<_>>().join(", "));
        notebook.note(&place, what, cause, format!("did you mean \"{close}\"?"));
    }
    Some(name)
}
