//! The query of a URI.

/// The parameters behind the `?`, decoded, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Takes a query apart. Bytes that are no UTF-8 after decoding are replaced.
    pub(crate) fn parse(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self {
            pairs: pairs.collect(),
        }
    }

    /// The first value of `name`, empty where it is not given.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.optional(name).unwrap_or_default()
    }

    fn optional(&self, name: &str) -> Option<&str> {
        let pair = self.pairs.iter().find(|(key, _)| key == name)?;
        Some(&pair.1)
    }

    /// Whether `name` is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.optional(name).is_some()
    }

    /// Every value of `name`.
    pub(crate) fn all<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.pairs
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether `name` is given and true. As in apimachinery's conversion of URL values everything
    /// is but `false` and `0`, in any case; so is a name without a value.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.optional_bool(name).unwrap_or(false)
    }

    /// As [`Query::is_true`]; `None` where it is not given.
    pub(crate) fn optional_bool(&self, name: &str) -> Option<bool> {
        let value = self.optional(name)?;
        Some(!value.eq_ignore_ascii_case("false") && value != "0")
    }
}

/// Undoes `%41` and `+`. A percent sign without two digits stays.
fn decode(text: &str) -> String {
    if !text.contains(['%', '+']) {
        return text.to_owned();
    }
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'+' => decoded.push(b' '),
            b'%' => {
                if let (Some(high), Some(low)) = (digit(bytes.get(at)), digit(bytes.get(at + 1))) {
                    decoded.push((high * 16 + low) as u8);
                    at += 2;
                } else {
                    decoded.push(byte);
                }
            }
            _ => decoded.push(byte),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes() {
        let query = Query::parse("labelSelector=a%3Db%2Cc+in+(d)&watch&limit=5&bad=%4&x=%ff&x=2");
        assert_eq!(query.text("labelSelector"), "a=b,c in (d)");
        assert!(query.is_true("watch"));
        assert!(!query.is_true("follow"));
        assert_eq!(query.text("bad"), "%4");
        assert_eq!(query.all("x").collect::<Vec<_>>(), ["\u{fffd}", "2"]);
        assert_eq!(
            Query::parse("watch=False").optional_bool("watch"),
            Some(false)
        );
    }
}
