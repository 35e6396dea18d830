//! Thirty models and more that no solver can please: each ends within two seconds with a status that has a name.
//!
//! `cargo xtask ill-posed` prints the table.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use engine::{Action, Course, Event, FailureCause, Selection, Settings, Subject, Trajectory, compile, integrate};
use notation::{Field, Graph, Node, Op, System, unit};
use std::sync::Arc;
use std::time::Instant;

/// Writes equations into a graph.
struct Pen(Graph);

impl Pen {
    fn c(&mut self, value: f64) -> Node {
        self.0.constant(value)
    }
    fn op(&mut self, op: Op) -> Node {
        self.0.push(op)
    }
    fn less(&mut self, a: Node, b: Node) -> Node {
        self.op(Op::Less(a, b))
    }
    fn select(&mut self, condition: Node, yes: f64, no: f64) -> Node {
        let (yes, no) = (self.c(yes), self.c(no));
        self.op(Op::Select(condition, yes, no))
    }
}

fn field(name: String, value: f64) -> Field {
    Field { name, unit: unit::dimensionless, doc: "", value, scale: 1.0, spread: None, evidence: None, file: file!() }
}

/// A system whose states start at `initial`, with one parameter `p`.
fn system(initial: &[f64], p: f64, rates: impl Fn(&mut Pen, Node, &[Node], Node) -> Vec<Node>) -> System {
    let mut pen = Pen(Graph::default());
    let time = pen.op(Op::Time);
    let states: Vec<Node> = (0..initial.len() as u32).map(|i| pen.op(Op::State(i))).collect();
    let parameter = pen.op(Op::Parameter(0));
    let rates = rates(&mut pen, time, &states, parameter);
    let start = initial.iter().map(|&x| pen.c(x)).collect();
    let named = |prefix: &str| (0..initial.len()).map(|i| field(format!("{prefix}{i}"), 0.0)).collect::<Vec<_>>();
    System {
        graph: pen.0,
        states: named("y"),
        parameters: vec![field("p".to_owned(), p)],
        controls: Vec::new(),
        observables: named("y"),
        initial: start,
        rates,
        observe: states,
    }
}

fn one(initial: f64, p: f64, rate: impl Fn(&mut Pen, Node, Node, Node) -> Node) -> System {
    system(&[initial], p, |pen, time, y, p| vec![rate(pen, time, y[0], p)])
}

/// Runs a system to hour 10 with the given events.
fn run(system: &System, events: Vec<Event>) -> Trajectory {
    let compiled = compile(system, &Selection::All).expect("consistent");
    let subject = Subject {
        parameters: system.typical_parameters(),
        initial: None,
        course: Arc::new(Course { events, end: 10.0 }),
        outputs: vec![0.0, 5.0, 10.0].into(),
    };
    integrate(&compiled, &[subject], &Settings::default()).remove(0)
}

/// No model may take longer, seconds.
const LONGEST: f64 = 2.0;

/// `None` = must complete; otherwise one of these causes.
type Expected = Option<&'static [FailureCause]>;

const NUMBERS: Expected = Some(&[FailureCause::NotFinite, FailureCause::StepTooSmall]);
const STEPS: Expected = Some(&[FailureCause::TooManySteps, FailureCause::StepTooSmall]);
const ANY: Expected = Some(&[FailureCause::TooManySteps, FailureCause::StepTooSmall, FailureCause::NotFinite]);
const INPUT: Expected = Some(&[FailureCause::NotFiniteInput]);

