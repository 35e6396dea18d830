//! Systems for tests: built from expressions, with plain numbers for parameters.
#![allow(dead_code, clippy::print_stderr)]

use engine::{Course, Subject};
use notation::{Field, Graph, Node, Op, System};
use std::collections::HashMap;
use std::sync::Arc;

/// A declaration without a unit.
pub fn field(name: &str, value: f64) -> Field {
    let unit = notation::unit::dimensionless;
    Field { name: name.into(), unit, doc: "", value, scale: 1.0, spread: None, evidence: None, file: "" }
}

/// Builds a system from text: states with rates and initial values, parameters with values, named intermediates.
pub fn system(
    states: &[(&str, &str, f64)],
    parameters: &[(&str, f64)],
    controls: &[(&str, f64)],
    assignments: &[(&str, &str)],
) -> System {
    let mut graph = Graph::default();
    let mut names: HashMap<String, Node> = HashMap::new();
    names.insert("t".into(), graph.push(Op::Time));
    for (i, (name, _, _)) in states.iter().enumerate() {
        names.insert((*name).into(), graph.push(Op::State(i as u32)));
    }
    for (i, (name, _)) in parameters.iter().enumerate() {
        names.insert((*name).into(), graph.push(Op::Parameter(i as u32)));
    }
    for (i, (name, _)) in controls.iter().enumerate() {
        names.insert((*name).into(), graph.push(Op::Control(i as u32)));
    }
    for (name, text) in assignments {
        let node = parse(text, &mut graph, &names);
        names.insert((*name).into(), node);
    }
    let rates = states.iter().map(|(_, rate, _)| parse(rate, &mut graph, &names)).collect();
    let initial = states.iter().map(|(_, _, value)| graph.constant(*value)).collect();
    let observe = (0..states.len()).map(|i| graph.push(Op::State(i as u32))).collect();
    let fields = |list: Vec<(&str, f64)>| list.into_iter().map(|(name, value)| field(name, value)).collect::<Vec<_>>();
    let state_fields = fields(states.iter().map(|(name, _, _)| (*name, 0.0)).collect());
    System {
        graph,
        observables: state_fields.clone(),
        states: state_fields,
        parameters: fields(parameters.to_vec()),
        controls: fields(controls.to_vec()),
        initial,
        rates,
        observe,
    }
}

/// A subject with the typical parameters.
pub fn subject(system: &System, course: Course, outputs: &[f64]) -> Subject {
    Subject {
        parameters: system.typical_parameters(),
        initial: None,
        course: Arc::new(course),
        outputs: outputs.into(),
    }
}

/// Reads `+ - * / ^`, parentheses, `sin cos exp ln sqrt`, numbers and names.
pub fn parse(text: &str, graph: &mut Graph, names: &HashMap<String, Node>) -> Node {
    let mut reader = Reader { rest: text.trim(), graph, names };
    let node = reader.sum();
    assert!(reader.rest.is_empty(), "`{text}`: cannot read from `{}`", reader.rest);
    node
}

struct Reader<'a> {
    rest: &'a str,
    graph: &'a mut Graph,
    names: &'a HashMap<String, Node>,
}

impl Reader<'_> {
    fn take(&mut self, symbol: char) -> bool {
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> Node {
        let mut left = self.product();
        loop {
            if self.take('+') {
                let right = self.product();
                left = self.graph.push(Op::Add(left, right));
            } else if self.take('-') {
                let right = self.product();
                left = self.graph.push(Op::Sub(left, right));
            } else {
                return left;
            }
        }
    }

    fn product(&mut self) -> Node {
        let mut left = self.signed();
        loop {
            if self.take('*') {
                let right = self.signed();
                left = self.graph.push(Op::Mul(left, right));
            } else if self.take('/') {
                let right = self.signed();
                left = self.graph.push(Op::Div(left, right));
            } else {
                return left;
            }
        }
    }

    fn signed(&mut self) -> Node {
        if self.take('-') {
            let inner = self.signed();
            return self.graph.push(Op::Neg(inner));
        }
        let base = self.atom();
        if !self.take('^') {
            return base;
        }
        let exponent = self.signed();
        if self.graph.constant_of(exponent) == Some(2.0) {
            return self.graph.push(Op::Mul(base, base));
        }
        self.graph.push(Op::Pow(base, exponent))
    }

    fn atom(&mut self) -> Node {
        if self.take('(') {
            let inner = self.sum();
            assert!(self.take(')'), "`)` is missing before `{}`", self.rest);
            return inner;
        }
        let number = |c: char| c.is_ascii_digit() || c == '.';
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if self.rest.starts_with(number) {
            let mut end = self.rest.find(|c| !number(c)).unwrap_or(self.rest.len());
            if self.rest[end..].starts_with(['e', 'E']) {
                let signed = usize::from(self.rest[end + 1..].starts_with(['-', '+']));
                let digits = &self.rest[end + 1 + signed..];
                end += 1 + signed + digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            }
            let (text, rest) = self.rest.split_at(end);
            self.rest = rest.trim_start();
            return self.graph.constant(text.parse().expect("a number"));
        }
        let end = self.rest.find(|c| !letter(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        if self.take('(') {
            let a = self.sum();
            assert!(self.take(')'), "`)` is missing before `{}`", self.rest);
            let op = match name {
                "sin" => Op::Sin(a),
                "cos" => Op::Cos(a),
                "exp" => Op::Exp(a),
                "ln" => Op::Ln(a),
                "sqrt" => Op::Sqrt(a),
                _ => panic!("no function `{name}`"),
            };
            return self.graph.push(op);
        }
        *self.names.get(name).unwrap_or_else(|| panic!("no name `{name}`"))
    }
}
