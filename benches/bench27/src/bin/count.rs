//! Prints how many instructions each lane program of the cascade has.

#[path = "../model.rs"]
#[allow(dead_code)]
mod model;

fn main() {
    let system = notation::trace::<model::Bench27>();
    let compiled = engine::compile(&system, &engine::Selection::All).expect("the cascade compiles");
    let programs = compiled.programs();
    for role in engine::program::Role::ALL {
        let list = &programs.program(role).instructions;
        let mut counts = std::collections::BTreeMap::new();
        for i in list {
            *counts.entry(format!("{:?}", i.op)).or_insert(0) += 1;
        }
        println!("{role:?}: {} {counts:?}", list.len());
    }
    println!("{:?}", programs.layout);
}
