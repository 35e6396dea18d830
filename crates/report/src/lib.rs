//! Tables, figures and HTML, as strings.
