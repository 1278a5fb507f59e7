//! Types that are replaced, with everything that depends on them.

mod cases;

use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    cases::tests()
}
