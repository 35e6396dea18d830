//! The page around figures: one HTML file without a single outside request, readable by eye, ear, keyboard and on paper.

use crate::figure::Figure;
use crate::run::{Provenance, Row, Standing};
use crate::svg;
use crate::tables::{Table, html, identifier};
use crate::text;
use std::fmt::Write;

/// A part of a page with its own heading.
pub struct Section {
    /// Letters, digits and hyphens; unique in a page.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// HTML.
    pub body: String,
}

/// What stands before the sections.
pub struct Head<'a> {
    /// Kind of report: `Run report`.
    pub kind: &'a str,
    /// Heading.
    pub title: &'a str,
    /// One paragraph.
    pub lead: &'a str,
    /// Sentences to read before the figures.
    pub disclaimers: &'a [String],
    /// HTML between the disclaimers and the sections.
    pub body: String,
    /// Last words.
    pub foot: String,
}

/// The whole file.
pub fn page(head: &Head, sections: &[Section]) -> String {
    let mut out = String::with_capacity(1 << 18);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline';\
         script-src 'unsafe-inline';img-src data:;base-uri 'none';form-action 'none'\">\n",
    );
    out.push_str("<link rel=\"icon\" href=\"data:,\">\n");
    let _ = write!(out, "<title>{} · Resynapse</title>\n<style>\n", html(head.title));
    out.push_str(svg::COLOURS);
    out.push_str(include_str!("page.css"));
    out.push_str("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the figures</a>\n<div class=\"shell\">\n");
    let _ = write!(
        out,
        "<header>\n<div class=\"kicker\"><span><b>Resynapse</b> · {}</span><span class=\"controls\" hidden>\
         <button type=\"button\" id=\"scheme\">Light or dark</button> \
         <button type=\"button\" id=\"tables\" aria-pressed=\"false\">Show all data tables</button></span></div>\n<h1>{}</h1>\n",
        html(head.kind),
        html(&text::joined(head.title))
    );
    out.push_str("<div class=\"never\" role=\"note\"><p><strong>A research and teaching instrument, never a dosing adviser.</strong></p>");
    for sentence in head.disclaimers {
        let _ = write!(out, "<p>{}</p>", html(sentence));
    }
    out.push_str("</div>\n");
    if !head.lead.is_empty() {
        let _ = writeln!(out, "<p class=\"lead\">{}</p>", html(&text::joined(head.lead)));
    }
    out.push_str(&head.body);
    out.push_str("</header>\n<div class=\"body\">\n<nav class=\"toc\" aria-label=\"Contents\"><ol>\n");
    for section in sections {
        let _ = writeln!(out, "<li><a href=\"#{}\">{}</a></li>", section.id, html(&section.title));
    }
    out.push_str("</ol></nav>\n<main id=\"content\" tabindex=\"-1\">\n");
    for section in sections {
        let (id, title) = (section.id, html(&section.title));
        let _ = writeln!(
            out,
            "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{}</section>",
            section.body
        );
    }
    let _ = write!(out, "</main>\n</div>\n<footer>{}</footer>\n</div>\n<script>\n", head.foot);
    out.push_str(include_str!("page.js"));
    out.push_str("</script>\n</body>\n</html>\n");
    out
}

/// A figure with caption, standing and data table.
pub fn figure(figure: &Figure) -> String {
    framed(figure, &svg::both(figure))
}

/// A figure whose picture is given as HTML.
pub fn framed(figure: &Figure, picture: &str) -> String {
    let id = identifier(&figure.id);
    let mut out =
        format!("<figure id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h3 id=\"{id}-h\">{}</h3>\n", html(&figure.title));
    out.push_str(picture);
    let _ = writeln!(
        out,
        "<figcaption><p>{}</p>{}</figcaption>",
        html(&text::joined(&figure.caption)),
        standing_list(&figure.standing)
    );
    out.push_str(&folded(&format!("{id}-table"), "The numbers as a table", &figure.table));
    out.push_str("</figure>\n");
    out
}

fn standing_list(standing: &[(Standing, String)]) -> String {
    if standing.is_empty() {
        return String::new();
    }
    let mut out = String::from("<ul class=\"standing\">");
    for (standing, of_what) in standing {
        let _ = write!(out, "<li>{}{}</li>", standing_tag(*standing), html(of_what));
    }
    out + "</ul>"
}

/// A standing as a small tag.
pub fn standing_tag(standing: Standing) -> String {
    let word = match standing {
        Standing::Calibrated => "calibrated",
        Standing::Predicted => "predicted",
        Standing::Extrapolated => "extrapolated",
        Standing::Assumed => "assumed",
    };
    format!("<span class=\"tag {word}\">{word}</span>")
}

/// A table behind a fold.
pub fn folded(id: &str, summary: &str, table: &Table) -> String {
    format!("<details><summary>{}</summary>\n{}</details>\n", html(summary), scrolled(id, table))
}

/// A table that scrolls inside its own frame, by touch and by keyboard.
pub fn scrolled(id: &str, table: &Table) -> String {
    format!(
        "<div class=\"scroll\" id=\"{id}\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{}</div>\n",
        html(&table.caption),
        table.to_html()
    )
}

/// Labels and values.
pub fn rows(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out = String::from("<dl class=\"rows\">");
    for row in rows {
        let _ = write!(out, "<dt>{}</dt><dd>{}</dd>", html(&row.label), html(&row.value));
    }
    out + "</dl>\n"
}

/// A paragraph.
pub fn paragraph(words: &str) -> String {
    format!("<p>{}</p>\n", html(words))
}

/// A table with a box above it that hides rows without some words; the box appears only where scripts run.
pub fn filtered(id: &str, table: &Table) -> String {
    format!(
        "<p class=\"controls\" hidden><label>Show rows with <input type=\"search\" data-filter=\"{id}\" autocomplete=\"off\"> \
         <span role=\"status\"></span></label></p>\n{}",
        scrolled(id, table)
    )
}

/// Solver, tolerances, seed, counts, versions, hashes and the command.
pub fn provenance(made: &Provenance) -> String {
    let mut list = vec![
        Row::new("Solver", &made.solver),
        Row::new("Relative tolerance", text::number(made.relative_tolerance)),
        Row::new("Absolute tolerance", &made.absolute_tolerance),
        Row::new("Seed", made.seed),
    ];
    list.retain(|row| !row.value.is_empty());
    for group in [&made.counts, &made.versions, &made.hashes] {
        list.extend(group.iter().cloned());
    }
    let mut out = rows(&list);
    if !made.command.is_empty() {
        let _ = writeln!(out, "<p>The same report again: <code>{}</code></p>", html(&made.command));
    }
    out
}

/// Warnings, each in a frame.
pub fn warnings(sentences: &[String]) -> String {
    sentences.iter().map(|w| format!("<p class=\"warning\"><strong>Warning.</strong> {}</p>\n", html(w))).collect()
}
