//! The text format.

use super::distribution::Distribution;
use super::family::{Family, Kind, Stability};
use std::fmt::{Display, Write as _};

/// The text under way.
#[derive(Default)]
pub(crate) struct Page {
    pub(super) text: String,
}

const WRITE: &str = "writing to a String cannot fail";

impl Page {
    /// The text so far.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What follows are samples of a family.
    pub(crate) fn family(&mut self, family: &Family) {
        let Family { name, help, .. } = family;
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
    pub(crate) fn sample(&mut self, family: &Family, values: &[&str], value: impl Display) {
        self.line(family, "", values, None, value);
    }

    /// A family that is one metric.
    pub(crate) fn single(&mut self, family: &Family, value: impl Display) {
        self.family(family);
        self.sample(family, &[], value);
    }

    /// The samples of a histogram.
    pub(crate) fn distribution(&mut self, family: &Family, values: &[&str], it: &Distribution) {
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
