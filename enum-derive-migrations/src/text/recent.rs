//! Names, and expressions as short as names, that have been read lately.

use std::cell::RefCell;
use std::sync::Arc;

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

/// Names mostly differ in their length, at their beginning, or at their end.
fn place(name: &str) -> usize {
    const ODD: usize = 0x9e37_79b1;
    let number = |hash: usize, byte: &u8| (hash ^ usize::from(*byte)).wrapping_mul(ODD);
    let bytes = name.as_bytes();
    let end = bytes.len().saturating_sub(6);
    let hash = bytes.iter().take(3).chain(&bytes[end..]).fold(bytes.len(), number);
    (hash >> 12) % PLACES
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
