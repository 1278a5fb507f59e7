use crate::harness::Test;
pub(crate) fn tests() -> Vec<Test> {
    vec![]
}
