//! What is done with a statement, by what it is.

use super::dependents::is_about_dependent;
use super::executor::Executor;
use super::interest::Interest;
use super::outside::may_be_out_of_place;
use super::stretch::Text;
use super::tables::why;
use super::transactions::is_transaction_control;
use crate::ground::{Done, Finding, Kind, Location, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::plpgsql::run_do;
use crate::meaning::session::comment_of;
use crate::text::ddl::Definition;
use crate::text::name::Path;
use crate::text::nesting::too_nested;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::origin::Origin;
use crate::text::script::{self, Piece, Sender, unclosed};
use crate::text::strings::respelled;
use crate::text::syntax::is_query;
use crate::text::token;
use crate::text::tree;
use crate::text::word::{Words, keywords};

impl Executor<'_> {
    /// Runs a text of any number of statements, as `EXECUTE` does.
    pub(crate) fn run_text(&mut self, text: &str, origin: &Origin) -> Done {
        self.limits().charge(text.len() / 4);
        let text = &*respelled(text, self.catalog().backslash());
        let pieces = script::pieces(text, Sender::Server, self.catalog().follows_tables);
        for piece in &pieces.list {
            match piece {
                Piece::Statement { range, words, definition, .. } => {
                    let at = origin.at(range.clone());
                    let part = origin.part(range.start);
                    let words = pieces.words(text, words);
                    let definition = pieces.definition(*definition);
                    self.run_statement(&text[range.clone()], words, definition, &part, &at)
                        .map_err(|refusal| refusal.at(&at))?;
                }
                Piece::Unclosed { at, what } => {
                    let at = origin.at(*at..at + 1);
                    self.session.run.report(unclosed(at, what));
                }
                Piece::Command { .. } | Piece::Torn { .. } | Piece::Dangling { .. } => {}
            }
        }
        Ok(())
    }

    /// Runs the text of one statement.
    pub(crate) fn run_statement(
        &mut self,
        text: &str,
        words: Words<'_>,
        definition: Option<&Definition>,
        origin: &Origin,
        at: &Location,
    ) -> Done {
        self.note(text, words, definition, at);
        let interest = self.interest(text, words);
        if self.session.connection.check_not_failed().is_ok() {
            self.check_may_define(text)?;
            self.check_is_in_place(text)?;
        }
        // What is not read for anything else is read for labels, if it can be.
        let may_use = self.may_use_labels(text, words)
            && self.session.connection.check_not_failed().is_ok()
            && !self.is_read(interest, text, words);
        let uses =
            if may_use && !too_nested(text) { tree::statement(text).ok().flatten() } else { None };
        let Some(node) = uses else {
            return self.run_as(interest, text, words, definition, origin, at);
        };
        let env = Env::new(origin.clone());
        // The server looks at the expressions of a table when that is there.
        match interest {
            Interest::AlterTable => {
                self.check_uses_in_conversions(&node, &env)?;
                self.run_as(interest, text, words, definition, origin, at)?;
                self.check_uses(&node, &env)
            }
            Interest::Relation("table") => {
                self.run_as(interest, text, words, definition, origin, at)?;
                self.check_uses(&node, &env)
            }
            _ => {
                self.check_uses(&node, &env)?;
                self.run_as(interest, text, words, definition, origin, at)
            }
        }
    }

    /// Whether a statement is read for what it is.
    fn is_read(&mut self, interest: Interest, text: &str, words: Words<'_>) -> bool {
        match interest {
            Interest::AlterTable | Interest::UniqueIndex | Interest::None => false,
            Interest::Query => !self.limits().is_at_top() || self.may_act(text, words),
            // Columns that it does not name are those of other tables.
            Interest::Relation(_) => !words.have(keywords!["inherits", "partition", "like"]),
            _ => true,
        }
    }

    fn run_as(
        &mut self,
        interest: Interest,
        text: &str,
        words: Words<'_>,
        definition: Option<&Definition>,
        origin: &Origin,
        at: &Location,
    ) -> Done {
        match interest {
            Interest::Import => {
                self.session.connection.check_not_failed()?;
                self.statement_may_fail(text, at);
                let reason = "which tables the other server has is not in the migrations";
                self.catalog_mut().doubt_all_tables(&why(at, reason));
                Ok(())
            }
            Interest::None => {
                self.statement_may_fail(text, at);
                self.session.connection.check_not_failed()
            }
            Interest::UniqueIndex => {
                self.session.connection.check_not_failed()?;
                self.statement_may_fail(text, at);
                self.note_unique_index(text, at);
                Ok(())
            }
            Interest::AlterTable => {
                self.session.connection.check_not_failed()?;
                self.statement_may_fail(text, at);
                let alter = match definition {
                    Some(Definition::Alter(alter)) => Some(alter),
                    _ => None,
                };
                // Its words have been looked at, or it would be parsed.
                self.alter_table_as(alter, &Text { whole: text, origin, may_name_types: false }, at)
            }
            Interest::Relation(kind) => {
                self.session.connection.check_not_failed()?;
                self.statement_may_fail(text, at);
                self.create_relation_from(text, words, definition, kind, origin, at)
            }
            Interest::Dependent => {
                self.session.connection.check_not_failed()?;
                self.statement_may_fail(text, at);
                // It bears on no enum by itself, so that nothing is reported where it cannot be read.
                match tree::statement(text).ok().flatten().filter(|_| !too_nested(text)) {
                    Some(node) => {
                        let env = Env::new(origin.clone());
                        self.check_uses(&node, &env)?;
                        self.change_or_create_dependent(&node, text, &env, at)
                    }
                    None => {
                        if words.have_pair(keywords!["unique", "index"]) {
                            self.note_unique_index(text, at);
                        }
                        self.change_dependent(text, None, at);
                        Ok(())
                    }
                }
            }
            Interest::Strange | Interest::StrangeNoun => {
                self.session.connection.check_not_failed()?;
                let is_noun = matches!(interest, Interest::StrangeNoun);
                if !self.limits().is_at_top() && self.session.connection.is_dynamic() {
                    let skipped = usize::from(is_noun);
                    let word = token::words(text).nth(skipped).map_or("", |(_, word, _)| word);
                    let message = format!("syntax error at or near \"{word}\"");
                    return Err(Refusal::new("42601", message));
                }
                if self.session.run.strange_in.as_deref() != Some(at.path()) {
                    self.session.run.strange_in = Some(at.path().to_owned());
                    let help = if is_noun {
                        // A server of another maker's may know more.
                        let comment = comment_of(at);
                        format!(
                            "fix it: PostgreSQL stops here with a syntax error; if your server knows it, write `{comment} \
                             pg-enum: assume nothing` before it"
                        )
                    } else {
                        "fix it; a server would stop here with a syntax error".to_owned()
                    };
                    self.session.run.report(
                        Finding::new(Kind::Unreadable, "this is not an SQL statement", at.clone())
                            .with_help(help),
                    );
                }
                Ok(())
            }
            Interest::Unknown => {
                self.session.connection.check_not_failed()?;
                self.session.unknown(
                    at,
                    "which statement this is, is not known before it runs",
                    &[],
                );
                Ok(())
            }
            // In a block, a query may be there for the error that it ends in.
            Interest::Query if self.limits().is_at_top() && !self.may_act(text, words) => {
                self.session.connection.check_not_failed()?;
                self.check_may_change_rows(text)
            }
            Interest::Query | Interest::Parse => match self.parse(text, origin, at) {
                Some(node) => self.interpret(&node, &Env::new(origin.clone())),
                None => self.session.connection.check_not_failed(),
            },
        }
    }

    /// A command of psql's.
    pub(crate) fn command(&mut self, text: &str, at: &Location) {
        let name: String = text.chars().skip(1).take_while(char::is_ascii_alphanumeric).collect();
        let message = match &*name {
            "i" | "include" | "ir" => "what the other file does is not followed",
            "gexec" => "what this executes is the result of a query",
            "c" | "connect" => "what comes after this is about another database",
            "if" | "elif" | "else" => "whether what comes after this runs is psql's to decide",
            _ => return,
        };
        self.session.unknown(at, message, &[]);
    }

    /// The syntax tree of one statement; what keeps it from being read is reported.
    pub(crate) fn parse(
        &mut self,
        text: &str,
        origin: &Origin,
        at: &Location,
    ) -> Option<SyntaxNode> {
        if too_nested(text) {
            self.session.unknown(at, "this is nested too deeply to be read", &[]);
            return None;
        }
        match tree::statement(text) {
            Ok(node) => node,
            Err((error, range)) => {
                let place = origin.at(range);
                self.session.unread_statement(text, at, &place, &error);
                self.define_unread_routine(text, at);
                None
            }
        }
    }

    /// Does what a statement does.
    pub(crate) fn interpret(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        let at = env.origin.of(node);
        let done = self.interpret_here(node, env, &at).map_err(|refusal| refusal.at(&at));
        if done.is_err() && self.catalog().follows_tables {
            // It fails with this, and with nothing else.
            self.session.run.failures.forget(&at);
        }
        done
    }

    /// Checks the expressions of a statement, except of one that makes a table: the server looks at these when that is there.
    fn check_uses_before(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        match node.kind() {
            K::CREATE_TABLE | K::CREATE_FOREIGN_TABLE | K::ALTER_TABLE | K::CREATE_DOMAIN => Ok(()),
            K::CREATE_FUNCTION | K::CREATE_PROCEDURE => {
                let parameters = self.parameters_of(node);
                self.check_uses(node, &Env { parameters, ..env.clone() })
            }
            _ => self.check_uses(node, env),
        }
    }

    fn change_setting(&mut self, node: &SyntaxNode, at: &Location) {
        use SyntaxKind as K;
        match node.kind() {
            K::SET => self.set(node, at),
            K::SET_ROLE | K::SET_SESSION_AUTH => self.set_role(node),
            K::SET_TRANSACTION => self.set_transaction_modes(node),
            _ => self.reset(node),
        }
    }

    fn interpret_here(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        use SyntaxKind as K;
        if is_transaction_control(node.kind()) {
            return self.transaction(node);
        }
        self.session.connection.check_not_failed()?;
        if !self.limits().is_at_top() && self.catalog().is_read_only() {
            self.check_may_define(&node.text().to_string())?;
        }
        // Those of scripts have been looked at.
        if may_be_out_of_place(node.kind()) && !self.limits().is_at_top() {
            self.check_is_in_place(&node.text().to_string())?;
        }
        self.check_uses_before(node, env)?;
        self.check_may_write(node)?;
        if self.session.run.failures.are_handled() && !is_query(node.kind()) {
            self.statement_may_fail(&node.text().to_string(), at);
        }
        self.forget_what_cascades(node, at);
        if matches!(node.kind(), K::CREATE_TABLE_AS | K::CREATE_MATERIALIZED_VIEW) {
            self.call_all(node, env)?;
        }
        match node.kind() {
            K::CREATE_TYPE => self.create_type(node, env, at),
            K::ALTER_TYPE | K::ALTER_DOMAIN => self.alter_type(node, env, at),
            K::DROP_TYPE | K::DROP_DOMAIN => self.drop_type(node, at),
            K::CREATE_DOMAIN => {
                self.create_domain(node, at)?;
                self.check_uses(node, env)
            }
            K::CREATE_SCHEMA => self.create_schema(node, env),
            K::ALTER_SCHEMA => self.alter_schema(node, at),
            K::DROP_SCHEMA => self.drop_schema(node, at),
            K::COMMENT_ON => self.comment_on(node),
            K::SET
            | K::SET_ROLE
            | K::SET_SESSION_AUTH
            | K::SET_TRANSACTION
            | K::RESET
            | K::DISCARD => {
                self.change_setting(node, at);
                Ok(())
            }
            K::DO => run_do(self, node, env, at),
            K::CREATE_FUNCTION | K::CREATE_PROCEDURE => {
                self.create_routine(node, env, at)?;
                self.define_routine(node, env, at);
                Ok(())
            }
            K::ALTER_FUNCTION | K::ALTER_PROCEDURE | K::ALTER_ROUTINE => {
                self.session.memory.rename_routine(&node.text().to_string());
                self.alter_routine(node);
                Ok(())
            }
            K::CREATE_CAST | K::DROP_CAST => self.cast_statement(node, env, at),
            K::SELECT_INTO => {
                self.run_query(node, env)?;
                self.select_into(node, env, at)
            }
            K::CREATE_TABLE | K::CREATE_FOREIGN_TABLE => {
                self.create_table(node, env, at)?;
                self.check_uses(node, env)
            }
            K::CREATE_TABLE_AS => self.create_table(node, env, at),
            K::CREATE_VIEW | K::CREATE_MATERIALIZED_VIEW => self.create_view(node, env, at),
            K::ALTER_TABLE => {
                self.check_uses_in_conversions(node, env)?;
                self.alter_table(node, env)?;
                self.check_uses(node, env)
            }
            K::ALTER_FOREIGN_TABLE | K::ALTER_VIEW | K::ALTER_MATERIALIZED_VIEW => {
                self.alter_table(node, env)
            }
            K::DROP_TABLE | K::DROP_VIEW | K::DROP_MATERIALIZED_VIEW | K::DROP_FOREIGN_TABLE => {
                self.drop_tables(node, at)
            }
            K::DROP_FUNCTION | K::DROP_PROCEDURE | K::DROP_ROUTINE => self.drop_routines(node),
            kind if is_about_dependent(kind) => {
                self.change_or_create_dependent(node, &node.text().to_string(), env, at)
            }
            K::DROP_EXTENSION => Ok(()),
            K::ALTER_SEQUENCE => {
                self.catalog_mut().moves_sequences = true;
                Ok(())
            }
            K::DROP_OWNED => {
                self.session.unknown(at, "what a role owns is not in the migrations", &[]);
                Ok(())
            }
            K::UPDATE | K::DELETE | K::INSERT | K::MERGE => self.modify(node, env, at),
            K::CALL => {
                if let Some(path) = Path::among(node) {
                    let arguments = self.evaluator().arguments(node, env)?;
                    self.call_routine(&path.name, &arguments, at);
                }
                Ok(())
            }
            kind if is_query(kind) => self.run_query(node, env).map(drop),
            _ => self.call_all(node, env),
        }
    }
}
