//! The names in thousands of resources, brought up to date on two threads.
//!
//! Which resource a name stands for depends on what all are and were called, and on nothing in their
//! objects, which can so be changed apart.

use super::{Follower, touched_by};
use crate::ResourceSet;
use crate::config::NameReferences;
use crate::resource::Touched;
use std::sync::{Mutex, PoisonError};
use std::thread;
use trimtab_tree::{Diagnostic, Result, Value, make_room};

/// Fewer are looked at sooner than a thread is started.
const MANY: usize = 4_000;

/// So many resources a thread takes at a time.
const PART: usize = 512;

/// An object that was taken out of its set, and whether it may have been changed since.
type Taken = (Value, bool);

/// What is wrong, and the place of the resource that it is wrong with.
type Failure = (usize, Box<Diagnostic>);

/// Whether there are enough resources, and no rule is about a field that they are called by.
pub(super) fn are_many(set: &ResourceSet, rules: &NameReferences) -> bool {
    let mut specs = rules.as_slice().iter().flat_map(|rule| &rule.referrers);
    set.len() >= MANY
        && !set.is_recording()
        && specs.all(|spec| touched_by(spec) <= Touched::Content)
}

/// Does what [`fix`](super::fix) does.
pub(super) fn fix(set: &mut ResourceSet, rules: &NameReferences) -> Result<()> {
    let mut objects: Vec<Taken> = set
        .take_objects()
        .into_iter()
        .map(|it| (it, false))
        .collect();
    let failure = {
        let set = &*set;
        let parts = Mutex::new(objects.chunks_mut(PART).enumerate());
        let work = || {
            let mut follower = Follower::new(rules);
            loop {
                let next = parts.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((part, objects)) = next else {
                    return Ok(());
                };
                fix_part(set, &mut follower, part * PART, objects)?;
            }
        };
        thread::scope(|scope| {
            let second = thread::Builder::new().spawn_scoped(scope, || {
                make_room();
                work()
            });
            let own: std::result::Result<(), Failure> = work();
            let other = second.ok().map(thread::ScopedJoinHandle::join);
            let failures = [own.err(), other.and_then(|it| it.ok()?.err())];
            // Parts are taken in order, so that what is before the first was looked at.
            failures
                .into_iter()
                .flatten()
                .min_by_key(|(place, _)| *place)
        })
    };
    set.put_objects(objects);
    failure.map_or(Ok(()), |(_, error)| Err(error))
}

fn fix_part(
    set: &ResourceSet,
    follower: &mut Follower<'_>,
    start: usize,
    objects: &mut [Taken],
) -> std::result::Result<(), Failure> {
    for (place, (object, is_changed)) in (start..).zip(objects) {
        let resource = set.get(place);
        if follower.look(set, resource, object) {
            *is_changed = true;
            let followed = follower.follow(set, resource, object);
            followed.map_err(|error| (place, error))?;
        }
    }
    Ok(())
}
