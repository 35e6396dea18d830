//! What a chunk of patients leaves behind, as bytes: who they were, how they fared, their figures and signs.

/// One patient of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// Number, from 1.
    pub patient: u64,
    /// Accepted and rejected steps.
    pub steps: [u64; 2],
    /// When (h from the first dose) and why it failed; `None` if complete.
    pub failure: Option<(f64, String, String)>,
    /// What was drawn and is shown in the table of patients.
    pub drawn: Vec<f64>,
    /// The figures of the summary, NaN where there is none; empty if it failed.
    pub figures: Vec<f64>,
    /// Signs at the written times (time x sign), in declared units; empty if it failed.
    pub signs: Vec<f64>,
}

/// The bytes of a chunk.
pub fn pack(patients: &[Finished]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for one in patients {
        bytes.extend(one.patient.to_le_bytes());
        bytes.extend(one.steps[0].to_le_bytes());
        bytes.extend(one.steps[1].to_le_bytes());
        let (time, cause, look) = one.failure.clone().unwrap_or((f64::NAN, String::new(), String::new()));
        bytes.push(u8::from(one.failure.is_some()));
        bytes.extend(time.to_le_bytes());
        for text in [cause, look] {
            bytes.extend((text.len() as u64).to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        for numbers in [&one.drawn, &one.figures, &one.signs] {
            bytes.extend((numbers.len() as u64).to_le_bytes());
            bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        }
    }
    bytes
}

/// The patients of a chunk; `None` if the bytes are not those of one.
pub fn unpack(bytes: &[u8]) -> Option<Vec<Finished>> {
    let mut reader = Reader { rest: bytes };
    let mut patients = Vec::new();
    while !reader.rest.is_empty() {
        let patient = reader.whole()?;
        let steps = [reader.whole()?, reader.whole()?];
        let failed = reader.take(1)?[0] == 1;
        let (time, cause, look) = (reader.number()?, reader.text()?, reader.text()?);
        patients.push(Finished {
            patient,
            steps,
            failure: failed.then_some((time, cause, look)),
            drawn: reader.numbers()?,
            figures: reader.numbers()?,
            signs: reader.numbers()?,
        });
    }
    Some(patients)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }
    fn whole(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }
    fn number(&mut self) -> Option<f64> {
        self.whole().map(f64::from_bits)
    }
    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.whole()?).ok()?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }
    fn numbers(&mut self) -> Option<Vec<f64>> {
        let count = usize::try_from(self.whole()?).ok()?;
        let bytes = self.take(count.checked_mul(8)?)?;
        Some(bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap_or_default())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_and_a_torn_chunk_is_refused() {
        let complete = Finished {
            patient: 7,
            steps: [100, 3],
            failure: None,
            drawn: vec![70.0, 0.1],
            figures: vec![1.0, 2.0],
            signs: vec![0.5; 6],
        };
        let failed = Finished {
            patient: 8,
            failure: Some((3.5, "cause".to_owned(), "look".to_owned())),
            figures: Vec::new(),
            signs: Vec::new(),
            ..complete.clone()
        };
        let bytes = pack(&[complete.clone(), failed.clone()]);
        assert_eq!(unpack(&bytes), Some(vec![complete, failed]));
        assert_eq!(unpack(&bytes[..bytes.len() - 1]), None);
        assert_eq!(unpack(&[]), Some(Vec::new()));
    }
}
