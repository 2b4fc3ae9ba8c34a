//! What is drawn on a terminal and drawn anew: lines of what is waited for, over those that were there.
//! What is ready leaves its line above them.

use super::layout::{self, Awaited};
use super::told;
use crate::ui::colour::{Colour, Paint};
use crate::ui::stderr;
use crate::ui::terminal::{self, Size};
use indexmap::IndexMap;
use std::fmt::Write as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use trimtab_deploy::{ObjectRef, Progress};

/// How often what is live moves, and follows the size of the terminal.
const TICK: Duration = Duration::from_millis(120);

/// Turns while the process lives.
const SPINNER: [&str; 8] = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠛"];

/// Where the terminal does not say how large it is.
const USUAL: Size = Size {
    width: 80,
    height: 24,
};

/// Lines that are drawn anew, until it is dropped.
#[derive(Default)]
pub(crate) struct Live {
    screen: Arc<Mutex<Screen>>,
    ticker: Option<Ticker>,
}

impl Live {
    /// Shows what is new.
    pub(super) fn show(&mut self, progress: Progress) {
        lock(&self.screen).show(progress);
        self.ticker
            .get_or_insert_with(|| Ticker::start(&self.screen));
    }

    /// Writes something else above what is drawn.
    pub(super) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        let mut screen = lock(&self.screen);
        screen.lift();
        let written = write();
        screen.draw("");
        written
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if self.ticker.take().is_some() {
            lock(&self.screen).clear();
        }
    }
}

/// A thread that keeps a screen moving, until it is dropped.
struct Ticker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    fn start(screen: &Arc<Mutex<Screen>>) -> Self {
        let screen = Arc::clone(screen);
        let (stop, stopped) = channel();
        let turn = move || {
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                lock(&screen).turn();
            }
        };
        Self {
            stop: Some(stop),
            thread: Some(thread::spawn(turn)),
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.stop.take());
        // It panics where nothing can be drawn any more, and then there is nothing to wait for.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Whoever panicked while drawing left nothing half done.
fn lock(screen: &Mutex<Screen>) -> MutexGuard<'_, Screen> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is waited for, and what of it is on the terminal. The cursor is at the beginning of the line below.
#[derive(Default)]
struct Screen {
    awaited: IndexMap<ObjectRef, Awaited>,
    /// The widths of the lines that are there.
    drawn: Vec<usize>,
    turned: usize,
}

impl Screen {
    fn show(&mut self, progress: Progress) {
        let mut said = String::new();
        match progress {
            Progress::Moved { object, text } => self.of(object).text = text,
            Progress::Explained { object, reasons } => self.of(object).reasons = reasons,
            Progress::Grown { object, dependents } => self.of(object).dependents = dependents,
            Progress::Ready { object, text } => {
                self.awaited.shift_remove(&object);
                let sign = Paint::for_stderr().paint(Colour::Green, "✓");
                said = format!("{sign} {}\n", told(&object, &text));
            }
        }
        self.draw(&said);
    }

    fn of(&mut self, object: ObjectRef) -> &mut Awaited {
        self.awaited.entry(object).or_default()
    }

    fn turn(&mut self) {
        self.turned += 1;
        self.draw("");
    }

    /// Removes what is drawn until it is drawn anew.
    fn lift(&mut self) {
        let size = terminal::size_of_stderr().unwrap_or(USUAL);
        let drawn = std::mem::take(&mut self.drawn);
        stderr::text(&above(&drawn, size.width));
    }

    fn clear(&mut self) {
        self.awaited.clear();
        self.draw("");
    }

    /// Writes everything anew, below what is said for good.
    fn draw(&mut self, said: &str) {
        let size = terminal::size_of_stderr().unwrap_or(USUAL);
        stderr::text(&self.drawn_anew(said, size, Paint::for_stderr()));
    }

    fn drawn_anew(&mut self, said: &str, size: Size, paint: Paint) -> String {
        let mut text = above(&self.drawn, size.width);
        text.push_str(said);
        // The last column stays free, for terminals that go on below it, and so does the line of the cursor.
        let room = Size {
            width: size.width.saturating_sub(1),
            height: size.height.saturating_sub(1),
        };
        let spinner = SPINNER[self.turned % SPINNER.len()];
        let lines = layout::lines(self.awaited.iter(), room, spinner, paint);
        for line in &lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        self.drawn = lines.iter().map(|line| line.width).collect();
        text
    }
}

/// Goes to the first of the lines that were drawn, and removes them. A terminal that got narrower has
/// broken those that are wider than it is.
fn above(drawn: &[usize], width: usize) -> String {
    let rows = drawn.iter().map(|line| line.div_ceil(width.max(1)).max(1));
    let mut text = String::new();
    match rows.sum::<usize>() {
        0 => {}
        rows => write!(text, "\u{1b}[{rows}A\r\u{1b}[J").expect("text takes all"),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::web;
    use super::*;

    const SIZE: Size = Size {
        width: 40,
        height: 10,
    };

    #[test]
    fn lines_are_drawn_over_those_before() {
        let mut screen = Screen::default();
        screen.of(web()).text = "0 of 3".to_owned();
        let drawn =
            |screen: &mut Screen, said: &str, size| screen.drawn_anew(said, size, Paint::plain());
        let line = "⠋ deployment.apps/web: 0 of 3\n";
        assert_eq!(drawn(&mut screen, "", SIZE), line);
        let again = format!("\u{1b}[1A\r\u{1b}[J{line}");
        assert_eq!(drawn(&mut screen, "", SIZE), again);
        // Half as wide: the line has become two.
        let narrow = Size { width: 20, ..SIZE };
        let cut = "\u{1b}[2A\r\u{1b}[J⠋ deployment.apps/…\n";
        assert_eq!(drawn(&mut screen, "", narrow), cut);
        screen.awaited.clear();
        let last = drawn(&mut screen, "done\n", SIZE);
        assert_eq!(last, "\u{1b}[1A\r\u{1b}[Jdone\n");
        assert_eq!(drawn(&mut screen, "", SIZE), "");
    }
}
