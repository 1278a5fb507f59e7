//! Prints what a folder's migrations make, for a quick look.
use pg_enum_migrations::{Folder, Replay};

fn main() {
    let mut args = std::env::args().skip(1);
    let root = args.next().unwrap();
    let folder = match args.next() {
        Some(tool) => Folder::open_as(&root, tool.parse().unwrap()),
        None => Folder::open(&root),
    };
    let folder = match folder {
        Ok(f) => f,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(2)
        }
    };
    eprintln!("tool {} migrations {}", folder.tool, folder.migrations.len());
    let mut options = pg_enum_migrations::Options::new();
    if let Ok(at) = std::env::var("AT") {
        options = options.until(at);
    }
    let replay: Replay = options.replay(&folder).unwrap();
    for f in &replay.findings {
        eprintln!("{}: {} {}  {:?} {:?}", f.at, f.kind.code(), f.message, f.kind, f.related);
    }
    println!("[");
    let mut first = true;
    for e in &replay.enums {
        if !first {
            println!(",");
        }
        first = false;
        let labels: Vec<String> = e.labels.iter().map(|l| l.text.clone()).collect();
        print!(
            "{}",
            serde_json::json!({"schema": e.schema, "name": e.name, "labels": labels, "known": e.known})
        );
    }
    println!("]");
}
