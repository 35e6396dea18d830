//! Equations as LaTeX: `\frac{d\,\mathrm{tablet}_{\mathrm{mouth}}}{dt} = -k \cdot x`.
//!
//! Sums and products are written without the brackets that only fix an order of rounding.

use super::{Equation, Level, Piece, Writer, numbered};
use crate::Op;

pub(super) struct Latex;

fn bracketed(text: &str) -> String {
    format!(r"\left({text}\right)")
}

fn at_least(piece: &Piece, level: Level) -> String {
    if level <= piece.level { piece.text.clone() } else { bracketed(&piece.text) }
}

fn right(piece: &Piece, level: Level) -> String {
    if piece.negative { bracketed(&piece.text) } else { at_least(piece, level) }
}

/// Plain words: `plasma_s` becomes `plasma\,s`; what LaTeX would take for a command is escaped.
fn words(text: &str) -> String {
    let escape = |c: char| match c {
        '_' => r"\,".to_owned(),
        '%' | '&' | '#' | '$' | '{' | '}' => format!("\\{c}"),
        '\\' | '^' | '~' => " ".to_owned(),
        other => other.to_string(),
    };
    format!(r"\mathrm{{{}}}", text.chars().map(escape).collect::<String>())
}

impl Writer for Latex {
    fn constant(&self, value: f64) -> Piece {
        let negative = value.is_sign_negative() && !value.is_nan();
        let size = value.abs();
        let plain = size == 0.0 || (1e-4 <= size && size < 1e6);
        let text = if size.is_infinite() {
            if negative { r"-\infty".to_owned() } else { r"\infty".to_owned() }
        } else if size.is_nan() {
            r"\mathrm{NaN}".to_owned()
        } else if plain {
            format!("{value}")
        } else {
            let shown = format!("{value:e}");
            let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
            match mantissa {
                "1" => format!("10^{{{exponent}}}"),
                _ => format!(r"{mantissa} \times 10^{{{exponent}}}"),
            }
        };
        let level = if negative || !plain { Level::Product } else { Level::Atom };
        Piece { text, level, negative, leaves: 1 }
    }

    fn time(&self) -> Piece {
        Piece::atom("t".to_owned())
    }

    /// The last word with its station as index.
    fn name(&self, name: &str) -> String {
        match name.rsplit_once('.') {
            Some((station, own)) if numbered(own) => format!("{}_{{{own}}}", words(station)),
            Some((station, own)) => format!("{}_{{{}}}", words(own), words(&station.replace('.', ", "))),
            None => words(name),
        }
    }

    fn derivative(&self, name: &str) -> String {
        format!(r"\frac{{d\,{}}}{{dt}}", self.name(name))
    }

    fn initial(&self, name: &str) -> String {
        format!("{}(0)", self.name(name))
    }

    fn apply(&self, op: Op, operands: &[&Piece], same: bool) -> (String, Level, bool) {
        use Level::*;
        let list: Vec<&str> = operands.iter().map(|p| p.text.as_str()).collect();
        let call = |function: &str| (format!("{function}{}", bracketed(&list.join(", "))), Atom, false);
        let compared = |sign: &str| (format!(r"\left[{}\right]", list.join(sign)), Atom, false);
        match (op, operands) {
            (Op::Add(..), [a, b]) => (format!("{} + {}", a.text, right(b, Sum)), Sum, a.negative),
            (Op::Sub(..), [a, b]) => (format!("{} - {}", a.text, right(b, Product)), Sum, a.negative),
            (Op::Mul(..), [a, _]) if same => (format!("{}^{{2}}", at_least(a, Atom)), Power, false),
            (Op::Mul(..), [a, b]) => {
                (format!(r"{} \cdot {}", at_least(a, Product), right(b, Product)), Product, a.negative)
            }
            (Op::Div(..), [a, b]) => (format!(r"\frac{{{}}}{{{}}}", a.text, b.text), Fraction, false),
            (Op::Neg(..), [a]) => (format!("-{}", right(a, Product)), Product, true),
            (Op::Pow(..), [a, b]) => (format!("{}^{{{}}}", at_least(a, Atom), b.text), Power, false),
            (Op::Exp(..), _) => call(r"\exp"),
            (Op::Ln(..), _) => call(r"\ln"),
            (Op::Sqrt(..), [a]) => (format!(r"\sqrt{{{}}}", a.text), Atom, false),
            (Op::Sin(..), _) => call(r"\sin"),
            (Op::Cos(..), _) => call(r"\cos"),
            (Op::Abs(..), [a]) => (format!(r"\left|{}\right|", a.text), Atom, false),
            (Op::Min(..), _) => call(r"\min"),
            (Op::Max(..), _) => call(r"\max"),
            (Op::Less(..), _) => compared(" < "),
            (Op::LessEqual(..), _) => compared(r" \le "),
            (Op::Equal(..), _) => compared(" = "),
            (Op::Select(..), [c, a, b]) => {
                let cases = format!(
                    r"\begin{{cases}} {} & \text{{if }} {} \ne 0 \\ {} & \text{{otherwise}} \end{{cases}}",
                    a.text, c.text, b.text
                );
                (bracketed(&cases), Atom, false)
            }
            _ => call(r"\mathrm{unknown}"),
        }
    }

    fn section(&self, title: &str, equations: &[Equation]) -> String {
        if equations.is_empty() {
            return String::new();
        }
        let rows: Vec<String> = equations.iter().map(|e| format!("  {} &= {}", e.left, e.right)).collect();
        format!("% {title}\n\\begin{{align*}}\n{}\n\\end{{align*}}\n", rows.join(" \\\\\n"))
    }

    fn whole(&self, sections: String) -> String {
        sections
    }
}
