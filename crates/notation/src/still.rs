//! A system without what stands still: for runs in which some roads are never entered, so that nobody steps along them.
//!
//! A state that begins at exactly 0, that no event touches, and whose rate is 0 as long as it and its like are 0, is 0
//! for ever; it becomes a constant. A state that nothing wanted depends on is left out. What remains has the same
//! equations; the results differ from those of the whole system by rounding and by the choice of steps alone.

use crate::{Graph, Node, Op, System, live};

/// What may change from outside while a system runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// For each state, whether an event may add to it, set it, or move something from or to it.
    pub states: Vec<bool>,
    /// For each control, whether an event may set it.
    pub controls: Vec<bool>,
}

/// A system with fewer states.
#[derive(Clone, Debug)]
pub struct Narrowed {
    /// The system; parameters and controls keep their places, the observables are those wanted, in that order.
    pub system: System,
    /// For each state of the whole system, its place here, if it is kept.
    pub places: Vec<Option<usize>>,
}

/// The system as far as the `wanted` observables need it, when nothing is touched but what `touched` says.
/// Exponents that are parameters are taken to be positive where their typical value is.
pub fn narrowed(system: &System, wanted: &[usize], touched: &Touched) -> Narrowed {
    let n = system.states.len();
    let moved = |i: usize| touched.states.get(i).copied().unwrap_or(true);
    let mut still: Vec<bool> = (0..n).map(|i| !moved(i)).collect();
    let mut folded = Folded::of(system, &still, touched);
    for (i, resting) in still.iter_mut().enumerate() {
        *resting &= folded.is_zero(system.initial[i]);
    }
    loop {
        folded = Folded::of(system, &still, touched);
        let disturbed: Vec<usize> = (0..n).filter(|&i| still[i] && !folded.is_zero(system.rates[i])).collect();
        if disturbed.is_empty() {
            break;
        }
        disturbed.into_iter().for_each(|i| still[i] = false);
    }
    let mut needed: Vec<bool> = (0..n).map(|i| moved(i) && !still[i]).collect();
    let mut roots: Vec<Node> = wanted.iter().map(|&i| folded.node(system.observe[i])).collect();
    roots.extend((0..n).filter(|&i| needed[i]).map(|i| folded.node(system.rates[i])));
    while !roots.is_empty() {
        let alive = live(&folded.graph, &roots);
        roots.clear();
        for (op, _) in folded.graph.nodes().iter().zip(alive).filter(|(_, alive)| *alive) {
            if let Op::State(i) = *op {
                let i = i as usize;
                if !needed[i] {
                    needed[i] = true;
                    roots.push(folded.node(system.rates[i]));
                }
            }
        }
    }
    let mut places = vec![None; n];
    let kept: Vec<usize> = (0..n).filter(|&i| needed[i]).collect();
    for (place, &i) in kept.iter().enumerate() {
        places[i] = Some(place);
    }
    let pick = |nodes: &[Node], chosen: &[usize]| chosen.iter().map(|&i| folded.node(nodes[i])).collect::<Vec<Node>>();
    let (initial, rates) = (pick(&system.initial, &kept), pick(&system.rates, &kept));
    let observe = pick(&system.observe, wanted);
    let roots: Vec<Node> = initial.iter().chain(&rates).chain(&observe).copied().collect();
    let (graph, at) = renumbered(&folded.graph, &roots, &places);
    let moved = |nodes: Vec<Node>| nodes.into_iter().map(|node| at[node.0 as usize]).collect();
    let system = System {
        graph,
        states: kept.iter().map(|&i| system.states[i].clone()).collect(),
        parameters: system.parameters.clone(),
        controls: system.controls.clone(),
        observables: wanted.iter().map(|&i| system.observables[i].clone()).collect(),
        initial: moved(initial),
        rates: moved(rates),
        observe: moved(observe),
    };
    Narrowed { system, places }
}

/// The graph with what stands still as constants, and where each node went.
struct Folded {
    graph: Graph,
    at: Vec<Node>,
}

impl Folded {
    fn of(system: &System, still: &[bool], touched: &Touched) -> Folded {
        let mut graph = Graph::default();
        let mut at: Vec<Node> = Vec::with_capacity(system.graph.nodes().len());
        let resting = system.resting_controls();
        for &op in system.graph.nodes() {
            let node = match op {
                Op::State(i) if still[i as usize] => graph.constant(0.0),
                Op::Control(i) if !touched.controls.get(i as usize).copied().unwrap_or(true) => {
                    graph.constant(resting[i as usize])
                }
                other => {
                    let here = renamed(other, &at);
                    folded(&mut graph, here, system)
                }
            };
            at.push(node);
        }
        Folded { graph, at }
    }

    fn node(&self, of: Node) -> Node {
        self.at[of.0 as usize]
    }

    fn is_zero(&self, of: Node) -> bool {
        self.graph.constant_of(self.node(of)) == Some(0.0)
    }
}

/// The operation with its operands at their new places.
fn renamed(op: Op, at: &[Node]) -> Op {
    use Op::*;
    let to = |node: Node| at[node.0 as usize];
    match op {
        Constant(_) | Time | State(_) | Parameter(_) | Control(_) => op,
        Neg(a) => Neg(to(a)),
        Exp(a) => Exp(to(a)),
        Ln(a) => Ln(to(a)),
        Sqrt(a) => Sqrt(to(a)),
        Sin(a) => Sin(to(a)),
        Cos(a) => Cos(to(a)),
        Abs(a) => Abs(to(a)),
        Add(a, b) => Add(to(a), to(b)),
        Sub(a, b) => Sub(to(a), to(b)),
        Mul(a, b) => Mul(to(a), to(b)),
        Div(a, b) => Div(to(a), to(b)),
        Pow(a, b) => Pow(to(a), to(b)),
        Min(a, b) => Min(to(a), to(b)),
        Max(a, b) => Max(to(a), to(b)),
        Less(a, b) => Less(to(a), to(b)),
        LessEqual(a, b) => LessEqual(to(a), to(b)),
        Equal(a, b) => Equal(to(a), to(b)),
        Select(a, b, c) => Select(to(a), to(b), to(c)),
    }
}

