//! The commands that a shell has itself, and those of the machine that are plain.

use super::FOREVER;
use super::commands::{self, Effect};
use super::scene::Change;
use super::shell::{Followed, LONGEST, Output, Shell, Stop};
use super::syntax::Word;
use std::time::Duration;

impl Shell<'_> {
    /// Runs a command of that name, if it is one that can be followed.
    pub(super) fn named(&mut self, name: &str, arguments: &[Word]) -> Followed {
        match name {
            "echo" | "printf" => {
                self.say(name, arguments);
                Ok(())
            }
            "date" | "env" | "printenv" | "hostname" | "id" | "whoami" | "pwd" | "sync"
            | "wait" => {
                self.write(None);
                self.status = 0;
                Ok(())
            }
            "exit" | "return" => self.leave(name == "exit", arguments),
            "break" if arguments.is_empty() => Err(Stop::Break),
            "continue" if arguments.is_empty() => Err(Stop::Continue),
            "exec" => {
                let Some((name, arguments)) = arguments.split_first() else {
                    return Ok(());
                };
                let name = self.expand_one(name)?;
                self.named(&name, arguments)?;
                Err(Stop::Exit(self.status))
            }
            "set" => self.set(arguments),
            "export" | "readonly" | "local" => self.declare(arguments),
            "trap" => self.trap(arguments),
            "touch" | "rm" | "mkdir" => {
                for path in self.expand_all(arguments)? {
                    if !path.starts_with('-') {
                        self.make(&path, name != "rm");
                    }
                }
                self.status = 0;
                Ok(())
            }
            "cat" => self.cat(arguments),
            "expr" => {
                let arguments = self.expand_all(arguments)?;
                let value = commands::expr(&arguments).ok_or(Stop::Unknown)?;
                self.status = i32::from(matches!(&*value, "0" | ""));
                self.write(Some(value + "\n"));
                Ok(())
            }
            "test" | "[" | "[[" => self.test(name, arguments),
            _ => self.of_machine(name, arguments),
        }
    }

    /// `echo` and `printf`. What nobody reads need not be known.
    fn say(&mut self, name: &str, arguments: &[Word]) {
        if !matches!(self.output, Output::Unread) {
            let text = match name {
                "echo" => self.echo(arguments).ok(),
                _ => None,
            };
            self.write(text);
        }
        self.status = 0;
    }

    /// `exit` and `return`.
    fn leave(&mut self, for_good: bool, arguments: &[Word]) -> Followed {
        let code = match self.expand_all(arguments)?.as_slice() {
            [] => self.status,
            // The shell keeps the lowest eight bits.
            [given] => {
                let given = given.parse::<u32>().map_err(|_| Stop::Unknown)?;
                (given & 0xff).cast_signed()
            }
            _ => return Err(Stop::Unknown),
        };
        self.status = code;
        Err(if for_good {
            Stop::Exit(code)
        } else {
            Stop::Return
        })
    }

    /// `export` and its like.
    fn declare(&mut self, arguments: &[Word]) -> Followed {
        for argument in arguments {
            let text = self.expand_one(argument)?;
            if let Some((name, value)) = text.split_once('=') {
                let value = Some(value.to_owned());
                self.variables.insert(name.to_owned(), value);
            }
        }
        self.status = 0;
        Ok(())
    }

    fn trap(&mut self, arguments: &[Word]) -> Followed {
        let arguments = self.expand_all(arguments)?;
        let is_to_stop = |signal: &String| matches!(&**signal, "TERM" | "SIGTERM" | "15");
        if let Some((handler, signals)) = arguments.split_first()
            && signals.iter().any(is_to_stop)
        {
            self.at_signal = (handler != "-").then(|| handler.clone());
        }
        self.status = 0;
        Ok(())
    }

    fn cat(&mut self, arguments: &[Word]) -> Followed {
        self.status = 0;
        for path in self.expand_all(arguments)? {
            if !self.exists(&path)? {
                self.status = 1;
            }
        }
        self.write(None);
        Ok(())
    }

    fn test(&mut self, name: &str, arguments: &[Word]) -> Followed {
        let arguments = if name == "[[" {
            let words: Followed<Vec<String>> =
                arguments.iter().map(|it| self.expand_joined(it)).collect();
            words?
        } else {
            self.expand_all(arguments)?
        };
        let holds = commands::test(name, &arguments, &mut |path| self.exists(path).ok());
        self.status = i32::from(!holds.ok_or(Stop::Unknown)?);
        Ok(())
    }

    /// A program of the machine, by its path or its name.
    fn of_machine(&mut self, name: &str, arguments: &[Word]) -> Followed {
        let name = name.rsplit('/').next().unwrap_or(name);
        let arguments = match name {
            "sleep" => self.expand_all(arguments)?,
            _ => Vec::new(),
        };
        match commands::effect(name, &arguments).ok_or(Stop::Unknown)? {
            Effect::Goes { after, code } => {
                self.elapsed = self.elapsed.saturating_add(after);
                if !after.is_zero() {
                    self.last_wait = after;
                }
                self.status = code;
                if self.elapsed >= FOREVER {
                    return Err(Stop::Forever);
                }
                Ok(())
            }
            Effect::Stays => {
                self.last_wait = Duration::MAX;
                Err(Stop::Forever)
            }
        }
    }

    fn set(&mut self, arguments: &[Word]) -> Followed {
        let mut arguments = self.expand_all(arguments)?.into_iter();
        while let Some(argument) = arguments.next() {
            let (sets, flags) = match (argument.strip_prefix('-'), argument.strip_prefix('+')) {
                (Some(flags), _) => (true, flags),
                (None, Some(flags)) => (false, flags),
                (None, None) => return Err(Stop::Unknown),
            };
            for flag in flags.chars() {
                match flag {
                    'e' => self.stops_at_errors = sets,
                    'u' | 'x' => {}
                    'o' if arguments.next().as_deref() == Some("pipefail") => {}
                    _ => return Err(Stop::Unknown),
                }
            }
        }
        self.status = 0;
        Ok(())
    }

    fn echo(&mut self, arguments: &[Word]) -> Followed<String> {
        let words = self.expand_all(arguments)?;
        if words.first().is_some_and(|it| it.starts_with('-')) {
            return Err(Stop::Unknown);
        }
        Ok(words.join(" ") + "\n")
    }

    fn write(&mut self, text: Option<String>) {
        self.output = match (std::mem::replace(&mut self.output, Output::Lost), text) {
            (Output::Unread, _) => Output::Unread,
            (Output::Read(before), Some(text)) if before.len() + text.len() <= LONGEST => {
                Output::Read(before + &text)
            }
            _ => Output::Lost,
        };
    }

    /// Whether there is a file.
    pub(super) fn exists(&mut self, path: &str) -> Followed<bool> {
        let own = self.changes.iter().rev();
        let own = own.map(|(_, change)| change).find(|it| it.path == path);
        if let Some(own) = own {
            return Ok(own.is_there);
        }
        let found = self.scene.exists(path).ok_or(Stop::Unknown)?;
        // Another container may make it, or take it away.
        self.is_fickle |= self.scene.is_shared(path);
        Ok(found)
    }

    /// Notes that there is a file, or is none any more.
    pub(super) fn make(&mut self, path: &str, is_there: bool) {
        let is_news = self
            .changes
            .iter()
            .rev()
            .find(|(_, change)| change.path == path)
            .is_none_or(|(_, change)| change.is_there != is_there);
        if is_news {
            let path = path.to_owned();
            self.changes.push((self.elapsed, Change { path, is_there }));
        }
    }
}
