//! The report on one run, read as text.

mod common;

use report::{single, svg};

#[test]
fn a_run_has_its_figures_each_with_title_description_and_table() {
    let data = common::run(false);
    let page = single::render(&data);
    let figures = page.matches("<figure ").count();
    assert!(10 <= figures, "{figures} figures");
    assert_eq!(page.matches("<title id=").count(), 2 * figures);
    assert_eq!(page.matches("<desc id=").count(), 2 * figures);
    assert_eq!(page.matches("<summary>The numbers as a table").count(), figures);
    assert!(page.contains("never a dosing adviser"));
}

#[test]
fn nothing_is_asked_from_outside() {
    let page = single::render(&common::run(true));
    for outside in ["src=", "@import", "url(http", "<link rel=\"stylesheet", "<iframe", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn hostile_names_stay_text() {
    let mut data = common::run(false);
    let hostile = "<img src=x onerror=alert(1)> & \"quoted\", 'single'";
    data.title = hostile.into();
    data.lead = hostile.into();
    data.warnings = vec![hostile.into()];
    for sign in &mut data.signs {
        sign.label = hostile.into();
        sign.unit = hostile.into();
    }
    for row in &mut data.parameters {
        row.name = hostile.into();
        row.address = "javascript:alert(1)".into();
    }
    data.checks[0].what = hostile.into();
    data.hypotheses[0].name = hostile.into();
    data.landscapes[0].label = hostile.into();
    let page = single::render(&data);
    assert!(!page.contains("<img") && !page.contains("href=\"javascript"), "markup leaked");
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
}

#[test]
fn missing_parts_leave_no_trace() {
    let page = single::render(&report::run::RunData::default());
    assert!(!page.contains("NaN") && !page.contains("inf") && !page.contains("<figure "), "{page}");
    let mut data = common::run(true);
    for sign in &mut data.signs {
        sign.value.iter_mut().for_each(|v| *v = f64::NAN);
        sign.baseline = None;
    }
    data.checks.clear();
    data.felt = None;
    let page = single::render(&data);
    assert!(!page.contains("NaN"), "a missing number was printed");
}

#[test]
fn a_coarse_grid_draws_no_session_clock() {
    let mut data = common::run(false);
    let keep: Vec<bool> = data.time_h.iter().map(|t| (t / 6.0).fract() == 0.0).collect();
    let thin = |values: &[f64]| values.iter().zip(&keep).filter(|p| *p.1).map(|p| *p.0).collect::<Vec<_>>();
    data.time_h = thin(&data.time_h);
    data.signs.iter_mut().for_each(|s| s.value = thin(&s.value));
    let ids: Vec<String> = single::figures(&data).into_iter().map(|f| f.id).collect();
    assert!(!ids.contains(&"clock".to_string()) && ids.contains(&"symptoms-1".to_string()), "{ids:?}");
}

#[test]
fn a_picture_for_a_readme_carries_its_colours() {
    let figures = single::figures(&common::run(false));
    let picture = svg::standalone(&figures[0]);
    assert!(picture.contains("<style>") && picture.contains("--c1") && picture.contains("viewBox"));
}

#[test]
fn the_same_data_give_the_same_bytes_through_json() {
    let data = common::run(true);
    let text = serde_json::to_string(&data).expect("plain data");
    let again: report::run::RunData = serde_json::from_str(&text).expect("plain data");
    assert!(single::render(&data) == single::render(&again), "the report changed on its way through JSON");
}
