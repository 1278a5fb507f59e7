//! Two lists: the statements that a `ROLLBACK` is known to undo completely, and the statements for which the enums
//! show whether they have run. A statement that is not on the list is refused, even if it is harmless.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::settings::set;
use super::text::{literal_value, name};
use super::tree::{names, sole_literal};
use super::{Name, Uses};

/// The two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// Statements that a `ROLLBACK` undoes completely.
    TakenBack,
    /// Statements with a lasting effect only on enums.
    Enums,
}

/// The result of a look-up in a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is on the list if the code that it runs is.
    Runs,
    /// It is on the list, and runs no user-defined code.
    Inert,
    Refused(String),
}

/// Whether this is a PL/pgSQL statement.
pub(super) fn is_of_block(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(kind, K::PLPGSQL_ALIAS_DECL | K::PLPGSQL_CURSOR_DECL | K::PLPGSQL_OPEN_EXECUTE)
        || ast::PlpgsqlStmt::can_cast(kind)
}

/// Looks up a statement, without its parts.
pub(super) fn verdict(list: List, node: &SyntaxNode, in_block: bool) -> Verdict {
    if is_of_block(node.kind()) {
        return of_block(list, node);
    }
    match list {
        List::TakenBack => taken_back(node, in_block),
        List::Enums => enums(node, in_block),
    }
}

fn of_block(list: List, node: &SyntaxNode) -> Verdict {
    use SyntaxKind as K;
    match node.kind() {
        K::PLPGSQL_BLOCK
        | K::PLPGSQL_ALIAS_DECL
        | K::PLPGSQL_ASSERT_STMT
        | K::PLPGSQL_ASSIGN_STMT
        | K::PLPGSQL_CASE_STMT
        | K::PLPGSQL_CONTINUE_STMT
        | K::PLPGSQL_DO_STMT
        | K::PLPGSQL_DYN_EXECUTE_STMT
        | K::PLPGSQL_EXEC_SQL_STMT
        | K::PLPGSQL_EXIT_STMT
        | K::PLPGSQL_FOR_DYN_STMT
        | K::PLPGSQL_FOR_EACH_STMT
        | K::PLPGSQL_FOR_I_STMT
        | K::PLPGSQL_FOR_QUERY_STMT
        | K::PLPGSQL_GET_DIAG_STMT
        | K::PLPGSQL_IF_STMT
        | K::PLPGSQL_LOOP_STMT
        | K::PLPGSQL_NULL_STMT
        | K::PLPGSQL_PERFORM_STMT
        | K::PLPGSQL_RAISE_STMT
        | K::PLPGSQL_RETURN_STMT
        | K::PLPGSQL_WHILE_STMT => Verdict::Runs,
        // An unknown query of a cursor could be opened elsewhere.
        K::PLPGSQL_CALL_STMT
        | K::PLPGSQL_CLOSE_STMT
        | K::PLPGSQL_CURSOR_DECL
        | K::PLPGSQL_FETCH_STMT
        | K::PLPGSQL_FOR_CURSOR_STMT
        | K::PLPGSQL_MOVE_STMT
        | K::PLPGSQL_OPEN_STMT
        | K::PLPGSQL_RETURN_NEXT_STMT
        | K::PLPGSQL_RETURN_QUERY_STMT
            if list == List::TakenBack =>
        {
            Verdict::Runs
        }
        K::PLPGSQL_COMMIT_STMT | K::PLPGSQL_ROLLBACK_STMT => Verdict::Refused(TRANSACTION.into()),
        K::PLPGSQL_OPEN_EXECUTE | K::PLPGSQL_RETURN_QUERY_EXECUTE_STMT => {
            Verdict::Refused("the text of this EXECUTE is known only at run time".into())
        }
        _ => unlisted(node),
    }
}

const TRANSACTION: &str = "it begins or ends a transaction, so earlier statements could not be \
                           rolled back";
const ALONE: &str = "it cannot run in a transaction";
const SHARED: &str = "it changes objects that all databases of the server share";
const MESSAGES: &str = "it sends or receives messages between sessions";

