//! Work on many things at once, on all the processors there are. What build scripts build should be little,
//! so it takes no library, and the threads are compiled once, whatever the things are.

use std::num::NonZero;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::sort;

/// How many things make a thread worth its while.
const LEAST: usize = 64;

/// What `map` makes of each item, in the items' order.
pub(crate) fn map<'a, T: Sync, R: Send>(
    items: &'a [T],
    map: &(dyn Fn(&'a T) -> R + Sync),
) -> Vec<R> {
    let shares = Mutex::new(Vec::new());
    share_out(items.len(), &|share| {
        let mut results = Vec::with_capacity(share.len());
        for item in &items[share.clone()] {
            results.push(map(item));
        }
        shares.lock().unwrap_or_else(PoisonError::into_inner).push((share.start, results));
    });
    let mut shares = shares.into_inner().unwrap_or_else(PoisonError::into_inner);
    sort(&mut shares, &mut |a, b| a.0.cmp(&b.0));
    let mut all = Vec::with_capacity(items.len());
    for (_, results) in &mut shares {
        all.append(results);
    }
    all
}

/// Runs `work` for all the numbers below `count`, a range of them in each thread.
fn share_out(count: usize, work: &(dyn Fn(Range<usize>) + Sync)) {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(count / LEAST).max(1);
    let size = count.div_ceil(threads);
    thread::scope(|scope| {
        for index in 1..threads {
            let share = (index * size).min(count)..((index + 1) * size).min(count);
            let run = share.clone();
            let thread = thread::Builder::new().spawn_scoped(scope, move || work(run));
            if thread.is_err() {
                // No thread is to be had: this one must do.
                work(share);
            }
        }
        work(0..size.min(count));
    });
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn everything_is_there_once_and_in_order() {
        for count in [0, 1, 63, 64, 129, 1_000, 1_001] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(map(&items, &|item| item + 1), (1..=count).collect::<Vec<_>>());
        }
    }
}
