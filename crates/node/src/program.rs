//! What a container's command plainly says about how it ends.
//!
//! Nothing runs on a simulated node. But of `sleep 300`, `sh -c 'exit 1'` or
//! `while true; do ...; done` everybody knows how long it runs and what it ends with, and jobs,
//! init containers and crash loops turn on just that. What is not plain is [`Program::Unknown`]:
//! such a container does what its kind suggests.

use k8s_openapi::api::core::v1::Container;
use std::time::Duration;

/// What is asked to last longer does not end: a tenth of what an instant can be told to wait.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How a container's main process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// Its command does not say.
    Unknown,
    /// It runs until it is stopped.
    Endless,
    /// It runs so long, and exits with this code.
    Ends { after: Duration, code: i32 },
}

impl Program {
    /// Of a container of this spec.
    pub(crate) fn of(spec: &Container) -> Self {
        let image = spec.image.as_deref().unwrap_or_default();
        let words: Vec<&str> = [&spec.command, &spec.args]
            .into_iter()
            .flatten()
            .flatten()
            .map(String::as_str)
            .collect();
        // Without a command the image's own entry point runs, which only of a pause image is known.
        match spec.command.as_deref() {
            None | Some([]) if is_pause(image) => Self::Endless,
            None | Some([]) => Self::Unknown,
            Some(_) => Self::of_words(&words).unwrap_or(Self::Unknown),
        }
    }

    /// Of a command that is run in a container.
    pub(crate) fn of_command(words: &[String]) -> Self {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Self::of_words(&words).unwrap_or(Self::Unknown)
    }

    fn of_words(words: &[&str]) -> Option<Self> {
        let (program, arguments) = words.split_first()?;
        let name = program.rsplit('/').next()?;
        if matches!(name, "sh" | "bash" | "ash" | "dash") {
            let (script, stops_at_errors) = script_among(arguments)?;
            return Script::new(script, stops_at_errors).run();
        }
        let arguments = arguments.iter().map(|&text| Word::plain(text));
        let effect = match name {
            "sleep" | "true" | "false" | "echo" | "printf" => {
                effect(name, &arguments.collect::<Vec<_>>())?
            }
            _ => return None,
        };
        Some(match effect {
            Effect::Goes { after, code } => Self::ends(after, code),
            Effect::Exits(code) => Self::ends(Duration::ZERO, code),
            Effect::Stays => Self::Endless,
        })
    }

    fn ends(after: Duration, code: i32) -> Self {
        if after >= FOREVER {
            return Self::Endless;
        }
        Self::Ends { after, code }
    }
}

/// Whether the image holds nothing but the program that waits for signals.
fn is_pause(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split([':', '@']).next() == Some("pause")
}

/// The script among a shell's arguments, and whether it stops at the first error.
fn script_among<'a>(arguments: &[&'a str]) -> Option<(&'a str, bool)> {
    let mut stops_at_errors = false;
    let mut is_next = false;
    for &argument in arguments {
        let flags = argument.strip_prefix('-').filter(|_| !is_next);
        let Some(flags) = flags else {
            return is_next.then_some((argument, stops_at_errors));
        };
        if flags.is_empty() || flags.contains(|flag| !"ceuxl".contains(flag)) {
            return None;
        }
        stops_at_errors |= flags.contains('e');
        is_next |= flags.contains('c');
    }
    None
}

/// What a simple command of a script does.
enum Effect {
    /// It takes so long, has this status, and the script goes on.
    Goes { after: Duration, code: i32 },
    /// It ends the script.
    Exits(i32),
    /// It never comes back.
    Stays,
}

/// A word of a script.
struct Word {
    text: String,
    /// Whether it is what it says: it has no variables in it.
    is_plain: bool,
}

impl Word {
    fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            is_plain: true,
        }
    }

    fn as_plain(&self) -> Option<&str> {
        self.is_plain.then_some(&self.text)
    }
}

fn effect(name: &str, arguments: &[Word]) -> Option<Effect> {
    let goes = |code| {
        Some(Effect::Goes {
            after: Duration::ZERO,
            code,
        })
    };
    match name {
        "true" | ":" | "echo" | "printf" => goes(0),
        "false" => goes(1),
        "sleep" => {
            if arguments.is_empty() {
                return goes(1);
            }
            let mut after = Duration::ZERO;
            for argument in arguments {
                after = after.saturating_add(duration(argument.as_plain()?)?);
            }
            Some(match after {
                Duration::MAX => Effect::Stays,
                after => Effect::Goes { after, code: 0 },
            })
        }
        _ => None,
    }
}

/// As coreutils' `sleep` reads it: `5`, `0.5`, `2m`, `1h`, `1d`, `infinity`.
fn duration(text: &str) -> Option<Duration> {
    if matches!(text, "infinity" | "inf") {
        return Some(Duration::MAX);
    }
    let (number, unit) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3_600.0),
        (at, 'd') => (&text[..at], 86_400.0),
        _ => (text, 1.0),
    };
    if number.contains(|it: char| !it.is_ascii_digit() && it != '.') {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    Some(Duration::try_from_secs_f64(number * unit).unwrap_or(Duration::MAX))
}

