//! Work on many things at once, on all the processors there are. What build scripts build should be little,
//! so it takes no library.

use std::num::NonZero;
use std::thread;

/// How many things make a thread worth its while.
const LEAST: usize = 64;

/// What `map` makes of each item, in the items' order.
pub(crate) fn map<'a, T: Sync, R: Send>(items: &'a [T], map: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(items.len() / LEAST).max(1);
    let share = items.len().div_ceil(threads).max(1);
    let run = |items: &'a [T]| items.iter().map(&map).collect::<Vec<_>>();
    thread::scope(|scope| {
        let mut shares = items.chunks(share);
        let first = shares.next().unwrap_or_default();
        let others: Vec<_> = shares
            .map(|share| {
                let thread = thread::Builder::new().spawn_scoped(scope, move || run(share));
                (share, thread)
            })
            .collect();
        let mut results = run(first);
        for (share, thread) in others {
            results.extend(match thread.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(results)) => results,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                // No thread is to be had: this one must do.
                Err(_) => run(share),
            });
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn everything_is_there_once_and_in_order() {
        for count in [0, 1, 63, 64, 129, 1_000, 1_001] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(map(&items, |item| item + 1), (1..=count).collect::<Vec<_>>());
        }
    }
}
