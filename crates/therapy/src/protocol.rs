//! A protocol as meant: doses in time, the setting, stress over time, how long to follow, and the patient.

use crate::dose::{self, Dose};
use crate::entry::{self, Entry, Value};
use crate::nearest::nearest;
use crate::patient::{self, Patient};
use crate::plausible;
use crate::problem::{Notebook, Problems};
use crate::quantity::{Kind, written};
use crate::reading::{Confirmed, Reasons, flag, list, missing, number, quantity, text};
use crate::typed;
use ketamine::hypotheses::{self, Hypothesis};

/// The setting of every session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// From the dose to discharge, h.
    pub length: f64,
    /// Whether a supervisor is present.
    pub supervisor: bool,
    /// How well the hours of plasticity are used, 0 to 1.
    pub quality: f64,
    /// How well the days after are used for integration, 0 to 1.
    pub integration: f64,
    /// What the patient expects of the treatment, 0 none to 1.5 much.
    pub expectancy: f64,
}

/// Stress from a time on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StressSwitch {
    /// When, h from the first dose.
    pub time: f64,
    /// How strong from then on: 0 none, 1 as in the chronic stress experiments.
    pub level: f64,
}

/// A protocol with its patient. Times are hours from the first dose.
#[derive(Clone, Debug, PartialEq)]
pub struct Protocol {
    /// One line that says what this is.
    pub title: String,
    /// The doses, ascending in time; the first is at 0. May be empty (an untreated patient).
    pub doses: Vec<Dose>,
    /// How long the patient is followed, h.
    pub follow: f64,
    /// The setting.
    pub setting: Setting,
    /// Changes of stress, ascending in time.
    pub stress: Vec<StressSwitch>,
    /// Further times of observation, h, ascending.
    pub observe: Vec<f64>,
    /// Disputed steps that the file switches, with their new position.
    pub hypotheses: Vec<(&'static Hypothesis, bool)>,
    /// The patient.
    pub patient: Patient,
    /// Where the patient was read: `None` = in the protocol itself.
    pub patient_file: Option<String>,
    /// Unusual values that the files confirm.
    pub confirmed: Vec<Confirmed>,
}

impl Protocol {
    /// When each session begins, h: the times of the doses, each once.
    pub fn sessions(&self) -> Vec<f64> {
        let mut times: Vec<f64> = self.doses.iter().map(|dose| dose.time).collect();
        times.dedup();
        times
    }
}

/// A file beside the protocol: its name as told to the user, and its text.
pub struct Beside {
    /// Name as told to the user.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Reads a protocol; `fetch` hands over a patient file by its name in the protocol, or says why it cannot.
///
/// # Errors
/// Every problem of the protocol, or of its patient file, at once, each with place, cause and remedy.
pub fn read(
    file: &str,
    source: &str,
    fetch: &mut dyn FnMut(&str) -> Result<Beside, String>,
) -> Result<Protocol, Problems> {
    let mut notebook = Notebook::default();
    let mut elsewhere = None;
    let protocol = entry::read(source, &mut notebook)
        .map(|entry| typed::Protocol::read(entry, "", &mut notebook))
        .and_then(|typed| meant(typed, &mut notebook, fetch, &mut elsewhere));
    match (notebook.list.is_empty(), elsewhere) {
        (true, Some(problems)) => Err(problems),
        _ => notebook.close(file, source, protocol),
    }
}

fn meant(
    typed: typed::Protocol,
    notebook: &mut Notebook,
    fetch: &mut dyn FnMut(&str) -> Result<Beside, String>,
    elsewhere: &mut Option<Problems>,
) -> Option<Protocol> {
    let top = typed.span.start..typed.span.start;
    for (key, present) in [("follow", typed.follow.is_some()), ("patient", typed.patient.is_some())] {
        if let (Some(key), false) = (typed::Protocol::KEYS.iter().find(|k| k.name == key), present) {
            missing(&top, key, "protocol", notebook);
        }
    }
    let mut none = Reasons::default();
    let title = text(typed.title, "title", notebook).unwrap_or_else(|| "untitled".to_owned());
    let (setting, mut confirmed) = setting(typed.session, notebook);
    let mut doses = Vec::new();
    for entry in list(typed.dose) {
        let typed = typed::Dose::read(entry, "dose", notebook);
        if let Some((more, reasons)) = dose::meant(typed, setting.length, notebook) {
            doses.extend(more);
            confirmed.extend(reasons);
        }
    }
    doses.sort_by(|a, b| a.time.total_cmp(&b.time));
    // The clock starts at the first dose, whatever the file calls that moment.
    let origin = doses.first().map_or(0.0, |dose| dose.time);
    for dose in &mut doses {
        dose.time -= origin;
    }
    let follow_place = typed.follow.as_ref().map(|e| e.span.clone());
    let follow = quantity(typed.follow, "follow", plausible::FOLLOW, &mut none, notebook).map(|q| q.value);
    if let (Some(follow), Some(last), Some(place)) = (follow, doses.last(), follow_place)
        && last.time + setting.length > follow
    {
        let what = format!("`follow` = {} ends before the last session does", written(follow, Kind::Time));
        let cause = format!("the last dose is given {:.2} d after the first", last.time / 24.0);
        notebook.note(&place, what, cause, "follow longer, or give fewer doses");
    }
    let mut stress: Vec<StressSwitch> = list(typed.stress).into_iter().filter_map(|e| switch(e, notebook)).collect();
    stress.sort_by(|a, b| a.time.total_cmp(&b.time));
    let mut observe = Vec::new();
    for entry in list(typed.observe) {
        let place = entry.span.clone();
        if let Some(time) = quantity(Some(entry), "observe", plausible::MOMENT, &mut none, notebook) {
            match follow {
                Some(follow) if time.value < 0.0 || time.value > follow => {
                    let what = format!("`observe` = {time} is outside the time that is followed");
                    notebook.note(&place, what, "nothing is simulated then", "choose a time within `follow`");
                }
                _ => observe.push(time.value),
            }
        }
    }
    observe.sort_by(f64::total_cmp);
    let hypotheses = typed.hypotheses.map(|entry| switches(entry, notebook)).unwrap_or_default();
    let mut patient_file = None;
    let patient = match typed.patient {
        Some(Entry { value: Value::Text(name), span }) => match fetch(&name) {
            Ok(beside) => {
                patient_file = Some(beside.file.clone());
                patient::read(&beside.file, &beside.text).map_err(|problems| *elsewhere = Some(problems)).ok()
            }
            Err(cause) => {
                let remedy = "name a patient file relative to this protocol, or write a [patient] table";
                notebook.note(&span, format!("the patient file \"{name}\" cannot be read"), cause, remedy);
                None
            }
        },
        Some(entry) => patient::meant(typed::Patient::read(entry, "patient", notebook), notebook),
        None => None,
    };
    let patient = patient?;
    confirmed.extend(patient.confirmed.iter().cloned());
    Some(Protocol {
        title,
        doses,
        follow: follow?,
        setting,
        stress,
        observe,
        hypotheses,
        patient,
        patient_file,
        confirmed,
    })
}

fn setting(entry: Option<Entry>, notebook: &mut Notebook) -> (Setting, Vec<Confirmed>) {
    let typed = entry.map(|e| typed::Session::read(e, "session", notebook)).unwrap_or_default();
    let mut reasons = Reasons::read(typed.confirm, &["length"], notebook);
    let length = quantity(typed.length, "length", plausible::SESSION, &mut reasons, notebook).map_or(2.0, |q| q.value);
    let setting = Setting {
        length,
        supervisor: flag(typed.supervisor, "supervisor", notebook).unwrap_or(false),
        quality: number(typed.quality, "quality", (0.0, 1.0), true, notebook).unwrap_or(1.0),
        integration: number(typed.integration, "integration", (0.0, 1.0), true, notebook).unwrap_or(0.0),
        expectancy: number(typed.expectancy, "expectancy", (0.0, 1.5), true, notebook).unwrap_or(0.0),
    };
    (setting, reasons.used)
}

/// `{ disinhibition = false }`: known names, each true or false.
pub(crate) fn switches(entry: Entry, notebook: &mut Notebook) -> Vec<(&'static Hypothesis, bool)> {
    let Value::Table(items) = entry.value else {
        let cause = format!("{} stands here", entry.value.kind());
        notebook.note(&entry.span, "`hypotheses` has to be a table", cause, "write { disinhibition = false }");
        return Vec::new();
    };
    let known = || hypotheses::ALL.iter().map(|hypothesis| hypothesis.name);
    let mut switched = Vec::new();
    for (key, value) in items {
        let Value::Text(name) = key.value else { continue };
        match hypotheses::named(&name) {
            Some(hypothesis) => switched.extend(flag(Some(value), &name, notebook).map(|on| (hypothesis, on))),
            None => {
                let close = nearest(&name, known()).unwrap_or("");
                let all = known().collect::<Vec<_>>().join(", ");
                let what = format!("unknown hypothesis `{name}`");
                notebook.note(&key.span, what, format!("known are: {all}"), format!("did you mean `{close}`?"));
            }
        }
    }
    switched
}

fn switch(entry: Entry, notebook: &mut Notebook) -> Option<StressSwitch> {
    let typed = typed::Stress::read(entry, "stress", notebook);
    for (key, present) in typed::Stress::KEYS.iter().zip([typed.from.is_some(), typed.level.is_some()]) {
        if !present {
            missing(&typed.span, key, "stress", notebook);
        }
    }
    let from = quantity(typed.from, "from", plausible::MOMENT, &mut Reasons::default(), notebook);
    let level = number(typed.level, "level", (0.0, 3.0), true, notebook);
    Some(StressSwitch { time: from?.value, level: level? })
}
