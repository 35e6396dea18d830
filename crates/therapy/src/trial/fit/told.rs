//! People who are told of in two publications: their trials have one level, and each telling counts half.

use super::Trial;

/// Whose levels trials have.
///
/// # Errors
/// People of a publication that is not among the trials.
pub(super) fn levels(trials: &[Trial]) -> Result<Vec<Vec<(usize, f64)>>, String> {
    let called = |name: &String| {
        let place = trials.iter().position(|t| t.publication.as_ref() == Some(name));
        place.ok_or_else(|| format!("`people_of` names \"{name}\", which is no publication of a fitted trial"))
    };
    let of = |(place, trial): (usize, &Trial)| {
        let others = trial.people_of.iter().map(called).collect::<Result<Vec<usize>, String>>()?;
        let weight = 1.0 / (others.len().max(1) as f64).sqrt();
        let own = if others.is_empty() { vec![place] } else { others };
        Ok(own.into_iter().map(|trial| (trial, weight)).collect())
    };
    trials.iter().enumerate().map(of).collect()
}

/// Whether the people of a trial are told of twice: then each telling counts half.
pub(super) fn twice(trials: &[Trial], place: usize) -> bool {
    let name = trials[place].publication.as_ref();
    !trials[place].people_of.is_empty() || trials.iter().any(|t| t.people_of.iter().any(|of| Some(of) == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::read;

    const DESIGN: &str = "design = \"open label\"\nfollow = \"7 d\"\n[[arm]]\nname = \"drug\"\nn = 10\n[[visit]]\nat = \"7 d\"\n\
         scales = [\"MADRS\"]\n[[endpoint]]\nname = \"change\"\nkind = \"change\"\nscale = \"MADRS\"\nat = \"7 d\"\n";

    fn trial(publication: &str, people_of: &str) -> Trial {
        let text = format!("title = \"{publication}\"\npublication = \"{publication}\"\n{people_of}\n{DESIGN}");
        read("trial.toml", &text).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn a_second_telling_has_the_levels_of_the_first_and_both_count_half() {
        let pooled = trial("pooled", "people_of = [\"one\", \"two\"]");
        let trials = [trial("one", ""), pooled, trial("two", ""), trial("other", "")];
        let levels = levels(&trials).unwrap();
        assert_eq!([&levels[0], &levels[2], &levels[3]], [&vec![(0, 1.0)], &vec![(2, 1.0)], &vec![(3, 1.0)]]);
        assert_eq!(levels[1].iter().map(|(trial, _)| *trial).collect::<Vec<_>>(), [0, 2]);
        assert!((levels[1].iter().map(|(_, weight)| weight * weight).sum::<f64>() - 1.0).abs() < 1e-15);
        assert!(super::levels(&trials[1..]).unwrap_err().contains("\"one\""));
        assert_eq!([0, 1, 2, 3].map(|place| twice(&trials, place)), [true, true, true, false]);
    }
}
