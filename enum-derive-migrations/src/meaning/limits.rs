//! How long and how deep a run may go: migrations may ask for more than anybody has time or memory for.

/// How deep blocks, queries and dynamic statements may be nested.
const MAX_DEPTH: usize = 500;

/// How many statements, and rows looked at, one top-level statement may take.
const STEPS: usize = 1_000_000;

/// How many it may take at least, whatever the others took.
const MIN_STEPS: usize = 10_000;

/// What is left of a run's time, and where it is.
pub(crate) struct Limits {
    /// How deep blocks, dynamic statements and routines are nested.
    depth: usize,
    /// How many more steps blocks may take.
    steps: usize,
    /// How many steps the next top-level statement may take.
    allowance: usize,
    /// How many ways through a script are being tried out.
    pub trials: usize,
}

impl Limits {
    pub(crate) fn new() -> Self {
        Self { depth: 0, steps: STEPS, allowance: STEPS, trials: 0 }
    }

    /// A statement of a script begins.
    pub(crate) fn begin(&mut self) {
        self.steps = self.allowance;
    }

    /// It has come to its end.
    pub(crate) fn end(&mut self) {
        if self.are_reached() {
            // One that runs away is an accident, many of them must not take for ever.
            self.allowance = (self.allowance / 2).max(MIN_STEPS);
        }
    }

    /// Whether there is room to go deeper, and time. Every `true` wants a [`leave`](Self::leave).
    pub(crate) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH || self.are_reached() {
            return false;
        }
        self.depth += 1;
        self.steps -= 1;
        true
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Whether this is a statement of a script, and none that a block or a routine runs.
    pub(crate) fn is_at_top(&self) -> bool {
        self.depth == 0
    }

    /// Takes steps for work that goes by the size of something: as many as make a step cost about the
    /// same everywhere.
    pub(crate) fn charge(&mut self, steps: usize) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// Whether the statement has taken all the steps that it may take.
    pub(crate) fn are_reached(&self) -> bool {
        self.steps == 0
    }
}