/// The node of an operation, with nothing added, taken away, multiplied, divided or raised left out.
fn folded(graph: &mut Graph, op: Op, system: &System) -> Node {
    let zero = |node: Node| graph.constant_of(node) == Some(0.0);
    let positive = |node: Node| match graph.op(node) {
        Op::Parameter(i) => system.parameters[i as usize].value > 0.0,
        Op::Constant(bits) => f64::from_bits(bits) > 0.0,
        _ => false,
    };
    match op {
        Op::Add(a, b) if zero(a) => b,
        Op::Add(a, b) | Op::Sub(a, b) if zero(b) => a,
        Op::Mul(a, b) if zero(a) || zero(b) => graph.constant(0.0),
        Op::Div(a, _) if zero(a) => graph.constant(0.0),
        Op::Neg(a) if zero(a) => graph.constant(0.0),
        Op::Pow(a, b) if zero(a) && positive(b) => graph.constant(0.0),
        Op::Sub(a, b) if zero(a) => graph.push(Op::Neg(b)),
        Op::Sub(a, b) if a == b => graph.constant(0.0),
        other => graph.push(other),
    }
}

/// What the roots need, with states at their new places, and where each node went.
fn renumbered(graph: &Graph, roots: &[Node], places: &[Option<usize>]) -> (Graph, Vec<Node>) {
    let alive = live(graph, roots);
    let mut next = Graph::default();
    let mut at = Vec::with_capacity(graph.nodes().len());
    for (&op, alive) in graph.nodes().iter().zip(alive) {
        let node = match op {
            _ if !alive => Node(0),
            Op::State(i) => {
                let place = places[i as usize].expect("what is needed is kept");
                next.push(Op::State(u32::try_from(place).expect("fewer than 2^32 states")))
            }
            other => {
                let here = renamed(other, &at);
                next.push(here)
            }
        };
        at.push(node);
    }
    (next, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, unit};

    fn field(name: &str, value: f64) -> Field {
        Field {
            name: name.to_owned(),
            unit: unit::dimensionless,
            doc: "",
            value,
            scale: 1.0,
            spread: None,
            evidence: None,
            file: "",
        }
    }

    /// Two roads (0 to 1, 2 to 3), one control that feeds 2, one state that nobody reads; 1 and 3 add up.
    fn roads() -> System {
        let mut graph = Graph::default();
        let k = graph.push(Op::Parameter(0));
        let feed = graph.push(Op::Control(0));
        let x: Vec<Node> = (0..5).map(|i| graph.push(Op::State(i))).collect();
        let out = |graph: &mut Graph, x: Node| graph.push(Op::Mul(k, x));
        let (first, second) = (out(&mut graph, x[0]), out(&mut graph, x[2]));
        let (third, fourth) = (out(&mut graph, x[1]), out(&mut graph, x[3]));
        let lost = graph.push(Op::Neg(first));
        let one = graph.push(Op::Sub(first, third));
        let fed = graph.push(Op::Sub(feed, second));
        let three = graph.push(Op::Sub(second, fourth));
        let sum = graph.push(Op::Add(x[1], x[3]));
        let zero = graph.constant(0.0);
        System {
            graph,
            states: (0..5).map(|i| field(&format!("x{i}"), 0.0)).collect(),
            parameters: vec![field("k", 0.5)],
            controls: vec![field("feed", 0.0)],
            observables: vec![field("sum", 0.0)],
            initial: vec![zero; 5],
            rates: vec![lost, one, fed, three, third],
            observe: vec![sum],
        }
    }

    #[test]
    fn a_road_that_nobody_enters_is_left_out() {
        let touched = Touched { states: vec![true, false, false, false, false], controls: vec![false] };
        let narrow = narrowed(&roads(), &[0], &touched);
        assert_eq!(narrow.places, vec![Some(0), Some(1), None, None, None]);
        let whole = roads();
        let all = whole.graph.evaluate(0.0, &[3.0, 5.0, 0.0, 0.0, 9.0], &[0.5], &[0.0]);
        let few = narrow.system.graph.evaluate(0.0, &[3.0, 5.0], &[0.5], &[0.0]);
        for (here, i) in [(0, 0), (1, 1)] {
            let (a, b) = (narrow.system.rates[here].0 as usize, whole.rates[i].0 as usize);
            assert_eq!(few[a], all[b]);
        }
        assert_eq!(few[narrow.system.observe[0].0 as usize], all[whole.observe[0].0 as usize]);
    }

    #[test]
    fn a_control_that_may_be_set_keeps_its_road() {
        let touched = Touched { states: vec![false; 5], controls: vec![true] };
        let narrow = narrowed(&roads(), &[0], &touched);
        assert_eq!(narrow.places, vec![None, None, Some(0), Some(1), None]);
    }

    #[test]
    fn where_everything_may_be_touched_nothing_is_left_out() {
        let narrow = narrowed(&roads(), &[0], &Touched::default());
        assert!(narrow.places.iter().all(Option::is_some));
    }
}
