//! A population: drawn by address, integrated in chunks on all threads, kept chunk by chunk, told in bounded memory.
//!
//! A chunk that is finished stays finished: after Ctrl-C, a kill or a full disk the same command goes on where it ended.
//! The tables are then written from the chunks in the order of their numbers, so threads cannot change a byte.

use super::Prepared;
use super::account::{Account, Phase};
use super::chunk::{Finished, pack};
use super::feed::Feed;
use super::record::model_hash;
use super::share::Ticket;
use super::simulate::{patients, shuffled};
use super::tell::tell;
use crate::arguments::{Run, Share};
use crate::failure::Failure;
use crate::folder::Folder;
use crate::signals::Stop;
use crate::terminal::{progress, say};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use store::atomic::sha256;
use store::{Plan, RunKey, Shares};

/// Runs a population, or a share of it.
pub fn run(arguments: &Run, prepared: &Prepared, patients: u64) -> Result<(), Failure> {
    let stop = Stop::listen();
    let account = Account::new(arguments.account);
    let folder = Folder::open(&prepared.out)?;
    let chunks = store::Folder::open(&prepared.out.join("chunks"), key(arguments, prepared, patients))?;
    Ticket::of(arguments, prepared).write(chunks.root())?;
    let pool = pool(arguments.threads)?;
    let share = arguments.chunk.unwrap_or(Share { k: 1, n: 1 });
    let simulated = pool.install(|| simulate(arguments, prepared, &chunks, share, &stop, &account))?;
    if simulated.left > 0 {
        let (finished, of) = (simulated.patients - simulated.left, simulated.patients);
        return Err(Failure::Interrupted { finished: finished as usize, of: of as usize });
    }
    account.simulated();
    if arguments.chunk.is_some() {
        let Share { k, n } = share;
        let failed = simulated.failed;
        say(&format!("share {k}/{n}: {} patients in {}", simulated.patients, prepared.out.display()));
        say(&format!("then: resynapse merge OUT {}, and the folders of the other shares", prepared.out.display()));
        account.tell(patients, pool.current_num_threads());
        return match failed {
            0 => Ok(()),
            _ => Err(Failure::Patients { failed: failed as usize, of: simulated.patients as usize, listed: None }),
        };
    }
    let shares = Shares::whole(chunks.clone());
    let told = pool.install(|| tell(arguments, prepared, patients, folder, &shares, &account, &stop))?;
    chunks.remove()?;
    account.tell(patients, pool.current_num_threads());
    told.result(patients)
}

/// Threads to work on.
pub fn pool(threads: Option<u16>) -> Result<rayon::ThreadPool, Failure> {
    let threads = threads.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| Failure::Plain {
        what: "the threads cannot be started".to_owned(),
        cause: error.to_string(),
        remedy: "ask for fewer with --threads".to_owned(),
    })
}

/// What became of the patients of a share.
struct Simulated {
    /// All of the share.
    patients: u64,
    /// Not simulated, because the user wanted to stop.
    left: u64,
    /// Failed.
    failed: u64,
}

/// A chunk that is ready to be stored.
struct Ready {
    number: u64,
    bytes: Vec<u8>,
    patients: u64,
    lost: u64,
}

/// Simulates the chunks of a share that are not there yet.
fn simulate(
    arguments: &Run,
    prepared: &Prepared,
    chunks: &store::Folder,
    share: Share,
    stop: &Stop,
    account: &Account,
) -> Result<Simulated, Failure> {
    let plan = chunks.plan();
    let size = |number: u64| plan.patients_of(number).count() as u64;
    let all: Vec<u64> = plan.share(share.k, share.n).collect();
    let of = all.iter().map(|number| size(*number)).sum();
    let records: Vec<_> = all.par_iter().map(|&number| (number, chunks.finished(number))).collect();
    let there: u64 = records.iter().filter(|(_, record)| record.is_some()).map(|(number, _)| size(*number)).sum();
    let failed = AtomicU64::new(records.iter().filter_map(|(_, record)| record.as_ref()).map(|r| r.failed).sum());
    let mut missing: Vec<u64> =
        records.iter().filter(|(_, record)| record.is_none()).map(|(number, _)| *number).collect();
    if there > 0 {
        say(&format!("{} of {} chunks are already there", all.len() - missing.len(), all.len()));
    }
    if let Some(dice) = arguments.shuffle {
        shuffled(&mut missing, dice, u64::MAX);
    }
    let bar = progress(of);
    bar.inc(there);
    let done = AtomicU64::new(there);
    // One thread stores what is finished, so that nobody who computes waits for the disk; few chunks wait for it.
    let stored = std::thread::scope(|scope| {
        let (hand_over, finished) = sync_channel::<Ready>(rayon::current_num_threads());
        let (failed, done, bar) = (&failed, &done, &bar);
        let store = scope.spawn(move || -> Result<(), Failure> {
            for Ready { number, bytes, patients, lost } in finished {
                let _timer = account.time(Phase::Store);
                chunks.put(number, &bytes, lost)?;
                failed.fetch_add(lost, Ordering::Relaxed);
                done.fetch_add(patients, Ordering::Relaxed);
                bar.inc(patients);
            }
            Ok(())
        });
        let feed = Feed::new(plan, &missing, arguments.shuffle, rayon::current_num_threads(), stop);
        let whole = |number: u64, finished: &[Finished]| {
            let lost = finished.iter().filter(|one| one.failure.is_some()).count() as u64;
            let patients = finished.len() as u64;
            if hand_over.send(Ready { number, bytes: pack(finished), patients, lost }).is_err() {
                // Nothing more can be stored.
                feed.end();
            }
        };
        rayon::broadcast(|_| patients(prepared, arguments.seed, &feed, &whole, account));
        drop(hand_over);
        store.join()
    });
    stored.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    bar.finish_and_clear();
    Ok(Simulated { patients: of, left: of - done.into_inner(), failed: failed.into_inner() })
}

/// What makes the run what it is. Threads, instructions and the order of work are no part of it; chunks of another
/// size belong to the same results but cannot be mixed, so their size is.
pub fn key(arguments: &Run, prepared: &Prepared, patients: u64) -> RunKey {
    let mut inputs = BTreeMap::new();
    let mut put = |name: &str, value: String| inputs.insert(name.to_owned(), value);
    put("version", env!("CARGO_PKG_VERSION").to_owned());
    put("model", model_hash(&prepared.system));
    put("seed", arguments.seed.to_string());
    put("interval", format!("{:?} h", arguments.interval_hours));
    put("tolerances", format!("{:?} {:?}", prepared.settings.relative, prepared.settings.absolute));
    for (number, input) in prepared.inputs.iter().enumerate() {
        put(if number == 0 { "protocol" } else { "patient" }, sha256(input.text.as_bytes()));
    }
    if let Some((input, _)) = &prepared.table {
        put("parameters", sha256(input.text.as_bytes()));
    }
    RunKey { plan: Plan { patients, chunk: arguments.chunk_size }, inputs }
}