/// The statements that may be inside a block or a function. The catalogs are queried before the outermost statement.
/// So a block must not contain a statement that changes which code a later statement in it runs.
fn may_be_inside(node: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    match node.kind() {
        K::SELECT
        | K::COMPOUND_SELECT
        | K::PAREN_SELECT
        | K::TABLE
        | K::VALUES
        | K::INSERT
        | K::UPDATE
        | K::DELETE
        | K::MERGE
        | K::TRUNCATE
        | K::CREATE_TABLE_AS
        | K::CREATE_TYPE
        | K::ALTER_TYPE
        | K::DROP_TYPE
        | K::CREATE_DOMAIN
        | K::DROP_DOMAIN
        | K::DROP_SCHEMA
        | K::DROP_TABLE
        | K::DROP_VIEW
        | K::DROP_MATERIALIZED_VIEW
        | K::CREATE_INDEX
        | K::DROP_INDEX
        | K::CREATE_SEQUENCE
        | K::DROP_SEQUENCE
        | K::DROP_FUNCTION
        | K::DROP_PROCEDURE
        | K::DROP_ROUTINE
        | K::DROP_TRIGGER
        | K::DROP_POLICY
        | K::COMMENT_ON
        | K::GRANT
        | K::REVOKE
        | K::SET
        | K::RESET
        | K::SET_CONSTRAINTS
        | K::SHOW
        | K::LOCK
        | K::DO
        | K::CALL => true,
        K::CREATE_SCHEMA => !node.children().any(|it| ast::Stmt::can_cast(it.kind())),
        // The new table would copy defaults and constraints from another table.
        K::CREATE_TABLE => {
            !["like", "inherits", "partition"].iter().any(|word| has_word(node, word))
        }
        K::ALTER_TABLE => {
            let is_action = |it: &SyntaxNode| it.kind() != K::TABLE_RELATION_NAME;
            let known = |it: SyntaxNode| {
                matches!(
                    it.kind(),
                    K::IF_EXISTS
                        | K::ADD_COLUMN
                        | K::DROP_COLUMN
                        | K::ALTER_COLUMN
                        | K::ADD_CONSTRAINT
                        | K::DROP_CONSTRAINT
                )
            };
            node.children().filter(is_action).all(known) && !has_word(node, "references")
        }
        _ => false,
    }
}

fn taken_back(node: &SyntaxNode, in_block: bool) -> Verdict {
    let verdict = taken_back_by_itself(node, in_block);
    match verdict {
        Verdict::Refused(_) => verdict,
        _ if !in_block => verdict,
        _ if !may_be_inside(node) => {
            let words: Vec<String> = words(node).take(2).map(|it| it.to_uppercase()).collect();
            Verdict::Refused(format!(
                "{} inside a block or a function is not analysed; write it as a separate statement",
                words.join(" ")
            ))
        }
        // A new object may be used in the same text, so its names count.
        _ if makes_what_runs(node) => Verdict::Runs,
        _ => verdict,
    }
}

fn makes_what_runs(node: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    let has = |kinds: [SyntaxKind; 2]| node.children().any(|it| kinds.contains(&it.kind()));
    match node.kind() {
        K::CREATE_TABLE | K::CREATE_DOMAIN => true,
        K::CREATE_TYPE => !has([K::ENUM_TYPE, K::ENUM_TYPE]),
        K::ALTER_TYPE => !has([K::ADD_VALUE, K::RENAME_VALUE]),
        _ => false,
    }
}

