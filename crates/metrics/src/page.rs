//! The text format.

use crate::{Distribution, Family, Kind, Stability};
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

/// The text under way.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
    families: BTreeMap<Stability, usize>,
}

const WRITE: &str = "writing to a String cannot fail";

impl Page {
    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text.
    pub fn into_text(self) -> String {
        self.text
    }

    /// How many families were told so far, by what is promised of them.
    pub fn families(&self) -> &BTreeMap<Stability, usize> {
        &self.families
    }

    /// What follows are samples of a family.
    pub fn family(&mut self, family: &Family) {
        let Family { name, help, .. } = family;
        *self.families.entry(family.stability).or_default() += 1;
        let kind = match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        let stability = match family.stability {
            Stability::Unsaid => String::new(),
            known => format!("[{}] ", known.name()),
        };
        writeln!(
            self.text,
            "# HELP {name} {stability}{help}\n# TYPE {name} {kind}"
        )
        .expect(WRITE);
    }

    /// A sample with the values of the family's labels.
    pub fn sample(&mut self, family: &Family, values: &[&str], value: impl Display) {
        self.line(family, "", values, None, value);
    }

    /// A family that is one metric.
    pub fn single(&mut self, family: &Family, value: impl Display) {
        self.family(family);
        self.sample(family, &[], value);
    }

    /// The samples of a histogram.
    pub fn distribution(&mut self, family: &Family, values: &[&str], it: &Distribution) {
        for (bound, count) in it.cumulated() {
            self.line(family, "_bucket", values, Some(&bound.to_string()), count);
        }
        let count = it.count();
        self.line(family, "_bucket", values, Some("+Inf"), count);
        self.line(family, "_sum", values, None, it.sum());
        self.line(family, "_count", values, None, count);
    }

    fn line(
        &mut self,
        family: &Family,
        suffix: &str,
        values: &[&str],
        bound: Option<&str>,
        value: impl Display,
    ) {
        let text = &mut self.text;
        text.push_str(family.name);
        text.push_str(suffix);
        let labels = family.labels.iter().copied().zip(values.iter().copied());
        let labels = labels.chain(bound.map(|bound| ("le", bound)));
        let mut separator = '{';
        for (name, value) in labels {
            text.push(separator);
            separator = ',';
            text.push_str(name);
            text.push_str("=\"");
            escape(value, text);
            text.push('"');
        }
        if separator == ',' {
            text.push('}');
        }
        writeln!(text, " {value}").expect(WRITE);
    }
}

/// Writes the value of a label.
fn escape(value: &str, text: &mut String) {
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TIMES: Family = Family {
        name: "times",
        kind: Kind::Histogram(&[0.5, 1.0]),
        stability: Stability::Beta,
        help: "Times.",
        labels: &["of"],
    };

    #[test]
    fn a_histogram_is_told_by_its_bounds() {
        let times = Distribution::of(&TIMES);
        times.add(0.75);
        let mut page = Page::default();
        page.family(&TIMES);
        page.distribution(&TIMES, &["a \"b\""], &times);
        let labels = r#"of="a \"b\"""#;
        let told = format!(
            "# HELP times [BETA] Times.\n# TYPE times histogram\n\
             times_bucket{{{labels},le=\"0.5\"}} 0\ntimes_bucket{{{labels},le=\"1\"}} 1\n\
             times_bucket{{{labels},le=\"+Inf\"}} 1\n\
             times_sum{{{labels}}} 0.75\ntimes_count{{{labels}}} 1\n"
        );
        assert_eq!(page.text(), told);
        assert_eq!(page.families().get(&Stability::Beta), Some(&1));
    }
}
