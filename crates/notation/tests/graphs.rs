//! Random graphs of every operation: derivatives, dependence and printed text hold for all of them.

mod infix;

use notation::{Dependence, Field, Graph, Language, Node, Op, System, dependence, derivative, equations, live, unit};
use proptest::prelude::*;

/// A graph over time, two states, two parameters and a control, built from a list of (operation, operands).
fn graph(steps: &[(u8, u8, u8, u8)]) -> (Graph, Node) {
    let mut graph = Graph::default();
    let leaves = [Op::Time, Op::State(0), Op::State(1), Op::Parameter(0), Op::Parameter(1), Op::Control(0)];
    let mut nodes: Vec<Node> = leaves.into_iter().map(|leaf| graph.push(leaf)).collect();
    nodes.extend([0.0, 1.0, -2.0, 2.5e-7].map(|c| graph.constant(c)));
    for &(kind, a, b, c) in steps {
        // Recent nodes are likely operands, so that depth grows.
        let pick = |i: u8| nodes[nodes.len() - 1 - usize::from(i) % nodes.len().min(12)];
        let (a, b, c) = (pick(a), pick(b), pick(c));
        let op = match kind % 18 {
            0 => Op::Neg(a),
            1 | 2 => Op::Add(a, b),
            3 => Op::Sub(a, b),
            4 | 5 => Op::Mul(a, b),
            6 => Op::Div(a, b),
            7 => Op::Sin(a),
            8 => Op::Cos(a),
            9 => Op::Abs(a),
            10 => Op::Min(a, b),
            11 => Op::Max(a, b),
            12 => Op::Less(a, b),
            13 => Op::LessEqual(a, b),
            14 => Op::Equal(a, b),
            15 => Op::Select(a, b, c),
            16 => {
                let size = graph.push(Op::Abs(a));
                let root = graph.push(Op::Sqrt(size));
                graph.push(Op::Ln(root));
                Op::Pow(size, b)
            }
            _ => {
                let wave = graph.push(Op::Sin(a));
                Op::Exp(wave)
            }
        };
        nodes.push(graph.push(op));
    }
    let root = nodes[nodes.len() - 1];
    (graph, root)
}

fn steps() -> impl Strategy<Value = Vec<(u8, u8, u8, u8)>> {
    prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..40)
}

fn field(name: &str) -> Field {
    let unit = unit::dimensionless;
    Field { name: name.to_owned(), unit, doc: "", value: 0.0, scale: 1.0, spread: None, evidence: None, file: file!() }
}

