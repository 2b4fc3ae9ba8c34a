//! Room for threads that allocate a lot.

use std::hint::black_box;

/// The first is taken and given back as a whole, from which glibc learns to keep as much; the second
/// then stays with the thread.
const SIZES: [usize; 2] = [16 << 20, 8 << 20];

/// Has the allocator set memory aside for the calling thread, a short-lived one that is about to make
/// many values. glibc lets all threads but the first grow by a page at a time: thousands of calls of the
/// system, for each of which the other threads wait. No page is touched before it is needed.
pub fn make_room() {
    for size in SIZES {
        drop(black_box(Vec::<u8>::with_capacity(size)));
    }
}
