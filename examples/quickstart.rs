//! Six Rust enums, the PostgreSQL types that follow from them, and what those do on a server.
//!
//! `cargo run --example quickstart` uses the server at `DATABASE_URL`, or starts a throwaway one,
//! or says why there is none and stops after the part that needs none.

#[path = "quickstart/enums.rs"]
mod enums;
#[path = "quickstart/live.rs"]
mod live;
#[path = "quickstart/page.rs"]
mod page;

use std::fmt::Display;
use std::process::ExitCode;
use std::time::Instant;

use pg_enum::PgEnum;
use pg_enum_test_server::Server;

use crate::enums::{DraftStatus, Enum};
use crate::live::Live;

fn main() -> ExitCode {
    let start = Instant::now();
    let enums = enums::all();
    show_enums(&enums);
    show_migration();

    let live = match Server::find_or_start() {
        Ok(server) => Some(on_server(&server, &enums)),
        Err(unavailable) => {
            page::heading("On a server: skipped");
            page::paragraph(2, &unavailable.to_string());
            None
        }
    };
    let live = match live.transpose() {
        Ok(live) => live,
        Err(failure) => {
            eprintln!("error: {failure}");
            return ExitCode::FAILURE;
        }
    };
    summarize(&enums, live.as_ref(), start);
    ExitCode::SUCCESS
}

fn show_enums(enums: &[Enum]) {
    page::heading("Rust enums, and the PostgreSQL types they are the source of");
    for it in enums {
        let mut labels = it.labels.join(", ");
        if it.holds_unknown_labels {
            labels += "; holds any other as Other";
        }
        page::columns(&[(19, it.rust_name), (20, &it.type_name())], &labels);
    }
}

/// Whole, because this is what goes into a migration: nothing is left to be filled in.
fn show_migration() {
    page::heading("For the top of a migration's up file: DraftStatus::UP_SQL");
    page::verbatim(DraftStatus::UP_SQL);
    page::heading("For the end of its down file: DraftStatus::DOWN_SQL");
    page::verbatim(DraftStatus::DOWN_SQL);
}

fn on_server(server: &Server, enums: &[Enum]) -> Result<Live, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(cannot("start a runtime"))?
        .block_on(live::run(server, enums))
}

fn summarize(enums: &[Enum], live: Option<&Live>, start: Instant) {
    let labels: usize = enums.iter().map(|it| it.labels.len()).sum();
    let on_server = match live {
        Some(Live { runs, types, rows }) => format!(
            "{types} types created by {runs} runs at once; {rows} rows read back as written"
        ),
        None => "the part that needs a server was skipped".to_owned(),
    };
    page::heading(&format!("Done in {:.1} s", start.elapsed().as_secs_f64()));
    page::paragraph(2, &format!("{} enums, {labels} labels; {on_server}", enums.len()));
    page::line("");
}

/// Says what could not be done, before what the cause says.
fn cannot<E: Display>(what: impl Display) -> impl FnOnce(E) -> String {
    move |error| format!("cannot {what}: {error}")
}
