//! Reads the files that a user gives, with the folder they stand in.

use crate::failure::Failure;
use std::fs;
use std::path::Path;
use therapy::protocol::{self, Beside, Protocol};

/// A file of the user: its name as given and its text.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Input {
    /// As given.
    pub name: String,
    /// Whole text.
    pub text: String,
}

/// Reads a text file.
pub fn text(path: &Path) -> Result<Input, Failure> {
    // A file larger than this is no protocol, and reading it whole would exhaust memory.
    const LARGEST: u64 = 64 << 20;
    let size = fs::metadata(path).map_err(Failure::place("read", path))?.len();
    if size > LARGEST {
        return Err(Failure::Plain {
            what: format!("{} is too large to be read", path.display()),
            cause: format!("it has {size} bytes; at most {LARGEST} are read"),
            remedy: "give a protocol or patient file".to_owned(),
        });
    }
    let text = fs::read_to_string(path).map_err(Failure::place("read", path))?;
    Ok(Input { name: path.display().to_string(), text })
}

/// Reads a protocol and the patient file it names.
pub fn protocol(path: &Path) -> Result<(Protocol, Vec<Input>), Failure> {
    let input = text(path)?;
    let mut inputs = vec![input.clone()];
    let beside = path.parent().unwrap_or(Path::new(""));
    let read = protocol::read(&input.name, &input.text, &mut |name| {
        let path = beside.join(name);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let patient = Input { name: path.display().to_string(), text };
        inputs.push(patient.clone());
        Ok(Beside { file: patient.name, text: patient.text })
    });
    match read {
        Ok(protocol) => Ok((protocol, inputs)),
        Err(problems) => Err(Failure::Input(vec![problems])),
    }
}

/// A protocol, and the patient file it names, from texts that were read before.
pub fn protocol_again(inputs: &[Input]) -> Result<Protocol, Failure> {
    let (first, mut rest) = match inputs {
        [first, rest @ ..] => (first, rest.iter()),
        [] => {
            return Err(Failure::Plain {
                what: "the protocol of the run is not there".to_owned(),
                cause: "the share holds no input".to_owned(),
                remedy: "run the share again".to_owned(),
            });
        }
    };
    let read = protocol::read(&first.name, &first.text, &mut |name| {
        let next = rest.next().ok_or_else(|| format!("{name} is not in the share"))?;
        Ok(Beside { file: next.name.clone(), text: next.text.clone() })
    });
    read.map_err(|problems| Failure::Input(vec![problems]))
}
