//! `resynapse sensitivity`: which parameters a figure hangs on, and how well each of them is known.

use crate::arguments::{Method, Sensitivity};
use crate::evidence_files::{catalogue, integrate, told};
use crate::failure::Failure;
use crate::terminal::{print, say};
use evidence::calibrate::free::{self, Free, Scale};
use evidence::observation::Comparison;
use evidence::sensitivity::{elasticities, morris, sobol};
use evidence::simulate::{Answer, Bench};
use evidence::study;
use notation::Evidence;

/// Parameters that go on to Sobol's method: its cost grows with each.
const SOBOL_PARAMETERS: usize = 8;
/// Parameters that are printed.
const PRINTED: usize = 20;
/// Members run at a time, so that memory stays bounded.
const MEMBERS_AT_ONCE: usize = 64;

/// Asks one row's expression for many parameter vectors.
pub fn run(arguments: &Sensitivity) -> Result<(), Failure> {
    let (files, mut catalogue) = catalogue(None)?;
    let refuse =
        |cause: String, remedy: &str| Failure::Plain { what: arguments.row.clone(), cause, remedy: remedy.to_owned() };
    catalogue.entries.retain(|e| e.observation.id == arguments.row);
    if catalogue.entries.is_empty() {
        return Err(refuse(
            "no observation has this id".to_owned(),
            "see the ids that `resynapse qualify --json` prints",
        ));
    }
    match catalogue.entries[0].question.comparison {
        Comparison::Excluded => {
            let why = &catalogue.entries[0].question.text;
            return Err(refuse(format!("the row is not asked of the model: {why}"), "name a row that is asked"));
        }
        Comparison::Trial => {
            return Err(refuse(
                "the row is asked of a virtual trial, whose figures hang on chance and on laws outside the model too"
                    .to_owned(),
                "name a row that is asked of scenarios, such as M05 for mood; `resynapse trial` runs the trial",
            ));
        }
        Comparison::Fold | Comparison::Difference | Comparison::Claim => {}
    }
    let system = ketamine::system();
    let study = study::bind(&catalogue, &system).map_err(|problems| told(&files, &problems))?;
    let bench = Bench::new(study, system, &integrate)
        .map_err(|cause| refuse(cause, "this is a fault of the model; please report it"))?;
    let mut figures = |members: &[Vec<f64>]| -> Vec<f64> {
        say(&format!("{} runs of the model for each scenario of the row", members.len()));
        let chunks = members.chunks(MEMBERS_AT_ONCE).map(|chunk| bench.answers(chunk, &[0]));
        chunks.flatten().map(|answers| figure(&answers[0])).collect()
    };
    let typical = bench.system.typical_parameters();
    let all = free::free(&bench.system);
    let mut rows: Vec<(f64, &Free, String)> = match arguments.method {
        Method::Local => {
            let found = elasticities(&typical, &all, &mut figures);
            // On the scale of the logarithm an elasticity times a standard deviation is the relative change per spread.
            let spread = |f: &Free| match f.scale {
                Scale::Log => f.deviation,
                Scale::Linear => (f.deviation / f.centre).abs(),
            };
            let each = all.iter().zip(found);
            each.map(|(f, e)| {
                let change = 100.0 * e * spread(f);
                (change.abs(), f, format!("{change:+.1} % per spread (elasticity {e:+.3})"))
            })
            .collect()
        }
        Method::Morris => {
            let found = morris(&typical, &all, usize::from(arguments.size), arguments.seed, &mut figures);
            let words = |e: &evidence::sensitivity::Effect| {
                format!("mean effect {:.4} (half the sample {:.4}), deviation {:.4}", e.mean, e.mean_half, e.deviation)
            };
            all.iter().zip(&found).map(|(f, e)| (e.mean, f, words(e))).collect()
        }
        Method::Sobol => {
            let local = elasticities(&typical, &all, &mut figures);
            let mut order: Vec<usize> = (0..all.len()).collect();
            let weight = |j: usize| (local[j] * all[j].deviation).abs();
            order.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
            let few: Vec<Free> = order.iter().take(SOBOL_PARAMETERS).map(|j| all[*j].clone()).collect();
            let found = sobol(&typical, &few, usize::from(arguments.size), arguments.seed, &mut figures);
            let words = |i: &evidence::sensitivity::Index| {
                format!(
                    "first {:.3} (half the sample {:.3}), total {:.3} (half {:.3})",
                    i.first, i.first_half, i.total, i.total_half
                )
            };
            order.iter().zip(&found).map(|(j, i)| (i.total, &all[*j], words(i))).collect()
        }
    };
    // What moves nothing is not listed.
    let strongest = rows.iter().map(|r| r.0).filter(|w| w.is_finite()).fold(0.0, f64::max);
    rows.retain(|r| r.0.is_finite() && r.0 > 1e-6 * strongest);
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut out = String::new();
    for (_, free, words) in rows.iter().take(PRINTED) {
        let evidence = bench.system.parameters[free.index].evidence;
        let mark = match evidence {
            Some(Evidence::Assumed { why }) => format!("ASSUMED: {why}"),
            Some(Evidence::Measured { source, place }) => format!("measured: {} ({place})", source.key),
            Some(Evidence::Fitted { rows }) => format!("fitted to {rows}"),
            Some(Evidence::Derived { how }) => format!("derived: {how}"),
            None => String::new(),
        };
        out += &format!("{:<40} {words}\n    {mark}\n", free.name);
    }
    print(&out)
}

/// The number, or the least margin of a statement.
fn figure(answer: &Answer) -> f64 {
    match answer {
        Answer::Value(value) => *value,
        Answer::Margins(all) => all.iter().copied().fold(f64::INFINITY, f64::min),
        Answer::None => f64::NAN,
    }
}
