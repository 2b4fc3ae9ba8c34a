//! Text in columns, laid out as kubectl lays it out.

use super::terminal;

/// Lays rows out: a column is as wide as its widest cell and the gap behind it, and never narrower
/// than before, so that rows that come later stand below those that came before. The last column
/// is not filled up.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    widths: Vec<usize>,
    gap: usize,
    narrowest: usize,
    /// How wide they may be, if that can be had with smaller gaps.
    room: Option<usize>,
}

impl Columns {
    /// As `kubectl get` has them: three blanks between columns, none narrower than six.
    pub(crate) fn for_tables() -> Self {
        Self {
            widths: Vec::new(),
            gap: 3,
            narrowest: 6,
            room: None,
        }
    }

    /// Our own: likewise, but closer beside each other where the terminal is too narrow for that.
    pub(crate) fn for_own_tables() -> Self {
        Self {
            room: terminal::width_of_stdout(),
            ..Self::for_tables()
        }
    }

    /// As `kubectl rollout history` has them: two blanks between columns.
    pub(crate) fn for_history() -> Self {
        Self {
            widths: Vec::new(),
            gap: 2,
            narrowest: 0,
            room: None,
        }
    }

    /// The rows as lines, each with its line break.
    pub(crate) fn lines<C: AsRef<str>>(&mut self, rows: &[Vec<C>]) -> String {
        self.close_up(rows);
        for row in rows {
            // The last cell ends its line, and so sets no width.
            for (at, cell) in row.iter().rev().skip(1).rev().enumerate() {
                let width = (width(cell.as_ref()) + self.gap).max(self.narrowest);
                match self.widths.get_mut(at) {
                    Some(known) => *known = width.max(*known),
                    None => self.widths.push(width),
                }
            }
        }
        let mut text = String::new();
        for row in rows {
            let last = row.len().saturating_sub(1);
            for (at, cell) in row.iter().enumerate() {
                let cell = cell.as_ref();
                text.push_str(cell);
                if at < last {
                    let fill = self.widths.get(at).map_or(0, |full| full - width(cell));
                    text.extend(std::iter::repeat_n(' ', fill));
                }
            }
            text.push('\n');
        }
        text
    }

    /// Makes the gaps smaller as long as the rows are too wide.
    fn close_up<C: AsRef<str>>(&mut self, rows: &[Vec<C>]) {
        let Some(room) = self.room.filter(|_| self.widths.is_empty()) else {
            return;
        };
        let count = rows.iter().map(Vec::len).max().unwrap_or_default();
        let widest = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| width(cell.as_ref())).max().unwrap_or(0)
        };
        let text: usize = (0..count).map(widest).sum();
        while self.gap > 1 && text + self.gap * count.saturating_sub(1) > room {
            self.gap -= 1;
            self.narrowest = 0;
        }
    }
}

/// In characters, as Go's tabwriter counts.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut columns = Columns::for_tables();
        let text = columns.lines(&[
            vec!["NAME", "READY", "AGE"],
            vec!["web-1", "1/1", "3s"],
            vec!["a-longer-name", "0/1", "3s"],
        ]);
        let expected = "\
NAME            READY   AGE
web-1           1/1     3s
a-longer-name   0/1     3s
";
        assert_eq!(text, expected);
        // Later rows keep the width.
        let text = columns.lines(&[vec!["x", "1/1", "4s"]]);
        assert_eq!(text, "x               1/1     4s\n");
    }

    #[test]
    fn own_tables_close_up_on_a_narrow_terminal() {
        let rows = [vec!["NAME", "STATE", "A"], vec!["default", "running", "b"]];
        let within = |room| {
            let mut columns = Columns {
                room: Some(room),
                ..Columns::for_tables()
            };
            columns.lines(&rows)
        };
        assert_eq!(within(21), "NAME      STATE     A\ndefault   running   b\n");
        assert_eq!(within(20), "NAME     STATE    A\ndefault  running  b\n");
        // What does not fit is not cut.
        assert_eq!(within(5), "NAME    STATE   A\ndefault running b\n");
    }

    #[test]
    fn a_narrow_column_has_the_least_width() {
        let text = Columns::for_tables().lines(&[vec!["A", "B"], vec!["1", "2"]]);
        assert_eq!(text, "A     B\n1     2\n");
    }
}
