//! Names, and expressions as short as names, that have been read lately.

use std::cell::RefCell;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;

/// How many are kept, each in the place that its text gives it.
const PLACES: usize = 2048;

thread_local! {
    static RECENT: RefCell<Vec<Option<Arc<str>>>> = const { RefCell::new(Vec::new()) };
}

/// A name, which shares its memory with the same name if that has been read lately: most columns have a name that others
/// have as well, and most defaults are those of others. Each thread has its own, so that threads do not wait for one
/// another's counts.
pub(crate) fn shared(name: &str) -> Arc<str> {
    RECENT.with_borrow_mut(|recent| {
        if recent.is_empty() {
            recent.resize(PLACES, None);
        }
        match &mut recent[place(name)] {
            Some(there) if **there == *name => Arc::clone(there),
            other => Arc::clone(other.insert(name.into())),
        }
    })
}

fn place(name: &str) -> usize {
    let hash = FixedState::default().hash_one(name);
    usize::try_from(hash % PLACES as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{PLACES, shared};

    #[test]
    fn names_share_memory() {
        assert!(Arc::ptr_eq(&shared("id"), &shared("id")));
        let names: Vec<_> = (0..3 * PLACES).map(|number| shared(&format!("a{number}"))).collect();
        assert!(names.iter().enumerate().all(|(number, name)| **name == format!("a{number}")));
    }
}
