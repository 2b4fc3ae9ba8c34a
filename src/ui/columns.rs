//! Text in columns, laid out as kubectl lays it out.

/// Lays rows out: a column is as wide as its widest cell and the gap behind it, and never narrower
/// than before, so that rows that come later stand below those that came before. The last column
/// is not filled up.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    widths: Vec<usize>,
    gap: usize,
    narrowest: usize,
}

impl Columns {
    /// As `kubectl get` has them: three blanks between columns, none narrower than six.
    pub(crate) fn for_tables() -> Self {
        Self {
            widths: Vec::new(),
            gap: 3,
            narrowest: 6,
        }
    }

    /// As `kubectl rollout history` has them: two blanks between columns.
    pub(crate) fn for_history() -> Self {
        Self {
            widths: Vec::new(),
            gap: 2,
            narrowest: 0,
        }
    }

    /// The rows as lines, each with its line break.
    pub(crate) fn lines<C: AsRef<str>>(&mut self, rows: &[Vec<C>]) -> String {
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
    fn a_narrow_column_has_the_least_width() {
        let text = Columns::for_tables().lines(&[vec!["A", "B"], vec!["1", "2"]]);
        assert_eq!(text, "A     B\n1     2\n");
    }
}
