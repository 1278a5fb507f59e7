//! Looks up the type of each enum, as `check` does.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_build::foreign::{Codec, ForeignEnum, Match, SqlType, find};
use pg_enum_core::Definition;
use pg_enum_core::divergence::divergences;
use pg_enum_core::record::{Record, RecordedEnum};

use super::reorder;
use super::target::{self, Candidate, Label, Target, beside, feature};
use crate::Streams;
use crate::accept::Accepted;
use crate::enums::{Derived, Foreign, Sources};
use crate::folders::Folders;
use crate::foreign::{Comparison, sql_types};
use crate::manifest::Feature;
use crate::migrations::Replayed;
use crate::not_compared::Reason;
use crate::problem::{Problem, Severity};
use crate::project::features::Lock;
use crate::project::{Group, Nearness, Others, Places, Project, schemas_beside};
use crate::settings::say_where;
use crate::text::visible;

/// The type of an enum, as its attributes have to name it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Type {
    schema: Option<String>,
    name: String,
    is_external: bool,
    /// Which variant comes at each place, where their order is to be changed.
    order: Option<Vec<usize>>,
}

/// What accepts that no enum is compared.
const ALLOW: &str = "`nothing-compared = \"allow\"`";

/// The migrations that enums are looked up in.
pub(super) struct Lookup<'l, 'p, 's> {
    project: &'p Project,
    places: Places<'p>,
    folders: Folders,
    accepted: Accepted,
    streams: &'l mut Streams<'s>,
    /// The folders that have been opened for each package.
    near: HashMap<String, HashMap<Nearness, Vec<usize>>>,
    /// Whether the manifests accept that no enum is compared.
    allows_nothing: bool,
    /// The folders that enums which derive `PgEnum` go by, whose own problems `check` reports.
    reported: Vec<PathBuf>,
    /// All files, each with its text.
    texts: Vec<(PathBuf, String)>,
    /// Whether variants may be put in the order of the type.
    reorders: bool,
}

impl<'l, 'p, 's> Lookup<'l, 'p, 's> {
    pub(super) fn new(
        project: &'p Project,
        places: Places<'p>,
        sources: &[Sources],
        groups: &[Group],
        allows_nothing: bool,
        reorders: bool,
        streams: &'l mut Streams<'s>,
    ) -> Self {
        let accepted = project.accepted();
        let (folders, near) = (Folders::default(), HashMap::new());
        // One that cannot be read has been reported.
        let texts = sources.iter().flat_map(Sources::files);
        let texts = texts.filter_map(|file| Some((file.clone(), fs::read_to_string(file).ok()?)));
        let texts = texts.collect();
        let requests = groups.iter().filter(|group| !group.is_external()).map(Group::request);
        let reported = requests.flatten().map(|request| real(&request.dir)).collect();
        Self {
            project,
            places,
            folders,
            accepted,
            streams,
            near,
            allows_nothing,
            reported,
            texts,
            reorders,
        }
    }

    /// Refuses an enum if another file has what would not compile any more: the array type of sqlx a second time, or a
    /// use of what only its derive makes: `DeriveActiveEnum` makes `MoodEnum` and
    /// `MoodVariant` for `Mood` (`impl_active_enum` in `derives/active_enum.rs`, sea-orm-macros 1.1.20 and 2.0.4).
    fn refuse_other_files(&self, target: &Target, file: &Path) -> Result<(), String> {
        let array = format!("PgHasArrayType for {}", target.ident);
        let has_array = |(other, text): &(PathBuf, String)| other != file && has_word(text, &array);
        if target.codecs.contains(&Codec::SqlxType) && self.texts.iter().any(has_array) {
            return Err(
                "another file implements `PgHasArrayType` for it; remove that first".to_owned()
            );
        }
        if !target.codecs.contains(&Codec::SeaOrmActiveEnum) {
            return Ok(());
        }
        for name in ["Enum", "Variant"].map(|end| format!("{}{end}", target.ident)) {
            if self.texts.iter().any(|(_, text)| has_word(text, &name)) {
                return Err(format!(
                    "`{name}` is used, which its derive makes and `PgEnum` does not"
                ));
            }
        }
        Ok(())
    }

