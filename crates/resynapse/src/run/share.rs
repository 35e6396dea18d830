//! Shares of a population: what a share must know to be joined with the others, and the joining.

use super::account::Account;
use super::many::{key, pool};
use super::tell::tell;
use super::{Prepared, prepare};
use crate::arguments::{Code, Format, Instructions, Merge, Run, Share};
use crate::failure::Failure;
use crate::folder::Folder;
use crate::inputs::{self, Input};
use crate::signals::Stop;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use store::{Shares, write_whole};

/// Beside the chunks: everything that the run was asked for, so that they can be told about without its files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ticket {
    share: Share,
    protocol: PathBuf,
    patients: u64,
    seed: u64,
    interval_hours: f64,
    chunk_size: u64,
    format: String,
    inputs: Vec<Input>,
    table: Option<Input>,
}

const NAME: &str = "share.json";

impl Ticket {
    /// Of a run.
    pub fn of(arguments: &Run, prepared: &Prepared) -> Ticket {
        Ticket {
            share: arguments.chunk.unwrap_or(Share { k: 1, n: 1 }),
            protocol: arguments.protocol.clone(),
            patients: arguments.patients.unwrap_or(1),
            seed: arguments.seed,
            interval_hours: arguments.interval_hours,
            chunk_size: arguments.chunk_size,
            format: super::format(arguments.format).1.to_owned(),
            inputs: prepared.inputs.clone(),
            table: prepared.table.as_ref().map(|(input, _)| input.clone()),
        }
    }

    /// Writes it into the folder of chunks.
    pub fn write(&self, chunks: &Path) -> Result<(), Failure> {
        let text = serde_json::to_vec(self).expect("a ticket is plain data");
        write_whole(&chunks.join(NAME), |out| out.write_all(&text))?;
        Ok(())
    }

    fn read(chunks: &Path) -> Result<Ticket, Failure> {
        let path = chunks.join(NAME);
        let text = std::fs::read(&path).map_err(Failure::place("read", &path))?;
        serde_json::from_slice(&text).map_err(|cause| Failure::Plain {
            what: format!("{} cannot be used", path.display()),
            cause: cause.to_string(),
            remedy: "run this share again".to_owned(),
        })
    }

    /// The arguments of the whole run.
    fn whole(&self, merge: &Merge) -> Run {
        Run {
            protocol: self.protocol.clone(),
            out: Some(merge.out.clone()),
            patients: Some(self.patients),
            seed: self.seed,
            threads: merge.threads,
            json: merge.json,
            format: if self.format == super::format(Format::Parquet).1 { Format::Parquet } else { Format::Csv },
            interval_hours: self.interval_hours,
            parameters: self.table.as_ref().map(|input| PathBuf::from(&input.name)),
            chunk: None,
            chunk_size: self.chunk_size,
            path: Instructions::Auto,
            code: Code::Native,
            shuffle: None,
            account: false,
        }
    }

    /// What to run for chunks that are in no share.
    fn remedy(&self, missing: &[u64]) -> String {
        let n = self.share.n.max(1);
        let mut shares: Vec<u64> = missing.iter().map(|chunk| chunk % n + 1).collect();
        shares.sort_unstable();
        shares.dedup();
        let shares: Vec<String> = shares.iter().take(5).map(|k| format!("{k}/{n}")).collect();
        format!(
            "run share {} (resynapse run ... --chunk {} --out DIR), or run it again if it was interrupted, and give its folder too",
            shares.join(", "),
            shares.first().map_or("k/N", String::as_str)
        )
    }
}

/// Joins shares that ran anywhere into the bytes of one whole run; the shares stay as they are.
pub fn merge(arguments: &Merge) -> Result<(), Failure> {
    let chunks: Vec<PathBuf> = arguments.shares.iter().map(|share| share.join("chunks")).collect();
    let same = |share: &PathBuf| {
        share.canonicalize().is_ok_and(|path| arguments.out.canonicalize().is_ok_and(|out| out == path))
    };
    if let Some(share) = arguments.shares.iter().find(|share| same(share)) {
        return Err(Failure::Usage {
            what: format!("{} is a share and the folder of the whole run at once", share.display()),
            remedy: "name another folder first: resynapse merge OUT DIR...".to_owned(),
        });
    }
    // The first folder is opened by itself, so that one without a share is told as such.
    store::Folder::read(&chunks[0])?;
    let ticket = Ticket::read(&chunks[0])?;
    let shares = Shares::join(&chunks, &|missing| ticket.remedy(missing))?;
    let run = ticket.whole(arguments);
    let protocol = inputs::protocol_again(&ticket.inputs)?;
    let prepared = prepare(&run, protocol, ticket.inputs.clone(), ticket.table.clone())?;
    let difference = shares.difference(&key(&run, &prepared, ticket.patients));
    if !difference.is_empty() {
        return Err(Failure::Plain {
            what: format!("{} was not made by this program", arguments.shares[0].display()),
            cause: difference,
            remedy: "join the shares with the version of resynapse that ran them".to_owned(),
        });
    }
    let folder = Folder::open(&prepared.out)?;
    let (account, stop) = (Account::new(false), Stop::listen());
    let told = pool(arguments.threads)?
        .install(|| tell(&run, &prepared, ticket.patients, folder, &shares, &account, &stop))?;
    told.result(ticket.patients)
}
