//! Shapes of points, told apart without colour.

use crate::figure::Shape;
use std::fmt::Write;

/// Draws one shape of one colour, centred at a place.
pub fn draw(out: &mut String, shape: Shape, colour: u8, x: f64, y: f64) {
    let _ = match shape {
        Shape::Disc => write!(out, "<circle class=\"f{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.6\"/>"),
        Shape::Ring => write!(out, "<circle class=\"s{colour} hollow\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.8\"/>"),
        Shape::Diamond => write!(out, "<path class=\"f{colour}\" d=\"M{x:.1} {:.1}l5 5l-5 5l-5 -5Z\"/>", y - 5.0),
        Shape::Square => {
            write!(out, "<path class=\"f{colour}\" d=\"M{:.1} {:.1}h7v7h-7Z\"/>", x - 3.5, y - 3.5)
        }
        Shape::Triangle => {
            write!(out, "<path class=\"s{colour} hollow\" d=\"M{x:.1} {:.1}l4.6 8h-9.2Z\"/>", y - 5.0)
        }
        Shape::Stroke => write!(out, "<path class=\"s{colour}\" d=\"M{x:.1} {:.1}v8\"/>", y - 4.0),
        Shape::Cross => {
            write!(out, "<path class=\"s{colour}\" d=\"M{:.1} {:.1}l7 7m0 -7l-7 7\"/>", x - 3.5, y - 3.5)
        }
        Shape::Person => person(out, &format!("f{colour}"), x, y),
        Shape::OpenPerson => person(out, &format!("s{colour} hollow"), x, y),
    };
}

fn person(out: &mut String, class: &str, x: f64, y: f64) -> std::fmt::Result {
    write!(
        out,
        "<path class=\"{class}\" d=\"M{:.1} {:.1}a3.2 3.2 0 1 1 6.4 0a3.2 3.2 0 1 1 -6.4 0\
         M{:.1} {:.1}v-5.4a4.4 4.4 0 0 1 8.8 0v5.4a1.6 1.6 0 0 1 -1.6 1.6h-5.6a1.6 1.6 0 0 1 -1.6 -1.6Z\"/>",
        x - 3.2,
        y - 6.4,
        x - 4.4,
        y + 7.6
    )
}
