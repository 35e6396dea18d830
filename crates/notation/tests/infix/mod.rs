//! A reader of infix equations, written independently of the writer.

use notation::functions as f;
use std::collections::BTreeMap;

/// Values of names.
pub type Names = BTreeMap<String, f64>;

/// The value of an infix text; panics with the place if it cannot be read.
pub fn evaluate(text: &str, names: &Names) -> f64 {
    let mut reader = Reader { text, at: 0, names };
    let value = reader.sum();
    reader.space();
    assert_eq!(reader.at, text.len(), "rest of {text:?}: {:?}", &text[reader.at..]);
    value
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    names: &'t Names,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, mark: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(mark);
        self.at += if found { mark.len() } else { 0 };
        found
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            if self.take("+") {
                value += self.product();
            } else if self.take("-") {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.signed();
        loop {
            if self.take("*") {
                value *= self.signed();
            } else if self.take("/") {
                value /= self.signed();
            } else {
                return value;
            }
        }
    }

    fn signed(&mut self) -> f64 {
        if self.take("-") { -self.signed() } else { self.power() }
    }

    fn power(&mut self) -> f64 {
        let base = self.atom();
        if self.take("^") { f::pow(base, self.atom()) } else { base }
    }

    fn atom(&mut self) -> f64 {
        if self.take("(") {
            let value = self.sum();
            assert!(self.take(")"), "no closing bracket before {:?}", self.rest());
            return value;
        }
        self.space();
        let name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let word: String = self.rest().chars().take_while(|&c| name(c)).collect();
        assert!(!word.is_empty(), "nothing to read at {:?}", self.rest());
        self.at += word.len();
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let mut number = word;
            if number.ends_with('e') {
                // A negative exponent.
                number.push('-');
                self.at += 1;
                let digits: String = self.rest().chars().take_while(char::is_ascii_digit).collect();
                self.at += digits.len();
                number += &digits;
            }
            return number.parse().unwrap_or_else(|_| panic!("{number} is no number"));
        }
        if self.take("(") {
            let mut list = vec![self.sum()];
            while self.take(",") {
                list.push(self.sum());
            }
            assert!(self.take(")"), "no closing bracket before {:?}", self.rest());
            return call(&word, &list);
        }
        match word.as_str() {
            "inf" => f64::INFINITY,
            "nan" => f64::NAN,
            _ => *self.names.get(&word).unwrap_or_else(|| panic!("{word} is not defined")),
        }
    }
}

fn call(function: &str, of: &[f64]) -> f64 {
    let truth = |x: bool| if x { 1.0 } else { 0.0 };
    match (function, of) {
        ("exp", [a]) => f::exp(*a),
        ("ln", [a]) => f::ln(*a),
        ("sqrt", [a]) => a.sqrt(),
        ("sin", [a]) => f::sin(*a),
        ("cos", [a]) => f::cos(*a),
        ("abs", [a]) => a.abs(),
        ("min", [a, b]) => {
            if a < b {
                *a
            } else {
                *b
            }
        }
        ("max", [a, b]) => {
            if a > b {
                *a
            } else {
                *b
            }
        }
        ("less", [a, b]) => truth(a < b),
        ("less_equal", [a, b]) => truth(a <= b),
        ("equal", [a, b]) => truth(a == b),
        ("if", [c, a, b]) => {
            if *c != 0.0 {
                *a
            } else {
                *b
            }
        }
        _ => panic!("{function} of {} operands", of.len()),
    }
}
