//! Virtual patients through a trial, some at a time on every thread, and their tables.

use crate::failure::Failure;
use crate::folder::{Folder, Pending};
use crate::model;
use engine::{Compiled, Settings};
use indicatif::ProgressBar;
use rayon::prelude::*;
use therapy::patient_table;
use therapy::trial::bridge::Bridge;
use therapy::trial::effect::{Case, Effect};
use therapy::trial::laws::Laws;
use therapy::trial::simulate::{Lost, Part, Simulated, Simulation};
use therapy::trial::table::{Table, tabulate};
use therapy::trial::{Trial, signs};

/// Patients that one thread takes through the trial together. Changing it changes no number.
const TOGETHER: u64 = 256;
/// Parts per thread that wait for being written. Changing it changes no number.
const WAVE: usize = 4;

/// The model and who computes it.
pub struct Answering<'a> {
    /// From questions to courses and back.
    pub bridge: &'a Bridge<'a>,
    /// What is integrated.
    pub compiled: &'a Compiled,
    /// How accurately.
    pub settings: &'a Settings,
    /// On which threads.
    pub threads: &'a rayon::ThreadPool,
    /// What the user sees of it.
    pub bar: &'a ProgressBar,
}

/// Everybody in a trial.
#[derive(Debug)]
pub struct Everybody {
    /// Scores, sessions and events.
    pub table: Table,
    /// How many went through.
    pub people: usize,
    /// People screened in all.
    pub screened: u64,
    /// Lead-in: how many did not go on to be randomised.
    pub not_randomised: u64,
    /// Patients that could not be computed.
    pub lost: Vec<Lost>,
    /// People for whom the model answered.
    pub answered: u64,
}

/// What is written of some patients.
pub struct Texts {
    signs: String,
    people: String,
}

/// Takes everybody through the trial; `write` gets the texts in the order of the patients.
pub fn through(
    trial: &Trial,
    model: &Answering<'_>,
    write: &mut dyn FnMut(Texts) -> Result<(), Failure>,
) -> Result<Everybody, Failure> {
    let simulation = Simulation::new(trial, &Laws::default());
    let (table, _) = tabulate(trial, &[]);
    let mut all = Everybody { table, people: 0, screened: 0, not_randomised: 0, lost: Vec::new(), answered: 0 };
    let one = |part: &Part| {
        let mut answer = |cases: &[Case<'_>]| answered(model.bridge, model.compiled, model.settings, cases);
        let done = simulation.part(part, &mut answer).map_err(|nobody| Failure::Plain {
            what: format!("no one enters \"{}\"", trial.title),
            cause: nobody.to_string(),
            remedy: "change [population] or [[include]] in the trial file".to_owned(),
        })?;
        model.bar.inc(part.numbers.end - part.numbers.start);
        let (table, _) = tabulate(trial, &done.signs);
        let texts = Texts { signs: signs::rows(&done.signs), people: rows(&done) };
        Ok((table, texts, Simulated { signs: Vec::new(), ..done }))
    };
    for wave in simulation.parts(TOGETHER).chunks(WAVE * model.threads.current_num_threads().max(1)) {
        let parts: Vec<Result<_, Failure>> = model.threads.install(|| wave.par_iter().map(one).collect());
        for part in parts {
            let (table, texts, done) = part?;
            all.table.join(table);
            all.people += done.people.len();
            all.screened += done.screened;
            all.not_randomised += done.not_randomised;
            all.lost.extend(done.lost);
            all.answered += done.answered;
            write(texts)?;
        }
    }
    Ok(all)
}

fn rows(done: &Simulated) -> String {
    let mut text = String::new();
    for (group, person) in &done.people {
        text += &format!("\"{}\",{}\n", group.replace('"', "\"\""), patient_table::row(person));
    }
    text
}

/// Answers for some patients on this thread.
fn answered(
    bridge: &Bridge<'_>,
    compiled: &Compiled,
    settings: &Settings,
    cases: &[Case<'_>],
) -> Vec<Result<Effect, String>> {
    let asked: Vec<_> = cases.iter().map(|case| bridge.ask(case)).collect();
    let subjects: Vec<_> = asked.iter().flatten().map(|a| a.subject.clone()).collect();
    let mut trajectories = engine::integrate(compiled, &subjects, settings).into_iter();
    asked
        .into_iter()
        .map(|asked| {
            let asked = asked?;
            let trajectory = trajectories.next().ok_or("the engine gave no answer")?;
            bridge.read(&asked, &trajectory)
        })
        .collect()
}

/// Answers a batch on all threads, in order, whatever their number.
pub fn answer(
    bridge: &Bridge<'_>,
    compiled: &Compiled,
    settings: &Settings,
    cases: &[Case<'_>],
) -> Vec<Result<Effect, String>> {
    let parts: Vec<Vec<Result<Effect, String>>> =
        cases.par_chunks(64).map(|part| answered(bridge, compiled, settings, part)).collect();
    parts.into_iter().flatten().collect()
}

/// The tables of a run while they are written.
pub struct Tables {
    signs: Pending,
    people: Pending,
}

impl Tables {
    /// Begins them.
    pub fn begin(folder: &mut Folder) -> Result<Tables, Failure> {
        let mut tables = Tables { signs: folder.begin("signs.csv")?, people: folder.begin("patients.csv")? };
        let header = format!("group,{}\n", patient_table::COLUMNS.join(","));
        tables.add(&Texts { signs: format!("{}\n", signs::HEADER), people: header })?;
        Ok(tables)
    }

    /// Adds some patients.
    pub fn add(&mut self, texts: &Texts) -> Result<(), Failure> {
        self.signs.line(&texts.signs)?;
        self.people.line(&texts.people)
    }

    /// Ends them.
    pub fn end(self, folder: &mut Folder, done: &Everybody) -> Result<(), Failure> {
        folder.end(self.signs)?;
        folder.end(self.people)?;
        let mut failures = model::csv(&["group", "patient", "cause"].map(str::to_owned));
        for lost in &done.lost {
            failures += &model::csv(&[lost.arm.clone(), lost.patient.to_string(), lost.cause.clone()]);
        }
        folder.write("failures.csv", failures.as_bytes())
    }
}
