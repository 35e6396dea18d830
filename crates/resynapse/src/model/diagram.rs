//! The stations and what each reads of the others, taken from the equations themselves.

use crate::arguments::Style;
use notation::{Node, Op, System};
use std::collections::{BTreeMap, BTreeSet};

/// Stations in the order of the model, each with the stations that its rates read.
fn links(system: &System) -> (Vec<String>, BTreeMap<String, BTreeSet<String>>) {
    let mut stations: Vec<String> = Vec::new();
    let mut reads: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for field in &system.states {
        let station = station(&field.name);
        if !stations.contains(&station) {
            stations.push(station);
        }
    }
    for (field, rate) in system.states.iter().zip(&system.rates) {
        let own = station(&field.name);
        let read = states_behind(system, *rate).into_iter().map(|state| station(&system.states[state].name));
        reads.entry(own.clone()).or_default().extend(read.filter(|other| *other != own));
    }
    (stations, reads)
}

/// `plasma_s.central` belongs to `plasma`: both mirror images share a station.
fn station(name: &str) -> String {
    let first = name.split('.').next().unwrap_or(name);
    first.strip_suffix("_s").or(first.strip_suffix("_r")).unwrap_or(first).to_owned()
}

fn states_behind(system: &System, root: Node) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut states = BTreeSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if seen.insert(node) {
            let op = system.graph.op(node);
            if let Op::State(index) = op {
                states.insert(index as usize);
            }
            open.extend(op.operands());
        }
    }
    states
}

/// As text, one station per line, or as a Graphviz graph.
pub fn diagram(system: &System, only: &str, style: Style) -> String {
    let (stations, reads) = links(system);
    let shown = |name: &&String| name.contains(only);
    let mut text = String::new();
    if style == Style::Dot {
        text += "digraph resynapse {\n  rankdir = LR;\n  node [shape = box];\n";
        for to in stations.iter().filter(shown) {
            text += &format!("  {to};\n");
            for from in stations.iter().filter(|from| reads[to].contains(*from)) {
                text += &format!("  {from} -> {to};\n");
            }
        }
        return text + "}\n";
    }
    let width = stations.iter().map(String::len).max().unwrap_or(0);
    for to in stations.iter().filter(shown) {
        let count = system.states.iter().filter(|field| station(&field.name) == *to).count();
        let from: Vec<&str> = stations.iter().filter(|from| reads[to].contains(*from)).map(String::as_str).collect();
        let from = if from.is_empty() { "-".to_owned() } else { from.join(", ") };
        text += &format!("{to:width$}  {count:3} states  reads {from}\n");
    }
    text
}
