//! Continue tokens: where a page of a list ended, and in which state of the store.
//!
//! A token is of use only to the server, and to the next one of a newer version: it has a version
//! of its own form. The key is without the collection's prefix, so that a token can never reach
//! out of the resource it is used for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use trimtab_store::Revision;

use crate::Status;

/// The form of the tokens that are made here.
const FORM: &str = "trimtab/v1";

/// In a token, no revision: the first write has a greater one.
const NEWEST: Revision = 0;

/// Where a page ended.
///
/// Once the state it is of is forgotten, a client may go on in the newest one (see
/// [`Continuation::anew`]): what it has seen and what it will is then not of one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Continuation {
    /// The revision that the whole list is of; `None` for the one that is newest when it goes on.
    pub(crate) revision: Option<Revision>,
    /// The last key of the page, without the collection's prefix.
    pub(crate) last: String,
}

impl Continuation {
    /// As a token.
    pub(crate) fn token(&self) -> String {
        let revision = self.revision.unwrap_or(NEWEST);
        URL_SAFE_NO_PAD.encode(format!("{FORM} {revision} {}", self.last))
    }

    /// From the same place on, in the newest state.
    pub(crate) fn anew(self) -> Self {
        Self {
            revision: None,
            ..self
        }
    }

    /// Reads a token.
    ///
    /// # Errors
    /// When it is none that was made here.
    pub(crate) fn read(token: &str) -> Result<Self, Status> {
        let bad = || {
            Status::bad_request(format!(
                "invalid continue token: continue key is not valid: {token:?} was not given out by this server"
            ))
        };
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| bad())?;
        let text = String::from_utf8(bytes).map_err(|_| bad())?;
        let parts: Vec<&str> = text.splitn(3, ' ').collect();
        let [FORM, revision, last] = parts[..] else {
            return Err(bad());
        };
        let revision = revision.parse().map_err(|_| bad())?;
        Ok(Self {
            revision: Some(revision).filter(|revision| *revision != NEWEST),
            last: last.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_made() {
        let continuation = Continuation {
            revision: Some(12),
            last: "default/a b".to_owned(),
        };
        let token = continuation.token();
        assert_eq!(Continuation::read(&token).as_ref(), Ok(&continuation));
        let anew = continuation.anew();
        assert_eq!(anew.revision, None);
        assert_eq!(Continuation::read(&anew.token()), Ok(anew));
        for bad in ["", "abc", "%%%", "dHJpbXRhYi92MQ"] {
            assert!(Continuation::read(bad).is_err(), "{bad}");
        }
    }
}
