//! Prints the model as plain Rust for a peer that wants closures: `cargo run --bin generate > src/peers/cascade.rs`.
//! What depends on parameters only is hoisted, so that the peer is not made to compute it again.

#[path = "../model.rs"]
#[allow(dead_code)]
mod model;

use notation::{Dependence, Graph, Node, Op};

fn main() {
    let mut system = notation::trace::<model::Bench27>();
    let jacobian = notation::jacobian(&mut system);
    let graph = &system.graph;
    let kinds = notation::dependence(graph);
    let roots: Vec<Node> = system.rates.iter().copied().chain(jacobian.entries.iter().map(|e| e.value)).collect();
    let live = notation::live(graph, &roots);
    let fixed = |i: usize| kinds[i] == Dependence::Parameters && graph.nodes()[i].operands().next().is_some();
    let hoisted: Vec<usize> = (0..live.len()).filter(|&i| live[i] && fixed(i)).collect();
    let name = |node: Node, inside: bool| -> String {
        match graph.op(node) {
            Op::Constant(bits) => format!("{:?}", f64::from_bits(bits)),
            Op::State(i) => format!("x[{i}]"),
            Op::Parameter(i) => format!("p[{i}]"),
            _ if !inside && fixed(node.0 as usize) => {
                let at = hoisted.binary_search(&(node.0 as usize)).expect("hoisted");
                format!("p[{}]", 69 + at)
            }
            _ => format!("n{}", node.0),
        }
    };
    println!(
        "//! The benchmark's cascade as plain functions, generated from the model's graph by the binary `generate`."
    );
    println!("#![allow(clippy::all)]\n#![allow(clippy::excessive_precision, unused_variables)]\n");
    println!("/// Parameters and what follows from them alone.\npub const HOISTED: usize = {};\n", 69 + hoisted.len());
    println!("/// Fills what follows from the first 69 numbers.\npub fn hoist(p: &mut [f64; HOISTED]) {{");
    for (at, &i) in hoisted.iter().enumerate() {
        println!("    p[{}] = {};", 69 + at, text(graph, i, &|n| name(n, false)));
    }
    println!("}}\n\n/// Rates of the states.\n#[inline(always)]\npub fn rates(x: &[f64], p: &[f64], y: &mut [f64]) {{");
    println!(
        "    let (x, p, y): (&[f64; 27], &[f64; HOISTED], &mut [f64; 27]) = (x.try_into().unwrap(), p.try_into().unwrap(), y.try_into().unwrap());"
    );
    body(graph, &system.rates, &kinds, &|n| name(n, false));
    for (i, &rate) in system.rates.iter().enumerate() {
        println!("    y[{i}] = {};", name(rate, false));
    }
    println!(
        "}}\n\n/// Jacobian times a vector.\n#[inline(always)]\npub fn jacobian_times(x: &[f64], p: &[f64], v: &[f64], y: &mut [f64]) {{"
    );
    println!(
        "    let (x, p, v, y): (&[f64; 27], &[f64; HOISTED], &[f64; 27], &mut [f64; 27]) = (x.try_into().unwrap(), p.try_into().unwrap(), v.try_into().unwrap(), y.try_into().unwrap());"
    );
    let values: Vec<Node> = jacobian.entries.iter().map(|e| e.value).collect();
    body(graph, &values, &kinds, &|n| name(n, false));
    for row in 0..27 {
        let terms: Vec<String> = jacobian
            .entries
            .iter()
            .filter(|e| e.row == row)
            .map(|e| format!("{} * v[{}]", name(e.value, false), e.column))
            .collect();
        println!("    y[{row}] = {};", terms.join(" + "));
    }
    println!("}}");
}

fn body(graph: &Graph, roots: &[Node], kinds: &[Dependence], name: &dyn Fn(Node) -> String) {
    let live = notation::live(graph, roots);
    for (i, op) in graph.nodes().iter().enumerate() {
        if live[i] && kinds[i] == Dependence::State && op.operands().next().is_some() {
            println!("    let n{i} = {};", text(graph, i, name));
        }
    }
}

fn text(graph: &Graph, i: usize, name: &dyn Fn(Node) -> String) -> String {
    match graph.nodes()[i] {
        Op::Neg(a) => format!("-({})", name(a)),
        Op::Add(a, b) => format!("{} + {}", name(a), name(b)),
        Op::Sub(a, b) => format!("{} - {}", name(a), name(b)),
        Op::Mul(a, b) => format!("{} * {}", name(a), name(b)),
        Op::Div(a, b) => format!("{} / {}", name(a), name(b)),
        other => panic!("the cascade does not use {other:?}"),
    }
}
