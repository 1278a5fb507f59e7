//! What an enum becomes.

use std::path::{Path, PathBuf};

use pg_enum_build::foreign::{Codec, Demands, ForeignEnum, ForeignLabel};
use pg_enum_core::Place;
use proc_macro2::LineColumn;

use super::located;
use crate::enums::{Derived, Foreign};
use crate::manifest::Feature;
use crate::project::Package;
use crate::project::features::{Lock, indirect_feature};

/// What an enum becomes.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The enum's name, as it is written.
    pub(super) ident: String,
    /// Where its name is in the file.
    pub(super) at: LineColumn,
    /// What it derives, or implements by hand.
    pub(super) codecs: Vec<Codec>,
    /// Whether it derives `PgEnum` already, with attributes that say the same.
    pub(super) is_derived: bool,
    /// The schema, where the attributes have to name it.
    pub(super) schema: Option<String>,
    pub(super) name: String,
    /// In the order that the variants get.
    pub(super) labels: Vec<Label>,
    /// Which variant comes at each place, where they are put in another order.
    pub(super) order: Option<Vec<usize>>,
    /// Diesel's own type, the last name of its path.
    pub(super) sql_type: Option<String>,
    /// The file with Diesel's impls, if it is another than the enum's.
    pub(super) impls_in: Option<PathBuf>,
    /// Whether no migration makes the type.
    pub(super) is_external: bool,
    /// Whether there is one version of strum, which is SeaORM's too then.
    pub(super) has_one_strum: bool,
    /// What `pg-enum` is called in the package.
    pub(super) krate: String,
}

/// The label of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    /// The variant's name, as it is written.
    pub(super) ident: String,
    pub(super) text: String,
    /// What is read as the same variant.
    pub(super) aliases: Vec<String>,
}

/// An enum with all of its codecs.
pub(super) struct Candidate<'a> {
    pub(super) foreign: Vec<&'a Foreign>,
    /// Whether it derives `PgEnum` as well.
    pub(super) is_derived: bool,
}

impl<'a> Candidate<'a> {
    /// Whether that is another codec of the same enum.
    pub(super) fn is(&self, foreign: &Foreign) -> bool {
        let at = |foreign: &Foreign| foreign.reading.ident.span().start();
        self.file() == foreign.file() && at(self.first()) == at(foreign)
    }

    pub(super) fn first(&self) -> &'a Foreign {
        self.foreign[0]
    }

    pub(super) fn file(&self) -> &'a Path {
        self.first().file()
    }

    /// `my_crate::module::Status`
    pub(super) fn path(&self) -> &'a str {
        &self.first().path
    }

    /// `file:line: my_crate::module::Status`
    pub(super) fn name(&self) -> String {
        located(&self.first().place(Place::Name, ""), self.path())
    }

    pub(super) fn codecs(&self) -> Vec<Codec> {
        self.foreign.iter().map(|foreign| foreign.reading.codec).collect()
    }
}

/// What an enum becomes that derives `PgEnum` beside its codecs: that stays, and the others go.
pub(super) fn beside(
    target: Target,
    candidate: &Candidate<'_>,
    derived: &[&Derived],
) -> Result<Target, String> {
    let own = derived.iter().find(|derived| derived.path == candidate.path());
    let own = own.ok_or("what its `PgEnum` reads is not certain")?;
    if !own.is_valid() {
        return Err("its `PgEnum` does not compile".to_owned());
    }
    let model = &own.model;
    let labels: Vec<Label> = model
        .variants
        .iter()
        .map(|variant| Label {
            ident: variant.ident.to_string(),
            text: variant.label.value.clone(),
            aliases: variant.aliases.iter().map(|alias| alias.value.clone()).collect(),
        })
        .collect();
    let differs = target.labels.iter().zip(&labels).any(|(one, two)| one.text != two.text);
    if differs || target.labels.len() != labels.len() {
        return Err("`PgEnum` and its other codecs give it other labels".to_owned());
    }
    Ok(Target {
        labels,
        schema: model.schema.as_ref().map(|schema| schema.value.clone()),
        name: model.name.value.clone(),
        is_external: model.external,
        ..target
    })
}

/// The labels of all variants, with what is read besides.
pub(super) fn labels(reading: &ForeignEnum) -> Result<Vec<Label>, String> {
    if let Some(unread) = reading.unread.first().and_then(|index| reading.labels.get(*index)) {
        return Err(format!("`{}` is written and not read again", unread.ident));
    }
    if reading.codec == Codec::DieselByHand {
        if reading.demands != Demands::Exactly {
            return Err("it reads labels that no variant has, or none".to_owned());
        }
        if reading.labels.iter().any(|label| label.optional) {
            return Err(
                "its variants depend on `cfg`, and its impls are written by hand".to_owned()
            );
        }
    }
    let label = |label: &ForeignLabel| {
        let ident = label.ident.to_string();
        let text = label.text.value.clone();
        let aliases = reading.reads.iter().filter(|(read, of)| *of == ident && *read != text);
        Label { aliases: aliases.map(|(read, _)| read.clone()).collect(), ident, text }
    };
    let labels: Vec<Label> = reading.labels.iter().map(label).collect();
    for (read, of) in &reading.reads {
        let other = labels.iter().find(|label| label.text == *read && label.ident != *of);
        if let Some(other) = other {
            return Err(format!("what is written for `{}` is read as `{of}`", other.ident));
        }
    }
    Ok(labels)
}

/// The feature of pg-enum for a codec in a package. The error says why there is none.
pub(super) fn feature<'a>(
    codec: Codec,
    package: &'a Package,
    lock: &Lock,
) -> Result<Feature<'a>, String> {
    let family = match codec {
        Codec::DieselByHand => Codec::DieselDbEnum,
        Codec::SqlxByHand | Codec::PostgresTypesByHand => {
            return Err(format!(
                "its `{codec}` is written by hand, and only Diesel's is rewritten"
            ));
        }
        codec => codec,
    };
    if let Some(database) = package.drivers.database_beside(codec) {
        return Err(format!(
            "its package uses {database} besides PostgreSQL, which `PgEnum` does not"
        ));
    }
    let mut of_family =
        package.dependencies_on_drivers.iter().filter(|driver| driver.codec() == Some(family));
    let Some(first) = of_family.clone().min_by_key(|driver| driver.rank(lock)) else {
        let name = indirect_feature(family, lock)?;
        return Ok(Feature { name, driver: None });
    };
    let name = first.feature(lock)?;
    match of_family.find(|driver| driver.name == first.name && driver.feature(lock) != Ok(name)) {
        Some(_) => Err(format!("its package has more than one version of {}", first.name)),
        None => Ok(Feature { name, driver: Some(first) }),
    }
}