/// A system with one rate; parameter `same` shares its name with a state.
fn system(graph: Graph, root: Node) -> System {
    let fields = |names: &[&str]| names.iter().map(|name| field(name)).collect();
    System {
        states: fields(&["same", "part.other"]),
        parameters: fields(&["same", "rate"]),
        controls: fields(&["hold"]),
        observables: fields(&["seen"]),
        initial: vec![root, root],
        rates: vec![root, root],
        observe: vec![root],
        graph,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, max_global_rejects: 30_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn derivatives_equal_finite_differences(steps in steps(), at in prop::array::uniform6(-2.0..2.0f64)) {
        let (mut graph, root) = graph(&steps);
        let original = graph.clone();
        let by = [Op::Time, Op::State(0), Op::State(1), Op::Parameter(0), Op::Parameter(1), Op::Control(0)];
        let found = derivative::derivatives(&mut graph, &[root], &by);
        let all = |g: &Graph, at: [f64; 6]| g.evaluate(at[0], &at[1..3], &at[3..5], &at[5..]);
        let values = all(&graph, at);
        let here = all(&original, at);
        prop_assume!(here.iter().all(|v| v.abs() < 1e6));
        for direction in 0..by.len() {
            let moved = |step: f64| {
                let mut place = at;
                place[direction] += step;
                all(&original, place)
            };
            let difference = |h: f64| (moved(h)[root.0 as usize] - moved(-h)[root.0 as usize]) / (2.0 * h);
            let (coarse, fine) = (difference(2e-5), difference(1e-5));
            let scale = 1.0 + fine.abs() + 1e-3 * here[root.0 as usize].abs();
            // A difference that depends on its step is no derivative, nor is one across a kink or a jump.
            let branches = |values: &[f64]| -> Vec<bool> {
                let value = |n: Node| values[n.0 as usize];
                original.nodes().iter().map(|op| match *op {
                    Op::Abs(a) => value(a) < 0.0,
                    Op::Min(a, b) | Op::Max(a, b) | Op::Less(a, b) => value(a) < value(b),
                    Op::LessEqual(a, b) => value(a) <= value(b),
                    Op::Equal(a, b) => value(a) == value(b),
                    Op::Select(a, _, _) => value(a) != 0.0,
                    _ => false,
                }).collect()
            };
            let crossed = [2e-5, 1e-5, -1e-5, -2e-5].iter().any(|&h| branches(&moved(h)) != branches(&here));
            // At a tie the two branches of a kink meet.
            let tied = original.nodes().iter().any(|op| match *op {
                Op::Abs(a) => here[a.0 as usize] == 0.0,
                Op::Min(a, b) | Op::Max(a, b) => here[a.0 as usize] == here[b.0 as usize],
                _ => false,
            });
            let unclear = (coarse - fine).abs() / (1e-5 * scale);
            if crossed || tied || 1.0 < unclear || unclear.is_nan() {
                continue;
            }
            let symbolic = found.get(0, direction).map_or(0.0, |n| values[n.0 as usize]);
            prop_assert!((symbolic - fine).abs() < 3e-5 * scale, "by {:?}: {symbolic:e} not {fine:e}", by[direction]);
        }
    }

    #[test]
    fn printed_text_gives_the_same_bits(steps in steps(), at in prop::array::uniform6(-2.0..2.0f64)) {
        let (graph, root) = graph(&steps);
        let expected = graph.evaluate(at[0], &at[1..3], &at[3..5], &at[5..])[root.0 as usize];
        let written = equations(&system(graph, root), Language::Text);
        let names = ["time", "same", "part.other", "parameter.same", "rate", "hold"];
        let mut values: infix::Names = names.iter().map(|n| (*n).to_owned()).zip(at).collect();
        for equation in &written.auxiliaries {
            let value = infix::evaluate(&equation.right, &values);
            values.insert(equation.left.clone(), value);
        }
        let read = infix::evaluate(&written.rates[0].right, &values);
        prop_assert!(read.to_bits() == expected.to_bits() || (read.is_nan() && expected.is_nan()), "{}", written.document());
        let mathml = equations(&system_of(&steps), Language::MathMl).document();
        prop_assert!(roxmltree::Document::parse(&mathml).is_ok(), "{mathml}");
    }

    #[test]
    fn a_node_changes_only_with_what_it_depends_on(steps in steps(), at in prop::array::uniform6(-2.0..2.0f64), other in prop::array::uniform6(-2.0..2.0f64)) {
        let (graph, root) = graph(&steps);
        let kinds = dependence(&graph);
        let evaluate = |at: [f64; 6]| graph.evaluate(at[0], &at[1..3], &at[3..5], &at[5..]);
        let before = evaluate(at);
        let moves = [
            ([other[0], other[1], other[2], at[3], at[4], at[5]], Dependence::State),
            ([other[0], other[1], other[2], at[3], at[4], other[5]], Dependence::Controls),
            (other, Dependence::Parameters),
        ];
        for (place, changing) in moves {
            for (i, (new, old)) in evaluate(place).iter().zip(&before).enumerate() {
                if kinds[i] < changing {
                    prop_assert!(new.to_bits() == old.to_bits(), "node {i} is {:?} but changed", kinds[i]);
                }
            }
        }
        let needed = live(&graph, &[root]);
        prop_assert!(needed[root.0 as usize]);
    }
}

fn system_of(steps: &[(u8, u8, u8, u8)]) -> System {
    let (graph, root) = graph(steps);
    system(graph, root)
}
