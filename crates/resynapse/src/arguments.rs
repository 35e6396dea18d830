//! What can be typed after `resynapse`.

use clap::{Args, Parser, Subcommand, ValueEnum};
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
    /// Print the model: its parameters, equations, hypotheses or diagram.
    Model(Model),
    /// Check input files: each problem with line, column, cause and remedy.
    Check(Check),
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
