//! The end of a fit: the generated file is written, or compared with the one that was committed.

use crate::arguments::Calibrate;
use crate::failure::Failure;
use crate::terminal::{print, say};
use std::fs;

/// A generated file of fitted values.
pub struct Generated {
    /// Where it is committed, from the root of the repository.
    pub place: &'static str,
    /// As it was committed when this program was built.
    pub committed: &'static str,
    /// The command that writes it.
    pub command: &'static str,
}

impl Generated {
    /// Writes what a fit gave, or with `--check` compares it.
    ///
    /// # Errors
    /// If the file cannot be written, or is not what was committed.
    pub fn take(&self, source: &str, arguments: &Calibrate) -> Result<(), Failure> {
        if !arguments.check {
            let out = arguments.out.clone().unwrap_or_else(|| self.place.into());
            fs::write(&out, source).map_err(Failure::place("write", &out))?;
            say(&format!("written: {}; build again to use the values", out.display()));
            return Ok(());
        }
        if source == self.committed {
            return print("the committed fitted values are reproduced, byte for byte\n");
        }
        let same = source.lines().zip(self.committed.lines()).take_while(|(a, b)| a == b).count();
        Err(Failure::Plain {
            what: "the committed fitted values are not what the committed inputs give".to_owned(),
            cause: format!("first difference in line {} of {}", same + 1, self.place),
            remedy: format!("run `{}` and commit the file it writes", self.command),
        })
    }
}
