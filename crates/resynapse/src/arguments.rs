//! What can be typed after `resynapse`.

use clap::{Args, Parser, Subcommand, ValueEnum};
use evidence::catalogue::Group;
use std::path::PathBuf;

/// A mechanistic simulator of ketamine therapy for research and teaching; never a dosing adviser.
///
/// Data goes to files and standard output, messages to standard error.
/// Exit codes: 0 done, 2 usage, 3 invalid input, 4 some patients failed numerically (the others are complete),
/// 130 interrupted (finished patients are kept).
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate one patient, or a population with --patients.
    Run(Run),
    /// Join the shares of a population that ran elsewhere (run --chunk k/N) into the bytes of one whole run.
    Merge(Merge),
    /// Simulate a trial: arms, visits, endpoints, power, beside what was published.
    Trial(Trial),
    /// Conduct every session of a protocol by its rules, driven by the model, and write the records.
    Session(Session),
    /// Conclude again from the signs of a trial, without simulating.
    Outcomes(Outcomes),
    /// Print the model: its parameters, equations, hypotheses or diagram.
    Model(Model),
    /// Hold the model against the evidence: every observation, predicted, scored.
    Qualify(Qualify),
    /// Fit the model to the calibration rows and write the file of fitted values.
    Calibrate(Calibrate),
    /// Name the measurement that would tell two rival hypotheses apart best.
    Discriminate(Discriminate),
    /// Tell which parameters an observation hangs on.
    Sensitivity(Sensitivity),
    /// Check input files: each problem with line, column, cause and remedy.
    Check(Check),
}

/// `resynapse run`.
#[derive(Args, Debug)]
pub struct Run {
    /// The protocol, in TOML; see `examples/`.
    #[arg(value_name = "PROTOCOL.toml")]
    pub protocol: PathBuf,
    /// Folder of the run; left out, `run-` and the name of the protocol's folder.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Simulate so many different patients instead of the one described.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub patients: Option<u64>,
    /// Seed of the population.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Threads; left out, all. The numbers do not depend on it.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print the record of the run (run.json) instead of the summary in words.
    #[arg(long)]
    pub json: bool,
    /// How signs are written.
    #[arg(long, value_enum, default_value = "csv")]
    pub format: Format,
    /// Hours between the rarest times of output.
    #[arg(long, value_name = "HOURS", default_value_t = INTERVAL_HOURS, value_parser = interval)]
    pub interval_hours: f64,
    /// Parameters of single patients of a population: column `patient`, then one column per parameter in its
    /// declared unit. Checked for form, not for plausibility: whoever cannot be simulated is listed as failed.
    #[arg(long, value_name = "TABLE.csv", requires = "patients")]
    pub parameters: Option<PathBuf>,
    /// Run only share k of N of the population and keep its chunks in the folder, to be joined by `resynapse merge`.
    #[arg(long, value_name = "k/N", requires = "patients", value_parser = share)]
    pub chunk: Option<Share>,
    /// Patients in a chunk, the least that an interruption can lose. The numbers do not depend on it.
    #[arg(long, value_name = "N", default_value_t = CHUNK_SIZE, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub chunk_size: u64,
    /// Vector instructions. The numbers do not depend on it.
    #[arg(long, value_enum, default_value = "auto")]
    pub path: Instructions,
    /// Machine code made at run time, or interpretation. The numbers do not depend on it.
    #[arg(long, value_enum, default_value = "native")]
    pub code: Code,
    /// Hand out chunks and patients in an order shuffled by this seed, to prove that the order changes nothing.
    #[arg(long, value_name = "SEED", hide = true)]
    pub shuffle: Option<u64>,
    /// Tell as JSON on standard error where the time went and how much memory was used at most.
    #[arg(long, hide = true)]
    pub account: bool,
}

/// Patients of a chunk, unless told otherwise: a second of work or less, and few enough to fit into memory many times.
pub const CHUNK_SIZE: u64 = 256;

/// Share `k` of `n`, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Share {
    /// Which, from 1.
    pub k: u64,
    /// Of how many.
    pub n: u64,
}

/// Vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Instructions {
    /// The widest that the processor has.
    Auto,
    /// AVX-512.
    Avx512,
    /// AVX2.
    Avx2,
    /// None.
    Portable,
}

