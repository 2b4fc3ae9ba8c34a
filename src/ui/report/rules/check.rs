//! What `trimtab check` finds in rendered objects.

super::rules! {}
