//! Text whose cells end at tabs, laid out in columns as kubectl lays out descriptions.

use super::columns::width;

/// What stands between a column and the next.
const GAP: usize = 2;

/// Lays text out: a column is what lines that follow each other have before their tab of the same
/// number, and is as wide as its widest cell and the gap. What stands behind a line's last tab is in
/// no column. A form feed is a line break at which all columns end, a vertical tab is a tab.
pub(crate) fn align(text: &str) -> String {
    let parts: Vec<String> = text.split('\u{c}').map(align_part).collect();
    parts.join("\n")
}

fn align_part(text: &str) -> String {
    let lines: Vec<Vec<&str>> = text
        .split('\n')
        .map(|line| line.split(['\t', '\u{b}']).collect())
        .collect();
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|line| vec![0; line.len() - 1]).collect();
    let columns = widths.iter().map(Vec::len).max().unwrap_or_default();
    for column in 0..columns {
        let has_column = |line: &[&str]| line.len() > column + 1;
        let mut at = 0;
        for block in lines.chunk_by(|a, b| has_column(a) == has_column(b)) {
            let end = at + block.len();
            if has_column(&block[0]) {
                let widest = block.iter().map(|line| width(line[column])).max();
                for widths in &mut widths[at..end] {
                    widths[column] = widest.unwrap_or_default() + GAP;
                }
            }
            at = end;
        }
    }
    let lines = lines.iter().zip(&widths);
    let lines: Vec<String> = lines.map(|(cells, widths)| line(cells, widths)).collect();
    lines.join("\n")
}

fn line(cells: &[&str], widths: &[usize]) -> String {
    let mut text = String::new();
    for (at, cell) in cells.iter().enumerate() {
        text.push_str(cell);
        if let Some(full) = widths.get(at) {
            text.extend(std::iter::repeat_n(' ', full - width(cell)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_ends_where_a_line_has_none() {
        for (text, expected) in [
            ("", ""),
            ("no tab\n", "no tab\n"),
            (
                "Name:\tweb\nNamespace:\tshop\n",
                "Name:       web\nNamespace:  shop\n",
            ),
            // The line between has no column, so that each block has its own width.
            (
                "a:\tb\nHeading\nlonger:\tb\n",
                "a:  b\nHeading\nlonger:  b\n",
            ),
            // A column within a column ends sooner than that.
            (
                "Port:\thttp\t80/TCP\nTarget:\t8080\nPort:\tx\t81/TCP\n",
                "Port:    http  80/TCP\nTarget:  8080\nPort:    x  81/TCP\n",
            ),
            ("Labels:\ta=b\n\tc=d\n", "Labels:  a=b\n         c=d\n"),
            ("Name\t\tAge\nweb\t\t3s\n", "Name    Age\nweb     3s\n"),
            ("a\tb\u{c}longer\u{b}b\n", "a  b\nlonger  b\n"),
            ("ä:\tx\nab:\ty", "ä:   x\nab:  y"),
        ] {
            assert_eq!(align(text), expected, "{text:?}");
        }
    }
}
