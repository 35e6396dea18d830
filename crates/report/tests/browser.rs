//! The reports in a real browser, at 390 and at 1280 pixels.

mod common;

use common::browser::demand;
use report::{dossier, single, trial};

#[test]
fn the_report_on_one_patient_fits_every_width() {
    demand("one", &single::render(&common::run(false)), 10);
}

#[test]
fn the_report_on_a_population_fits_every_width() {
    demand("many", &single::render(&common::run(true)), 10);
}

#[test]
fn the_dossier_fits_every_width() {
    demand("dossier", &dossier::render(&common::dossier::dossier()), 10);
}

#[test]
fn the_trial_report_fits_every_width() {
    demand("trial", &trial::render(&common::trial::trial()), 8);
}

/// `RESYNAPSE_REPORT=/path/to/report.html cargo test -p report --test browser` measures a report of a real run.
#[test]
#[allow(clippy::disallowed_methods, clippy::print_stderr, reason = "the file is named by whoever runs the test")]
fn a_report_named_in_the_environment_fits_every_width() {
    let Some(path) = std::env::var_os("RESYNAPSE_REPORT") else {
        eprintln!("skipped: RESYNAPSE_REPORT names no report");
        return;
    };
    demand("named", &std::fs::read_to_string(path).expect("the named report can be read"), 8);
}

#[test]
fn the_probe_sees_faults() {
    let page = "<!doctype html><html lang=en><head><title>t</title></head><body><h1>a</h1><h3>b</h3><p id=x>x</p><p id=x>y</p>\
        <div style='width:2000px'>wide</div>\
        <figure id=f><svg viewBox='0 0 100 50' width=100><text x=10 y=20 font-size=5>one</text>\
        <text x=11 y=20 font-size=5>two</text><text x=95 y=40 font-size=12>outside</text></svg></figure>\
        <script>null.x</script></body></html>";
    let Some((measured, console)) = common::browser::measure("faulty", page) else { return };
    assert!(!console.is_empty());
    for m in measured {
        assert!(m.scroll_width > m.width && m.smallest_text < 6.0, "{m:?}");
        let lists =
            [&m.untitled, &m.without_table, &m.clipped, &m.overlapping, &m.heading_jumps, &m.duplicate_ids, &m.errors];
        assert!(lists.iter().all(|l| !l.is_empty()), "{m:?}");
    }
}
