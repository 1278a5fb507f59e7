//! What the program remembers of the scripts: routines, names, placeholders, and what is in doubt.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use squawk_lexer::TokenKind;

use super::bodies::{Bodies, Read};
use super::routine::{Dormant, Routine};
use crate::ground::{Key, Location};
use crate::meaning::doubts::Doubts;
use crate::text::name::{self, Path, has_hole};
use crate::text::strings::Backslash;
use crate::text::token;
use crate::text::word::NameSet;

/// What a statement makes, changes or drops that replay follows.
const NOUNS: [&str; 21] = [
    "aggregate",
    "cast",
    "domain",
    "extension",
    "function",
    "index",
    "materialized",
    "operator",
    "owned",
    "policy",
    "procedure",
    "publication",
    "routine",
    "rule",
    "schema",
    "sequence",
    "statistics",
    "table",
    "trigger",
    "type",
    "view",
];

pub(crate) struct Memory {
    pub doubts: Doubts,
    /// Functions and procedures that may do more than compute.
    routines: HashMap<Arc<str>, Vec<Rc<Routine>>>,
    /// Their names, and those that such routines had.
    pub routine_names: NameSet,
    /// Routines that can do nothing to enums, as long as what they call cannot.
    dormant: Vec<Dormant>,
    /// The names of the types that any migration creates, and of their array types.
    pub enum_names: NameSet,
    /// Whether any operator has been made, which may take types that none takes by itself, or a cast between types of
    /// `PostgreSQL`'s own.
    pub makes_operators: bool,
    /// Whether any table may have a unique index: the name of one has been put together at run time, or it may not have
    /// been made.
    pub may_have_keys: bool,
    /// The first statement that changes a table that no migration has created. There is none where tables are not followed.
    pub older_table: Option<Location>,
    /// The names of types that may be older as well, which has been reported.
    pub older_types: HashSet<Arc<str>>,
    /// What placeholders were, by what stands for them.
    placeholders: HashMap<String, String>,
    bodies: Bodies,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self {
            doubts: Doubts::default(),
            routines: HashMap::new(),
            routine_names: NameSet::new(),
            dormant: Vec::new(),
            enum_names: NameSet::new(),
            makes_operators: false,
            may_have_keys: false,
            older_table: None,
            older_types: HashSet::new(),
            placeholders: HashMap::new(),
            bodies: Bodies::default(),
        }
    }

    // --- names ---

    /// From here on, statements that name a type of that name, or arrays of it, are read.
    pub(crate) fn note_type(&mut self, name: &Arc<str>) {
        self.enum_names.insert(Arc::clone(name));
        self.enum_names.insert(name::truncated(&format!("_{name}")).into());
    }

    pub(crate) fn note_placeholder(&mut self, hole: &str, original: &str) {
        if !self.placeholders.contains_key(hole) {
            self.placeholders.insert(hole.to_owned(), original.to_owned());
        }
    }

    /// Whether a name is known, be it only as a placeholder.
    pub(crate) fn is_certain(&self, path: &Path) -> bool {
        [Some(&path.name), path.schema.as_ref()].into_iter().flatten().all(|part| {
            !has_hole(part)
                || self.placeholders.contains_key(&**part)
                || self.placeholders.keys().any(|placeholder| part.contains(&**placeholder))
        })
    }

    /// Whether a name is what a placeholder stands for, and nothing else.
    pub(crate) fn is_placeholder(&self, name: &str) -> bool {
        self.placeholders.contains_key(name)
    }

    /// A name as the file has it.
    pub(crate) fn display(&self, name: &str) -> String {
        self.placeholders.get(name).cloned().unwrap_or_else(|| name.replace(name::HOLE, "?"))
    }

    pub(crate) fn display_key(&self, key: &Key) -> String {
        format!("{}.{}", self.display(&key.0), self.display(&key.1))
    }

    pub(crate) fn display_keys(&self, keys: &[Key]) -> Vec<String> {
        let mut names = Vec::with_capacity(keys.len());
        for key in keys {
            names.push(self.display_key(key));
        }
        names
    }

    /// Types whose state is not certain from here on, for a reason that is reported elsewhere.
    pub(crate) fn doubt(&mut self, keys: &[Key]) {
        for key in keys {
            self.doubts.add(key);
        }
    }

    /// What is in doubt of a type is in doubt under another name as well.
    pub(crate) fn follow_doubt(&mut self, from: &Key, to: &Key) {
        if self.doubts.types().contains(from) {
            self.doubts.add(to);
        }
    }

    /// Likewise, of all types in a schema.
    pub(crate) fn follow_doubts(&mut self, from: &Arc<str>, to: &Arc<str>) {
        let mut moved = Vec::new();
        for (schema, name) in self.doubts.types() {
            if schema == from {
                moved.push((Arc::clone(to), Arc::clone(name)));
            }
        }
        self.doubt(&moved);
    }

    // --- routines ---

    /// The body that a text is, where a backslash means this. It is read once, as long as there is room to keep it.
    pub(crate) fn read_body(&mut self, text: &str, backslash: Backslash) -> Rc<Read> {
        self.bodies.read(text, backslash)
    }

    /// The routines of a name.
    pub(crate) fn routines(&self, name: &str) -> &[Rc<Routine>] {
        self.routines.get(name).map_or(&[], Vec::as_slice)
    }

    /// Remembers a routine, in the place of one of the same name and signature. `acts` is whether its body holds
    /// anything that could bear on enums.
    pub(crate) fn define(&mut self, name: Arc<str>, routine: Routine, acts: bool) {
        self.dormant
            .retain(|there| there.name != name || there.routine.signature != routine.signature);
        if acts {
            self.remember(name, Rc::new(routine));
            return;
        }
        // Others of the same name may be there still.
        if let Some(there) = self.routines.get_mut(&name) {
            there.retain(|there| there.signature != routine.signature);
        }
        let words = routine.words();
        self.dormant.push(Dormant { name, words, routine: Rc::new(routine) });
    }

    /// `ALTER FUNCTION … RENAME TO`. What had the name keeps it as well: there may be others.
    pub(crate) fn rename_routine(&mut self, text: &str) {
        let spelled = |word: &str| match word.strip_prefix('"') {
            Some(quoted) => quoted.trim_end_matches('"').to_owned(),
            None => word.to_ascii_lowercase(),
        };
        let mut words = Vec::new();
        for (_, word, _) in token::words(text) {
            words.push(spelled(word));
        }
        let Some(rename) = words.iter().rposition(|word| word == "rename") else { return };
        let (before, after) = words.split_at(rename);
        let Some(new) = after.get(2).map(|word| Arc::<str>::from(word.as_str())) else { return };
        for index in 0..self.dormant.len() {
            let there = &self.dormant[index];
            if before.iter().any(|word| **word == *there.name) {
                self.dormant.push(Dormant { name: Arc::clone(&new), ..there.clone() });
            }
        }
        for old in before {
            for routine in self.routines(old).to_vec() {
                self.remember(Arc::clone(&new), routine);
            }
        }
    }

    /// Remembers a routine that may act, and with it those that were harmless until it was there: names
    /// in bodies are looked up when they are run.
    fn remember(&mut self, name: Arc<str>, routine: Rc<Routine>) {
        let mut found = vec![(name, routine)];
        while let Some((name, routine)) = found.pop() {
            let word = name.to_ascii_lowercase();
            self.dormant.retain(|there| {
                let calls = there.words.contains(&word);
                if calls {
                    found.push((Arc::clone(&there.name), Rc::clone(&there.routine)));
                }
                !calls
            });
            self.routine_names.insert(Arc::clone(&name));
            let there = self.routines.entry(name).or_default();
            there.retain(|there| there.signature != routine.signature);
            there.push(routine);
        }
    }

    /// Whether a body has words in it that could change what replay follows, or run what does.
    pub(crate) fn may_act(&self, body: &str) -> bool {
        let mut ddl = false;
        for (kind, word, _) in token::words(body) {
            if !matches!(kind, TokenKind::Ident | TokenKind::QuotedIdent { .. }) {
                continue;
            }
            let word = word.trim_matches('"').to_ascii_lowercase();
            ddl |= matches!(&*word, "create" | "alter" | "drop");
            let acts = match &*word {
                "execute"
                | "set_config"
                | "search_path"
                | "standard_conforming_strings"
                | "pg_enum" => true,
                word if ddl && NOUNS.contains(&word) => true,
                word => self.routines.contains_key(word),
            };
            if acts {
                return true;
            }
        }
        false
    }
}
