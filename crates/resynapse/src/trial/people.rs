//! Virtual patients through a trial, some at a time on every thread, and their tables.

use crate::failure::Failure;
use crate::folder::{Folder, Pending};
use crate::model;
use engine::{Compiled, Settings};
use indicatif::ProgressBar;
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::mpsc;
use therapy::patient_table;
use therapy::trial::bridge::{Asked, Bridge};
use therapy::trial::effect::{Case, Effect};
use therapy::trial::laws::Laws;
use therapy::trial::simulate::{Lost, Part, Simulated, Simulation};
use therapy::trial::table::{Table, tabulate};
use therapy::trial::{Trial, signs};

/// Patients that one thread takes through the trial together. Changing it changes no number.
const TOGETHER: u64 = 256;
/// Parts per thread that are begun before the first of them is written. Changing it changes no number.
const AHEAD: usize = 4;

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
    in_order(model.threads, &simulation.parts(TOGETHER), &one, &mut |part: Result<_, Failure>| {
        let (table, texts, done) = part?;
        all.table.join(table);
        all.people += done.people.len();
        all.screened += done.screened;
        all.not_randomised += done.not_randomised;
        all.lost.extend(done.lost);
        all.answered += done.answered;
        write(texts)
    })?;
    Ok(all)
}

/// Does every task on the threads and hands the results over in the order of the tasks, on the thread that calls. A
/// thread that is done with a task takes the next one at once; only some tasks ahead of the next result are begun.
fn in_order<T: Sync, R: Send, E>(
    threads: &rayon::ThreadPool,
    tasks: &[T],
    work: &(dyn Fn(&T) -> R + Sync),
    take: &mut dyn FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let ahead = AHEAD * threads.current_num_threads().max(1);
    let (send, receive) = mpsc::channel();
    threads.in_place_scope(|scope| {
        let begin = |number: usize| {
            let ending = Ending { number, result: None, to: send.clone() };
            scope.spawn(move |_| {
                let mut ending = ending;
                ending.result = Some(work(&tasks[number]));
            });
        };
        (0..tasks.len().min(ahead)).for_each(begin);
        let mut early = BTreeMap::new();
        for next in 0..tasks.len() {
            while !early.contains_key(&next) {
                // The channel stays open: this function holds one of its ends.
                let Ok((number, result)) = receive.recv() else { return Ok(()) };
                early.insert(number, result);
            }
            // A task that panicked has no result; the scope panics in turn once the others have ended.
            let Some(result) = early.remove(&next).flatten() else { return Ok(()) };
            if next + ahead < tasks.len() {
                begin(next + ahead);
            }
            take(result)?;
        }
        Ok(())
    })
}

/// Tells what came of a task when it ends, also if it panics.
struct Ending<R> {
    number: usize,
    result: Option<R>,
    to: mpsc::Sender<(usize, Option<R>)>,
}

impl<R> Drop for Ending<R> {
    fn drop(&mut self) {
        // Nobody listens any more once a result could not be taken.
        let _ = self.to.send((self.number, self.result.take()));
    }
}

fn rows(done: &Simulated) -> String {
    let mut text = String::new();
    for (group, person) in &done.people {
        text += &format!("\"{}\",{}\n", group.replace('"', "\"\""), patient_table::row(person));
    }
    text
}

/// Answers for some patients on this thread. Each is asked about when a lane is free and read when it is done, so that
/// only those in flight are held in memory.
fn answered(
    bridge: &Bridge<'_>,
    compiled: &Compiled,
    settings: &Settings,
    cases: &[Case<'_>],
) -> Vec<Result<Effect, String>> {
    let missing = || Err("the engine gave no answer".to_owned());
    let answers: RefCell<Vec<Result<Effect, String>>> = RefCell::new(cases.iter().map(|_| missing()).collect());
    let flying: RefCell<Vec<Option<Asked>>> = RefCell::new(cases.iter().map(|_| None).collect());
    let mut left = cases.iter().enumerate();
    let mut source = || {
        left.find_map(|(i, case)| match bridge.ask(case) {
            Ok(mut asked) => {
                let subject = asked.take_subject();
                flying.borrow_mut()[i] = Some(asked);
                Some((i as u64, subject))
            }
            Err(cause) => {
                answers.borrow_mut()[i] = Err(cause);
                None
            }
        })
    };
    engine::integrate_each(compiled, &mut source, settings, &mut |i, trajectory| {
        if let Some(asked) = flying.borrow_mut()[i as usize].take() {
            answers.borrow_mut()[i as usize] = bridge.read(&asked, &trajectory);
        }
    });
    answers.into_inner()
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn threads(number: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(number).build().unwrap()
    }

    #[test]
    fn results_come_in_the_order_of_the_tasks_whoever_ends_first() {
        let tasks: Vec<u64> = (0..40).collect();
        // Every fifth task takes long, so that later ones end before it.
        let work = |task: &u64| {
            std::thread::sleep(Duration::from_millis(if task.is_multiple_of(5) { 8 } else { 0 }));
            task * task
        };
        for number in [1, 2, 3] {
            let mut got = Vec::new();
            let done: Result<(), ()> = in_order(&threads(number), &tasks, &work, &mut |result| {
                got.push(result);
                Ok(())
            });
            assert_eq!(done, Ok(()));
            assert_eq!(got, tasks.iter().map(|task| task * task).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn a_result_that_cannot_be_taken_ends_it() {
        let mut taken = 0;
        let done = in_order(&threads(2), &[(); 100], &|()| (), &mut |()| {
            taken += 1;
            if taken == 3 { Err("the disk is full") } else { Ok(()) }
        });
        assert_eq!((done, taken), (Err("the disk is full"), 3));
    }

    #[test]
    fn a_task_that_panics_is_not_waited_for() {
        let work = |task: &u64| assert!(*task != 3, "a broken invariant");
        let tasks: Vec<u64> = (0..50).collect();
        let threads = threads(2);
        let run = || in_order::<_, _, ()>(&threads, &tasks, &work, &mut |()| Ok(()));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
    }
}
