//! Trees of statements and of source may be deep: how deep, and the stack that reading them takes.

use squawk_lexer::TokenKind;

use super::token;
use crate::ground::parallel::STACK;

/// How many operators and brackets a statement may have between two semicolons: more than anybody
/// writes, and not so many that the parser runs out of stack.
const MAX_NESTING: usize = 20_000;

/// Does what reads statements or source, as those are trees, and trees may be deep.
pub fn with_deep_stack<T: Send>(run: impl Fn() -> T + Sync) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No thread is to be had: this one must do.
            Err(_) => run(),
        }
    })
}

/// Whether a text may be nested so deeply that reading it would take too much stack.
#[must_use]
pub fn too_nested(text: &str) -> bool {
    if text.len() <= MAX_NESTING {
        return false;
    }
    let mut count = 0;
    let mut opened = 0;
    for (kind, word, _) in token::words(text) {
        match kind {
            TokenKind::Semi => count = 0,
            TokenKind::Literal { .. } | TokenKind::Comma => {}
            TokenKind::Ident => {
                count += 1;
                opened += usize::from(
                    ["begin", "if", "loop", "case"].iter().any(|k| word.eq_ignore_ascii_case(k)),
                );
            }
            _ => count += 1,
        }
        if count > MAX_NESTING || opened > MAX_NESTING {
            return true;
        }
    }
    false
}
