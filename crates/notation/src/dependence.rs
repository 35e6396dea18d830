//! What each node depends on, hence how often it must be computed; and which nodes are needed at all.

use crate::{Graph, Node, Op};

/// How often a node changes, from never to at each evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dependence {
    /// The same for everybody.
    Constant,
    /// One value per patient (parameters only), unless an event changes a parameter.
    Parameters,
    /// Changes at events only (controls, perhaps with parameters).
    Controls,
    /// Changes with time or state: computed at each evaluation.
    State,
}

/// The dependence of each node of the graph, in node order.
pub fn dependence(graph: &Graph) -> Vec<Dependence> {
    let mut found: Vec<Dependence> = Vec::with_capacity(graph.nodes().len());
    for op in graph.nodes() {
        let own = match op {
            Op::Time | Op::State(_) => Dependence::State,
            Op::Control(_) => Dependence::Controls,
            Op::Parameter(_) => Dependence::Parameters,
            _ => Dependence::Constant,
        };
        found.push(op.operands().fold(own, |most, n| most.max(found[n.0 as usize])));
    }
    found
}

/// Which nodes the roots need (the roots themselves included), in node order.
pub fn live(graph: &Graph, roots: &[Node]) -> Vec<bool> {
    let mut needed = vec![false; graph.nodes().len()];
    for root in roots {
        needed[root.0 as usize] = true;
    }
    for i in (0..needed.len()).rev() {
        if needed[i] {
            for operand in graph.nodes()[i].operands() {
                needed[operand.0 as usize] = true;
            }
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_as_changeable_as_its_most_changeable_operand() {
        let mut graph = Graph::default();
        let k = graph.push(Op::Parameter(0));
        let hold = graph.push(Op::Control(0));
        let x = graph.push(Op::State(0));
        let two = graph.constant(2.0);
        let rate = graph.push(Op::Mul(k, two));
        let held = graph.push(Op::Mul(rate, hold));
        let flow = graph.push(Op::Mul(held, x));
        let kinds = dependence(&graph);
        use Dependence::*;
        let kind = |n: Node| kinds[n.0 as usize];
        assert_eq!([kind(two), kind(rate), kind(held), kind(flow)], [Constant, Parameters, Controls, State]);
        assert!(Constant < Parameters && Parameters < Controls && Controls < State);
    }

    #[test]
    fn only_what_the_roots_need_is_live() {
        let mut graph = Graph::default();
        let x = graph.push(Op::State(0));
        let y = graph.push(Op::State(1));
        let used = graph.push(Op::Exp(x));
        let unused = graph.push(Op::Exp(y));
        let needed = live(&graph, &[used]);
        let is = |n: Node| needed[n.0 as usize];
        assert_eq!([is(x), is(used), is(y), is(unused)], [true, true, false, false]);
    }
}