    /// What an enum becomes, and the features of pg-enum for it. The error says why it is left alone.
    pub(super) fn target<'a>(
        &mut self,
        candidate: &Candidate<'_>,
        package: &'a Others<'p>,
        others: &[Others<'p>],
        derived: &[&Derived],
        lock: &Lock,
        krate: &str,
    ) -> Result<(Target, Vec<Feature<'a>>), String> {
        let mut features = Vec::new();
        for foreign in &candidate.foreign {
            features.push(feature(foreign.reading.codec, package.package, lock)?);
        }
        let reading = &candidate.first().reading;
        let labels = target::labels(reading)?;
        for other in candidate.foreign.iter().skip(1) {
            if target::labels(&other.reading)? != labels {
                let other = other.reading.codec;
                return Err(format!("`{}` and `{other}` give it other labels", reading.codec));
            }
        }
        let mut target = Target {
            ident: reading.ident.to_string(),
            at: reading.ident.span().start(),
            codecs: candidate.codecs(),
            is_derived: candidate.is_derived,
            schema: None,
            name: String::new(),
            labels,
            order: None,
            sql_type: candidate.foreign.iter().find_map(|foreign| {
                foreign.reading.sql_type.as_ref().map(|path| path.value.clone())
            }),
            impls_in: candidate.foreign.iter().find_map(|one| one.reading.impls_in.clone()),
            is_external: false,
            has_one_strum: lock.has_one("strum"),
            krate: krate.to_owned(),
        };
        self.refuse_other_files(&target, candidate.file())?;
        if candidate.is_derived {
            return Ok((beside(target, candidate, derived)?, features));
        }
        let mut types: Vec<Type> = Vec::new();
        for (foreign, feature) in candidate.foreign.iter().zip(&features) {
            let found = self.type_(foreign, feature.name, &target, package, others)?;
            if !types.contains(&found) {
                types.push(found);
            }
        }
        match &types[..] {
            [Type { schema, name, is_external, order }] => {
                target.schema.clone_from(schema);
                target.name.clone_from(name);
                target.is_external = *is_external;
                if let Some(order) = order {
                    let casts = self.texts.iter().map(|(file, text)| (&**file, &**text));
                    reorder::refuse_casts(&target, casts)?;
                    target.labels = reorder::in_order(&target.labels, order);
                    target.order = Some(order.clone());
                }
                Ok((target, features))
            }
            _ => Err("its codecs name different types".to_owned()),
        }
    }

