//! Whether a package has to do with PostgreSQL, as far as the features of its drivers tell.

use cargo_metadata::Package;
use pg_enum_build::foreign::Codec;

/// A crate that a codec works with, and those of its features that are a database.
struct Crate {
    name: &'static str,
    codec: Codec,
    /// With one of these, values may go to PostgreSQL.
    postgres: &'static [&'static str],
    /// With one of these and none of the others, they go somewhere else.
    others: &'static [(&'static str, &'static str)],
}

/// The manifests of `sqlx` 0.9, `diesel` 2.2, `diesel-derive-enum` 2.1 and `sea-orm` 1.1.
const CRATES: [Crate; 4] = [
    Crate {
        name: "sqlx",
        codec: Codec::SqlxType,
        // `any` takes whatever the URL names.
        postgres: &["postgres", "any", "all-databases"],
        others: &[
            ("sqlite", "SQLite"),
            ("sqlite-unbundled", "SQLite"),
            ("mysql", "MySQL"),
            ("mssql", "SQL Server"),
        ],
    },
    Crate {
        name: "diesel",
        codec: Codec::DieselDbEnum,
        postgres: &["postgres", "postgres_backend"],
        others: &[("sqlite", "SQLite"), ("mysql", "MySQL"), ("mysql_backend", "MySQL")],
    },
    Crate {
        name: "diesel-derive-enum",
        codec: Codec::DieselDbEnum,
        postgres: &["postgres"],
        others: &[("sqlite", "SQLite"), ("mysql", "MySQL")],
    },
    Crate {
        name: "sea-orm",
        codec: Codec::SeaOrmActiveEnum,
        postgres: &["sqlx-postgres", "sqlx-all"],
        others: &[("sqlx-sqlite", "SQLite"), ("sqlx-mysql", "MySQL")],
    },
];

/// The codecs of a package whose values go to another database.
#[derive(Debug, Default, Hash)]
pub(crate) struct Drivers {
    /// To that alone.
    alone: Vec<(Codec, &'static str)>,
    /// To that and to PostgreSQL.
    beside: Vec<(Codec, &'static str)>,
}

impl Drivers {
    /// Those of a package, by its dependencies and by what its own features add to theirs.
    pub(super) fn of(package: &Package) -> Self {
        let mut drivers = Self::default();
        for known in &CRATES {
            let mut features: Vec<&str> = Vec::new();
            let dependencies = package.dependencies.iter();
            for dependency in dependencies.filter(|dependency| dependency.name == known.name) {
                features.extend(dependency.features.iter().map(String::as_str));
                let called = dependency.rename.as_deref().unwrap_or(known.name);
                features.extend(package.features.values().flatten().filter_map(|feature| {
                    let (of, feature) = feature.split_once('/')?;
                    (of.trim_end_matches('?') == called).then_some(feature)
                }));
            }
            let other = known.others.iter().find(|(feature, _)| features.contains(feature));
            let has_postgres = features.iter().any(|feature| known.postgres.contains(feature));
            let of = if has_postgres { &mut drivers.beside } else { &mut drivers.alone };
            of.extend(other.map(|(_, database)| (known.codec, *database)));
        }
        drivers
    }

    /// The database that an enum with this codec is for, if it is not PostgreSQL.
    pub(crate) fn other_database(&self, codec: Codec) -> Option<&'static str> {
        find(&self.alone, codec)
    }

    /// A database that an enum with this codec may be for besides PostgreSQL.
    pub(crate) fn database_beside(&self, codec: Codec) -> Option<&'static str> {
        find(&self.beside, codec)
    }
}

fn find(databases: &[(Codec, &'static str)], codec: Codec) -> Option<&'static str> {
    let codec = match codec {
        Codec::SqlxByHand => Codec::SqlxType,
        Codec::DieselByHand => Codec::DieselDbEnum,
        codec => codec,
    };
    databases.iter().find(|(of, _)| *of == codec).map(|(_, database)| *database)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn other(
        dependencies: &serde_json::Value,
        features: &serde_json::Value,
    ) -> Option<&'static str> {
        drivers_of(dependencies, features).other_database(Codec::SqlxType)
    }

    fn drivers_of(dependencies: &serde_json::Value, features: &serde_json::Value) -> Drivers {
        let package: Package = serde_json::from_value(json!({
            "name": "a", "version": "0.1.0", "id": "a", "dependencies": dependencies, "targets": [],
            "features": features, "manifest_path": "/a/Cargo.toml", "source": null,
        }))
        .unwrap();
        Drivers::of(&package)
    }

    fn sqlx(rename: Option<&str>, features: &[&str]) -> serde_json::Value {
        json!([{
            "name": "sqlx", "source": null, "req": "^0.8", "kind": null, "rename": rename, "optional": false,
            "uses_default_features": true, "features": features, "target": null, "registry": null,
        }])
    }

    #[test]
    fn one_database_alone() {
        let none = json!({});
        assert_eq!(other(&sqlx(None, &["sqlite", "macros"]), &none), Some("SQLite"));
        assert_eq!(other(&sqlx(None, &["mysql"]), &none), Some("MySQL"));
        assert_eq!(other(&sqlx(None, &["sqlite", "postgres"]), &none), None);
        assert_eq!(other(&sqlx(None, &["sqlite", "any"]), &none), None);
        // Another package may switch it on.
        assert_eq!(other(&sqlx(None, &["macros"]), &none), None);
        assert_eq!(other(&json!([]), &none), None);
        let both = drivers_of(&sqlx(None, &["sqlite", "postgres"]), &none);
        assert_eq!(both.database_beside(Codec::SqlxByHand), Some("SQLite"));
        let any = drivers_of(&sqlx(None, &["sqlite", "macros"]), &none);
        assert_eq!(any.database_beside(Codec::SqlxType), None);
    }

    #[test]
    fn features_of_its_own_count() {
        let features = json!({ "pg": ["sqlx/postgres"], "lite": ["sqlx?/sqlite"] });
        assert_eq!(other(&sqlx(None, &["sqlite"]), &features), None);
        assert_eq!(other(&sqlx(Some("db"), &["sqlite"]), &features), Some("SQLite"));
        assert_eq!(other(&sqlx(None, &[]), &json!({ "lite": ["sqlx/sqlite"] })), Some("SQLite"));
    }
}
