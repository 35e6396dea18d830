//! Tables, figures and HTML, as strings: pure functions from plain data to one file that anyone can open, read and print.
//!
//! Nothing here reads a file, a clock or the environment; the same data give the same bytes.
//!
//! ```text
//!   RunData  --single::render-->  report.html      one patient or a population
//!   table::Table  --csv, markdown, html-->         the same numbers, each with one escaping function
//!   figure::Figure  --svg::standalone-->           a picture for a README
//! ```

pub mod run;
pub mod single;
