//! Lowering: from a system of equations to lane programs, with what can be hoisted hoisted.

use crate::factor::{self, Pattern};
use crate::program::{Instruction, Layout, Operation, Program, Programs, Role};
use notation::{Dependence, Graph, Node, Op, System};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the integrator must know besides the programs.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    /// The programs.
    pub programs: Programs,
    /// Per state: the scale of its absolute tolerance.
    pub scales: Vec<f64>,
    /// Entries of the Jacobian: row, column, slot.
    pub jacobian: Vec<(usize, usize, u32)>,
    /// Whether the rates name time, so that a stage has its own.
    pub uses_time: bool,
    /// Whether any rate has a derivative by time.
    pub has_time_derivative: bool,
}

/// Lowers a system of which the observables `selected` are read.
pub(crate) fn lower(system: &System, selected: &[usize]) -> Lowered {
    let mut system = system.clone();
    let jacobian = notation::jacobian(&mut system);
    let time_derivative = notation::time_derivative(&mut system);
    let graph = &system.graph;
    let observe: Vec<Node> = selected.iter().map(|&i| system.observe[i]).collect();
    let entries: Vec<Node> = jacobian.entries.iter().map(|e| e.value).collect();

    let mut homes = Homes::new(graph);
    let n = system.states.len() as u32;
    let mut next = 0;
    let mut region = |size: u32| {
        next += size;
        next - size..next
    };
    let mut layout =
        Layout { time: region(1).start, shift: region(1).start, drift: region(1).start, ..Layout::default() };
    layout.states = region(n);
    layout.rates = region(n);
    layout.solution = region(n);
    layout.time_derivative = region(n);

    // What moves with time or state reads its slower operands from slots that are written once per patient or event.
    let moving: Vec<Node> =
        system.rates.iter().chain(&entries).chain(&time_derivative).chain(&observe).copied().collect();
    let controlled = homes.frontier(graph, &moving, Dependence::Controls);
    let hoisted: Vec<Node> = {
        let mut set = homes.frontier(graph, &moving, Dependence::Parameters);
        set.extend(homes.frontier(graph, &controlled.iter().copied().collect::<Vec<_>>(), Dependence::Parameters));
        set.into_iter().collect()
    };
    let controlled: Vec<Node> = controlled.into_iter().collect();
    layout.hoisted = region(hoisted.len() as u32);
    layout.controlled = region(controlled.len() as u32);

    // Entries of the Jacobian that are computed at each step get a slot of their own; the others stay where they are.
    let mut seen = BTreeSet::new();
    let moves = |node: &Node| homes.kinds[node.0 as usize] == Dependence::State;
    let moving_entries: Vec<Node> = entries.iter().copied().filter(|node| moves(node) && seen.insert(*node)).collect();
    layout.jacobian = region(moving_entries.len() as u32);
    let pattern = Pattern::new(n as usize, &jacobian.pattern());
    layout.factors = region(pattern.factor_count() as u32);
    layout.parameters = region(system.parameters.len() as u32);
    layout.controls = region(system.controls.len() as u32);
    layout.initial = region(n);
    layout.observed = region(observe.len() as u32);

    // Every constant that any program reads, and the two that the factors need.
    let everything: Vec<Node> = moving.iter().chain(&system.initial).copied().collect();
    let live = notation::live(graph, &everything);
    let mut constants: BTreeMap<u64, u32> = BTreeMap::new();
    for (i, op) in graph.nodes().iter().enumerate() {
        if let (true, Op::Constant(bits)) = (live[i], op) {
            constants.insert(*bits, 0);
        }
    }
    constants.insert(0.0_f64.to_bits(), 0);
    constants.insert(1.0_f64.to_bits(), 0);
    layout.constants = region(constants.len() as u32);
    for (slot, place) in layout.constants.clone().zip(constants.values_mut()) {
        *place = slot;
    }
    layout.temporaries = next..next;

    homes.place_leaves(graph, &layout, &constants);
    let mut compiler = Compiler { graph, homes, temporaries: layout.temporaries.start, most: 0 };
    let mut list: [Program; 9] = Default::default();
    let to = |nodes: &[Node], slots: std::ops::Range<u32>| -> Vec<(Node, u32)> {
        nodes.iter().copied().zip(slots).collect()
    };

    list[Role::Parameters as usize] = compiler.program(&to(&hoisted, layout.hoisted.clone()));
    compiler.homes.place(&hoisted, layout.hoisted.start);
    list[Role::Controls as usize] = compiler.program(&to(&controlled, layout.controlled.clone()));
    compiler.homes.place(&controlled, layout.controlled.start);
    list[Role::Initial as usize] = compiler.program(&to(&system.initial, layout.initial.clone()));
    let rates = to(&system.rates, layout.rates.clone());
    list[Role::Rates as usize] = compiler.program(&rates);
    let mut both = rates;
    both.extend(to(&moving_entries, layout.jacobian.clone()));
    list[Role::RatesAndJacobian as usize] = compiler.program(&both);
    let has_time_derivative = time_derivative.iter().any(|&node| graph.constant_of(node) != Some(0.0));
    if has_time_derivative {
        list[Role::TimeDerivative as usize] = compiler.program(&to(&time_derivative, layout.time_derivative.clone()));
    }
    list[Role::Observe as usize] = compiler.program(&to(&observe, layout.observed.clone()));

    compiler.homes.place(&moving_entries, layout.jacobian.start);
    let slots: Vec<(usize, usize, u32)> =
        jacobian.entries.iter().map(|e| (e.row, e.column, compiler.homes.slot(e.value))).collect();
    let place = |value: f64| constants[&value.to_bits()];
    let (factor, solve) = factor::programs(&pattern, &slots, &layout, place(0.0), place(1.0));
    list[Role::Factor as usize] = factor;
    list[Role::Solve as usize] = solve;
    // Another order of a program's operations keeps more intermediate results at a time: room for all that there are.
    let stage = [Role::RatesAndJacobian, Role::TimeDerivative, Role::Factor, Role::Solve];
    let stage = 2 * n + stage.iter().map(|&role| list[role as usize].instructions.len() as u32).sum::<u32>();
    layout.temporaries.end += list.iter().map(|p| p.instructions.len() as u32).max().unwrap_or(0).max(stage);
    layout.slots = layout.temporaries.end;

    let uses_time = notation::live(graph, &system.rates).iter().zip(graph.nodes()).any(|(&l, op)| l && *op == Op::Time);
    let constants = constants.into_keys().collect();
    let scales = system.states.iter().map(|field| field.scale).collect();
    Lowered { scales, programs: Programs { list, layout, constants }, jacobian: slots, uses_time, has_time_derivative }
}