/// What stands between two commands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Then,
    And,
    Or,
    End,
}

/// A script as far as it is not yet run.
struct Script<'a> {
    rest: &'a str,
    stops_at_errors: bool,
}

impl<'a> Script<'a> {
    fn new(rest: &'a str, stops_at_errors: bool) -> Self {
        Self {
            rest,
            stops_at_errors,
        }
    }

    /// How it ends, if all that it comes to is understood.
    fn run(mut self) -> Option<Program> {
        let (mut elapsed, mut code) = (Duration::ZERO, 0);
        let mut before = Separator::Then;
        loop {
            self.skip_blank();
            if let Some(rest) = word_off(self.rest, "while") {
                return (before == Separator::Then && !self.stops_at_errors && is_endless(rest))
                    .then_some(Program::Endless);
            }
            let (words, after) = self.command()?;
            let is_run = match before {
                Separator::And => code == 0,
                Separator::Or => code != 0,
                Separator::Then | Separator::End => true,
            };
            if let Some((name, arguments)) = words.split_first().filter(|_| is_run) {
                match self.effect(name.as_plain()?, arguments, code)? {
                    Effect::Goes { after, code: new } => {
                        elapsed = elapsed.saturating_add(after);
                        code = new;
                    }
                    Effect::Exits(code) => return Some(Program::ends(elapsed, code)),
                    Effect::Stays => return Some(Program::Endless),
                }
                let is_asked = matches!(after, Separator::And | Separator::Or);
                if code != 0 && self.stops_at_errors && !is_asked && before != Separator::And {
                    return Some(Program::ends(elapsed, code));
                }
            }
            if after == Separator::End {
                return Some(Program::ends(elapsed, code));
            }
            before = after;
        }
    }

    /// `code` is the status so far.
    fn effect(&mut self, name: &str, arguments: &[Word], code: i32) -> Option<Effect> {
        match name {
            "exit" => Some(Effect::Exits(match arguments {
                [] => code,
                // The shell keeps the lowest eight bits.
                [given] => given
                    .as_plain()?
                    .parse::<u32>()
                    .ok()
                    .map(|it| (it & 0xff).cast_signed())?,
                _ => return None,
            })),
            "exec" => {
                let (name, arguments) = arguments.split_first()?;
                Some(match effect(name.as_plain()?, arguments)? {
                    // What it goes on to is not there any more; only one that takes no time is told.
                    Effect::Goes { after, code } if after.is_zero() => Effect::Exits(code),
                    Effect::Goes { .. } if !self.rest.trim().is_empty() => return None,
                    other => other,
                })
            }
            "set" => {
                for argument in arguments {
                    let flags = argument.as_plain()?.strip_prefix('-')?;
                    if flags.contains(|flag| !"eux".contains(flag)) {
                        return None;
                    }
                    self.stops_at_errors |= flags.contains('e');
                }
                Some(Effect::Goes {
                    after: Duration::ZERO,
                    code: 0,
                })
            }
            _ => effect(name, arguments),
        }
    }

    fn skip_blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// The words of the next command, and what stands behind it.
    fn command(&mut self) -> Option<(Vec<Word>, Separator)> {
        let mut words = Vec::new();
        let mut word: Option<Word> = None;
        let mut characters = self.rest.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let mut separated = |length: usize, separator| {
                self.rest = &self.rest[at + length..];
                separator
            };
            match character {
                ' ' | '\t' | '\r' => words.extend(word.take()),
                '\n' | ';' => {
                    words.extend(word.take());
                    return Some((words, separated(1, Separator::Then)));
                }
                '&' | '|'
                    if characters
                        .peek()
                        .is_some_and(|&(_, next)| next == character) =>
                {
                    words.extend(word.take());
                    let separator = if character == '&' {
                        Separator::And
                    } else {
                        Separator::Or
                    };
                    return Some((words, separated(2, separator)));
                }
                '\'' => {
                    let word = word.get_or_insert_with(|| Word::plain(""));
                    loop {
                        match characters.next()?.1 {
                            '\'' => break,
                            quoted => word.text.push(quoted),
                        }
                    }
                }
                '"' => {
                    let word = word.get_or_insert_with(|| Word::plain(""));
                    loop {
                        match characters.next()?.1 {
                            '"' => break,
                            '`' | '\\' => return None,
                            '$' if characters.peek().is_some_and(|&(_, next)| next == '(') => {
                                return None;
                            }
                            quoted => {
                                word.is_plain &= quoted != '$';
                                word.text.push(quoted);
                            }
                        }
                    }
                }
                // Pipes, jobs, redirections, groups, substitutions, patterns and comments.
                '|' | '&' | '<' | '>' | '(' | ')' | '{' | '}' | '`' | '\\' | '*' | '?' | '['
                | '#' => return None,
                '$' if characters
                    .peek()
                    .is_some_and(|&(_, next)| next == '(' || next == '{') =>
                {
                    return None;
                }
                other => {
                    let word = word.get_or_insert_with(|| Word::plain(""));
                    word.is_plain &= other != '$';
                    word.text.push(other);
                }
            }
        }
        words.extend(word);
        self.rest = "";
        Some((words, Separator::End))
    }
}

