//! Equations for readers: each derivative, baseline and observable as text, LaTeX or MathML, shared parts named.
//!
//! What several equations share, and what would make one equation too long, is an auxiliary with a name:
//! that of an observable if it is one, otherwise that of the source file in which it is written and a number,
//! `liver.1`, `liver.2`, ...; `v.1`, `v.2`, ... where there is no source file.
//! All numbers are in internal units (see [`crate::unit`]).

mod latex;
mod mathml;
mod text;

use crate::dependence::live;
use crate::{Field, Node, Op, System};
use std::collections::{BTreeMap, BTreeSet};

/// The language that equations are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Plain infix text; reading it back gives the same bits.
    Text,
    /// LaTeX for an `align` environment.
    Latex,
    /// Presentation MathML, which browsers show.
    MathMl,
}

/// One equation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equation {
    /// Dotted name of what is defined: `plasma.central`, `liver.3`.
    pub name: String,
    /// Left side, in the language.
    pub left: String,
    /// Right side, in the language.
    pub right: String,
    /// Where in the source it is written: `crates/ketamine/src/liver.rs:88`.
    pub place: Option<String>,
}

/// All equations of a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equations {
    /// In which language.
    pub language: Language,
    /// Named parts, each defined by leaves and earlier ones; observables that other equations use are among them.
    pub auxiliaries: Vec<Equation>,
    /// Initial value of each state.
    pub baseline: Vec<Equation>,
    /// Derivative of each state by time, per hour.
    pub rates: Vec<Equation>,
    /// The observables that are not among the auxiliaries.
    pub observables: Vec<Equation>,
}

impl Equations {
    /// Everything as one text: infix lines, LaTeX `align*` blocks, or an XML element with one `math` per equation.
    pub fn document(&self) -> String {
        let writer = self.language.writer();
        let parts = [
            ("Auxiliaries", &self.auxiliaries),
            ("Baseline", &self.baseline),
            ("Derivatives", &self.rates),
            ("Observables", &self.observables),
        ];
        let sections: String = parts.iter().map(|(title, list)| writer.section(title, list)).collect();
        writer.whole(sections)
    }
}

/// How tightly an expression holds together, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Sum,
    Product,
    Fraction,
    Power,
    Atom,
}

/// A written expression.
#[derive(Clone, Debug)]
struct Piece {
    text: String,
    level: Level,
    /// It begins with a minus sign.
    negative: bool,
    /// How many leaves it shows.
    leaves: usize,
}

impl Piece {
    fn atom(text: String) -> Piece {
        Piece { text, level: Level::Atom, negative: false, leaves: 1 }
    }
}

/// What a language must be able to write.
trait Writer {
    fn constant(&self, value: f64) -> Piece;
    fn time(&self) -> Piece;
    /// A dotted name.
    fn name(&self, name: &str) -> String;
    fn derivative(&self, name: &str) -> String;
    fn initial(&self, name: &str) -> String;
    /// Text and level of an operation on written operands; `same` if both operands are one.
    fn apply(&self, op: Op, operands: &[&Piece], same: bool) -> (String, Level, bool);
    fn section(&self, title: &str, equations: &[Equation]) -> String;
    fn whole(&self, sections: String) -> String;
}

impl Language {
    fn writer(self) -> &'static dyn Writer {
        match self {
            Language::Text => &text::Text,
            Language::Latex => &latex::Latex,
            Language::MathMl => &mathml::MathMl,
        }
    }
}

/// A shared part with at most this many leaves is repeated rather than named.
const REPEATED: usize = 2;
/// A part with more leaves than this is named even if used once, unless it is a sum.
const LONGEST: usize = 14;

/// Writes all equations of a system.
pub fn equations(system: &System, language: Language) -> Equations {
    let names = Names::of(system);
    let mut scribe =
        Scribe { system, writer: language.writer(), names: &names, pieces: Vec::new(), auxiliaries: Vec::new() };
    scribe.run();
    let Scribe { writer, pieces, auxiliaries, .. } = scribe;
    let right = |node: &Node| pieces[node.0 as usize].as_ref().map_or_else(String::new, |piece| piece.text.clone());
    let list = |fields: &[Field], kept: &[String], nodes: &[Node], left: &dyn Fn(&str) -> String| -> Vec<Equation> {
        let all = fields.iter().zip(kept).zip(nodes);
        all.map(|((field, name), node)| Equation {
            name: field.name.clone(),
            left: left(name),
            right: right(node),
            place: place_of(system, *node),
        })
        .collect()
    };
    let baseline = list(&system.states, &names.states, &system.initial, &|n| writer.initial(n));
    let rates = list(&system.states, &names.states, &system.rates, &|n| writer.derivative(n));
    let mut observables = list(&system.observables, &names.observables, &system.observe, &|n| writer.name(n));
    observables.retain(|o| o.left != o.right);
    Equations { language, auxiliaries, baseline, rates, observables }
}

