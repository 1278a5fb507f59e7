//! The memory of processes.

use std::fs;

use crate::figures::Failure;

/// The most memory that a process has had, in kB (`proc(5)`); nothing where there is no such file.
pub(crate) fn peak(process: &str) -> Result<f64, Failure> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.map_or(Ok(0.0), |line| line.trim().trim_end_matches(" kB").parse())?)
}
