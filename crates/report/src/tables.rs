//! One table, three ways to write it: CSV, Markdown and HTML, with one escaping function each.

use crate::text;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A rectangular table with a heading for each column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What the table shows, in words.
    pub caption: String,
    /// Column headings, with the unit in parentheses where there is one.
    pub columns: Vec<String>,
    /// Rows; a row shorter than the heading ends in empty cells.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Words.
    Text(String),
    /// A number; not finite is written as nothing.
    Number(f64),
    /// Words and where they lead.
    Link {
        /// What is read.
        text: String,
        /// Web address; anything but `http`, `https` or a doi stays plain text.
        address: String,
    },
}

impl Cell {
    /// Words.
    pub fn text(value: impl ToString) -> Cell {
        Cell::Text(value.to_string())
    }
}

impl Table {
    /// An empty table.
    pub fn new(caption: impl ToString, columns: &[&str]) -> Table {
        Table { caption: caption.to_string(), columns: columns.iter().map(|c| c.to_string()).collect(), rows: vec![] }
    }

    /// Comma-separated values with a heading line, lines ended by `\n`, numbers in full precision.
    pub fn to_csv(&self) -> String {
        let mut out = String::new();
        let heading: Vec<String> = self.columns.iter().map(|c| csv_field(c)).collect();
        let _ = writeln!(out, "{}", heading.join(","));
        for row in &self.rows {
            let fields: Vec<String> = self.padded(row).map(|cell| csv_field(&cell.plain_in_full())).collect();
            let _ = writeln!(out, "{}", fields.join(","));
        }
        out
    }

    /// A pipe table; numbers rounded for reading.
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        let heading: Vec<String> = self.columns.iter().map(|c| markdown_field(c)).collect();
        let _ = writeln!(out, "| {} |", heading.join(" | "));
        let _ = writeln!(out, "|{}", " --- |".repeat(self.columns.len()));
        for row in &self.rows {
            let fields: Vec<String> = self.padded(row).map(|cell| markdown_field(&cell.plain())).collect();
            let _ = writeln!(out, "| {} |", fields.join(" | "));
        }
        out
    }

    /// A table element with caption and scoped headings; the first cell of each row is its heading.
    pub fn to_html(&self) -> String {
        let mut out = format!("<table><caption>{}</caption><thead><tr>", html(&self.caption));
        for (i, column) in self.columns.iter().enumerate() {
            let first = self.rows.iter().filter_map(|row| row.get(i)).find(|cell| **cell != Cell::Empty);
            let class = if matches!(first, Some(Cell::Number(_))) { " class=\"n\"" } else { "" };
            let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", html(column));
        }
        out.push_str("</tr></thead><tbody>\n");
        for row in &self.rows {
            out.push_str("<tr>");
            for (i, cell) in self.padded(row).enumerate() {
                let class = match cell {
                    Cell::Number(_) => " class=\"n\"",
                    Cell::Text(words) | Cell::Link { text: words, .. } if 40 < words.len() => " class=\"w\"",
                    Cell::Text(words) | Cell::Link { text: words, .. } if 16 < words.len() => " class=\"t\"",
                    _ => "",
                };
                let body = cell.to_html();
                let _ = match i {
                    0 => write!(out, "<th scope=\"row\"{class}>{body}</th>"),
                    _ => write!(out, "<td{class}>{body}</td>"),
                };
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table>");
        out
    }

    fn padded<'a>(&'a self, row: &'a [Cell]) -> impl Iterator<Item = &'a Cell> {
        let missing = self.columns.len().saturating_sub(row.len());
        row.iter().chain(std::iter::repeat_n(&Cell::Empty, missing)).take(self.columns.len())
    }
}

impl Cell {
    fn plain(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(words) => words.clone(),
            Cell::Number(value) => text::number(*value),
            Cell::Link { text, address } if address.is_empty() => text.clone(),
            Cell::Link { text, address } => format!("{text} ({address})"),
        }
    }

    fn plain_in_full(&self) -> String {
        match self {
            Cell::Number(value) if value.is_finite() => format!("{value:?}"),
            other => other.plain(),
        }
    }

    fn to_html(&self) -> String {
        match self {
            Cell::Link { text, address } => link(text, address),
            other => html(&other.plain()),
        }
    }
}

