//! Ways through code whose branches are not known.

/// The branches that are taken where it is not known which.
#[derive(Debug, Default)]
pub(super) struct Choices {
    /// For each, in order, whether the first is taken.
    taken: Vec<bool>,
    next: usize,
}

impl Choices {
    /// Whether the next branch is taken.
    pub(super) fn take(&mut self) -> bool {
        if self.next == self.taken.len() {
            self.taken.push(true);
        }
        self.next += 1;
        self.taken[self.next - 1]
    }

    /// The next way; nothing if there is none.
    pub(super) fn next_way(mut self) -> Option<Self> {
        while !self.taken.pop()? {}
        self.taken.push(false);
        self.next = 0;
        Some(self)
    }
}
