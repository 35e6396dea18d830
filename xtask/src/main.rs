//! House tasks, run as `cargo xtask NAME`.

mod bench27;

fn main() -> std::process::ExitCode {
    let mut words = std::env::args().skip(1);
    let task = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    match task.as_str() {
        "bench27" => bench27::run(&rest),
        _ => {
            complain(&format!("unknown task `{task}`; known: bench27"));
            std::process::ExitCode::from(2)
        }
    }
}

#[allow(clippy::print_stderr)]
fn complain(message: &str) {
    eprintln!("xtask: {message}");
}
