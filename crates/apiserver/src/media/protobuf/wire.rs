//! The wire format: numbered values.

/// A value as it stands on the wire.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wire<'a> {
    /// A number of any length.
    Varint(u64),
    /// Eight bytes.
    Fixed64(u64),
    /// Four bytes, which nothing here uses.
    Fixed32,
    /// Text, bytes, a message or a packed list.
    Bytes(&'a [u8]),
}

const DAMAGED: &str = "the Protocol Buffers message is damaged";

impl<'a> Wire<'a> {
    pub(super) fn bytes(self) -> Result<&'a [u8], String> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(DAMAGED.to_owned()),
        }
    }

    pub(super) fn text(self) -> Result<&'a str, String> {
        std::str::from_utf8(self.bytes()?).map_err(|error| format!("{DAMAGED}: {error}"))
    }

    /// A signed number, of 32 bits or of 64, which are written alike.
    pub(super) fn integer(self) -> Result<i64, String> {
        match self {
            Self::Varint(number) => Ok(number.cast_signed()),
            _ => Err(DAMAGED.to_owned()),
        }
    }

    pub(super) fn double(self) -> Result<f64, String> {
        match self {
            Self::Fixed64(bits) => Ok(f64::from_bits(bits)),
            _ => Err(DAMAGED.to_owned()),
        }
    }
}

/// Reads the values of a message one by one.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next value and its number; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Wire<'a>)>, String> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let wire = match tag & 7 {
            0 => Wire::Varint(self.varint()?),
            1 => {
                let bytes = self.take(8)?.try_into().map_err(|_| DAMAGED)?;
                Wire::Fixed64(u64::from_le_bytes(bytes))
            }
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| DAMAGED)?;
                Wire::Bytes(self.take(length)?)
            }
            5 => {
                self.take(4)?;
                Wire::Fixed32
            }
            _ => return Err(DAMAGED.to_owned()),
        };
        Ok(Some((tag >> 3, wire)))
    }

    /// The next number of a packed list; `None` at the end.
    pub(super) fn packed(&mut self) -> Result<Option<Wire<'a>>, String> {
        if self.0.is_empty() {
            return Ok(None);
        }
        Ok(Some(Wire::Varint(self.varint()?)))
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take(1)? else {
                break;
            };
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(DAMAGED.to_owned())
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// Writes the values of a message one by one.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    /// Writes behind `start`.
    pub(super) fn after(start: &[u8]) -> Self {
        Self(start.to_vec())
    }

    pub(super) fn bytes(&mut self, number: u8, bytes: &[u8]) {
        self.tag(number, 2);
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn integer(&mut self, number: u8, value: i64) {
        self.tag(number, 0);
        self.number(value.cast_unsigned());
    }

    pub(super) fn double(&mut self, number: u8, value: f64) {
        self.tag(number, 1);
        self.0.extend_from_slice(&value.to_bits().to_le_bytes());
    }

    pub(super) fn written(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn tag(&mut self, number: u8, kind: u64) {
        self.number(u64::from(number) << 3 | kind);
    }

    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
