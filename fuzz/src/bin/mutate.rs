//! Changes known inputs of the fuzz targets at random, and runs the targets on what comes of it.
//!
//! usage: mutate SECONDS [SEED [TARGET]]
//!
//! Each target gets so many seconds. The first input that makes it panic, takes too long or too much
//! memory ends it, and is told. So does a known input that is not accepted as it is, and a target of whose
//! changed inputs none is: it would see refusals only.

use std::any::Any;
use std::panic::UnwindSafe;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use trimtab_clock::Chance;
use trimtab_fuzz::{TARGETS, Target};

type Panic = Box<dyn Any + Send>;

/// So long one input may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// So much memory the process may take, in kibibytes.
const MEMORY: u64 = 2 << 20;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().and_then(|text| text.parse().ok());
    let Some(seconds) = seconds else {
        eprintln!("usage: mutate SECONDS [SEED [TARGET]]");
        return ExitCode::from(2);
    };
    let seed = arguments.next().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or(1);
    let only = arguments.next();
    std::thread::spawn(end_hangs);
    // Before any is changed: targets share a server.
    let seeds = TARGETS.map(|target| (target.seeds)());
    let mut is_refused = false;
    for (target, inputs) in TARGETS.iter().zip(&seeds) {
        for (at, _) in inputs
            .iter()
            .enumerate()
            .filter(|(_, input)| !(target.run)(input))
        {
            eprintln!("{}: known input {at} is not accepted", target.name);
            is_refused = true;
        }
    }
    if is_refused {
        return ExitCode::FAILURE;
    }
    let is_run = |name: &str| only.as_deref().is_none_or(|only| only == name);
    for (target, inputs) in TARGETS.iter().zip(&seeds) {
        if !is_run(target.name) {
            continue;
        }
        match run(target, inputs, Duration::from_secs(seconds), seed) {
            Ok((count, accepted)) if accepted > 0 => {
                println!("{}: {count} inputs, {accepted} accepted", target.name);
            }
            Ok((count, _)) => {
                eprintln!("{}: none of {count} inputs is accepted", target.name);
                return ExitCode::FAILURE;
            }
            Err(problem) => {
                eprintln!("{} {problem}", target.name);
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// How many inputs a target was given, and how many of them it accepted.
///
/// # Errors
/// The input that it did not bear.
fn run(
    target: &Target,
    inputs: &[String],
    time: Duration,
    seed: u64,
) -> Result<(u64, u64), String> {
    let chance = Chance::seeded(seed);
    let end = Instant::now() + time;
    let (mut count, mut accepted) = (0, 0);
    while Instant::now() < end {
        let text = mutated(inputs, &chance);
        let told = format!("seed {seed}, input {count}: {text:?}");
        let outcome = watched(target.name, &told, || (target.run)(&text));
        let problem = match outcome {
            Err(_) => "panics",
            Ok(_) if peak_memory() > MEMORY => "takes too much memory",
            Ok(is_accepted) => {
                accepted += u64::from(is_accepted);
                count += 1;
                continue;
            }
        };
        return Err(format!("{problem}, {told}"));
    }
    Ok((count, accepted))
}

/// What is being run, and since when.
static RUNNING: Mutex<Option<(Instant, String)>> = Mutex::new(None);

fn running() -> MutexGuard<'static, Option<(Instant, String)>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a target on an input, which [`end_hangs`] knows meanwhile.
fn watched(name: &str, told: &str, run: impl FnOnce() -> bool + UnwindSafe) -> Result<bool, Panic> {
    *running() = Some((Instant::now(), format!("{name} hangs, {told}")));
    let outcome = std::panic::catch_unwind(run);
    *running() = None;
    outcome
}

/// Ends the process once an input takes longer than it may: nothing else ends what hangs.
fn end_hangs() {
    loop {
        std::thread::sleep(Duration::from_secs(1));
        if let Some((since, told)) = &*running()
            && since.elapsed() > PATIENCE
        {
            eprintln!("{told}");
            std::process::exit(1);
        }
    }
}

/// The most memory that this process has had at a time, in kibibytes; 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|text| text.split_whitespace().next()?.parse().ok());
    peak.unwrap_or_default()
}

/// One of the inputs with a few changes: pieces of any of them come, go, and come again.
fn mutated(inputs: &[String], chance: &Chance) -> String {
    const ODD: [char; 12] = [
        '\0',
        '"',
        '\'',
        '\\',
        '{',
        '[',
        '(',
        '%',
        '/',
        '~',
        '\u{e9}',
        '\u{1f600}',
    ];
    let pick = |chance: &Chance, below: usize| chance.below(below.max(1) as u64) as usize;
    let mut text: Vec<char> = inputs[pick(chance, inputs.len())].chars().collect();
    for _ in 0..=pick(chance, 4) {
        let at = pick(chance, text.len() + 1);
        let end = (at + pick(chance, 12)).min(text.len());
        match pick(chance, 7) {
            0 => drop(text.drain(at..end)),
            1 => {
                let piece: Vec<char> = text[at..end].to_vec();
                let times = 1 + pick(chance, 40);
                text.splice(at..at, piece.repeat(times));
            }
            2 => {
                let other: Vec<char> = inputs[pick(chance, inputs.len())].chars().collect();
                let from = pick(chance, other.len());
                let to = (from + pick(chance, 30)).min(other.len());
                text.splice(at..end, other[from..to].iter().copied());
            }
            3 => text.insert(at, ODD[pick(chance, ODD.len())]),
            4 => {
                // In place, as lengths that stand before stay right.
                if let Some(place) = text.get_mut(at) {
                    *place = char::from(chance.below(256) as u8);
                }
            }
            5 => {
                let digits = ["0", "-1", "9223372036854775808", "1e999", "null", "true"];
                text.splice(at..end, digits[pick(chance, digits.len())].chars());
            }
            _ => {
                let other = pick(chance, text.len().max(1));
                if at < text.len() && other < text.len() {
                    text.swap(at, other);
                }
            }
        }
    }
    text.into_iter().collect()
}
