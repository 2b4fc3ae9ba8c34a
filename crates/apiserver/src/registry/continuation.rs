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
const FORM: &str = "trimtab/v2";
/// The form before, which did not say how many objects there are behind the page.
const OLDER_FORM: &str = "trimtab/v1";

/// In a token, what is not known.
const UNKNOWN: &str = "-";

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
    /// How many objects of that state are behind it, if that is known: of one state, the next page
    /// need not count them again.
    pub(crate) behind: Option<usize>,
}

impl Continuation {
    /// As a token.
    pub(crate) fn token(&self) -> String {
        let revision = self.revision.unwrap_or(NEWEST);
        let behind = self.behind.map(|behind| behind.to_string());
        let behind = behind.as_deref().unwrap_or(UNKNOWN);
        URL_SAFE_NO_PAD.encode(format!("{FORM} {revision} {behind} {}", self.last))
    }

    /// From the same place on, in the newest state.
    pub(crate) fn anew(self) -> Self {
        Self {
            revision: None,
            behind: None,
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
        let parts: Vec<&str> = text.splitn(4, ' ').collect();
        let (revision, behind, last) = match parts[..] {
            [FORM, revision, behind, last] => (revision, behind, last.to_owned()),
            [OLDER_FORM, revision, last] => (revision, UNKNOWN, last.to_owned()),
            [OLDER_FORM, revision, last, rest] => (revision, UNKNOWN, format!("{last} {rest}")),
            _ => return Err(bad()),
        };
        let revision = revision.parse().map_err(|_| bad())?;
        let behind = match behind {
            UNKNOWN => None,
            count => Some(count.parse().map_err(|_| bad())?),
        };
        Ok(Self {
            revision: Some(revision).filter(|revision| *revision != NEWEST),
            last,
            behind,
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
            behind: Some(7),
        };
        let token = continuation.token();
        assert_eq!(Continuation::read(&token).as_ref(), Ok(&continuation));
        let anew = continuation.anew();
        assert_eq!((anew.revision, anew.behind), (None, None));
        assert_eq!(Continuation::read(&anew.token()), Ok(anew));
        for bad in ["", "abc", "%%%", "dHJpbXRhYi92MQ"] {
            assert!(Continuation::read(bad).is_err(), "{bad}");
        }
        let uncounted = URL_SAFE_NO_PAD.encode("trimtab/v2 12 many default/a");
        assert!(Continuation::read(&uncounted).is_err());
    }

    #[test]
    fn a_token_of_the_form_before_is_read() {
        for last in ["default/a", "default/a b c"] {
            let token = URL_SAFE_NO_PAD.encode(format!("trimtab/v1 12 {last}"));
            let expected = Continuation {
                revision: Some(12),
                last: last.to_owned(),
                behind: None,
            };
            assert_eq!(Continuation::read(&token), Ok(expected));
        }
    }
}
