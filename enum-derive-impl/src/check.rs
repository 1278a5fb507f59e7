//! Compares the definition with the record of the migrations.
//!
//! The build script writes a record of the migrations to a file, and passes its path to the compiler in an
//! environment variable. Cargo compiles the package again when the variable changes. The variable contains the hash
//! of the file, so nothing else has to be tracked.

use std::env;
use std::fs;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, PoisonError};

use pg_enum_core::divergence::divergences;
use pg_enum_core::parse::{Enum, Errors};
use pg_enum_core::record::Record;

/// The variable that the build script sets: the path of the record, `#`, and the hash of its content.
const VARIABLE: &str = "PG_ENUM_RECORD";

/// The value of the variable, if the package's build script sets it.
pub(crate) fn variable() -> Option<String> {
    // A path that is not valid Unicode will not be found, and the message shows the path.
    let value = env::var_os(VARIABLE)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}

/// All differences between a valid enum and the migrations, each at its literal or variant.
pub(crate) fn check(model: &Enum, variable: &str) -> Errors {
    let mut errors = Errors::default();
    if model.external {
        return errors;
    }
    match record(variable, "enum") {
        Ok(record) => model.with_definition(|definition| {
            for found in divergences(definition, &record) {
                let entries = found.acceptable();
                let accept = if entries.is_empty() {
                    String::new()
                } else {
                    format!(", or accept it in the build script with `.accept({entries:?})`")
                };
                let span = model.span_of(found.place);
                errors.push(span, format_args!("{found}; {}{accept}", found.help()));
            }
        }),
        Err(message) => errors.push(model.ident.span(), message),
    }
    errors
}

/// The record, read once for all enums and models of a crate. `what` is the one that asks, for the error.
pub(crate) fn record(variable: &str, what: &str) -> Result<Arc<Record>, String> {
    // An IDE keeps the macro loaded, so the cache must notice changes: the variable contains the hash of the record.
    // A failed read is not cached.
    static LAST: Mutex<Option<(String, Arc<Record>)>> = Mutex::new(None);

    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, record)) = last.as_ref().filter(|(of, _)| of == variable) {
        return Ok(Arc::clone(record));
    }
    let path = variable.rsplit_once('#').map_or(variable, |(path, _)| path);
    let record = Arc::new(read(path, what)?);
    *last = Some((variable.to_owned(), Arc::clone(&record)));
    Ok(record)
}

fn read(path: &str, what: &str) -> Result<Record, String> {
    let not_a_record = || {
        format!(
            "cannot check this {what} against the migrations: {path} is not a record of this \
             version of pg-enum; use the same version of pg-enum and pg-enum-build"
        )
    };
    let cannot_read = |error: io::Error| match error.kind() {
        ErrorKind::InvalidData => not_a_record(),
        _ => format!(
            "cannot check this {what} against the migrations: cannot read {path}: {error}; run \
             `cargo clean -p {}` and build again, so that the build script writes it",
            env::var("CARGO_PKG_NAME").unwrap_or_else(|_| String::from("…")),
        ),
    };
    let text = fs::read_to_string(path).map_err(cannot_read)?;
    Record::parse(&text).ok_or_else(not_a_record)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use quote::quote;

    const HEADER: &str = "pg-enum record 1\ndefault\tpublic\n";

    fn status() -> syn::DeriveInput {
        syn::parse_quote!(
            enum Status {
                Draft,
                Done,
            }
        )
    }

    /// A record in which `status` has these labels.
    fn record(labels: &[&str]) -> String {
        let labels: Vec<_> =
            labels.iter().map(|label| format!("label\t{label}\t1.sql\t2\n")).collect();
        format!("{HEADER}enum\tpublic\tstatus\tknown\t1.sql\t1\n{}", labels.concat())
    }

    fn messages(input: &syn::DeriveInput, variable: &str) -> Vec<String> {
        let (model, _) = pg_enum_core::parse::parse(input);
        let errors = super::check(&model, variable).into_error();
        errors.into_iter().flatten().map(|error| error.to_string()).collect()
    }

    /// The variable that a build script sets for this file and hash.
    fn variable(path: &Path, hash: &str) -> String {
        format!("{}#{hash}", path.display())
    }

    #[test]
    fn a_diverging_enum_keeps_its_code() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("record");
        fs::write(&path, record(&["Draft"])).expect("a file");
        let code = crate::derive(status(), None).to_string();
        let checked = crate::derive(status(), Some(&variable(&path, "1"))).to_string();
        let error = checked.strip_prefix(&code).expect("the same code, and more");
        let message = "no migration adds the label 'Done' to public.status (created at 1.sql:1); \
                       run `cargo pg-enum generate` to write the migration";
        assert_eq!(error.trim(), quote!(::core::compile_error! { #message }).to_string());
    }

    #[test]
    fn a_label_without_a_variant_may_be_accepted() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("record");
        let text = record(&["Draft", "Done", "Old"]);
        fs::write(&path, &text).expect("a file");
        let found = messages(&status(), &variable(&path, "1"));
        assert_eq!(found.len(), 1);
        let accept = "or accept it in the build script with `.accept([\"public.status:Old\"])`";
        assert!(found[0].ends_with(accept), "{found:?}");
        let accepted = text.replace("Old\t1.sql\t2", "Old\t1.sql\t2\taccepted");
        fs::write(&path, accepted).expect("a file");
        assert!(messages(&status(), &variable(&path, "2")).is_empty());
    }

    #[test]
    fn another_record_is_another_value() {
        let dir = tempfile::tempdir().expect("a folder");
        // The path ends at the last `#`.
        let path = dir.path().join("#record");
        let one = variable(&path, "1");
        assert!(messages(&status(), &one)[0].contains("cannot read"));
        // A failed read is tried again.
        fs::write(&path, record(&["Draft"])).expect("a file");
        assert_eq!(messages(&status(), &one).len(), 1);
        fs::write(&path, record(&["Draft", "Done"])).expect("a file");
        assert!(messages(&status(), &variable(&path, "2")).is_empty());
    }

    #[test]
    fn an_external_enum_is_not_looked_up() {
        let external = syn::parse_quote!(
            #[pg_enum(external)]
            enum Status {
                Draft,
            }
        );
        assert!(messages(&external, "/there/is/no/such/file#1").is_empty());
    }

    #[test]
    fn any_content_of_the_file_gives_at_most_one_message() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("record");
        let sound = record(&["Draft", "Done", "a\\tb"]);
        let mut texts: Vec<Vec<u8>> =
            (0..sound.len()).map(|end| sound.as_bytes()[..end].to_vec()).collect();
        texts.push(b"\xff\xfe".to_vec());
        texts.push([HEADER.as_bytes(), b"label\ta\t1.sql\t1\n"].concat());
        texts.push([HEADER.as_bytes(), b"enum\ta\tb\tknown\t1.sql\t-1\n"].concat());
        for (index, text) in texts.iter().enumerate() {
            fs::write(&path, text).expect("a file");
            let found = messages(&status(), &variable(&path, &format!("text {index}")));
            let read = std::str::from_utf8(text).ok().and_then(super::Record::parse).is_some();
            assert!(
                read || found.len() == 1
                    && found[0].ends_with("use the same version of pg-enum and pg-enum-build"),
                "{found:?}"
            );
        }
        assert!(messages(&status(), &variable(dir.path(), "1"))[0].contains("cannot read"));
        assert!(messages(&status(), "")[0].contains("cannot read"));
    }
}
