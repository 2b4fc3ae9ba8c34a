//! The wire format: numbered values.

use crate::Error;

/// A value as it stands on the wire.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wire<'a> {
    /// A number of any length.
    Varint(u64),
    /// Eight bytes.
    Fixed64(u64),
    /// Four bytes, which nothing here uses.
    Fixed32,
    /// Text, bytes, a message or a packed list.
    Bytes(&'a [u8]),
}

impl<'a> Wire<'a> {
    pub(crate) fn bytes(self) -> Result<&'a [u8], Error> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(Error::Damaged),
        }
    }

    pub(crate) fn text(self) -> Result<&'a str, Error> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Error::NotText)
    }

    /// A signed number, of 32 bits or of 64, which are written alike.
    pub(crate) fn integer(self) -> Result<i64, Error> {
        match self {
            Self::Varint(number) => Ok(number.cast_signed()),
            _ => Err(Error::Damaged),
        }
    }

    pub(crate) fn double(self) -> Result<f64, Error> {
        match self {
            Self::Fixed64(bits) => Ok(f64::from_bits(bits)),
            _ => Err(Error::Damaged),
        }
    }
}

/// Reads the values of a message one by one.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next value and its number; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, Wire<'a>)>, Error> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let wire = match tag & 7 {
            0 => Wire::Varint(self.varint()?),
            1 => {
                let bytes = self.take(8)?.try_into().map_err(|_| Error::Damaged)?;
                Wire::Fixed64(u64::from_le_bytes(bytes))
            }
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| Error::Damaged)?;
                Wire::Bytes(self.take(length)?)
            }
            5 => {
                self.take(4)?;
                Wire::Fixed32
            }
            _ => return Err(Error::Damaged),
        };
        Ok(Some((tag >> 3, wire)))
    }

    /// The next number of a packed list; `None` at the end.
    pub(crate) fn packed(&mut self) -> Result<Option<Wire<'a>>, Error> {
        if self.0.is_empty() {
            return Ok(None);
        }
        Ok(Some(Wire::Varint(self.varint()?)))
    }

    fn varint(&mut self) -> Result<u64, Error> {
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
        Err(Error::Damaged)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Error::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// Writes the values of messages one by one, behind whatever stands there.
#[derive(Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Writes behind these bytes.
    #[must_use]
    pub fn after(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Writes bytes or a text as the field of that number.
    pub fn bytes(&mut self, number: u32, bytes: &[u8]) {
        self.tag(number, 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// Writes a whole number, of 32 bits or of 64, which are written alike.
    pub fn integer(&mut self, number: u32, value: i64) {
        self.tag(number, 0);
        self.varint(value.cast_unsigned());
    }

    /// Writes a number that need not be whole.
    pub fn double(&mut self, number: u32, value: f64) {
        self.tag(number, 1);
        self.0.extend_from_slice(&value.to_bits().to_le_bytes());
    }

    /// Writes a message: the fields that `write` writes.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn message<E>(
        &mut self,
        number: u32,
        write: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let at = self.open(number);
        write(self)?;
        self.close(at);
        Ok(())
    }

    /// Begins a message, which [`Writer::close`] ends: what is written until then are its fields.
    pub fn open(&mut self, number: u32) -> usize {
        self.tag(number, 2);
        // Where its length is to stand. Most messages need one byte for it; those that do not are
        // moved once they are there.
        self.0.push(0);
        self.0.len()
    }

    /// Ends the message that [`Writer::open`] has begun, and told where.
    pub fn close(&mut self, at: usize) {
        let end = self.0.len();
        let mut length = end - at;
        let more = (length.checked_ilog2().unwrap_or_default() / 7) as usize;
        if more > 0 {
            self.0.resize(end + more, 0);
            self.0.copy_within(at..end, at + more);
        }
        for place in at - 1..at + more {
            let last = place + 1 == at + more;
            self.0[place] = (length & 0x7f) as u8 | if last { 0 } else { 0x80 };
            length >>= 7;
        }
    }

    /// How many bytes stand there.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing stands there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Makes room for so many bytes.
    pub fn reserve(&mut self, bytes: usize) {
        self.0.reserve(bytes);
    }

    /// Writes bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Takes all that stands there.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn written_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    fn tag(&mut self, number: u32, kind: u64) {
        self.varint(u64::from(number) << 3 | kind);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_any_length_has_its_length_in_front() {
        for length in [0, 1, 127, 128, 129, 16383, 16384, 16385, 2_097_152] {
            let inner = vec![7; length];
            let mut plain = Writer::after(vec![1, 2]);
            plain.bytes(3, &inner);
            let mut nested = Writer::after(vec![1, 2]);
            let at = nested.open(3);
            nested.raw(&inner);
            nested.close(at);
            assert_eq!(nested.into_bytes(), plain.into_bytes(), "{length}");
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let mut writer = Writer::default();
        writer.integer(1, -5);
        writer.double(200, 1.5);
        writer.bytes(3, b"abc");
        let bytes = writer.into_bytes();
        let mut reader = Reader::new(&bytes);
        let (number, wire) = reader.next().unwrap().unwrap();
        assert_eq!((number, wire.integer().unwrap()), (1, -5));
        let (number, wire) = reader.next().unwrap().unwrap();
        assert_eq!((number, wire.double().unwrap()), (200, 1.5));
        let (number, wire) = reader.next().unwrap().unwrap();
        assert_eq!((number, wire.text().unwrap()), (3, "abc"));
        assert!(reader.next().unwrap().is_none());
    }
}