fn taken_back_by_itself(node: &SyntaxNode, in_block: bool) -> Verdict {
    use SyntaxKind as K;
    let has = |word: &str| has_word(node, word);
    let unless = |is_so: bool, reason: &str, verdict: Verdict| {
        if is_so { Verdict::Refused(reason.to_owned()) } else { verdict }
    };
    match node.kind() {
        K::SELECT
        | K::COMPOUND_SELECT
        | K::PAREN_SELECT
        | K::SELECT_INTO
        | K::TABLE
        | K::VALUES
        | K::INSERT
        | K::UPDATE
        | K::DELETE
        | K::MERGE
        | K::CREATE_TABLE_AS
        | K::CREATE_MATERIALIZED_VIEW
        | K::CREATE_SCHEMA
        | K::ALTER_DOMAIN
        | K::DO
        | K::CALL => Verdict::Runs,
        K::TRUNCATE => {
            unless(has("cascade"), "it truncates tables that it does not name", Verdict::Runs)
        }
        K::CREATE_INDEX | K::ALTER_TABLE | K::REFRESH => {
            unless(has("concurrently"), ALONE, Verdict::Runs)
        }
        // The bounds of a partition are expressions.
        K::CREATE_TABLE if node.children().any(|it| it.kind() == K::PARTITION_OF) => Verdict::Runs,
        K::CREATE_TABLE
        | K::ALTER_TYPE
        | K::DROP_TYPE
        | K::CREATE_DOMAIN
        | K::DROP_DOMAIN
        | K::ALTER_SCHEMA
        | K::DROP_SCHEMA
        | K::DROP_TABLE
        | K::CREATE_VIEW
        | K::ALTER_VIEW
        | K::DROP_VIEW
        | K::ALTER_MATERIALIZED_VIEW
        | K::DROP_MATERIALIZED_VIEW
        | K::ALTER_INDEX
        | K::CREATE_SEQUENCE
        | K::ALTER_SEQUENCE
        | K::DROP_SEQUENCE
        | K::ALTER_FUNCTION
        | K::ALTER_PROCEDURE
        | K::ALTER_ROUTINE
        | K::DROP_FUNCTION
        | K::DROP_PROCEDURE
        | K::DROP_ROUTINE
        | K::CREATE_TRIGGER
        | K::ALTER_TRIGGER
        | K::DROP_TRIGGER
        | K::CREATE_POLICY
        | K::ALTER_POLICY
        | K::DROP_POLICY
        | K::CREATE_STATISTICS
        | K::ALTER_STATISTICS
        | K::DROP_STATISTICS
        | K::ALTER_DEFAULT_PRIVILEGES
        | K::SET_CONSTRAINTS
        | K::SHOW
        | K::LOCK => Verdict::Inert,
        K::DROP_INDEX => unless(has("concurrently"), ALONE, Verdict::Inert),
        K::CREATE_TYPE => {
            let defined =
                |kind: SyntaxKind| matches!(kind, K::ENUM_TYPE | K::COMPOSITE_TYPE | K::RANGE_TYPE);
            let known = node.children().all(|it| it.kind() == K::TYPE_NAME || defined(it.kind()));
            unless(!known, "it creates a base type, which needs functions in C", Verdict::Inert)
        }
        K::CREATE_FUNCTION | K::CREATE_PROCEDURE => unless(
            !is_of_readable_language(node),
            "the function is in a language other than sql and plpgsql",
            Verdict::Inert,
        ),
        K::COMMENT_ON => {
            let shared = ["database", "role", "tablespace", "subscription"];
            let of = words(node).nth(2);
            unless(of.is_some_and(|of| shared.contains(&&*of)), SHARED, Verdict::Inert)
        }
        K::GRANT | K::REVOKE => {
            let on = words(node).skip_while(|word| word != "on").nth(1);
            let shared = ["database", "tablespace", "parameter", "large"];
            let is_shared = on.is_none_or(|on| shared.contains(&&*on));
            unless(is_shared, SHARED, Verdict::Inert)
        }
        K::SET | K::RESET => match set(node, in_block) {
            Some(reason) => Verdict::Refused(reason),
            None => Verdict::Inert,
        },
        _ => unlisted(node),
    }
}

/// A statement that is not on the list, with a specific reason if there is one.
fn unlisted(node: &SyntaxNode) -> Verdict {
    use SyntaxKind as K;
    let reason = match node.kind() {
        K::BEGIN
        | K::COMMIT_TRANSACTION
        | K::COMMIT_PREPARED
        | K::ROLLBACK_TRANSACTION
        | K::ROLLBACK_TO_SAVEPOINT
        | K::ROLLBACK_PREPARED
        | K::SAVEPOINT_CREATE
        | K::RELEASE_SAVEPOINT
        | K::PREPARE_TRANSACTION
        | K::SET_TRANSACTION => TRANSACTION,
        K::VACUUM
        | K::CREATE_DATABASE
        | K::DROP_DATABASE
        | K::CREATE_TABLESPACE
        | K::DROP_TABLESPACE
        | K::ALTER_SYSTEM => ALONE,
        K::ALTER_DATABASE
        | K::ALTER_TABLESPACE
        | K::ALTER_ROLE
        | K::ALTER_USER
        | K::ALTER_GROUP
        | K::CREATE_ROLE
        | K::CREATE_USER
        | K::CREATE_GROUP
        | K::DROP_ROLE
        | K::DROP_USER
        | K::DROP_GROUP => SHARED,
        K::ANALYZE => "the server keeps some of the statistics after a rollback",
        K::COPY => "COPY accesses files or programs, or needs data that only psql sends",
        K::LISTEN | K::NOTIFY | K::UNLISTEN => MESSAGES,
        K::CREATE_SUBSCRIPTION | K::ALTER_SUBSCRIPTION | K::DROP_SUBSCRIPTION => {
            "it connects to another server"
        }
        K::CREATE_EXTENSION | K::ALTER_EXTENSION | K::DROP_EXTENSION => {
            "the script of an extension is not analysed"
        }
        K::SET_ROLE | K::RESET_ROLE | K::SET_SESSION_AUTH | K::RESET_SESSION_AUTH => {
            "it changes the role for later statements"
        }
        _ => {
            let words: Vec<String> = words(node).take(2).map(|it| it.to_uppercase()).collect();
            let words = words.join(" ");
            return Verdict::Refused(format!(
                "{words} is not on the list of statements that a rollback undoes completely"
            ));
        }
    };
    Verdict::Refused(reason.to_owned())
}

