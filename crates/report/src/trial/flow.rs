//! The way of the patients, as boxes that reflow and can be read out: assessed, randomised, treated, left, analysed.

use super::{Count, Flow, FlowArm, TrialData};
use crate::figure::Figure;
use crate::page;
use crate::tables::{Cell, Table, html};
use std::fmt::Write;

/// The figure, or nothing if nobody was assessed.
pub fn figure(data: &TrialData) -> String {
    let flow = &data.flow;
    if flow.arms.is_empty() {
        return String::new();
    }
    let figure = Figure {
        id: "flow".into(),
        title: "The way of the patients".into(),
        caption: "One typical replicate, from the people asked to the people counted. Those who left early stay in the analysis by intention to treat."
            .into(),
        table: table(flow),
        ..Figure::default()
    };
    page::framed(&figure, &boxes(flow))
}

fn boxes(flow: &Flow) -> String {
    let mut out = String::from("<div class=\"flow\"><ol>\n");
    let _ = writeln!(out, "<li class=\"box\"><b>{}</b> assessed for eligibility</li>", flow.assessed);
    if !flow.excluded.is_empty() {
        let _ = writeln!(
            out,
            "<li class=\"box aside\"><b>{}</b> excluded{}</li>",
            total(&flow.excluded),
            reasons(&flow.excluded)
        );
    }
    let _ = writeln!(out, "<li class=\"box\"><b>{}</b> randomised</li>\n</ol>\n<ul class=\"arms\">", flow.randomised);
    for arm in &flow.arms {
        let _ = write!(
            out,
            "<li><ol><li class=\"box arm\"><b>{}</b> allocated to {}</li>",
            arm.allocated,
            html(&arm.label)
        );
        let _ = write!(out, "<li class=\"box\"><b>{}</b> treated at least once</li>", arm.treated);
        if !arm.left.is_empty() {
            let _ = write!(
                out,
                "<li class=\"box aside\"><b>{}</b> left early{}</li>",
                total(&arm.left),
                reasons(&arm.left)
            );
        }
        let _ = write!(out, "<li class=\"box\"><b>{}</b> completed</li>", arm.completed);
        let _ = writeln!(out, "<li class=\"box\"><b>{}</b> analysed</li></ol></li>", arm.analysed);
    }
    out + "</ul></div>\n"
}

fn total(counts: &[Count]) -> usize {
    counts.iter().map(|c| c.n).sum()
}

fn reasons(counts: &[Count]) -> String {
    let items: String = counts.iter().map(|c| format!("<li>{} {}</li>", c.n, html(&c.reason))).collect();
    format!("<ul>{items}</ul>")
}

fn table(flow: &Flow) -> Table {
    let mut table = Table { caption: "Patients by step".into(), columns: vec!["step".into()], rows: vec![] };
    table.columns.extend(flow.arms.iter().map(|a| a.label.clone()));
    let mut row = |name: &str, pick: &dyn Fn(&FlowArm) -> usize| {
        let cells = flow.arms.iter().map(|a| Cell::Number(pick(a) as f64));
        table.rows.push([Cell::text(name)].into_iter().chain(cells).collect());
    };
    row("allocated", &|a| a.allocated);
    row("treated at least once", &|a| a.treated);
    row("left early", &|a| total(&a.left));
    row("completed", &|a| a.completed);
    row("analysed", &|a| a.analysed);
    table
}
