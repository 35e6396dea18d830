//! Equations as plain infix text: `d tablet / dt = -dissolution * tablet`.
//!
//! Brackets keep the order of operations, so that reading the text back gives the same bits.
//! `a ^ b` is `exp(b ln a)`; `less(a, b)`, `less_equal(a, b)` and `equal(a, b)` are 1 or 0; `if(c, a, b)` is `b` where `c` is 0.

use super::{Equation, Level, Piece, Writer};
use crate::Op;

pub(super) struct Text;

/// The operand with brackets unless it holds at least as tightly as asked.
fn at_least(piece: &Piece, level: Level) -> String {
    if level <= piece.level { piece.text.clone() } else { format!("({})", piece.text) }
}

/// As a right operand, where a leading minus would be misread.
fn right(piece: &Piece, level: Level) -> String {
    if piece.negative { format!("({})", piece.text) } else { at_least(piece, level) }
}

impl Writer for Text {
    fn constant(&self, value: f64) -> Piece {
        let negative = value.is_sign_negative() && !value.is_nan();
        let level = if negative { Level::Product } else { Level::Atom };
        // Debug format: the shortest text that reads back as the same number.
        let text = format!("{value:?}").to_lowercase();
        Piece { text: text.strip_suffix(".0").map_or(text.clone(), str::to_owned), level, negative, leaves: 1 }
    }

    fn time(&self) -> Piece {
        Piece::atom("time".to_owned())
    }

    fn name(&self, name: &str) -> String {
        name.to_owned()
    }

    fn derivative(&self, name: &str) -> String {
        format!("d {name} / dt")
    }

    fn initial(&self, name: &str) -> String {
        format!("{name}(0)")
    }

    fn apply(&self, op: Op, operands: &[&Piece], _: bool) -> (String, Level, bool) {
        use Level::*;
        let call = |function: &str| {
            let list: Vec<&str> = operands.iter().map(|p| p.text.as_str()).collect();
            (format!("{function}({})", list.join(", ")), Atom, false)
        };
        match (op, operands) {
            (Op::Add(..), [a, b]) => (format!("{} + {}", a.text, right(b, Product)), Sum, a.negative),
            (Op::Sub(..), [a, b]) => (format!("{} - {}", a.text, right(b, Product)), Sum, a.negative),
            (Op::Mul(..), [a, b]) => {
                (format!("{} * {}", at_least(a, Product), right(b, Fraction)), Product, a.negative)
            }
            (Op::Div(..), [a, b]) => {
                (format!("{} / {}", at_least(a, Product), right(b, Fraction)), Product, a.negative)
            }
            // The sign of a product is that of its first factor, to the bit.
            (Op::Neg(..), [a]) => (format!("-{}", right(a, Product)), Product, true),
            (Op::Pow(..), [a, b]) => (format!("{} ^ {}", at_least(a, Atom), at_least(b, Atom)), Power, false),
            (Op::Exp(..), _) => call("exp"),
            (Op::Ln(..), _) => call("ln"),
            (Op::Sqrt(..), _) => call("sqrt"),
            (Op::Sin(..), _) => call("sin"),
            (Op::Cos(..), _) => call("cos"),
            (Op::Abs(..), _) => call("abs"),
            (Op::Min(..), _) => call("min"),
            (Op::Max(..), _) => call("max"),
            (Op::Less(..), _) => call("less"),
            (Op::LessEqual(..), _) => call("less_equal"),
            (Op::Equal(..), _) => call("equal"),
            _ => call("if"),
        }
    }

    fn section(&self, title: &str, equations: &[Equation]) -> String {
        let lines: String = equations.iter().map(|e| format!("{} = {}\n", e.left, e.right)).collect();
        format!("# {title}\n{lines}\n")
    }

    fn whole(&self, sections: String) -> String {
        sections.trim_end().to_owned() + "\n"
    }
}
