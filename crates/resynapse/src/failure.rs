//! What can go wrong for a user, how it is told, and the exit code of each.

use crate::terminal::say;
use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};
use std::fmt;
use std::io;
use std::path::PathBuf;
use therapy::{Problem, Problems};

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// Files whose content cannot be used.
    Input(Vec<Problems>),
    /// Arguments that do not fit together.
    Usage {
        /// What does not fit.
        what: String,
        /// What to type instead.
        remedy: String,
    },
    /// Something that stands in no line of a file: what, cause, remedy.
    Plain {
        /// What could not be done.
        what: String,
        /// Why.
        cause: String,
        /// What to do.
        remedy: String,
    },
    /// A file or folder that cannot be read or written.
    Place {
        /// What was attempted: `write`, `read`.
        attempt: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Some patients failed; the others are complete and written.
    Patients {
        /// How many failed.
        failed: usize,
        /// Of how many.
        of: usize,
        /// Where they are listed; `None` if that comes later, when shares are merged.
        listed: Option<PathBuf>,
    },
    /// Stopped by the user; finished patients are written.
    Interrupted {
        /// How many were finished.
        finished: usize,
        /// Of how many.
        of: usize,
    },
    /// Chunks that cannot be stored or read.
    Store(store::StoreError),
    /// The reader of standard output went away.
    Deaf,
}

impl Failure {
    /// Exit code of a bug in the program (EX_SOFTWARE).
    pub const BUG: u8 = 70;

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Failure::Input(_) | Failure::Plain { .. } | Failure::Place { .. } | Failure::Store(_) => 3,
            Failure::Usage { .. } => 2,
            Failure::Patients { .. } => 4,
            Failure::Interrupted { .. } => 130,
            Failure::Deaf => 0,
        }
    }

    /// Tells the user on standard error.
    pub fn tell(&self) {
        match self {
            Failure::Input(files) => {
                for problems in files {
                    for problem in &problems.list {
                        say(&format!("{:?}", miette::Report::new(Told::new(problems, problem))));
                    }
                }
            }
            Failure::Deaf => {}
            other => say(&other.to_string()),
        }
    }

    /// A place that cannot be read or written.
    pub fn place(attempt: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Failure {
        let path = path.into();
        move |cause| Failure::Place { attempt, path, cause }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Input(files) => {
                let list: Vec<String> = files.iter().map(ToString::to_string).collect();
                write!(out, "{}", list.join("\n"))
            }
            Failure::Usage { what, remedy } => write!(out, "error: {what}\n  remedy: {remedy}"),
            Failure::Plain { what, cause, remedy } => {
                write!(out, "error: {what}\n  cause: {cause}\n  remedy: {remedy}")
            }
            Failure::Place { attempt, path, cause } => {
                writeln!(out, "error: cannot {attempt} {}", path.display())?;
                writeln!(out, "  cause: {cause}")?;
                write!(out, "  remedy: {}", remedy(attempt, cause))
            }
            Failure::Patients { failed, of, listed } => {
                writeln!(out, "error: {failed} of {of} patients could not be integrated")?;
                match listed {
                    Some(file) => writeln!(out, "  cause: listed with time and reason in {}", file.display())?,
                    None => writeln!(out, "  cause: listed with time and reason when the shares are merged")?,
                }
                write!(out, "  remedy: check their parameters; the other patients are complete")
            }
            Failure::Interrupted { finished, of } => {
                writeln!(out, "interrupted: {finished} of {of} patients are simulated and kept")?;
                write!(out, "  remedy: run the same command again: it goes on from there")
            }
            Failure::Store(error) => write!(out, "error: {error}"),
            Failure::Deaf => Ok(()),
        }
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Failure {
        Failure::Store(error)
    }
}

fn remedy(attempt: &str, cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or choose another folder with --out; nothing was left half written"
        }
        io::ErrorKind::FileTooLarge => "raise the limit of file size (ulimit -f), or write less with --interval-hours",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem if attempt != "read" => {
            "choose a folder that you may write to with --out"
        }
        io::ErrorKind::PermissionDenied => "ask for the right to read it, or give another file",
        io::ErrorKind::NotFound if attempt == "read" => "check the spelling of the path",
        io::ErrorKind::NotFound => "choose a folder that can be made with --out",
        io::ErrorKind::IsADirectory => "give a file, such as protocol.toml inside that folder",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "choose a folder, not a file, with --out",
        io::ErrorKind::InvalidData => "save the file as UTF-8 text",
        _ if attempt == "read" => "check the file and its path",
        _ => "check the disk, or choose another folder with --out",
    }
}

/// One problem with the text it stands in, as `miette` shows it.
#[derive(Debug)]
struct Told {
    what: String,
    cause: String,
    remedy: String,
    span: (usize, usize),
    source: NamedSource<String>,
}

impl Told {
    fn new(problems: &Problems, problem: &Problem) -> Told {
        let start = problem.span.start.min(problems.text.len());
        let end = problem.span.end.clamp(start, problems.text.len());
        // A whole table would fill the screen: its first line says where it is.
        let line = problems.text[start..end].find('\n').map_or(end, |newline| start + newline);
        Told {
            what: problem.what.clone(),
            cause: problem.cause.clone(),
            remedy: problem.remedy.clone(),
            span: (start, line - start),
            source: NamedSource::new(&problems.file, problems.text.clone()),
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)
    }
}

impl std::error::Error for Told {}

impl Diagnostic for Told {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("cause: {}\nremedy: {}", self.cause, self.remedy)))
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new(Some("here".to_owned()), self.span.0, self.span.1);
        Some(Box::new(std::iter::once(label)))
    }
}

/// Makes a panic read as what it is: a bug of the program, not a mistake of the user.
pub fn report_bugs_as_bugs() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or(String::new(), |l| format!(" at {}:{}", l.file(), l.line()));
        let what = panic
            .payload()
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.payload().downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default();
        say(&format!(
            "error: this is a bug in resynapse {}, not in your input\n  cause: {what}{place}\n  \
             remedy: please report it with the command line and the input files; nothing was left half written",
            env!("CARGO_PKG_VERSION")
        ));
    }));
}
