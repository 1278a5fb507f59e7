//! Which of pg-enum's features a package needs: that of each driver that it has, for the driver's version.

use std::fs;
use std::path::Path;

use cargo_metadata::semver::{BuildMetadata, Prerelease, Version, VersionReq};
use cargo_metadata::{DependencyKind, Package};
use pg_enum_build::foreign::Codec;
use toml_edit::DocumentMut;

/// A version of a driver, and the feature for it.
struct Known {
    /// The driver's package.
    name: &'static str,
    /// The derives that it goes with.
    codec: Codec,
    versions: &'static str,
    feature: &'static str,
}

/// The features in pg-enum's manifest. `deadpool-postgres` and `bb8-postgres` pass tokio-postgres 0.7 on in these versions,
/// and diesel-async goes with Diesel 2.0 to 2.3 (their manifests). The crate `postgres` blocks, and `live` needs a
/// connection that does not.
const KNOWN: [Known; 13] = [
    known("sqlx", Codec::SqlxType, "0.9", "sqlx"),
    known("sqlx", Codec::SqlxType, "0.8.5", "sqlx-0_8"),
    known("sqlx", Codec::SqlxType, "0.7.3", "sqlx-0_7"),
    known("diesel", Codec::DieselDbEnum, ">=2.0, <2.4", "diesel"),
    known("diesel-async", Codec::DieselDbEnum, "0.9", "diesel-async"),
    known("diesel-async", Codec::DieselDbEnum, ">=0.1, <0.9", "diesel"),
    known("tokio-postgres", Codec::PostgresTypes, "0.7", "tokio-postgres"),
    known("deadpool-postgres", Codec::PostgresTypes, ">=0.10, <0.15", "tokio-postgres"),
    known("bb8-postgres", Codec::PostgresTypes, ">=0.7, <0.10", "tokio-postgres"),
    known("postgres", Codec::PostgresTypes, "0.19", "postgres"),
    known("postgres-types", Codec::PostgresTypes, "0.2", "postgres"),
    known("sea-orm", Codec::SeaOrmActiveEnum, "2", "sea-orm"),
    known("sea-orm", Codec::SeaOrmActiveEnum, "1.1.10", "sea-orm-1"),
];

const fn known(
    name: &'static str,
    codec: Codec,
    versions: &'static str,
    feature: &'static str,
) -> Known {
    Known { name, codec, versions, feature }
}

/// The features that another one switches on.
const IMPLIED: [(&str, &str); 4] = [
    ("diesel-async", "diesel"),
    ("sea-orm", "sqlx"),
    ("sea-orm-1", "sqlx-0_8"),
    ("tokio-postgres", "postgres"),
];

/// A driver that a package depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Driver {
    pub(crate) name: String,
    /// What the manifest calls it.
    pub(crate) key: String,
    requirement: VersionReq,
    pub(crate) is_optional: bool,
    /// The platform that it is for alone.
    pub(crate) target: Option<String>,
}

/// The drivers that a package depends on, apart from its tests and its build script.
pub(super) fn drivers(package: &Package) -> Vec<Driver> {
    let is_driver = |name: &str| KNOWN.iter().any(|known| known.name == name);
    let dependencies = package.dependencies.iter().filter(|dependency| {
        dependency.kind == DependencyKind::Normal && is_driver(&dependency.name)
    });
    let driver = |dependency: &cargo_metadata::Dependency| Driver {
        name: dependency.name.clone(),
        key: dependency.rename.clone().unwrap_or_else(|| dependency.name.clone()),
        requirement: dependency.req.clone(),
        is_optional: dependency.optional,
        target: dependency.target.as_ref().map(ToString::to_string),
    };
    dependencies.map(driver).collect()
}

/// The packages that a lock file has.
#[derive(Debug, Default)]
pub(crate) struct Lock(Vec<Locked>);

