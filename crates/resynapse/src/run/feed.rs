//! Patients handed out one by one to all threads, and gathered again into their chunks.
//!
//! A thread that has room takes the next patient of the population, whichever chunk it belongs to: nobody runs idle at the
//! end of a chunk, and a small population is spread over all threads. Chunks are opened one after the other and few are
//! open at a time, so memory stays bounded and an interruption finds little unfinished.

use super::chunk::Finished;
use super::simulate::shuffled;
use crate::signals::Stop;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use store::Plan;

/// Chunks that may be open beside those whose patients fill the lanes: patients that take long hold theirs open.
const OPEN: usize = 4;
/// Patients that a thread has in hand at a time, lanes and those about to follow.
const IN_FLIGHT: u64 = 32;

/// What is to be simulated, and what of it is under way.
#[derive(Debug)]
pub struct Feed<'a> {
    plan: Plan,
    /// Chunks to be simulated, in the order of the work.
    chunks: &'a [u64],
    /// Shuffles patients inside a chunk.
    dice: Option<u64>,
    stop: &'a Stop,
    /// Chunks that may be open at a time: a patient that takes long holds its chunk open.
    most: usize,
    state: Mutex<State>,
    closed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Chunks opened so far.
    opened: usize,
    /// Patients of the last opened chunk that nobody took yet.
    left: std::vec::IntoIter<u64>,
    /// By the number of the chunk.
    open: BTreeMap<u64, Open>,
    /// No further chunk is opened.
    ended: bool,
}

#[derive(Debug)]
struct Open {
    missing: usize,
    finished: Vec<Option<Finished>>,
}

impl<'a> Feed<'a> {
    /// Hands out the patients of these chunks, in this order, to so many threads.
    pub fn new(plan: Plan, chunks: &'a [u64], dice: Option<u64>, threads: usize, stop: &'a Stop) -> Feed<'a> {
        let (state, closed) = (Mutex::default(), Condvar::new());
        let most = OPEN + (IN_FLIGHT * threads as u64).div_ceil(plan.chunk.max(1)) as usize;
        Feed { plan, chunks, dice, stop, most, state, closed }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next patient, counted from 0; none if all are taken, or if chunks have to be closed first.
    pub fn take(&self) -> Option<u64> {
        let mut state = self.state();
        loop {
            if let Some(number) = state.left.next() {
                return Some(number);
            }
            if state.ended || state.opened == self.chunks.len() || state.open.len() >= self.most {
                return None;
            }
            if self.stop.wanted() {
                // What is open is brought to its end.
                state.ended = true;
                self.closed.notify_all();
                return None;
            }
            let chunk = self.chunks[state.opened];
            state.opened += 1;
            let patients = self.plan.patients_of(chunk);
            let mut order: Vec<u64> = patients.clone().collect();
            if let Some(dice) = self.dice {
                shuffled(&mut order, dice, patients.start);
            }
            let open = Open { missing: order.len(), finished: order.iter().map(|_| None).collect() };
            state.open.insert(chunk, open);
            state.left = order.into_iter();
        }
    }

    /// Takes a finished patient back; the whole chunk, patients in their order, if it was the last of it.
    pub fn give(&self, number: u64, one: Finished) -> Option<(u64, Vec<Finished>)> {
        let chunk = self.plan.chunk_of(number);
        let mut state = self.state();
        let open = state.open.get_mut(&chunk)?;
        let place = (number - self.plan.patients_of(chunk).start) as usize;
        if open.finished[place].replace(one).is_none() {
            open.missing -= 1;
        }
        if open.missing > 0 {
            return None;
        }
        let whole = state.open.remove(&chunk)?;
        self.closed.notify_all();
        Some((chunk, whole.finished.into_iter().flatten().collect()))
    }

    /// Hands out nothing more.
    pub fn end(&self) {
        let mut state = self.state();
        state.ended = true;
        state.left = Vec::new().into_iter();
        self.closed.notify_all();
    }

    /// Waits until there is a patient to take: true. False if there will be none.
    pub fn wait(&self) -> bool {
        let full = |state: &mut State| {
            !state.ended && state.left.len() == 0 && state.opened < self.chunks.len() && state.open.len() >= self.most
        };
        let state = self.closed.wait_while(self.state(), full).unwrap_or_else(PoisonError::into_inner);
        state.left.len() > 0 || (!state.ended && state.opened < self.chunks.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(number: u64) -> Finished {
        let (drawn, figures, signs) = (Vec::new(), Vec::new(), Vec::new());
        Finished { patient: number + 1, steps: [1, 0], failure: None, drawn, figures, signs }
    }

    #[test]
    fn every_patient_is_handed_out_once_and_chunks_come_back_whole() {
        let (plan, stop) = (Plan { patients: 1003, chunk: 17 }, Stop::default());
        let chunks: Vec<u64> = (0..plan.chunks()).rev().collect();
        let feed = Feed::new(plan, &chunks, Some(3), 3, &stop);
        let whole = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for thread in 0..3_u64 {
                let (feed, whole) = (&feed, &whole);
                scope.spawn(move || {
                    while feed.wait() {
                        // A few in flight, given back in another order than they were taken in.
                        let flight: Vec<u64> = (0..=thread * 20).map_while(|_| feed.take()).collect();
                        for number in flight.into_iter().rev() {
                            if let Some((chunk, patients)) = feed.give(number, finished(number)) {
                                let numbers: Vec<u64> = patients.iter().map(|one| one.patient - 1).collect();
                                assert!(whole.lock().expect("no panic").insert(chunk, numbers).is_none());
                            }
                        }
                    }
                });
            }
        });
        let whole = whole.into_inner().expect("no panic");
        assert_eq!(whole.len() as u64, plan.chunks());
        for (chunk, numbers) in whole {
            assert_eq!(numbers, plan.patients_of(chunk).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_patient_that_takes_long_does_not_let_chunks_pile_up() {
        let (plan, stop) = (Plan { patients: 1000, chunk: 1 }, Stop::default());
        let chunks: Vec<u64> = (0..1000).collect();
        let feed = Feed::new(plan, &chunks, None, 2, &stop);
        let taken: Vec<u64> = std::iter::from_fn(|| feed.take()).collect();
        let full = OPEN as u64 + 2 * IN_FLIGHT;
        assert_eq!(taken, (0..full).collect::<Vec<_>>());
        assert!(feed.give(3, finished(3)).is_some_and(|(chunk, _)| chunk == 3));
        assert!(feed.wait());
        assert_eq!((feed.take(), feed.take()), (Some(full), None));
        feed.end();
        assert!(!feed.wait());
    }

    #[test]
    fn when_it_is_to_stop_the_open_chunk_is_brought_to_its_end() {
        let (plan, stop) = (Plan { patients: 10, chunk: 4 }, Stop::default());
        let chunks = [0, 1, 2];
        let feed = Feed::new(plan, &chunks, None, 1, &stop);
        assert_eq!(feed.take(), Some(0));
        stop.now();
        assert_eq!(std::iter::from_fn(|| feed.take()).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(!feed.wait());
    }
}
