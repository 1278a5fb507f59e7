//! A progress line, shown only if the work takes a noticeable time.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The delay before the line is shown.
const PATIENCE: Duration = Duration::from_millis(500);

/// The line. It disappears when this is dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Dropped when the work is done.
    work: Option<Sender<()>>,
    waiting: Option<JoinHandle<()>>,
}

impl Progress {
    /// A line on standard error, if that is a terminal and the line is `wanted`.
    pub(crate) fn new(wanted: bool, message: &'static str) -> Self {
        let style = ProgressStyle::with_template("{spinner} {msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = bar.with_style(style).with_message(message);
        if !wanted {
            return Self { bar, work: None, waiting: None };
        }
        let (work, done) = mpsc::channel();
        let line = bar.clone();
        let wait = move || {
            if done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                line.set_draw_target(ProgressDrawTarget::stderr());
                line.enable_steady_tick(Duration::from_millis(100));
            }
        };
        // Without a thread there is only no line.
        let waiting = thread::Builder::new().spawn(wait).ok();
        Self { bar, work: Some(work), waiting }
    }

    /// Changes the text.
    pub(crate) fn say(&self, message: String) {
        self.bar.set_message(message);
    }

    /// A callback that takes the number of replayed migrations and the total.
    pub(crate) fn teller(&self) -> impl Fn(usize, usize) + Send + Sync + use<> {
        let bar = self.bar.clone();
        move |done, total| bar.set_message(format!("replaying {done}/{total} migrations"))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.work.take());
        if let Some(waiting) = self.waiting.take() {
            // A panic of the thread would only lose the line.
            let _ = waiting.join();
        }
        self.bar.finish_and_clear();
    }
}