    /// The type of an enum under one of its codecs.
    fn type_(
        &mut self,
        foreign: &Foreign,
        feature: &str,
        target: &Target,
        package: &Others<'p>,
        others: &[Others<'p>],
    ) -> Result<Type, String> {
        let reading = &foreign.reading;
        let sql_types = sql_types(foreign, package, others);
        let near = self.near.entry(package.package.name.clone()).or_default();
        let mut comparison = Comparison {
            folders: &mut self.folders,
            places: &mut self.places,
            accepted: &mut self.accepted,
            streams: self.streams,
        };
        let outcome = match comparison.enum_(foreign, package, &sql_types, near) {
            Ok(outcome) => outcome,
            // Of an enum that is compared with nothing, `check` says so, and would not any more.
            Err(Reason::NoFolder) if !self.allows_nothing => {
                return Err(format!("{}; {}, or say {ALLOW} there", Reason::NoFolder, say_where()));
            }
            Err(Reason::NoFolder | Reason::NoType { .. }) => {
                let (schema, name) = spelled(reading, feature, &sql_types)?;
                return Ok(Type { schema, name, is_external: true, order: None });
            }
            Err(reason) => return Err(reason.to_string()),
        };
        let mut folders = outcome.folders.iter();
        let Some((index, contents)) = folders.find_map(|&index| {
            let folder = self.folders.get(index)?;
            Some((index, folder.contents.as_ref()?))
        }) else {
            return Err("its migrations are not read".to_owned());
        };
        let record = contents.record();
        let (schema, name, there) = match find(reading, record, &sql_types) {
            Match::Found(there) => (&there.schema, &there.name, Some(there)),
            Match::Dropped(there) => (&there.schema, &there.name, None),
            Match::Ambiguous | Match::Absent => {
                return Err("which type it stands for is not certain".to_owned());
            }
        };
        let is_default = reading.schema.is_none() && *schema == record.default_schema;
        let mut found = Type {
            schema: (!is_default).then(|| schema.clone()),
            name: name.clone(),
            is_external: false,
            order: None,
        };
        if let Err(refusal) = same_problems(&found, &target.labels, &outcome.problems, record) {
            let order = there.and_then(|there| order_of(&target.labels, there));
            match (refusal, order) {
                (Refusal::Order(_), Some(order)) if self.reorders => {
                    let labels = reorder::in_order(&target.labels, &order);
                    same_problems(&found, &labels, &outcome.problems, record)
                        .map_err(Refusal::into_why)?;
                    found.order = Some(order);
                }
                (Refusal::Order(why), Some(_)) => {
                    return Err(format!("{why}; --reorder changes the order of the variants"));
                }
                (refusal, _) => return Err(refusal.into_why()),
            }
        }
        self.goes_by(index, &found, &target.labels, package)?;
        Ok(found)
    }

    /// Refuses an enum that `check` would compare with another folder if it derived `PgEnum`, or whose folder has mistakes
    /// of its own, which `check` reports only then.
    fn goes_by(
        &mut self,
        there: usize,
        found: &Type,
        labels: &[Label],
        package: &Others<'p>,
    ) -> Result<(), String> {
        let requests = self.project.requests(package.package, &package.config, &mut self.places);
        let beside = schemas_beside(package.package, &package.config, &mut self.places);
        let labels = texts(labels);
        let definition = definition(found, &labels);
        let mut open = |request| self.folders.open(request, &self.accepted, self.streams).ok();
        let mut own: Vec<usize> = requests.iter().filter_map(&mut open).collect();
        if requests.len() > 1 {
            own.retain(|&index| {
                let contents = self.folders.get(index).and_then(|one| one.contents.as_ref());
                contents.is_some_and(|contents| contents.record().find_for(definition).is_some())
            });
        }
        let own = match own[..] {
            [own] => Some(own),
            _ => None,
        };
        let is_it = own.is_some_and(|own| {
            own == there
                || requests.len() == 1
                    && self.folders.beside(own, &beside, definition, &self.accepted, self.streams)
                        == Some(there)
        });
        let dir = |index| self.folders.get(index).map(|folder| &*folder.request.dir);
        if !is_it {
            return Err(format!(
                "its type is in {}, and `check` would not compare `PgEnum` with that; name it with `migrations` in \
                 `[package.metadata.pg-enum]`",
                visible(&dir(there).unwrap_or(Path::new("")).to_string_lossy())
            ));
        }
        let folder = own.and_then(|own| self.folders.get(own));
        match folder.and_then(|folder| Some((folder, folder.contents.as_ref()?))) {
            Some((folder, contents)) if !self.reported.contains(&real(&folder.request.dir)) => {
                no_problems(&contents.replayed)
            }
            _ => Ok(()),
        }
    }
}

/// The texts of labels, in order.
fn texts(labels: &[Label]) -> Vec<&str> {
    labels.iter().map(|label| &*label.text).collect()
}

/// The enum as `PgEnum` defines it.
fn definition<'d>(found: &'d Type, labels: &'d [&'d str]) -> Definition<'d> {
    let mut definition = Definition::new(&found.name, labels);
    definition.schema = found.schema.as_deref();
    definition
}