#[track_caller]
fn check(name: &str, system: &System, events: Vec<Event>, expected: Expected) {
    // A step that an event ends is not held against the limit: so many events, so many more steps.
    let most = Settings::default().max_steps + events.len() as u32;
    let start = Instant::now();
    let result = run(system, events);
    let seconds = start.elapsed().as_secs_f64();
    let steps = result.counts.accepted + result.counts.rejected;
    let ended = result.failure.as_ref().map_or("complete".to_owned(), |failure| format!("{:?}", failure.cause));
    let hour = result.failure.as_ref().map_or(10.0, |failure| failure.time);
    println!("| {name} | {ended} | {hour:.6} | {steps} | {seconds:.3} |");
    assert!(seconds < LONGEST, "{name}: {seconds} s");
    assert!(steps <= most, "{name}: {steps} steps");
    match (&result.failure, expected) {
        (None, None) => {
            assert_eq!(result.values.len(), 3 * system.states.len(), "{name}: all outputs");
            assert!(result.values.iter().all(|v| v.is_finite()), "{name}: {:?}", result.values);
        }
        (Some(failure), Some(causes)) => {
            assert!(causes.contains(&failure.cause), "{name}: {failure:?}");
            assert!((0.0..=10.0).contains(&failure.time), "{name}: {failure:?}");
        }
        (found, _) => panic!("{name}: {found:?} after {steps} steps, expected {expected:?}"),
    }
}

#[test]
fn chattering_switches_end() {
    // y' = -sign(y): slides along 0 for ever.
    let slide = one(1.0, 1.0, |pen, _, y, _| {
        let edge = pen.c(0.0);
        let below = pen.less(y, edge);
        pen.select(below, 1.0, -1.0)
    });
    check("sliding", &slide, vec![], ANY);
    let relay = system(&[1.0, 0.0], 1e3, |pen, _, y, p| {
        let zero = pen.c(0.0);
        let below = pen.less(y[0], zero);
        let push = pen.select(below, 1.0, -1.0);
        let push = pen.op(Op::Mul(p, push));
        vec![y[1], push]
    });
    check("relay oscillator", &relay, vec![], None);
    let thermostat = one(0.0, 1e6, |pen, _, y, p| {
        let one = pen.c(1.0);
        let below = pen.less(y, one);
        let heat = pen.select(below, 1.0, 0.0);
        let gap = pen.op(Op::Sub(heat, y));
        pen.op(Op::Mul(p, gap))
    });
    check("stiff thermostat", &thermostat, vec![], ANY);
    let parity = one(0.0, 1e5, |pen, time, _, p| {
        let angle = pen.op(Op::Mul(p, time));
        let wave = pen.op(Op::Sin(angle));
        let zero = pen.c(0.0);
        let below = pen.less(wave, zero);
        pen.select(below, -1.0, 1.0)
    });
    check("square wave of 1e5 rad/h", &parity, vec![], ANY);
}

#[test]
fn blow_up_in_finite_time_is_named() {
    let power = |n: u32, start: f64| {
        one(start, 1.0, move |pen, _, y, _| (1..n).fold(y, |product, _| pen.op(Op::Mul(product, y))))
    };
    check("y' = y^2", &power(2, 1.0), vec![], NUMBERS);
    check("y' = y^3", &power(3, 1.0), vec![], NUMBERS);
    check("y' = y^9", &power(9, 1.0), vec![], NUMBERS);
    let exponential = one(0.0, 1.0, |pen, _, y, _| pen.op(Op::Exp(y)));
    check("y' = exp(y)", &exponential, vec![], NUMBERS);
    let tangent = one(0.0, 1.0, |pen, _, y, _| {
        let one = pen.c(1.0);
        let square = pen.op(Op::Mul(y, y));
        pen.op(Op::Add(one, square))
    });
    check("y' = 1 + y^2", &tangent, vec![], NUMBERS);
    let pole = one(1.0, 5.0, |pen, time, y, p| {
        let left = pen.op(Op::Sub(p, time));
        pen.op(Op::Div(y, left))
    });
    check("pole of the right-hand side at 5 h", &pole, vec![], ANY);
    let growth = one(1.0, 1e3, |pen, _, y, p| pen.op(Op::Mul(p, y)));
    check("growth past the largest number", &growth, vec![], NUMBERS);
    let pair = system(&[1.0, 1.0], 1.0, |pen, _, y, _| {
        let product = pen.op(Op::Mul(y[0], y[1]));
        vec![product, product]
    });
    check("mutual blow-up", &pair, vec![], NUMBERS);
}