/// How the programs of the model are executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Code {
    /// As machine code, where the processor and the operating system allow it.
    Native,
    /// Interpreted.
    Interpreted,
}

/// `resynapse merge`.
#[derive(Args, Debug)]
pub struct Merge {
    /// Folder of the whole run.
    #[arg(value_name = "OUT")]
    pub out: PathBuf,
    /// Folders of all shares, in any order.
    #[arg(value_name = "DIR", required = true)]
    pub shares: Vec<PathBuf>,
    /// Threads; left out, all. The numbers do not depend on it.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print the record of the run (run.json) instead of the summary in words.
    #[arg(long)]
    pub json: bool,
}

/// Hours between the rarest times of output, unless told otherwise.
pub const INTERVAL_HOURS: f64 = 6.0;

/// How signs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// signs.csv
    Csv,
    /// signs.parquet
    Parquet,
}

fn share(text: &str) -> Result<Share, String> {
    let parts = text.split_once('/').and_then(|(k, n)| Some(Share { k: k.parse().ok()?, n: n.parse().ok()? }));
    parts
        .filter(|share| 1 <= share.k && share.k <= share.n)
        .ok_or_else(|| "write which share of how many, such as 2/5; the first is 1/5".to_owned())
}

fn interval(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(hours) if (0.1..=2000.0).contains(&hours) => Ok(hours),
        _ => Err("write hours as a number from 0.1 to 2000".to_owned()),
    }
}

/// `resynapse model`.
#[derive(Args, Debug)]
pub struct Model {
    /// What to print.
    #[arg(value_enum, default_value = "parameters")]
    pub what: Part,
    /// How: markdown or csv for parameters and hypotheses, latex or mathml for equations, text or dot for the diagram.
    #[arg(long, value_enum)]
    pub format: Option<Style>,
    /// Only names that contain this.
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
}

/// A part of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Every parameter with value, unit, spread, evidence and source.
    Parameters,
    /// Every equation.
    Equations,
    /// The disputed steps that can be switched.
    Hypotheses,
    /// Stations and how they are joined.
    Diagram,
}

/// How a part is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Style {
    /// A Markdown table.
    Markdown,
    /// Comma separated values.
    Csv,
    /// LaTeX.
    Latex,
    /// MathML.
    Mathml,
    /// Plain text.
    Text,
    /// Graphviz.
    Dot,
}

/// `resynapse check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Protocol or patient files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `resynapse qualify`.
#[derive(Args, Debug)]
pub struct Qualify {
    /// Write dossier.html and qualify.json into this folder.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print the result as one JSON object instead of the summary in words.
    #[arg(long)]
    pub json: bool,
    /// Set a disputed step on or off (see `resynapse model hypotheses`); may be repeated.
    #[arg(long, value_name = "NAME=on|off")]
    pub hypothesis: Vec<String>,
    /// Run every hypothesis against its default and tell which rows it loses or gains.
    #[arg(long)]
    pub all_hypotheses: bool,
    /// Ask the rows of one group only; the groups without trials take seconds.
    #[arg(long, value_enum)]
    pub group: Option<GroupName>,
    /// Draws from the posterior.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub members: u16,
    /// Seed of the draws.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Read observations, questions and scenarios from this folder instead of those shipped.
    #[arg(long, value_name = "DIR")]
    pub validation: Option<PathBuf>,
    /// Threads; left out, all. The numbers do not depend on it.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// A group of observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum GroupName {
    /// Concentrations, clearances, bioavailability.
    Pharmacokinetics,
    /// Receptors, circuits, signalling, synapses, perturbations.
    Mechanism,
    /// Trials and scales.
    Clinical,
}

impl GroupName {
    /// The group that is meant.
    pub fn group(self) -> Group {
        match self {
            GroupName::Pharmacokinetics => Group::Pharmacokinetics,
            GroupName::Mechanism => Group::Mechanism,
            GroupName::Clinical => Group::Clinical,
        }
    }
}

