//! Tables, figures and HTML, as strings: pure functions from plain data to one file that anyone can open, read and print.
//!
//! Nothing here reads a file, a clock or the environment; the same data give the same bytes.
//!
//! ```text
//!   run::RunData     --single::render-->           report.html, one patient or a population
//!   tables::Table    --csv, markdown, html-->      the same numbers, each with one escaping function
//!   figure::Figure   --svg::both, standalone-->    a picture, set wide and narrow
//! ```

mod axis;
pub mod dossier;
mod extent;
pub mod figure;
mod glyph;
mod marks;
pub mod page;
pub mod run;
mod scale;
pub mod single;
pub mod svg;
pub mod tables;
pub mod text;
pub mod trial;