/// Where the value of each node is found, if it has a lasting place.
struct Homes {
    kinds: Vec<Dependence>,
    slots: Vec<Option<u32>>,
}

impl Homes {
    fn new(graph: &Graph) -> Self {
        Homes { kinds: notation::dependence(graph), slots: vec![None; graph.nodes().len()] }
    }

    /// Computed nodes of a kind that a root is, or that something quicker to change reads.
    fn frontier(&self, graph: &Graph, roots: &[Node], kind: Dependence) -> BTreeSet<Node> {
        let live = notation::live(graph, roots);
        let is = |node: Node| self.kinds[node.0 as usize] == kind && graph.op(node).operands().next().is_some();
        let mut found: BTreeSet<Node> = roots.iter().copied().filter(|&r| is(r)).collect();
        for (i, op) in graph.nodes().iter().enumerate() {
            if live[i] && kind < self.kinds[i] {
                found.extend(op.operands().filter(|&n| is(n)));
            }
        }
        found
    }

    fn place_leaves(&mut self, graph: &Graph, layout: &Layout, constants: &BTreeMap<u64, u32>) {
        for (i, op) in graph.nodes().iter().enumerate() {
            self.slots[i] = match *op {
                Op::Constant(bits) => constants.get(&bits).copied(),
                Op::Time => Some(layout.time),
                Op::State(s) => Some(layout.states.start + s),
                Op::Parameter(p) => Some(layout.parameters.start + p),
                Op::Control(c) => Some(layout.controls.start + c),
                _ => None,
            };
        }
    }

    fn place(&mut self, nodes: &[Node], start: u32) {
        for (node, slot) in nodes.iter().zip(start..) {
            self.slots[node.0 as usize] = Some(slot);
        }
    }

