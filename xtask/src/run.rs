//! Running commands, each printed as one would type it.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

/// Why a task ends early.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// That of the command which failed.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Makes a path part of the message of what failed there.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    move |error| Failure::new(format!("{}: {error}", path.display()))
}

pub(crate) fn in_directory(dir: &Path) -> Result<(), Failure> {
    env::set_current_dir(dir).map_err(at(dir))
}

/// A command of so many words.
pub(crate) fn command<W: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = W>,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Prints and runs a command.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    eprintln!("$ {}", shown(command));
    let status = command.status();
    check(command, status)
}

/// Prints and runs a command for what it writes.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    eprintln!("$ {}", shown(command));
    output(command)
}

/// Runs a command for what it writes.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stderr(std::process::Stdio::inherit()).output();
    let (status, stdout) = match output {
        Ok(output) => (Ok(output.status), output.stdout),
        Err(error) => (Err(error), Vec::new()),
    };
    check(command, status)?;
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

/// Whether a program is on `PATH`.
pub(crate) fn has(program: &str) -> bool {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(&name).is_file()))
}

fn check(command: &Command, status: io::Result<ExitStatus>) -> Result<(), Failure> {
    let status = status
        .map_err(|error| Failure::new(format!("cannot run `{}`: {error}", shown(command))))?;
    if status.success() {
        return Ok(());
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Err(Failure { message: format!("`{}` failed ({status})", shown(command)), code })
}

fn shown(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!("{}={}", name.display(), quoted(value)));
        }
    }
    words.extend([command.get_program()].into_iter().chain(command.get_args()).map(quoted));
    words.join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = command("cargo", ["test", "two words", "it's", ""]);
        command.env("A", "b c").env_remove("GONE");
        assert_eq!(shown(&command), r"A='b c' cargo test 'two words' 'it'\''s' ''");
    }

    #[test]
    #[cfg(unix)]
    fn the_exit_code_is_passed_on() {
        let failure = run(&mut command("sh", ["-c", "exit 7"])).unwrap_err();
        assert_eq!(failure.code, 7);
        let failure = run(&mut command("no-such-program", [""; 0])).unwrap_err();
        assert_eq!(failure.code, 1);
    }
}
