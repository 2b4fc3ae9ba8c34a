//! One call of a function.

use crate::cel::authorizer::Authorize;
use crate::cel::value::Val;

/// A call whose arguments have been evaluated; the target, if there is one, is the first.
pub(in crate::cel) struct Call<'c, 'a> {
    pub(in crate::cel) function: &'c str,
    pub(in crate::cel) arguments: &'c [Val<'a>],
    /// The pattern among the arguments, if it is a literal.
    pub(in crate::cel) pattern: Option<&'c regex::Regex>,
    pub(in crate::cel) authorizer: Option<&'a dyn Authorize>,
}
