//! Python, which some tasks need.

use std::path::Path;

use crate::run::{Failure, command, has, run};

/// Makes a virtual environment.
pub(crate) fn new_environment(dir: &Path) -> Result<(), Failure> {
    if !has("python3") {
        return Err(Failure::new("python3 is not on PATH"));
    }
    run(command("python3", ["-m", "venv"]).arg(dir))
}