/// Refuses migrations with mistakes of their own, which `check` reports only if an enum derives `PgEnum`.
fn no_problems(replayed: &Replayed) -> Result<(), String> {
    let is_mistake = |problem: &Problem| problem.severity == Severity::Error;
    let Some(problem) = replayed.problems().into_iter().find(is_mistake) else { return Ok(()) };
    let place = problem.places.first().map(|place| {
        format!(" ({}:{})", visible(&place.path().to_string_lossy()), place.at.line())
    });
    Err(format!(
        "if it derived `PgEnum`, `check` would report a mistake in its migrations, which is to be fixed first: {}{}",
        problem.message,
        place.unwrap_or_default()
    ))
}

/// A directory without links, if it can be found.
fn real(dir: &Path) -> PathBuf {
    fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned())
}

/// Whether a name is in a text.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    })
}

/// The type's schema and name, where no migration has it.
pub(super) fn spelled(
    reading: &ForeignEnum,
    feature: &str,
    sql_types: &[SqlType],
) -> Result<(Option<String>, String), String> {
    if reading.sql_type.is_some() {
        let mut types = sql_types.iter().map(|one| {
            (one.schema.as_ref().map(|schema| schema.value.clone()), one.name.value.clone())
        });
        let first = types.next().filter(|first| types.all(|other| other == *first));
        return first.ok_or_else(|| {
            "the name of its type is not found: neither a migration nor a struct with \
             `#[diesel(postgres_type(…))]` has it"
                .to_owned()
        });
    }
    let name = &reading.name.value;
    let schema = reading.schema.as_ref().map(|schema| schema.value.clone());
    // SeaORM quotes names from 2.0 on; the server folds the others.
    let is_folded = reading.folded && feature != "sea-orm";
    if is_folded && name.to_lowercase() != name.to_ascii_lowercase() {
        return Err(format!(
            "how the server folds the name `{}` depends on the server",
            visible(name)
        ));
    }
    Ok((schema, if is_folded { name.to_ascii_lowercase() } else { name.clone() }))
}

/// Why `check` would say something else of an enum if it derived `PgEnum`, as a clause.
enum Refusal {
    /// The order alone, which other codecs ignore.
    Order(String),
    Other(String),
}

impl Refusal {
    fn into_why(self) -> String {
        match self {
            Self::Order(why) | Self::Other(why) => why,
        }
    }
}

/// Refuses an enum of which `check` would say something else if it derived `PgEnum`.
fn same_problems(
    found: &Type,
    labels: &[Label],
    before: &[Problem],
    record: &Record,
) -> Result<(), Refusal> {
    let labels = texts(labels);
    let after = divergences(definition(found, &labels), record);
    let mut known: Vec<&str> = before.iter().map(|problem| problem.code).collect();
    for divergence in &after {
        let code = divergence.disagreement.code();
        match known.iter().position(|known| *known == code) {
            Some(at) => drop(known.remove(at)),
            None if code == "order" => {
                return Err(Refusal::Order(format!(
                    "its variants are not in the order of the type, which `PgEnum` compares: {divergence}"
                )));
            }
            None => {
                return Err(Refusal::Other(format!("`check` would say of `PgEnum`: {divergence}")));
            }
        }
    }
    match known.first() {
        Some(code) => Err(Refusal::Other(format!(
            "`check` would not say of `PgEnum` what it says now ({code})"
        ))),
        None => Ok(()),
    }
}

/// The order in which the variants have that of the type's labels; nothing if the type lacks one of them.
fn order_of(labels: &[Label], there: &RecordedEnum) -> Option<Vec<usize>> {
    let place = |label: &Label| there.labels.iter().position(|other| other.text == label.text);
    let places: Vec<usize> = labels.iter().map(place).collect::<Option<_>>()?;
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by_key(|index| places[*index]);
    Some(order)
}