#[derive(Debug)]
struct Locked {
    name: String,
    version: Version,
    /// Whether it is from a registry or a repository, and can be updated.
    has_source: bool,
    /// The names of what it depends on.
    dependencies: Vec<String>,
}

impl Lock {
    /// The lock file of a workspace. Without one, nothing is locked.
    pub(crate) fn read(root: &Path) -> Self {
        let text = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
        Self::parse(&text)
    }

    fn parse(text: &str) -> Self {
        let document: DocumentMut = text.parse().unwrap_or_default();
        let packages = document.get("package").and_then(toml_edit::Item::as_array_of_tables);
        let entry = |package: &toml_edit::Table| {
            let text = |key| package.get(key)?.as_str();
            let dependencies = package.get("dependencies").and_then(toml_edit::Item::as_array);
            // `name`, or `name version` if there is more than one.
            let name =
                |entry: &toml_edit::Value| entry.as_str()?.split(' ').next().map(str::to_owned);
            Some(Locked {
                name: text("name")?.to_owned(),
                version: text("version")?.parse().ok()?,
                has_source: package.contains_key("source"),
                dependencies: dependencies.into_iter().flatten().filter_map(name).collect(),
            })
        };
        Self(packages.into_iter().flatten().filter_map(entry).collect())
    }

    /// Whether there is one version of a package.
    pub(crate) fn has_one(&self, name: &str) -> bool {
        self.versions(name).count() == 1
    }

    fn versions(&self, name: &str) -> impl Iterator<Item = &Version> {
        self.0.iter().filter(move |locked| locked.name == name).map(|locked| &locked.version)
    }

    /// The arguments of `cargo update` for a newer version of a package. What depends on it may hold it, and so may what it
    /// depends on: a SeaORM holds the minor version of `sea-orm-macros` (`~2.0.4` in its manifest), and Cargo updates no
    /// more than it is told to.
    fn update(&self, name: &str) -> String {
        let holds = |locked: &&Locked| {
            locked.has_source && locked.dependencies.iter().any(|dependency| dependency == name)
        };
        let mut names: Vec<&str> =
            self.0.iter().filter(holds).map(|locked| &*locked.name).collect();
        names.insert(0, name);
        names.dedup();
        format!("-p {} --recursive", names.join(" -p "))
    }
}

impl Driver {
    /// The derives that it goes with.
    pub(crate) fn codec(&self) -> Option<Codec> {
        KNOWN.iter().find(|known| known.name == self.name).map(|known| known.codec)
    }

    /// The feature for it. The error says why there is none.
    pub(crate) fn feature(&self, lock: &Lock) -> Result<&'static str, String> {
        let locked: Vec<_> =
            lock.versions(&self.name).filter(|version| self.requirement.matches(version)).collect();
        if locked.is_empty() {
            return self.feature_by_requirement();
        }
        let mut features: Vec<Option<&str>> =
            locked.iter().map(|version| feature_of(&self.name, version)).collect();
        features.dedup();
        match features[..] {
            [Some(feature)] => Ok(feature),
            [None] => {
                let newer = self.feature_by_requirement().is_ok();
                if newer {
                    return Err(format!(
                        "pg-enum has no feature for {} {}; run `cargo update {}`",
                        self.name,
                        locked[0],
                        lock.update(&self.name)
                    ));
                }
                Err(self.no_feature(&locked[0].to_string()))
            }
            _ => Err(format!("Cargo.lock has more than one version of {}", self.name)),
        }
    }

    /// The feature where no version is locked: what the requirement lets in must have one alone.
    fn feature_by_requirement(&self) -> Result<&'static str, String> {
        let mut features: Vec<Option<&str>> = possible(&self.name, &self.requirement)
            .iter()
            .map(|version| feature_of(&self.name, version))
            .collect();
        features.sort_unstable();
        features.dedup();
        let known: Vec<&'static str> = features.iter().flatten().copied().collect();
        match (&known[..], features.contains(&None)) {
            ([feature], false) => Ok(feature),
            // What a requirement for 1.4 or later lets in is 2.3 as well, and pg-enum's own asks for that.
            ([feature], true) if self.requirement.comparators.len() == 1 => Ok(feature),
            ([], _) => Err(self.no_feature(&self.requirement.to_string())),
            _ => Err(format!(
                "which version of {} it has is not certain: `{}` lets several in, and there is no Cargo.lock",
                self.name, self.requirement
            )),
        }
    }
}

