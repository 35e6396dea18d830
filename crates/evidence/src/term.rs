//! The language that questions are put in: `auc(film_50.s_ketamine, 0 h, 6 h)`, `up(rat_10.bdnf, 30 min) and flat(rat_10.bdnf, 24 h)`.
//!
//! Names are dotted words; a number may carry a unit behind it; `and` joins statements; `>` and `<` may be chained.

use crate::measure::Measure;

/// An arithmetic expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A number in internal units and what it is measured in.
    Number(f64, Measure),
    /// A dotted name.
    Name(String),
    /// A function of arguments.
    Call(String, Vec<Term>),
    /// `+ - * /`.
    Binary(char, Box<Term>, Box<Term>),
    /// The opposite.
    Negative(Box<Term>),
}

/// One statement that holds or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// Left is greater than right.
    Greater(Term, Term),
    /// A named statement of signals and times: `up`, `down`, `flat`, ...
    Said(String, Vec<Term>),
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64, Measure),
    Word(String),
    Sign(char),
}

/// Reads an arithmetic expression.
pub fn value(text: &str) -> Result<Term, String> {
    let mut reader = Reader::new(text)?;
    let term = reader.sum()?;
    reader.end()?;
    Ok(term)
}

/// Reads statements joined by `and`.
pub fn claim(text: &str) -> Result<Vec<Clause>, String> {
    let mut reader = Reader::new(text)?;
    let mut clauses = Vec::new();
    loop {
        let mut left = reader.sum()?;
        let mut chained = false;
        while let Some(sign) = reader.sign(&['>', '<']) {
            let right = reader.sum()?;
            clauses.push(match sign {
                '>' => Clause::Greater(left, right.clone()),
                _ => Clause::Greater(right.clone(), left),
            });
            left = right;
            chained = true;
        }
        if !chained {
            match left {
                Term::Call(name, arguments) => clauses.push(Clause::Said(name, arguments)),
                _ => return Err("a statement needs `>`, `<` or a word such as up(...)".to_owned()),
            }
        }
        if !reader.word("and") {
            break;
        }
    }
    reader.end()?;
    Ok(clauses)
}

struct Reader {
    tokens: Vec<Token>,
    next: usize,
}

impl Reader {
    fn new(text: &str) -> Result<Reader, String> {
        Ok(Reader { tokens: tokens(text)?, next: 0 })
    }

    fn sign(&mut self, wanted: &[char]) -> Option<char> {
        match self.tokens.get(self.next) {
            Some(Token::Sign(c)) if wanted.contains(c) => {
                self.next += 1;
                Some(*c)
            }
            _ => None,
        }
    }

    fn word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.get(self.next), Some(Token::Word(w)) if w == wanted);
        self.next += usize::from(found);
        found
    }

    fn end(&self) -> Result<(), String> {
        match self.tokens.get(self.next) {
            None => Ok(()),
            Some(token) => Err(format!("did not expect {token:?}")),
        }
    }

    fn sum(&mut self) -> Result<Term, String> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign(&['+', '-']) {
            left = Term::Binary(sign, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Term, String> {
        let mut left = self.factor()?;
        while let Some(sign) = self.sign(&['*', '/']) {
            left = Term::Binary(sign, Box::new(left), Box::new(self.factor()?));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Term, String> {
        if self.sign(&['-']).is_some() {
            return Ok(Term::Negative(Box::new(self.factor()?)));
        }
        if self.sign(&['(']).is_some() {
            let inner = self.sum()?;
            return self.sign(&[')']).map(|_| inner).ok_or_else(|| "a bracket is not closed".to_owned());
        }
        let token = self.tokens.get(self.next).cloned().ok_or("the expression ends too early")?;
        self.next += 1;
        match token {
            Token::Number(value, measure) => Ok(Term::Number(value, measure)),
            Token::Word(name) => {
                if self.sign(&['(']).is_none() {
                    return Ok(Term::Name(name));
                }
                let mut arguments = vec![self.sum()?];
                while self.sign(&[',']).is_some() {
                    arguments.push(self.sum()?);
                }
                self.sign(&[')']).ok_or_else(|| format!("the bracket of `{name}` is not closed"))?;
                Ok(Term::Call(name, arguments))
            }
            Token::Sign(c) => Err(format!("did not expect `{c}`")),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            number_length(rest)
        } else if first.is_ascii_alphabetic() {
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, behind) = rest.split_at(length);
        rest = behind.trim_start();
        if first.is_ascii_digit() {
            let number: f64 = word.parse().map_err(|_| format!("`{word}` is not a number"))?;
            let mut measure = Measure::none();
            if let Some(inner) = rest.strip_prefix('[') {
                let end = inner.find(']').ok_or("a unit in [ ] is not closed")?;
                measure = Measure::parse(&inner[..end])
                    .ok_or_else(|| format!("the unit `{}` is not known", &inner[..end]))?;
                rest = inner[end + 1..].trim_start();
            } else if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '%') {
                let end = rest.find(|c: char| !(c.is_ascii_alphabetic() || c == '%')).unwrap_or(rest.len());
                if &rest[..end] != "and" {
                    measure = Measure::parse(&rest[..end])
                        .ok_or_else(|| format!("the unit `{}` is not known", &rest[..end]))?;
                    rest = rest[end..].trim_start();
                }
            }
            out.push(Token::Number(number * measure.scale, measure));
        } else if first.is_ascii_alphabetic() {
            out.push(Token::Word(word.to_owned()));
        } else if "+-*/(),<>".contains(first) {
            out.push(Token::Sign(first));
        } else {
            return Err(format!("the sign `{first}` has no meaning here"));
        }
    }
    Ok(out)
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let exponent = matches!(bytes[i], b'e' | b'E')
            && bytes.get(i + 1).is_some_and(|c| c.is_ascii_digit() || matches!(c, b'-' | b'+'));
        if exponent {
            i += 1;
        } else if !(bytes[i].is_ascii_digit() || bytes[i] == b'.') {
            break;
        }
        i += 1;
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_reads_as_written() {
        let term = value("auc(a.b, 0 h, 90 min) / 2").unwrap();
        let Term::Binary('/', left, _) = term else { panic!("{term:?}") };
        let Term::Call(name, arguments) = *left else { panic!() };
        assert_eq!(name, "auc");
        assert!(matches!(&arguments[2], Term::Number(v, _) if (*v - 1.5).abs() < 1e-15));
    }

    #[test]
    fn statements_are_joined_and_chained() {
        assert_eq!(claim("a.x > b.x > 1 and up(c.y, 30 min)").unwrap().len(), 3);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "a +", "f(a", "3 furlong", "a ? b", "(a", "a b"] {
            assert!(value(text).is_err(), "{text}");
        }
        assert!(claim("a.x").is_err());
    }
}
