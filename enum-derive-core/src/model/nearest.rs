//! The name that is meant by one that is not there.

use alloc::borrow::ToOwned;

use super::{Difference, Similar};
use crate::edit_distance;
use crate::record::Origin;

/// The name of `names` that is closest to `name`, if one is close enough to be meant.
pub(super) fn nearest<'a>(
    name: &str,
    names: impl Iterator<Item = (&'a str, &'a Origin)>,
) -> Option<Similar> {
    let lower = name.to_lowercase();
    let mut best: Option<(usize, &str, &Origin)> = None;
    for (other, at) in names {
        let other_lower = other.to_lowercase();
        let far = if other_lower == lower {
            0
        } else if letters(&other_lower).eq(letters(&lower)) {
            1
        } else {
            // One letter of three, as rustc suggests names (rust-lang/rust compiler/rustc_span/src/edit_distance.rs).
            let far = edit_distance(&lower, &other_lower);
            if far > lower.chars().count().max(3) / 3 {
                continue;
            }
            far + 1
        };
        if best.is_none_or(|(nearest, ..)| far < nearest) {
            best = Some((far, other, at));
        }
    }
    best.map(|(far, name, at)| Similar {
        name: name.to_owned(),
        how: if far == 0 { Difference::Case } else { Difference::Letters },
        at: at.clone(),
    })
}

/// A name without underscores, which naming conventions change.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|&c| c != '_')
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::nearest;
    use crate::model::Difference;
    use crate::record::Origin;

    fn near(name: &str, names: &[&str]) -> Option<(String, Difference)> {
        let at = Origin { file: String::new(), line: 1 };
        nearest(name, names.iter().map(|name| (*name, &at))).map(|near| (near.name, near.how))
    }

    #[test]
    fn the_closest_one_is_meant() {
        let names = ["id", "customer_id", "created_at", "Note", "createdBy"];
        assert_eq!(near("customer_idd", &names), Some(("customer_id".into(), Difference::Letters)));
        assert_eq!(near("createdAt", &names), Some(("created_at".into(), Difference::Letters)));
        assert_eq!(near("note", &names), Some(("Note".into(), Difference::Case)));
        assert_eq!(near("total", &names), None);
        assert_eq!(near("x", &["y", "zz"]), Some(("y".into(), Difference::Letters)));
    }
}