/// `resynapse calibrate`.
#[derive(Args, Debug)]
pub struct Calibrate {
    /// Compare with the committed file instead of writing it. The global stage is not repeated: the local stage, the
    /// posterior and the file begin where it ended, which the file tells; `--whole` repeats it too.
    #[arg(long)]
    pub check: bool,
    /// With `--check`: from the prior on, all stages.
    #[arg(long, requires = "check")]
    pub whole: bool,
    /// Seed of the global stage.
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Fit to the rows of one group only, for study; what is shipped is fitted to all of them.
    #[arg(long, value_enum, requires = "out")]
    pub group: Option<GroupName>,
    /// Fit what lies outside the model (expectancy, comparators, response and their spread between people) to the
    /// calibration rows of published trials instead.
    #[arg(long, conflicts_with_all = ["group", "seed"])]
    pub trials: bool,
    /// Instead of fitting, tell how far the rows bound each weakly known parameter of the committed fit (profile
    /// likelihood), and write the table that the dossier shows.
    #[arg(long, conflicts_with_all = ["check", "seed"])]
    pub profile: bool,
    /// With `--profile`: all fitted parameters, not only the weakly known.
    #[arg(long, requires = "profile")]
    pub all: bool,
    /// The generated file; left out, `crates/ketamine/src/fitted/values.rs`, or with `--trials`
    /// `crates/therapy/src/trial/fitted/values.rs`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Read observations, questions and scenarios from this folder instead of those shipped.
    #[arg(long, value_name = "DIR")]
    pub validation: Option<PathBuf>,
}

/// `resynapse session`.
#[derive(Args, Debug)]
pub struct Session {
    /// The protocol, in TOML; see `examples/`.
    #[arg(value_name = "PROTOCOL.toml")]
    pub protocol: PathBuf,
    /// Folder of the records; left out, `sessions`.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Something that happens: "supervisor absent", "pressure 165/100", "missed check at 30 min",
    /// "swallowed 40 % at 3 min", "vomited at 4 min", "chest pain at 50 min" and others. May be given more than once.
    #[arg(long, value_name = "WHAT")]
    pub happens: Vec<String>,
    /// The session in which it happens.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub in_session: u32,
    /// Seed of readings and adverse events.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// `resynapse trial`.
#[derive(Args, Debug)]
pub struct Trial {
    /// The trial, in TOML; see `examples/trials/`.
    #[arg(value_name = "TRIAL.toml")]
    pub trial: PathBuf,
    /// Virtual patients per arm instead of those of the file; fewer are faster, and their intervals rougher.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=10_000_000))]
    pub pool: Option<u32>,
    /// Take these people in turn (a table as `patients.csv` of a run) instead of drawing them.
    #[arg(long, value_name = "PATIENTS.csv")]
    pub patients: Option<PathBuf>,
    /// Folder of the run; left out, `trial-` and the name of the trial's folder.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Seed instead of the one in the file.
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Threads; left out, all. The numbers do not depend on it.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print outcomes.json instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// `resynapse outcomes`.
#[derive(Args, Debug)]
pub struct Outcomes {
    /// Folder of a trial that was run.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// A trial file with other rules or endpoints, instead of the one in the folder.
    #[arg(long, value_name = "TRIAL.toml")]
    pub trial: Option<PathBuf>,
}

/// `resynapse discriminate`.
#[derive(Args, Debug)]
pub struct Discriminate {
    /// One version, as a switch.
    #[arg(value_name = "NAME=on|off")]
    pub first: String,
    /// The other.
    #[arg(value_name = "NAME=on|off")]
    pub second: String,
    /// Steps of the fit of each version.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub steps: u8,
    /// How many measurements to name.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: u8,
}

/// `resynapse sensitivity`.
#[derive(Args, Debug)]
pub struct Sensitivity {
    /// Id of an observation, as `resynapse qualify --json` prints it.
    #[arg(value_name = "ROW")]
    pub row: String,
    /// How.
    #[arg(long, value_enum, default_value = "local")]
    pub method: Method,
    /// Trajectories (Morris) or rows of the sample (Sobol).
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub size: u16,
    /// Seed of the draws.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// A method of sensitivity analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Elasticities at the typical values.
    Local,
    /// Morris screening over the prior.
    Morris,
    /// Sobol indices of the strongest few, with convergence.
    Sobol,
}
