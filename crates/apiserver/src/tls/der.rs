//! A certificate's subject, as its owner wrote it.
//!
//! `rcgen` writes one attribute of a kind in a name, and one in each of its parts; Go's libraries put
//! all organisations in one part, and groups are organisations. So the name is put in as it was
//! asked for, and the whole signed again (RFC 5280, section 4.1; DER as X.690 has it).

use rcgen::SigningKey;

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
/// Where the subject is in what is signed, behind version, serial number, algorithm, issuer and
/// validity.
const SUBJECT: usize = 5;

/// The certificate with another subject, signed anew by `key`, which signed it before. `subject` is a
/// whole `Name`.
///
/// # Errors
/// When the certificate is none, or it cannot be signed.
pub(super) fn with_subject(
    certificate: &[u8],
    subject: &[u8],
    key: &impl SigningKey,
) -> Result<Vec<u8>, rcgen::Error> {
    let unreadable = rcgen::Error::CouldNotParseCertificate;
    let parts = inside(certificate).and_then(elements);
    let Some([signed, algorithm, _]) = parts.as_deref() else {
        return Err(unreadable);
    };
    let mut fields = inside(signed).and_then(elements).ok_or(unreadable)?;
    let place = fields
        .get_mut(SUBJECT)
        .ok_or(rcgen::Error::CouldNotParseCertificate)?;
    *place = subject;
    let signed = element(SEQUENCE, &fields.concat());
    let mut signature = vec![0];
    signature.extend(key.sign(&signed)?);
    let signature = element(BIT_STRING, &signature);
    Ok(element(
        SEQUENCE,
        &[&signed, *algorithm, &signature].concat(),
    ))
}

/// What is inside an element.
fn inside(element: &[u8]) -> Option<&[u8]> {
    let (header, length) = extent(element)?;
    element.get(header..header.checked_add(length)?)
}

/// The elements that follow each other.
fn elements(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let (header, length) = extent(bytes)?;
        let (element, rest) = bytes.split_at_checked(header.checked_add(length)?)?;
        all.push(element);
        bytes = rest;
    }
    Some(all)
}

/// How long tag and length of an element are, and what is behind them.
fn extent(element: &[u8]) -> Option<(usize, usize)> {
    let first = *element.get(1)?;
    if first < 0x80 {
        return Some((2, first.into()));
    }
    let count = usize::from(first & 0x7f);
    let digits = element.get(2..2 + count)?;
    if count > size_of::<usize>() {
        return None;
    }
    let length = digits
        .iter()
        .fold(0, |length, digit| length << 8 | usize::from(*digit));
    Some((2 + count, length))
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = content.len().to_be_bytes();
    let skipped = length.iter().take_while(|digit| **digit == 0).count();
    let digits = &length[skipped..];
    match (digits.len(), digits.first()) {
        (0, _) => bytes.push(0),
        (1, Some(length)) if *length < 0x80 => bytes.push(*length),
        (count, _) => {
            // At most the eight bytes of a length.
            bytes.push(0x80 | u8::try_from(count).unwrap_or_default());
            bytes.extend(digits);
        }
    }
    bytes.extend(content);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_every_length_are_read_as_they_are_written() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; length];
            let both = [element(SEQUENCE, &content), element(BIT_STRING, &[])].concat();
            let read = elements(&both).unwrap();
            assert_eq!(read.len(), 2, "{length}");
            assert_eq!(inside(read[0]), Some(&content[..]), "{length}");
        }
    }

    #[test]
    fn what_ends_early_is_no_element() {
        for bytes in [
            &[0x30][..],
            &[0x30, 5, 1],
            &[0x30, 0x82, 1],
            &[0x30, 0xff],
            &[0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255],
        ] {
            assert_eq!(elements(bytes), None, "{bytes:?}");
        }
    }
}
