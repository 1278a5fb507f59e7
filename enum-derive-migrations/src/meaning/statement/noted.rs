//! Takes note of statements that may make, change or drop something that depends on an enum or on a column of one.

use super::executor::Executor;
use crate::ground::Location;
use crate::meaning::expression::Env;
use crate::text::ddl::{Definition, Mention};
use crate::text::name::Keyword;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::is_query;
use crate::text::token;
use crate::text::word::{Words, keywords};

impl Executor<'_> {
    /// A statement of a script, of which most are told apart by their first words.
    pub(super) fn note(
        &mut self,
        text: &str,
        all: Words<'_>,
        definition: Option<&Definition>,
        at: &Location,
    ) {
        if !self.catalog().follows_tables {
            return;
        }
        let mut words = token::words(text);
        let mut next = || Keyword::new(words.next().map_or("", |(_, word, _)| word));
        let may_matter = match &*next() {
            "create" => {
                let is_table = match &*next() {
                    "schema" | "sequence" | "extension" => return,
                    "table" | "unlogged" | "foreign" => true,
                    _ => false,
                };
                // The body of a function is a literal, in which no name is found. Of a table, only what is read nowhere
                // else matters.
                (!is_table || all.have(keywords!["exclude"]))
                    && (all.have(keywords!["function", "procedure"])
                        || all.may_name(&self.session.memory.enum_names)
                        || all.may_name(&self.catalog().user_names))
            }
            "alter" => {
                matches!(
                    &*next(),
                    "index"
                        | "policy"
                        | "publication"
                        | "domain"
                        | "function"
                        | "procedure"
                        | "routine"
                        | "statistics"
                ) || all.have(keywords!["rename", "storage", "compression", "attribute"])
                    || all.have(keywords!["privileges", "exclude", "view", "trigger", "rule"])
                    || all.have(keywords!["owner", "default"]) && !self.alters_table(definition)
            }
            "grant" | "revoke" | "security" => {
                all.have(keywords!["type", "domain"])
                    && all.may_name(&self.session.memory.enum_names)
                    || all.have(keywords!["function", "procedure", "routine", "schema"])
                    || all.may_name(&self.catalog().user_names)
            }
            "drop" => !matches!(&*next(), "schema" | "sequence" | "extension"),
            "comment" => {
                next();
                match &*next() {
                    "column" | "view" => all.may_name(&self.catalog().user_names),
                    noun => !matches!(noun, "table" | "schema" | "extension" | "sequence"),
                }
            }
            _ => false,
        };
        if may_matter {
            // What a block executes stands in the block.
            let is_in_block = !self.limits().is_at_top();
            self.note_mention(text, at, is_in_block);
        }
    }

    /// Whether a statement alters what is certainly a table: `ALTER TABLE` takes a view as well.
    fn alters_table(&self, definition: Option<&Definition>) -> bool {
        let Some(Definition::Alter(alter)) = definition else { return false };
        let id = self.catalog().find_relation(&alter.path).filter(|id| self.holds(*id));
        let relation = id.and_then(|id| self.catalog().relation(id));
        relation.is_some_and(|relation| relation.kind == "table")
    }

    /// A statement of a block.
    pub(super) fn note_in_block(&mut self, node: &SyntaxNode, env: &Env) {
        use SyntaxKind as K;
        let is_data =
            is_query(node.kind()) || matches!(node.kind(), K::INSERT | K::UPDATE | K::DELETE);
        if self.catalog().follows_tables && !is_data {
            self.note_mention(&node.text().to_string(), &env.origin.of(node), true);
        }
    }

    fn note_mention(&mut self, text: &str, at: &Location, is_in_block: bool) {
        if let Some(mention) = Mention::read(text) {
            let makes = mention.makes();
            self.catalog_mut().note(text, at, makes, is_in_block);
        }
    }
}
