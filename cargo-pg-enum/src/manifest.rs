//! Manifests that get a dependency more, and stay otherwise as their authors left them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::failure::Failure;
use crate::project::features::{Driver, distinct, is_on};
use crate::text::visible;

/// A manifest.
pub(crate) struct Manifest {
    pub(crate) path: PathBuf,
    pub(crate) before: String,
    pub(crate) document: DocumentMut,
}

/// What is added to a manifest as a dependency.
pub(crate) struct Addition<'a> {
    pub(crate) name: &'a str,
    pub(crate) features: Vec<Feature<'a>>,
}

/// A feature of pg-enum, and the driver that it is for. What is added is for the same platform, as optional, and
/// inherited from the workspace as the driver is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Feature<'a> {
    pub(crate) name: &'static str,
    pub(crate) driver: Option<&'a Driver>,
}

impl<'a> Feature<'a> {
    /// The driver, if the package can do without.
    fn optional(&self) -> Option<&'a Driver> {
        self.driver.filter(|driver| driver.is_optional)
    }
}

impl Manifest {
    /// Reads one. Nothing if there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let shown = visible(&path.to_string_lossy());
        let before = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::new(format!("cannot read {shown}: {error}"))),
        };
        let document = before.parse().map_err(|error| {
            Failure::new(format!("cannot read {shown}")).with_detail(format!("{error}"))
        })?;
        Ok(Some(Self { path: path.to_owned(), before, document }))
    }

    /// The text with all changes, with the line ends that it had.
    pub(crate) fn text(&self) -> String {
        let mut text = self.document.to_string();
        if self.before.contains("\r\n") {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        // toml_edit ends the last line in any case.
        if !self.before.ends_with('\n') && !self.before.is_empty() {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        if self.before.starts_with('\u{feff}') && !text.starts_with('\u{feff}') {
            text.insert(0, '\u{feff}');
        }
        text
    }

    /// A table, which is made if it is not there.
    pub(crate) fn table(&mut self, keys: &[&str]) -> Result<&mut dyn TableLike, Failure> {
        let message = format!(
            "{} has a value that is not a table where a table is expected",
            visible(&self.path.to_string_lossy())
        );
        let unreadable = || Failure::new(message.clone());
        let mut table: &mut dyn TableLike = self.document.as_table_mut();
        for (depth, key) in keys.iter().enumerate() {
            let last = depth + 1 == keys.len();
            let item = table.entry(key).or_insert_with(|| new_table(!last));
            table = item.as_table_like_mut().ok_or_else(unreadable)?;
        }
        Ok(table)
    }

    /// The key of a dependency, if there is one, and the keys of its table.
    fn dependency(&self, name: &str) -> Option<(Vec<String>, String)> {
        let in_table = |item: Option<&Item>| {
            let table = item?.as_table_like()?;
            let is_it = |(key, value): &(&str, &Item)| is_of(key, value, name);
            table.iter().find(is_it).map(|(key, _)| key.to_owned())
        };
        let root = self.document.as_table();
        if let Some(key) = in_table(root.get("dependencies")) {
            return Some((vec!["dependencies".to_owned()], key));
        }
        let targets = root.get("target").and_then(Item::as_table_like)?;
        targets.iter().find_map(|(target, item)| {
            let key = in_table(item.get("dependencies"))?;
            let table = ["target", target, "dependencies"].map(str::to_owned);
            Some((table.to_vec(), key))
        })
    }

    /// What a dependency is called, where there is one.
    pub(crate) fn key_of(&self, name: &str) -> Option<String> {
        self.dependency(name).map(|(_, key)| key)
    }

    /// Adds a dependency, or to one that is there the features that it lacks; to the workspace's manifest, what the
    /// package's inherits.
    pub(crate) fn require(
        &mut self,
        workspace: Option<&mut Self>,
        addition: &Addition<'_>,
    ) -> Result<(), Failure> {
        let Addition { name, features } = addition;
        let is_optional = match self.dependency(name) {
            Some((keys, key)) => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let item = self.table(&keys)?.get(&key);
                item.and_then(|item| item.get("optional")).and_then(Item::as_bool) == Some(true)
            }
            None => !features.is_empty() && features.iter().all(|one| one.optional().is_some()),
        };
        // Those that a feature of the package switches on, with the driver.
        let is_switched = |feature: &&Feature<'_>| !is_optional && feature.optional().is_some();
        let always = features.iter().filter(|feature| !is_switched(feature));
        let always = distinct(always.map(|feature| feature.name).collect());
        let key = match self.dependency(name) {
            Some((keys, key)) => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                if let Some(item) = self.table(&keys)?.get_mut(&key) {
                    add_features(item, &always);
                }
                key
            }
            None => {
                let driver = features.iter().find_map(|feature| feature.driver);
                self.add(workspace, name, &always, driver, is_optional)?;
                (*name).to_owned()
            }
        };
        for feature in features {
            let Some(driver) = feature.optional() else { continue };
            let entry = if is_optional {
                format!("dep:{key}")
            } else if self.has_feature(name, feature.name) {
                continue;
            } else {
                format!("{key}/{}", feature.name)
            };
            self.activate(driver, &entry)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        workspace: Option<&mut Self>,
        name: &str,
        features: &[&'static str],
        driver: Option<&Driver>,
        is_optional: bool,
    ) -> Result<(), Failure> {
        let mut value = InlineTable::new();
        let is_inherited = driver.is_some_and(|driver| self.inherits(driver));
        if is_inherited && self.add_to_workspace(workspace, name)? {
            value.insert("workspace", true.into());
        } else {
            value.insert("version", env!("CARGO_PKG_VERSION").into());
        }
        if is_optional {
            value.insert("optional", true.into());
        }
        if !features.is_empty() {
            value.insert("features", features.iter().copied().collect());
        }
        let value = match value.get("version") {
            Some(version) if value.len() == 1 => version.clone(),
            _ => Value::from(value),
        };
        let target = driver.and_then(|driver| self.target_of(driver));
        let keys = match &target {
            Some(target) => vec!["target", target, "dependencies"],
            None => vec!["dependencies"],
        };
        insert(self.table(&keys)?, name, Item::Value(value));
        Ok(())
    }

    /// Whether a dependency has a feature in any case.
    fn has_feature(&mut self, name: &str, feature: &str) -> bool {
        let Some((keys, key)) = self.dependency(name) else { return false };
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let table = self.table(&keys).ok();
        let item = table.and_then(|table| table.get(&key));
        is_on(feature, &features_of(item.unwrap_or(&Item::None)))
    }

    /// Whether the workspace's manifest says the version of a driver.
    fn inherits(&self, driver: &Driver) -> bool {
        self.dependency(&driver.name).is_some_and(|(table, key)| {
            let mut item = Some(self.document.as_item());
            for key in table.iter().chain([&key]) {
                item = item.and_then(|item| item.get(key.as_str()));
            }
            item.and_then(|item| item.get("workspace")).and_then(Item::as_bool) == Some(true)
        })
    }

    /// The platform whose table has a driver, as the manifest writes it.
    fn target_of(&self, driver: &Driver) -> Option<String> {
        driver.target.as_ref()?;
        match &self.dependency(&driver.name)?.0[..] {
            [_, target, _] => Some(target.clone()),
            _ => None,
        }
    }

    /// Adds a dependency that packages inherit. Whether there is a table of such.
    fn add_to_workspace(
        &mut self,
        workspace: Option<&mut Self>,
        name: &str,
    ) -> Result<bool, Failure> {
        let manifest = workspace.unwrap_or(self);
        let there = manifest.document.get("workspace").and_then(|item| item.get("dependencies"));
        let Some(there) = there.and_then(Item::as_table_like) else { return Ok(false) };
        if there.get(name).is_none() {
            let version = Item::Value(env!("CARGO_PKG_VERSION").into());
            insert(manifest.table(&["workspace", "dependencies"])?, name, version);
        }
        Ok(true)
    }

    /// Adds an entry to the features that switch an optional driver on.
    fn activate(&mut self, driver: &Driver, entry: &str) -> Result<(), Failure> {
        let theirs = format!("dep:{}", driver.key);
        let features = self.table(&["features"])?;
        let has = |list: &Array, name: &str| list.iter().any(|one| one.as_str() == Some(name));
        let mut is_named = false;
        for (_, item) in features.iter_mut() {
            let Some(list) = item.as_array_mut().filter(|list| has(list, &theirs)) else {
                continue;
            };
            is_named = true;
            if !has(list, entry) {
                push(list, entry);
            }
        }
        // Without `dep:`, the driver's own name is a feature.
        if !is_named && features.get(&driver.key).is_none() {
            insert(features, &driver.key, Item::Value(Value::from_iter([&*theirs, entry])));
        }
        Ok(())
    }
}

/// The features that a dependency has.
fn features_of(item: &Item) -> Vec<&str> {
    let list = item.get("features").and_then(Item::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Adds the features that a dependency lacks.
fn add_features(item: &mut Item, features: &[&'static str]) {
    let there = features_of(item);
    let missing: Vec<&str> =
        features.iter().copied().filter(|feature| !is_on(feature, &there)).collect();
    if missing.is_empty() {
        return;
    }
    if let Some(version) = item.as_str() {
        let mut table = InlineTable::new();
        table.insert("version", version.into());
        table.insert("features", Value::from_iter(missing));
        let decor = item.as_value().map(|value| value.decor().clone());
        let mut value = Value::from(table);
        if let Some(decor) = decor {
            *value.decor_mut() = decor;
        }
        *item = Item::Value(value);
        return;
    }
    if let Some(table) = item.as_inline_table_mut()
        && !table.contains_key("features")
    {
        // The blank before the closing brace belongs to the last value.
        let last = table.iter_mut().last();
        let blank = last.and_then(|(_, value)| {
            let blank = value.decor().suffix()?.as_str()?.to_owned();
            value.decor_mut().set_suffix("");
            Some(blank)
        });
        let mut features: Value = missing.into_iter().collect();
        features.decor_mut().set_suffix(blank.unwrap_or_default());
        features.decor_mut().set_prefix(" ");
        table.insert("features", features);
        return;
    }
    let Some(table) = item.as_table_like_mut() else { return };
    match table.get_mut("features").and_then(Item::as_array_mut) {
        Some(list) => missing.iter().for_each(|feature| push(list, feature)),
        None => {
            table.insert("features", Item::Value(Value::from_iter(missing)));
        }
    }
}

/// Adds to a list, on a line of its own if the others are.
fn push(list: &mut Array, text: &str) {
    let prefix =
        list.iter().last().and_then(|last| last.decor().prefix()?.as_str().map(str::to_owned));
    let mut value = Value::from(text);
    // The first on its line has no blank before it.
    let prefix = prefix.filter(|prefix| prefix.contains('\n') && !prefix.contains('#'));
    if let Some(prefix) = prefix {
        *value.decor_mut() = toml_edit::Decor::new(prefix, "");
        list.push_formatted(value);
    } else {
        list.push(value);
    }
}

/// Adds an entry: at its place if the others are sorted, as `cargo add` does it, or else at the end.
pub(crate) fn insert(table: &mut dyn TableLike, key: &str, item: Item) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let is_sorted = keys.is_sorted();
    table.insert(key, item);
    if is_sorted && !keys.is_empty() {
        table.sort_values();
    }
}

/// Whether an entry is the dependency of that name, possibly under another one.
pub(crate) fn is_of(key: &str, value: &Item, name: &str) -> bool {
    match value.get("package").and_then(Item::as_str) {
        Some(package) => package == name,
        None => key == name,
    }
}

/// A table; one with nothing but tables in it has no line of its own.
fn new_table(is_implicit: bool) -> Item {
    let mut table = Table::new();
    table.set_implicit(is_implicit);
    Item::Table(table)
}