/// A link if the address is a web address or a doi, otherwise both as plain text.
pub fn link(words: &str, address: &str) -> String {
    let lower = address.trim().to_ascii_lowercase();
    let target = if lower.starts_with("https://") || lower.starts_with("http://") {
        address.trim().to_string()
    } else if lower.starts_with("doi:") {
        format!("https://doi.org/{}", address.trim()[4..].trim())
    } else if lower.starts_with("10.") && lower.contains('/') {
        format!("https://doi.org/{}", address.trim())
    } else if address.is_empty() {
        return html(words);
    } else {
        return format!("{} ({})", html(words), html(address));
    };
    format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", html(&target), html(words))
}

/// Text made safe inside HTML and SVG, in content and in double- or single-quoted attributes.
pub fn html(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Words as an identifier: letters, digits and hyphens.
pub fn identifier(words: &str) -> String {
    words.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

/// One CSV field: quoted where needed, and text that a spreadsheet would run as a formula is led by an apostrophe.
pub fn csv_field(words: &str) -> String {
    let runs = words.starts_with(['=', '+', '-', '@', '\t', '\r']) && words.parse::<f64>().is_err();
    let safe = if runs { format!("'{words}") } else { words.to_string() };
    match safe.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
    }
}

/// One cell of a Markdown pipe table: on one line, with no bar, tag or emphasis of its own.
pub fn markdown_field(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hostile() -> Table {
        let mut table = Table::new("A & B", &["name", "value (<mg>)"]);
        table.rows.push(vec![Cell::text("<script>alert(\"x\")</script>, 'so'|it\ngoes"), Cell::Number(0.1 + 0.2)]);
        table.rows.push(vec![Cell::text("=HYPERLINK(\"http://x\")"), Cell::Number(f64::NAN)]);
        table.rows.push(vec![Cell::Link { text: "a".into(), address: "javascript:alert(1)".into() }]);
        table
    }

    #[test]
    fn html_keeps_hostile_names_inert() {
        let out = hostile().to_html();
        assert!(out.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;, &#39;so&#39;|it"), "{out}");
        assert!(!out.contains("<script") && !out.contains("href"), "{out}");
        assert_eq!(out.matches("<tr>").count(), 4);
        assert_eq!(out.matches("<td").count() + out.matches("<th scope=\"row\"").count(), 6);
    }

    #[test]
    fn csv_quotes_and_disarms() {
        let out = hostile().to_csv();
        let expected = "name,value (<mg>)\n\"<script>alert(\"\"x\"\")</script>, 'so'|it\ngoes\",0.30000000000000004\n\
                        \"'=HYPERLINK(\"\"http://x\"\")\",\na (javascript:alert(1)),\n";
        assert_eq!(out, expected);
    }

    #[test]
    fn negative_numbers_in_csv_stay_numbers() {
        assert_eq!(csv_field("-1.5e-3"), "-1.5e-3");
        assert_eq!(csv_field("-cmd"), "'-cmd");
    }

    #[test]
    fn markdown_stays_one_row_per_row() {
        let out = hostile().to_markdown();
        assert_eq!(out.lines().count(), 5, "{out}");
        assert!(out.contains("&lt;script&gt;") && out.contains("\\|it goes"), "{out}");
    }

    #[test]
    fn a_doi_becomes_an_address() {
        assert_eq!(link("x", "doi:10.1/a\"b"), "<a href=\"https://doi.org/10.1/a&quot;b\" rel=\"noreferrer\">x</a>");
    }
}