/// `file:line` of a node.
fn place_of(system: &System, node: Node) -> Option<String> {
    system.graph.place(node).map(|place| format!("{}:{}", place.file(), place.line()))
}

/// Whether the last part of a name is the number of an auxiliary.
fn numbered(own: &str) -> bool {
    own.bytes().all(|byte| byte.is_ascii_digit())
}

/// The word that a source file stands for: `liver` for `src/liver.rs` and for `src/liver/mod.rs`.
fn station(file: &str) -> String {
    let mut parts =
        file.trim_end_matches(".rs").rsplit(['/', '\\']).filter(|part| !["mod", "lib", "src"].contains(part));
    parts.next().unwrap_or("v").replace('-', "_")
}

/// Printed names; where a parameter, control or observable has the name of an earlier kind, its kind stands before it.
struct Names {
    states: Vec<String>,
    parameters: Vec<String>,
    controls: Vec<String>,
    observables: Vec<String>,
}

impl Names {
    fn of(system: &System) -> Names {
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        let kinds = [
            ("state", &system.states),
            ("parameter", &system.parameters),
            ("control", &system.controls),
            ("observable", &system.observables),
        ];
        let [states, parameters, controls, observables] = kinds.map(|(kind, fields)| {
            let told =
                |f: &Field| if taken.contains(f.name.as_str()) { format!("{kind}.{}", f.name) } else { f.name.clone() };
            let names: Vec<String> = fields.iter().map(told).collect();
            taken.extend(fields.iter().map(|f| f.name.as_str()));
            names
        });
        Names { states, parameters, controls, observables }
    }
}

struct Scribe<'s> {
    system: &'s System,
    writer: &'static dyn Writer,
    names: &'s Names,
    /// How each node is referred to.
    pieces: Vec<Option<Piece>>,
    auxiliaries: Vec<Equation>,
}

impl Scribe<'_> {
    fn run(&mut self) {
        let system = self.system;
        let roots: Vec<Node> =
            [&system.initial, &system.rates, &system.observe].into_iter().flatten().copied().collect();
        let needed = live(&system.graph, &roots);
        let nodes = system.graph.nodes();
        let mut uses = vec![0usize; nodes.len()];
        let operands = nodes.iter().zip(&needed).filter(|(_, needed)| **needed).flat_map(|(op, _)| op.operands());
        for node in operands.chain(roots) {
            uses[node.0 as usize] += 1;
        }
        self.pieces = vec![None; nodes.len()];
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for i in (0..nodes.len()).filter(|&i| needed[i]) {
            let mut piece = self.write(nodes[i]);
            let shared = 1 < uses[i] && REPEATED < piece.leaves;
            let long = LONGEST < piece.leaves && !matches!(nodes[i], Op::Add(..) | Op::Sub(..));
            if shared || long {
                let observed = system.observe.iter().position(|o| o.0 as usize == i);
                let place = system.graph.place(Node(i as u32));
                let name = observed.map(|o| self.names.observables[o].clone()).unwrap_or_else(|| {
                    let station = place.map_or("v".to_owned(), |p| station(p.file()));
                    let number = count.entry(station.clone()).or_default();
                    *number += 1;
                    format!("{station}.{number}")
                });
                let left = self.writer.name(&name);
                let right = std::mem::replace(&mut piece, Piece::atom(left.clone())).text;
                let place = place_of(system, Node(i as u32));
                self.auxiliaries.push(Equation { name, left, right, place });
            }
            self.pieces[i] = Some(piece);
        }
    }

    fn write(&self, op: Op) -> Piece {
        let named = |name: &str| Piece::atom(self.writer.name(name));
        match op {
            Op::Constant(bits) => return self.writer.constant(f64::from_bits(bits)),
            Op::Time => return self.writer.time(),
            Op::State(i) => return named(&self.names.states[i as usize]),
            Op::Parameter(i) => return named(&self.names.parameters[i as usize]),
            Op::Control(i) => return named(&self.names.controls[i as usize]),
            _ => {}
        }
        let nodes: Vec<Node> = op.operands().collect();
        let same = nodes.len() == 2 && nodes[0] == nodes[1];
        let operands: Vec<&Piece> = nodes.iter().filter_map(|n| self.pieces[n.0 as usize].as_ref()).collect();
        let (text, level, negative) = self.writer.apply(op, &operands, same);
        Piece { text, level, negative, leaves: operands.iter().map(|p| p.leaves).sum() }
    }
}
