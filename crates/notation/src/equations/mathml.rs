//! Equations as presentation MathML, which browsers show without a script.

use super::{Equation, Level, Piece, Writer, numbered};
use crate::Op;

pub(super) struct MathMl;

/// Text with the characters escaped that XML takes for markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn row(parts: &[&str]) -> String {
    format!("<mrow>{}</mrow>", parts.concat())
}

fn bracketed(text: &str) -> String {
    row(&["<mo>(</mo>", text, "<mo>)</mo>"])
}

fn at_least(piece: &Piece, level: Level) -> String {
    if level <= piece.level { piece.text.clone() } else { bracketed(&piece.text) }
}

fn right(piece: &Piece, level: Level) -> String {
    if piece.negative { bracketed(&piece.text) } else { at_least(piece, level) }
}

impl Writer for MathMl {
    fn constant(&self, value: f64) -> Piece {
        let negative = value.is_sign_negative() && !value.is_nan();
        let size = value.abs();
        let plain = size == 0.0 || (1e-4 <= size && size < 1e6) || !size.is_finite();
        let mut text = if size.is_infinite() {
            "<mi>\u{221e}</mi>".to_owned()
        } else if plain {
            format!("<mn>{size}</mn>")
        } else {
            let shown = format!("{size:e}");
            let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
            let sign = if exponent.starts_with('-') { "<mo>-</mo>" } else { "" };
            let digits = exponent.trim_start_matches('-');
            let power = format!("<msup><mn>10</mn><mrow>{sign}<mn>{digits}</mn></mrow></msup>");
            row(&["<mn>", mantissa, "</mn><mo>\u{d7}</mo>", &power])
        };
        if negative {
            text = row(&["<mo>-</mo>", &text]);
        }
        let level = if negative || !plain { Level::Product } else { Level::Atom };
        Piece { text, level, negative, leaves: 1 }
    }

    fn time(&self) -> Piece {
        Piece::atom("<mi>t</mi>".to_owned())
    }

    fn name(&self, name: &str) -> String {
        let words = |text: &str| escaped(&text.replace('_', " "));
        match name.rsplit_once('.') {
            Some((station, own)) if numbered(own) => {
                format!("<msub><mtext>{}</mtext><mn>{own}</mn></msub>", words(station))
            }
            Some((station, own)) => {
                format!(
                    "<msub><mtext>{}</mtext><mtext>{}</mtext></msub>",
                    words(own),
                    words(&station.replace('.', ", "))
                )
            }
            None => format!("<mtext>{}</mtext>", words(name)),
        }
    }

    fn derivative(&self, name: &str) -> String {
        let above = row(&["<mi>d</mi>", &self.name(name)]);
        format!("<mfrac>{above}<mrow><mi>d</mi><mi>t</mi></mrow></mfrac>")
    }

    fn initial(&self, name: &str) -> String {
        row(&[&self.name(name), "<mo>(</mo><mn>0</mn><mo>)</mo>"])
    }

    fn apply(&self, op: Op, operands: &[&Piece], same: bool) -> (String, Level, bool) {
        use Level::*;
        let list: Vec<&str> = operands.iter().map(|p| p.text.as_str()).collect();
        let call = |function: &str| {
            let inside = bracketed(&list.join("<mo>,</mo>"));
            (row(&["<mi>", function, "</mi>", &inside]), Atom, false)
        };
        let compared = |sign: &str| {
            let inside = list.join(&format!("<mo>{sign}</mo>"));
            (row(&["<mo>[</mo>", &inside, "<mo>]</mo>"]), Atom, false)
        };
        match (op, operands) {
            (Op::Add(..), [a, b]) => (row(&[&a.text, "<mo>+</mo>", &right(b, Sum)]), Sum, a.negative),
            (Op::Sub(..), [a, b]) => (row(&[&a.text, "<mo>-</mo>", &right(b, Product)]), Sum, a.negative),
            (Op::Mul(..), [a, _]) if same => (format!("<msup>{}<mn>2</mn></msup>", at_least(a, Atom)), Power, false),
            (Op::Mul(..), [a, b]) => {
                (row(&[&at_least(a, Product), "<mo>\u{22c5}</mo>", &right(b, Product)]), Product, a.negative)
            }
            (Op::Div(..), [a, b]) => (format!("<mfrac>{}{}</mfrac>", a.text, b.text), Fraction, false),
            (Op::Neg(..), [a]) => (row(&["<mo>-</mo>", &right(a, Product)]), Product, true),
            (Op::Pow(..), [a, b]) => (format!("<msup>{}{}</msup>", at_least(a, Atom), b.text), Power, false),
            (Op::Exp(..), _) => call("exp"),
            (Op::Ln(..), _) => call("ln"),
            (Op::Sqrt(..), [a]) => (format!("<msqrt>{}</msqrt>", a.text), Atom, false),
            (Op::Sin(..), _) => call("sin"),
            (Op::Cos(..), _) => call("cos"),
            (Op::Abs(..), [a]) => (row(&["<mo>|</mo>", &a.text, "<mo>|</mo>"]), Atom, false),
            (Op::Min(..), _) => call("min"),
            (Op::Max(..), _) => call("max"),
            (Op::Less(..), _) => compared("&lt;"),
            (Op::LessEqual(..), _) => compared("\u{2264}"),
            (Op::Equal(..), _) => compared("="),
            (Op::Select(..), [c, a, b]) => {
                let case = |value: &str, when: &str| format!("<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>");
                let condition = row(&["<mtext>if </mtext>", &c.text, "<mo>\u{2260}</mo><mn>0</mn>"]);
                let table = case(&a.text, &condition) + &case(&b.text, "<mtext>otherwise</mtext>");
                (row(&["<mo>{</mo><mtable>", &table, "</mtable>"]), Sum, false)
            }
            _ => call("unknown"),
        }
    }

    fn section(&self, title: &str, equations: &[Equation]) -> String {
        let one = |e: &Equation| {
            format!(
                "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mrow>{}<mo>=</mo>{}</mrow></math>\n",
                e.left, e.right
            )
        };
        let list: String = equations.iter().map(one).collect();
        format!("<section><h2>{title}</h2>\n{list}</section>\n")
    }

    fn whole(&self, sections: String) -> String {
        format!("<div class=\"equations\">\n{sections}</div>\n")
    }
}