#[test]
fn leaving_the_domain_is_named() {
    let fall = |f: fn(&mut Pen, Node) -> Node| {
        one(1.0, 1.0, move |pen, _, y, _| {
            let value = f(pen, y);
            let minus = pen.c(-1.0);
            let bend = pen.c(1e-3);
            let small = pen.op(Op::Mul(bend, value));
            pen.op(Op::Add(minus, small))
        })
    };
    check("ln below 0", &fall(|pen, y| pen.op(Op::Ln(y))), vec![], NUMBERS);
    check("root below 0", &fall(|pen, y| pen.op(Op::Sqrt(y))), vec![], NUMBERS);
    let power = fall(|pen, y| {
        let half = pen.c(0.5);
        pen.op(Op::Pow(y, half))
    });
    check("power below 0", &power, vec![], NUMBERS);
    let torricelli = one(1.0, 1.0, |pen, _, y, _| {
        let root = pen.op(Op::Sqrt(y));
        pen.op(Op::Neg(root))
    });
    check("tank that runs empty", &torricelli, vec![], ANY);
    let at_once = one(0.0, 1.0, |pen, _, y, _| {
        let one = pen.c(1.0);
        pen.op(Op::Div(one, y))
    });
    check("division by 0 at the start", &at_once, vec![], NUMBERS);
    let zero_by_zero = one(0.0, 0.0, |pen, _, y, p| pen.op(Op::Div(y, p)));
    check("0 / 0", &zero_by_zero, vec![], NUMBERS);
}

#[test]
fn bad_numbers_are_refused_at_the_door() {
    let decay = |p: f64| {
        one(1.0, p, |pen, _, y, p| {
            let flow = pen.op(Op::Mul(p, y));
            pen.op(Op::Neg(flow))
        })
    };
    check("parameter not a number", &decay(f64::NAN), vec![], INPUT);
    check("parameter infinite", &decay(f64::INFINITY), vec![], INPUT);
    let dose = |amount: f64| vec![Event { time: 1.0, action: Action::Add { state: 0, amount } }];
    check("dose not a number", &decay(1.0), dose(f64::NAN), INPUT);
    check("initial value not a number", &one(f64::NAN, 1.0, |_, _, y, _| y), vec![], INPUT);
    check(
        "event at no time",
        &decay(1.0),
        vec![Event { time: f64::NAN, action: Action::Set { state: 0, value: 1.0 } }],
        INPUT,
    );
    check("rate of 1e30", &decay(1e30), vec![], None);
    check("rate of -1e30", &decay(-1e30), vec![], NUMBERS);
    check("rate of 1e-300", &decay(1e-300), vec![], None);
    check(
        "dose of 1e300 squared",
        &one(1.0, 1.0, |pen, _, y, _| {
            let square = pen.op(Op::Mul(y, y));
            pen.op(Op::Neg(square))
        }),
        dose(1e300),
        ANY,
    );
}

#[test]
fn too_many_or_too_close_events_end() {
    let decay = one(1.0, 1.0, |pen, _, y, p| {
        let flow = pen.op(Op::Mul(p, y));
        pen.op(Op::Neg(flow))
    });
    let every = |count: usize, gap: f64| -> Vec<Event> {
        (0..count).map(|i| Event { time: i as f64 * gap, action: Action::Add { state: 0, amount: 1e-6 } }).collect()
    };
    check("a million doses", &decay, every(1_000_000, 1e-5), STEPS);
    check("discontinuities 1e-9 h apart", &decay, every(1_000, 1e-9), None);
    check("discontinuities 1e-16 h apart", &decay, every(1_000, 1e-16), None);
    check("a hundred thousand doses at one instant", &decay, every(100_000, 0.0), None);
    let fast = system(&[1.0, 0.0], 1e9, |pen, _, y, p| {
        let up = pen.op(Op::Mul(p, y[1]));
        let down = pen.op(Op::Mul(p, y[0]));
        vec![up, pen.op(Op::Neg(down))]
    });
    check("undamped oscillation of 1e9 rad/h", &fast, vec![], STEPS);
}