fn enums(node: &SyntaxNode, in_block: bool) -> Verdict {
    use SyntaxKind as K;
    let of_enum = |kinds: &[SyntaxKind]| node.children().any(|it| kinds.contains(&it.kind()));
    let listed = match node.kind() {
        K::SELECT | K::COMPOUND_SELECT | K::PAREN_SELECT | K::VALUES if in_block => {
            return Verdict::Runs;
        }
        K::DO => return Verdict::Runs,
        K::BEGIN | K::COMMIT_TRANSACTION | K::SAVEPOINT_CREATE | K::RELEASE_SAVEPOINT => !in_block,
        K::SET | K::SET_ROLE | K::RESET | K::RESET_ROLE | K::SET_CONSTRAINTS | K::LOCK => true,
        K::CREATE_TYPE => of_enum(&[K::ENUM_TYPE]),
        K::ALTER_TYPE => {
            of_enum(&[K::ADD_VALUE, K::RENAME_VALUE, K::TYPE_RENAME_TO, K::SET_SCHEMA])
        }
        K::DROP_TYPE => !has_word(node, "cascade"),
        K::COMMENT_ON => comment(node).is_some(),
        _ => false,
    };
    if listed { Verdict::Inert } else { Verdict::Refused("it changes more than enums".into()) }
}

/// The type of a `COMMENT ON TYPE`, and the comment.
fn comment(node: &SyntaxNode) -> Option<(Name, Option<String>)> {
    let object = node.children().find(|it| it.kind() == SyntaxKind::OBJECT_TYPE)?;
    let path = object.children().find(|it| it.kind() == SyntaxKind::TYPE_NAME_REF)?;
    let literal = node.children().find(|it| it.kind() == SyntaxKind::LITERAL)?;
    let text = sole_literal(&literal)?;
    let text = match name(&text).as_deref() {
        Some("null") => None,
        _ => Some(literal_value(&text)?),
    };
    match names(&path).as_slice() {
        [name] => Some(((None, name.clone()), text)),
        [schema, name] => Some(((Some(schema.clone()), name.clone()), text)),
        _ => None,
    }
}

/// Collects the effects of a statement that runs no code.
pub(super) fn note(node: &SyntaxNode, in_block: bool, uses: &mut Uses) {
    use SyntaxKind as K;
    match node.kind() {
        K::ALTER_TYPE => {
            let has = |kind| node.children().any(|it| it.kind() == kind);
            uses.renamed += usize::from(has(K::TYPE_RENAME_TO));
            uses.moved += usize::from(has(K::SET_SCHEMA));
        }
        K::DROP_TYPE => {
            let named = node.children().filter(|it| it.kind() == K::TYPE_NAME_REF);
            uses.dropped += named.count();
        }
        K::COMMENT_ON => uses.comments.extend(comment(node)),
        // For a separate statement, the server is asked for the search path.
        K::SET | K::RESET if in_block => uses.any_schema = true,
        _ => {}
    }
}

fn is_of_readable_language(node: &SyntaxNode) -> bool {
    let is_language = |node: &SyntaxNode| node.kind() == SyntaxKind::LANGUAGE_REF;
    let mut languages = node.descendants().filter(is_language).peekable();
    // Without a string, the body is SQL (PostgreSQL 14).
    languages.all(|language| {
        let language =
            sole_literal(&language).and_then(|text| literal_value(&text).or_else(|| name(&text)));
        matches!(language.as_deref(), Some("sql" | "plpgsql"))
    })
}

/// The catalogs that describe enums.
pub(super) fn is_catalog(name: &str) -> bool {
    matches!(
        name,
        "pg_type" | "pg_enum" | "pg_namespace" | "pg_class" | "pg_attribute" | "pg_range"
    )
}

/// The words of a statement, in lower case, without quoted parts.
fn words(node: &SyntaxNode) -> impl Iterator<Item = String> {
    let tokens: Vec<String> = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .map(|token| token.text().to_ascii_lowercase())
        .filter(|text| text.starts_with(|c: char| c == '_' || c.is_alphabetic()))
        .collect();
    tokens.into_iter()
}

pub(super) fn has_word(node: &SyntaxNode, wanted: &str) -> bool {
    words(node).any(|word| word == wanted)
}
