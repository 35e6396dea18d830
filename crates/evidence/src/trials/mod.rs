//! Rows that need a trial: what they ask of which design, and what trials of that size would find over the posterior ensemble.
//!
//! ```text
//!   row --question--> figure of an endpoint of a design
//!   design --the mode of the posterior--> pool of patients --> replicates of the published size
//!          --each other member, same people--> how far that member shifts the figure
//! ```

pub mod predict;
pub mod question;

use crate::catalogue::File;
use crate::problem::{Problem, line_of};
use therapy::trial::{Trial, read};

/// A design by its name.
#[derive(Clone, Debug)]
pub struct Design {
    /// Name of the file, or of its folder if the file is called `trial.toml`.
    pub name: String,
    /// The design.
    pub trial: Trial,
}

/// Reads the designs.
///
/// # Errors
/// Every problem of every file.
pub fn designs(files: &[File]) -> Result<Vec<Design>, Vec<Problem>> {
    let mut designs: Vec<Design> = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        let name = name(&file.name);
        if designs.iter().any(|d| d.name == name) {
            problems.push(Problem {
                file: file.name.clone(),
                line: 1,
                cause: format!("a design is already called `{name}`"),
                remedy: "rename the file".to_owned(),
            });
            continue;
        }
        match read(&file.name, &file.text) {
            Ok(trial) if !trial.hypotheses.is_empty() => problems.push(Problem {
                file: file.name.clone(),
                line: file.text.find("hypotheses").map_or(1, |at| line_of(&file.text, at)),
                cause: "a design that the model is held against switches disputed steps".to_owned(),
                remedy: "leave `hypotheses` out; `qualify --hypothesis NAME=on|off` switches them for all rows"
                    .to_owned(),
            }),
            Ok(trial) => designs.push(Design { name, trial }),
            Err(found) => problems.extend(found.list.into_iter().map(|p| Problem {
                file: file.name.clone(),
                line: line_of(&file.text, p.span.start),
                cause: format!("{}: {}", p.what, p.cause),
                remedy: p.remedy,
            })),
        }
    }
    if problems.is_empty() { Ok(designs) } else { Err(problems) }
}

/// `examples/trials/transform-2/trial.toml` and `validation/trials/transform-2.toml` are both `transform-2`.
fn name(path: &str) -> String {
    let path = path.strip_suffix("/trial.toml").or(path.strip_suffix(".toml")).unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_design_is_named_after_its_file_or_folder() {
        assert_eq!(name("examples/trials/transform-2/trial.toml"), "transform-2");
        assert_eq!(name("validation/trials/lozenge.toml"), "lozenge");
    }

    #[test]
    fn a_design_that_switches_disputed_steps_is_refused() {
        let shipped = include_str!("../../../../examples/trials/berman-2000/trial.toml");
        let text = format!("hypotheses = {{ disinhibition = false }}\n{shipped}");
        let problems = designs(&[File { name: "t.toml".into(), text }]).unwrap_err();
        assert!(problems.iter().any(|p| p.line == 1 && p.remedy.contains("--hypothesis")), "{problems:?}");
        assert!(designs(&[File { name: "t.toml".into(), text: shipped.to_owned() }]).is_ok());
    }

    #[test]
    fn a_faulty_design_is_refused_with_its_line() {
        let text = "title = \"x\"\ndesign = \"sideways\"\n".to_owned();
        let problems = designs(&[File { name: "t.toml".into(), text }]).unwrap_err();
        assert!(problems.iter().any(|p| p.line == 2 && p.cause.contains("sideways")), "{problems:?}");
    }
}