impl Driver {
    /// Why there is no feature for a version, and what to do.
    fn no_feature(&self, version: &str) -> String {
        let name = &self.name;
        let known = KNOWN.iter().filter(|known| known.name == name);
        // As Cargo writes requirements in its own messages: `^0.8.5`.
        let known: Vec<String> = known
            .filter_map(|known| Some(VersionReq::parse(known.versions).ok()?.to_string()))
            .collect();
        format!(
            "pg-enum has no feature for {name} {version}, only for {}; change to one of these versions, or \
             derive `PgEnum` beside what the enum derives, which needs no feature",
            known.join(", ")
        )
    }

    /// Which of several crates for one driver says the feature: one that is always there, and then the one with the
    /// feature that switches on those of the others.
    pub(crate) fn rank(&self, lock: &Lock) -> (bool, u8) {
        let rank = match self.feature(lock) {
            Ok(feature) if IMPLIED.iter().any(|(by, _)| *by == feature) => 0,
            Ok(_) => 1,
            Err(_) => 2,
        };
        (self.is_optional, rank)
    }
}

fn feature_of(name: &str, version: &Version) -> Option<&'static str> {
    let is_one = |known: &&Known| {
        known.name == name
            && VersionReq::parse(known.versions).is_ok_and(|versions| versions.matches(version))
    };
    KNOWN.iter().find(is_one).map(|known| known.feature)
}

/// Versions of a driver that a requirement lets in, enough of them to meet every feature.
fn possible(name: &str, requirement: &VersionReq) -> Vec<Version> {
    let majors: &[u64] = match name {
        "diesel" => &[1, 2, 3],
        "sea-orm" => &[0, 1, 2, 3],
        _ => &[0, 1],
    };
    let named = requirement.comparators.iter().map(|one| Version {
        major: one.major,
        minor: one.minor.unwrap_or(0),
        patch: one.patch.unwrap_or(0),
        pre: one.pre.clone(),
        build: BuildMetadata::EMPTY,
    });
    let plain = majors.iter().flat_map(|&major| {
        (0..40).flat_map(move |minor| {
            (0..40).map(move |patch| Version {
                major,
                minor,
                patch,
                pre: Prerelease::EMPTY,
                build: BuildMetadata::EMPTY,
            })
        })
    });
    named.chain(plain).filter(|version| requirement.matches(version)).collect()
}

/// The feature of the one version that is locked of a driver for this codec, for a package that has it by another one.
pub(crate) fn indirect_feature(codec: Codec, lock: &Lock) -> Result<&'static str, String> {
    let names = KNOWN.iter().filter(|known| known.codec == codec).map(|known| known.name);
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    let mut features: Vec<Option<&'static str>> = names
        .iter()
        .flat_map(|name| lock.versions(name).map(|version| feature_of(name, version)))
        .collect();
    features.sort_unstable();
    features.dedup();
    let known: Vec<&'static str> = features.iter().flatten().copied().collect();
    match (&distinct(known)[..], features.contains(&None)) {
        ([feature], false) => Ok(feature),
        _ => Err(format!("its package does not depend on {} itself", names.join(" or "))),
    }
}

/// Without those that another one switches on, each once.
pub(crate) fn distinct(mut features: Vec<&'static str>) -> Vec<&'static str> {
    features.sort_unstable();
    features.dedup();
    let all = features.clone();
    let is_implied = |feature: &&'static str| {
        IMPLIED.iter().any(|(by, implied)| implied == feature && all.contains(by))
    };
    features.retain(|feature| !is_implied(feature));
    features
}

