//! A patient's numbers depend on the patient alone: not on company, order, threads, instructions or machine code.

#[path = "support/cascade.rs"]
mod cascade;
mod support;

use cascade::{cascade, patient};
use engine::{Action, CodeKind, Compiled, Course, Event, Path, Selection, Settings, Subject, Trajectory};

const KINDS: [(Path, CodeKind); 5] = [
    (Path::Avx512, CodeKind::Native),
    (Path::Avx512, CodeKind::Interpreted),
    (Path::Avx2, CodeKind::Native),
    (Path::Avx2, CodeKind::Interpreted),
    (Path::Portable, CodeKind::Interpreted),
];

fn people(count: usize) -> (Compiled, Vec<Subject>) {
    let system = cascade();
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let subjects = (0..count).map(|i| patient(&system, i)).collect();
    (compiled, subjects)
}

fn bits(trajectory: &Trajectory) -> Vec<u64> {
    assert_eq!(trajectory.failure, None);
    let counts = [u64::from(trajectory.counts.accepted), u64::from(trajectory.counts.rejected)];
    counts.into_iter().chain(trajectory.values.iter().chain(&trajectory.last_state).map(|x| x.to_bits())).collect()
}

fn all_bits(trajectories: &[Trajectory]) -> Vec<Vec<u64>> {
    trajectories.iter().map(bits).collect()
}

#[test]
fn alone_in_a_batch_of_7_and_of_1000_the_same_bits() {
    let (compiled, subjects) = people(1000);
    for (path, code) in KINDS {
        let settings = Settings { path, code, ..Settings::default() };
        let together = all_bits(&engine::integrate(&compiled, &subjects, &settings));
        for start in [0, 7, 490, 993] {
            let seven = all_bits(&engine::integrate(&compiled, &subjects[start..start + 7], &settings));
            assert_eq!(seven, together[start..start + 7]);
        }
        for i in [0, 1, 2, 500, 999] {
            let alone = all_bits(&engine::integrate(&compiled, &subjects[i..=i], &settings));
            assert_eq!(alone[0], together[i]);
        }
    }
}

/// With AVX2 a model of many states runs in fewer lanes than a small one.
#[test]
fn a_long_chain_has_the_same_bits_by_all_instructions() {
    let names: Vec<String> = (0..60).map(|i| format!("x{i}")).collect();
    let rates: Vec<String> = (0..60)
        .map(|i| match i {
            0 => "feed - k * x0".to_owned(),
            _ => format!("k * x{} - k * x{i} * exp(-0.01 * x{i})", i - 1),
        })
        .collect();
    let states: Vec<(&str, &str, f64)> = (0..60).map(|i| (names[i].as_str(), rates[i].as_str(), 0.1)).collect();
    let system = support::system(&states, &[("k", 0.7)], &[("feed", 0.2)], &[]);
    let compiled = engine::compile(&system, &Selection::Only(vec![59, 3])).expect("compiles");
    let subjects: Vec<Subject> = (0..21)
        .map(|i| {
            let time = 3.0 + 0.4 * f64::from(i);
            let events = [
                Event { time, action: Action::Add { state: 0, amount: 5.0 + f64::from(i) } },
                Event { time, action: Action::Parameter { parameter: 0, value: 0.9 } },
                Event { time: 2.0 * time, action: Action::Control { control: 0, value: 1.0 } },
            ];
            let outputs: Vec<f64> = (0..=60).map(f64::from).collect();
            support::subject(&system, Course { events: events.to_vec(), end: 60.0 }, &outputs)
        })
        .collect();
    let run = |path, code| {
        all_bits(&engine::integrate(&compiled, &subjects, &Settings { path, code, ..Settings::default() }))
    };
    let expected = run(Path::Portable, CodeKind::Interpreted);
    for (path, code) in KINDS {
        assert_eq!(run(path, code), expected, "{path:?} {code:?}");
    }
}

#[test]
fn any_order_the_same_bits() {
    let (compiled, subjects) = people(200);
    let settings = Settings::default();
    let expected = all_bits(&engine::integrate(&compiled, &subjects, &settings));
    for step in [199, 77, 3] {
        let order: Vec<usize> = (0..200).map(|i| (i * step + 11) % 200).collect();
        let shuffled: Vec<Subject> = order.iter().map(|&i| subjects[i].clone()).collect();
        let found = all_bits(&engine::integrate(&compiled, &shuffled, &settings));
        for (place, &i) in order.iter().enumerate() {
            assert_eq!(found[place], expected[i]);
        }
    }
}

#[test]
fn any_instructions_interpreted_or_machine_code_the_same_bits() {
    let (compiled, subjects) = people(40);
    let with = |(path, code)| {
        let settings = Settings { path, code, ..Settings::default() };
        all_bits(&engine::integrate(&compiled, &subjects, &settings))
    };
    let expected = with(KINDS[4]);
    for kind in KINDS {
        assert!(with(kind) == expected, "{kind:?} differs (available: {})", kind.0.is_available());
    }
}

#[test]
fn one_to_four_threads_the_same_bits() {
    let (compiled, subjects) = people(120);
    let settings = Settings::default();
    let expected = all_bits(&engine::integrate(&compiled, &subjects, &settings));
    for threads in 1..=4 {
        let size = subjects.len().div_ceil(threads);
        let found: Vec<Vec<u64>> = std::thread::scope(|scope| {
            let running: Vec<_> = subjects
                .chunks(size)
                .map(|chunk| scope.spawn(|| all_bits(&engine::integrate(&compiled, chunk, &settings))))
                .collect();
            running.into_iter().flat_map(|r| r.join().expect("a thread that ends well")).collect()
        });
        assert!(found == expected, "{threads} threads");
    }
}

#[test]
fn a_stream_gives_the_same_bits_as_a_batch() {
    let (compiled, subjects) = people(60);
    let settings = Settings::default();
    let expected = all_bits(&engine::integrate(&compiled, &subjects, &settings));
    let mut left = subjects.iter().enumerate();
    let mut found = vec![Vec::new(); subjects.len()];
    engine::integrate_each(
        &compiled,
        &mut || left.next().map(|(i, s)| (i as u64, s.clone())),
        &settings,
        &mut |id, trajectory| found[id as usize] = bits(&trajectory),
    );
    assert!(found == expected);
}

#[test]
fn a_poisoned_neighbour_changes_no_bit() {
    let (compiled, mut subjects) = people(100);
    let settings = Settings::default();
    let expected = all_bits(&engine::integrate(&compiled, &subjects, &settings));
    for (i, poison) in [(3, f64::NAN), (40, f64::INFINITY), (41, -1e30), (42, 1e30), (77, 0.0)] {
        subjects[i].parameters = vec![poison; subjects[i].parameters.len()];
    }
    let found = engine::integrate(&compiled, &subjects, &settings);
    for i in (0..100).filter(|i| ![3, 40, 41, 42, 77].contains(i)) {
        assert!(bits(&found[i]) == expected[i], "patient {i}");
    }
    for i in [3, 40, 41] {
        assert!(found[i].failure.is_some(), "patient {i}");
    }
}

#[test]
fn outputs_do_not_change_the_steps() {
    let (compiled, mut subjects) = people(10);
    let settings = Settings::default();
    let expected = engine::integrate(&compiled, &subjects, &settings);
    for subject in &mut subjects {
        subject.outputs = [].into();
    }
    for (with, without) in expected.iter().zip(engine::integrate(&compiled, &subjects, &settings)) {
        assert_eq!(with.last_state, without.last_state);
        assert_eq!(with.counts, without.counts);
    }
}