/// What follows this word, if the text begins with it.
fn word_off<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    rest.starts_with(char::is_whitespace)
        .then(|| rest.trim_start())
}

/// Whether a loop, told from behind its `while`, is one that nothing ends.
fn is_endless(text: &str) -> bool {
    let Some((condition, body)) = text.split_once([';', '\n']) else {
        return false;
    };
    let is_always = matches!(condition.trim(), "true" | ":" | "/bin/true");
    let body = body.trim();
    let is_loop = word_off(body, "do").is_some() && body.trim_end_matches(';').ends_with("done");
    let mut words = body.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    is_always
        && is_loop
        && !words.any(|it| matches!(it, "break" | "exit" | "return" | "kill" | "exec"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(command: &[&str]) -> Program {
        let spec = json!({"name": "c", "image": "busybox", "command": command});
        Program::of(&serde_json::from_value(spec).unwrap())
    }

    fn ends(milliseconds: u64, code: i32) -> Program {
        Program::Ends {
            after: Duration::from_millis(milliseconds),
            code,
        }
    }

    #[test]
    fn plain_programs_end_as_they_say() {
        for (command, program) in [
            (&["sleep", "300"][..], ends(300_000, 0)),
            (&["/bin/sleep", "1.5", "1m"], ends(61_500, 0)),
            (&["sleep", "infinity"], Program::Endless),
            (&["sleep", "1000000000000"], Program::Endless),
            (&["sleep", "$(SECONDS)"], Program::Unknown),
            (&["true"], ends(0, 0)),
            (&["/bin/false"], ends(0, 1)),
            (&["echo", "a;b"], ends(0, 0)),
            (&["exit", "1"], Program::Unknown),
            (&["nginx", "-g", "daemon off;"], Program::Unknown),
            (&[], Program::Unknown),
        ] {
            assert_eq!(of(command), program, "{command:?}");
        }
    }

    #[test]
    fn scripts_end_as_they_say() {
        for (script, program) in [
            ("exit 1", ends(0, 1)),
            ("exit 300", ends(0, 44)),
            ("sleep 2; exit 3", ends(2_000, 3)),
            ("sleep 2 && sleep 0.5", ends(2_500, 0)),
            ("false && sleep 9; exit", ends(0, 1)),
            ("false || sleep 9", ends(9_000, 0)),
            ("true || sleep 9", ends(0, 0)),
            ("set -e\nfalse\nsleep 9\n", ends(0, 1)),
            ("set -e; false || true; sleep 9", ends(9_000, 0)),
            ("echo 'a; b' \"$NAME\" $OTHER; sleep 1h", ends(3_600_000, 0)),
            ("exec sleep 7", ends(7_000, 0)),
            ("", ends(0, 0)),
            ("sleep $SECONDS", Program::Unknown),
            ("exit $(( RANDOM / 2 ))", Program::Unknown),
            ("sleep 5 & wait", Program::Unknown),
            ("nc -z db 5432", Program::Unknown),
            ("echo 'open", Program::Unknown),
            ("if true; then exit 1; fi", Program::Unknown),
        ] {
            assert_eq!(of(&["/bin/sh", "-c", script]), program, "{script:?}");
        }
        assert_eq!(of(&["bash", "-ec", "false; sleep 3"]), ends(0, 1));
        assert_eq!(of(&["sh", "-e", "-c", "exit 2", "name"]), ends(0, 2));
        assert_eq!(of(&["sh", "script.sh"]), Program::Unknown);
    }

    #[test]
    fn loops_that_nothing_ends_are_endless() {
        for (script, program) in [
            (
                "while true; do echo $(date) >> /log; sleep 5; done",
                Program::Endless,
            ),
            ("echo on; while :\ndo\n sleep 5\ndone\n", Program::Endless),
            ("while true; do work || exit 1; done", Program::Unknown),
            ("while ! nc -z db 5432; do sleep 1; done", Program::Unknown),
            ("while true; do sleep 1; done; echo over", Program::Unknown),
        ] {
            assert_eq!(of(&["sh", "-c", script]), program, "{script:?}");
        }
    }

    #[test]
    fn of_images_only_pause_is_known() {
        for (image, program) in [
            ("registry.k8s.io/pause:3.10", Program::Endless),
            ("pause@sha256:00", Program::Endless),
            ("example.com/pauses:1", Program::Unknown),
            ("nginx", Program::Unknown),
        ] {
            let spec = json!({"name": "c", "image": image, "args": ["sleep", "1"]});
            let program_of = Program::of(&serde_json::from_value(spec).unwrap());
            assert_eq!(program_of, program, "{image}");
        }
    }
}