/// Whether a feature is on where `there` are.
pub(crate) fn is_on(feature: &str, there: &[&str]) -> bool {
    there.contains(&feature)
        || IMPLIED.iter().any(|(by, implied)| *implied == feature && there.contains(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(name: &str, requirement: &str, lock: &str) -> Result<&'static str, String> {
        let driver = Driver {
            name: name.to_owned(),
            key: name.to_owned(),
            requirement: requirement.parse().unwrap(),
            is_optional: false,
            target: None,
        };
        driver.feature(&Lock::parse(lock))
    }

    fn locked(packages: &[(&str, &str)]) -> String {
        let entry = |(name, version): &(&str, &str)| {
            format!("[[package]]\nname = {name:?}\nversion = {version:?}\n\n")
        };
        packages.iter().map(entry).collect()
    }

    #[test]
    fn a_requirement_says_which_version() {
        for (name, requirement, expected) in [
            ("sqlx", "0.9", Ok("sqlx")),
            ("sqlx", "0.8.2", Ok("sqlx-0_8")),
            ("sqlx", "=0.7.4", Ok("sqlx-0_7")),
            ("sqlx", "~0.8", Ok("sqlx-0_8")),
            ("sqlx", "0.5", Err("pg-enum has no feature for sqlx ^0.5")),
            ("diesel", "2", Ok("diesel")),
            ("diesel", "2.0.4", Ok("diesel")),
            ("diesel", "=2.0.4", Ok("diesel")),
            ("diesel-async", "0.2", Ok("diesel")),
            ("diesel", "1.4", Err("pg-enum has no feature for diesel ^1.4")),
            ("sea-orm", "1.1", Ok("sea-orm-1")),
            ("sea-orm", "2", Ok("sea-orm")),
            ("sea-orm", "0.12", Err("pg-enum has no feature for sea-orm ^0.12")),
            ("tokio-postgres", "0.7", Ok("tokio-postgres")),
            ("postgres", "0.19", Ok("postgres")),
            ("diesel-async", "0.9", Ok("diesel-async")),
            ("diesel-async", "0.5", Ok("diesel")),
            ("postgres-types", "0.2.4", Ok("postgres")),
            ("sqlx", "0.9.0-alpha.1", Ok("sqlx")),
            ("sqlx", "=0.9.0-alpha.1", Err("pg-enum has no feature for sqlx =0.9.0-alpha.1")),
        ] {
            match (feature(name, requirement, ""), expected) {
                (Err(why), Err(starts)) => assert!(why.starts_with(starts), "{why}"),
                (feature, expected) => {
                    assert_eq!(feature, expected.map_err(str::to_owned), "{name} {requirement}");
                }
            }
        }
        assert!(feature("sqlx", ">=0.7, <0.9", "").unwrap_err().contains("not certain"));
        assert!(feature("sqlx", "*", "").unwrap_err().contains("not certain"));
    }

    #[test]
    fn a_lock_file_says_it_better() {
        let lock = locked(&[("sqlx", "0.7.4"), ("sqlx", "0.8.6")]);
        assert_eq!(feature("sqlx", "0.8", &lock), Ok("sqlx-0_8"));
        assert_eq!(feature("sqlx", "0.7", &lock), Ok("sqlx-0_7"));
        assert_eq!(
            feature("sqlx", "*", &lock),
            Err("Cargo.lock has more than one version of sqlx".to_owned())
        );
        let lock = locked(&[("sqlx", "0.7.4")]);
        assert_eq!(feature("sqlx", "*", &lock), Ok("sqlx-0_7"));
        assert_eq!(feature("sqlx", ">=0.7, <0.9", &lock), Ok("sqlx-0_7"));
        assert_eq!(feature("diesel", "2.0", &locked(&[("diesel", "2.0.4")])), Ok("diesel"));
        assert_eq!(
            feature("sqlx", "0.8", &locked(&[("sqlx", "0.8.2")])),
            Err("pg-enum has no feature for sqlx 0.8.2; run `cargo update -p sqlx --recursive`"
                .to_owned())
        );
        let candidate = locked(&[("sea-orm", "2.0.0-rc.43")]);
        assert_eq!(
            feature("sea-orm", "2.0.0-rc.43", &candidate),
            Err("pg-enum has no feature for sea-orm 2.0.0-rc.43; run `cargo update -p sea-orm --recursive`"
                .to_owned())
        );
        let holders = "[[package]]\nname = \"holder\"\nversion = \"2.0.0\"\nsource = \"registry\"\n\
                       dependencies = [\"sea-orm\", \"syn 2.0.1\"]\n\
                       [[package]]\nname = \"mine\"\nversion = \"1.0.0\"\ndependencies = [\"sea-orm\"]\n";
        assert_eq!(
            feature("sea-orm", "2.0.0-rc.43", &(candidate + holders)),
            Err("pg-enum has no feature for sea-orm 2.0.0-rc.43; run `cargo update -p sea-orm -p holder --recursive`"
                .to_owned())
        );
        assert_eq!(indirect_feature(Codec::SqlxType, &Lock::parse(&lock)), Ok("sqlx-0_7"));
        assert!(indirect_feature(Codec::DieselDbEnum, &Lock::parse(&lock)).is_err());
        let lock = locked(&[("tokio-postgres", "0.7.13"), ("postgres-types", "0.2.9")]);
        let lock = Lock::parse(&lock);
        assert_eq!(indirect_feature(Codec::PostgresTypes, &lock), Ok("tokio-postgres"));
        let lock = locked(&[("sqlx", "0.7.4")]);
        // Another one is locked as soon as the manifest asks for it.
        assert_eq!(feature("sqlx", "0.8", &lock), Ok("sqlx-0_8"));
    }

    #[test]
    fn the_features_are_those_of_pg_enum() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../enum-derive/Cargo.toml");
        let manifest: DocumentMut = fs::read_to_string(manifest).unwrap().parse().unwrap();
        let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        let workspace: DocumentMut = fs::read_to_string(workspace).unwrap().parse().unwrap();
        let dependencies = workspace["workspace"]["dependencies"].as_table().unwrap();
        // The drivers that it depends on in the same versions; sqlx by two of its parts.
        for (dependency, feature) in [
            ("diesel", "diesel"),
            ("diesel-async", "diesel-async"),
            ("sea-orm", "sea-orm"),
            ("sea-orm-1", "sea-orm-1"),
            ("sqlx-core", "sqlx"),
            ("sqlx-postgres", "sqlx"),
            ("sqlx-core-0_7", "sqlx-0_7"),
            ("sqlx-postgres-0_7", "sqlx-0_7"),
            ("sqlx-core-0_8", "sqlx-0_8"),
            ("sqlx-postgres-0_8", "sqlx-0_8"),
        ] {
            let known = KNOWN.iter().find(|known| known.feature == feature).unwrap();
            let version = dependencies[dependency]["version"].as_str();
            assert_eq!(version, Some(known.versions), "{dependency}");
        }
        let features = manifest["features"].as_table().unwrap();
        for known in &KNOWN {
            assert!(features.contains_key(known.feature), "{}", known.feature);
        }
        for (by, implied) in IMPLIED {
            let list = features[by].as_array().unwrap();
            assert!(list.iter().any(|one| one.as_str() == Some(implied)), "{by} {implied}");
        }
    }

    #[test]
    fn one_feature_for_one_driver() {
        assert_eq!(distinct(vec!["sqlx-0_8", "sea-orm-1", "diesel"]), ["diesel", "sea-orm-1"]);
        assert_eq!(distinct(vec!["postgres", "tokio-postgres"]), ["tokio-postgres"]);
        assert!(is_on("sqlx", &["sea-orm"]) && !is_on("sea-orm", &["sqlx"]));
    }
}
