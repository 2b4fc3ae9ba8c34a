//! Lines of a tree.

/// A line and what hangs below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Branch {
    text: String,
    pub(super) branches: Vec<Branch>,
}

impl Branch {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            branches: Vec::new(),
        }
    }

    /// The tree below this one, its root.
    pub(super) fn draw(&self) -> String {
        let mut out = format!("{}\n", self.text);
        let mut lines = String::new();
        self.draw_below(&mut lines, &mut out);
        out
    }

    /// `lines` leads to the branches of this one.
    fn draw_below(&self, lines: &mut String, out: &mut String) {
        for (at, branch) in self.branches.iter().enumerate() {
            let is_last = at + 1 == self.branches.len();
            let (edge, below) = if is_last {
                ("└── ", "    ")
            } else {
                ("├── ", "│   ")
            };
            let length = lines.len();
            out.push_str(lines);
            out.push_str(edge);
            lines.push_str(below);
            for (at, line) in branch.text.split('\n').enumerate() {
                if at > 0 {
                    out.push_str(lines);
                }
                out.push_str(line);
                out.push('\n');
            }
            branch.draw_below(lines, out);
            lines.truncate(length);
        }
    }
}