    fn slot(&self, node: Node) -> u32 {
        self.slots[node.0 as usize].expect("a node read later was placed")
    }
}

struct Compiler<'g> {
    graph: &'g Graph,
    homes: Homes,
    temporaries: u32,
    most: u32,
}

impl Compiler<'_> {
    /// Code that leaves each root in its slot, reading what has a home and computing the rest, each node once.
    fn program(&mut self, roots: &[(Node, u32)]) -> Program {
        let order = self.order(roots);
        let mut uses: HashMap<Node, u32> = HashMap::new();
        for node in &order {
            for operand in self.graph.op(*node).operands() {
                *uses.entry(operand).or_default() += 1;
            }
        }
        let mut at: HashMap<Node, u32> = HashMap::new();
        for &(node, slot) in roots {
            at.entry(node).or_insert(slot);
        }
        let pinned = at.clone();
        let mut free: Vec<u32> = Vec::new();
        let mut used = 0;
        let mut instructions = Vec::new();
        for node in order {
            let op = self.graph.op(node);
            let find = |n: Node| self.homes.slots[n.0 as usize].unwrap_or_else(|| at[&n]);
            let mut operands = [0; 3];
            for (place, operand) in operands.iter_mut().zip(op.operands()) {
                *place = find(operand);
            }
            for operand in op.operands() {
                let left = uses.get_mut(&operand).expect("counted above");
                *left -= 1;
                let temporary = self.homes.slots[operand.0 as usize].is_none() && !pinned.contains_key(&operand);
                if *left == 0 && temporary {
                    free.push(at[&operand]);
                }
            }
            let dst = pinned.get(&node).copied().unwrap_or_else(|| {
                free.pop().unwrap_or_else(|| {
                    used += 1;
                    self.temporaries + used - 1
                })
            });
            at.insert(node, dst);
            let [a, b, c] = operands;
            instructions.push(Instruction { op: operation(op), dst, a, b, c });
        }
        self.most = self.most.max(used);
        for &(node, slot) in roots {
            let source = self.homes.slots[node.0 as usize].unwrap_or_else(|| at[&node]);
            if source != slot {
                instructions.push(Instruction { op: Operation::Copy, dst: slot, a: source, b: 0, c: 0 });
            }
        }
        Program { instructions }
    }

    /// Nodes without a home that the roots need, operands first, each just before it is first needed.
    fn order(&self, roots: &[(Node, u32)]) -> Vec<Node> {
        let mut done = vec![false; self.graph.nodes().len()];
        let mut order = Vec::new();
        let mut stack: Vec<(Node, bool)> = Vec::new();
        for &(root, _) in roots {
            stack.push((root, false));
            while let Some((node, ready)) = stack.pop() {
                if done[node.0 as usize] || self.homes.slots[node.0 as usize].is_some() {
                    continue;
                }
                if ready {
                    done[node.0 as usize] = true;
                    order.push(node);
                } else {
                    stack.push((node, true));
                    let operands: Vec<Node> = self.graph.op(node).operands().collect();
                    stack.extend(operands.into_iter().rev().map(|n| (n, false)));
                }
            }
        }
        order
    }
}

fn operation(op: Op) -> Operation {
    match op {
        Op::Neg(_) => Operation::Neg,
        Op::Add(..) => Operation::Add,
        Op::Sub(..) => Operation::Sub,
        Op::Mul(..) => Operation::Mul,
        Op::Div(..) => Operation::Div,
        Op::Exp(_) => Operation::Exp,
        Op::Ln(_) => Operation::Ln,
        Op::Sqrt(_) => Operation::Sqrt,
        Op::Sin(_) => Operation::Sin,
        Op::Cos(_) => Operation::Cos,
        Op::Abs(_) => Operation::Abs,
        Op::Pow(..) => Operation::Pow,
        Op::Min(..) => Operation::Min,
        Op::Max(..) => Operation::Max,
        Op::Less(..) => Operation::Less,
        Op::LessEqual(..) => Operation::LessEqual,
        Op::Equal(..) => Operation::Equal,
        Op::Select(..) => Operation::Select,
        Op::Constant(_) | Op::Time | Op::State(_) | Op::Parameter(_) | Op::Control(_) => {
            unreachable!("a leaf has a home")
        }
    }
}
