//! What the migrations of an application do over the years: the same in every run.

/// What one migration does.
pub(super) struct Migration {
    pub(super) title: String,
    pub(super) steps: Vec<Step>,
}

/// A change, with what its way back has to know.
pub(super) enum Step {
    CreateTable { table: String, columns: Vec<Column>, refers_to: Option<String> },
    AddColumn { table: String, column: Column },
    WidenColumn { table: String, column: String },
    CreateIndex { table: String, column: String },
    Update { table: String, column: String },
    AddLabel { ty: String, label: String, after: String },
    RenameLabel { ty: String, old: String, new: String },
}

pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) is_needed: bool,
}

/// The type of a column.
#[derive(Clone)]
pub(super) enum Kind {
    /// An index into the tables of types that the two languages have.
    Plain(usize),
    /// An enum that is created with the column's table.
    Enum { name: String, labels: Vec<String> },
}

/// How many plain types there are.
pub(super) const PLAIN: usize = 10;
/// The first of them, a text of limited length, which can be widened.
pub(super) const LIMITED: usize = 0;
/// The type of keys.
pub(super) const KEY: usize = 1;

/// Of so many migrations, one touches an enum.
const ENUM_EVERY: usize = 10;

pub(super) struct History {
    random: Random,
    tables: Vec<(String, Vec<String>)>,
    /// Columns that may be widened.
    limited: Vec<(String, String)>,
    enums: Vec<(String, Vec<String>)>,
    /// For names that no two things have.
    count: usize,
}

/// The steps of so many migrations.
pub(super) fn history(count: usize) -> Vec<Migration> {
    let mut history = History {
        random: Random(0x9e37_79b9_7f4a_7c15),
        tables: Vec::new(),
        limited: Vec::new(),
        enums: Vec::new(),
        count: 0,
    };
    (0..count).map(|index| history.migration(index % ENUM_EVERY == ENUM_EVERY - 1)).collect()
}

impl History {
    fn migration(&mut self, is_about_enums: bool) -> Migration {
        if is_about_enums {
            return self.about_enums();
        }
        if self.tables.len() < 5 || self.random.below(4) == 0 {
            let step = self.create_table(None);
            return Migration { title: "create table".to_owned(), steps: vec![step] };
        }
        let steps = (0..=self.random.below(3)).map(|_| self.change_table()).collect();
        Migration { title: "change tables".to_owned(), steps }
    }

    fn about_enums(&mut self) -> Migration {
        let chosen = self.random.below(10);
        if self.enums.len() < 5 || chosen < 4 {
            let noun = self.random.of(&WORDS);
            let name = format!("{}_kind", self.fresh(noun));
            let labels: Vec<String> = (0..3 + self.random.below(6))
                .map(|index| format!("{}_{index}", self.random.of(&WORDS)))
                .collect();
            self.enums.push((name.clone(), labels.clone()));
            let step = self.create_table(Some(Kind::Enum { name, labels }));
            return Migration { title: "create table with an enum".to_owned(), steps: vec![step] };
        }
        let index = self.random.below(self.enums.len());
        let noun = self.random.of(&WORDS);
        let new = self.fresh(noun);
        let (ty, labels) = &mut self.enums[index];
        let (ty, last) = (ty.clone(), labels.len() - 1);
        if chosen < 9 {
            let after = labels[last].clone();
            labels.push(new.clone());
            let step = Step::AddLabel { ty, label: new, after };
            return Migration { title: "add label".to_owned(), steps: vec![step] };
        }
        let old = std::mem::replace(&mut labels[last], new.clone());
        Migration {
            title: "rename label".to_owned(),
            steps: vec![Step::RenameLabel { ty, old, new }],
        }
    }

    fn create_table(&mut self, with: Option<Kind>) -> Step {
        let noun = self.random.of(&WORDS);
        let table = self.fresh(noun);
        let mut columns =
            vec![Column { name: "id".to_owned(), kind: Kind::Plain(KEY), is_needed: true }];
        for index in 0..4 + self.random.below(9) {
            let name = format!("{}_{index}", self.random.of(&WORDS));
            columns.push(self.column(&table, name));
        }
        columns.extend(with.map(|kind| Column { name: "kind".to_owned(), kind, is_needed: true }));
        let refers_to = match self.tables.len() {
            0 => None,
            count => {
                (self.random.below(2) == 0).then(|| self.tables[self.random.below(count)].0.clone())
            }
        };
        let names = columns.iter().map(|column| column.name.clone()).collect();
        self.tables.push((table.clone(), names));
        Step::CreateTable { table, columns, refers_to }
    }

    fn change_table(&mut self) -> Step {
        let index = self.random.below(self.tables.len());
        let table = self.tables[index].0.clone();
        match self.random.below(10) {
            0..=4 => {
                let noun = self.random.of(&WORDS);
                let name = self.fresh(noun);
                let mut column = self.column(&table, name);
                // The rows that are there have no value.
                column.is_needed = false;
                self.tables[index].1.push(column.name.clone());
                Step::AddColumn { table, column }
            }
            5 if !self.limited.is_empty() => {
                let at = self.random.below(self.limited.len());
                let (table, column) = self.limited.swap_remove(at);
                Step::WidenColumn { table, column }
            }
            6..=8 => Step::CreateIndex { table, column: self.some_column(index) },
            _ => Step::Update { table, column: self.some_column(index) },
        }
    }

    fn some_column(&mut self, table: usize) -> String {
        let count = self.tables[table].1.len();
        self.tables[table].1[self.random.below(count)].clone()
    }

    fn column(&mut self, table: &str, name: String) -> Column {
        let plain = self.random.below(PLAIN);
        if plain == LIMITED {
            self.limited.push((table.to_owned(), name.clone()));
        }
        Column { name, kind: Kind::Plain(plain), is_needed: self.random.below(3) == 0 }
    }

    fn fresh(&mut self, noun: &str) -> String {
        self.count += 1;
        format!("{noun}_{}", self.count)
    }
}

/// A xorshift generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The low bits of a remainder by a small number are enough here.
        usize::try_from(self.0 % end as u64).unwrap_or_default()
    }

    fn of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }
}

const WORDS: [&str; 30] = [
    "address", "amount", "branch", "budget", "category", "channel", "charge", "contract",
    "country", "coupon", "credit", "currency", "customer", "delivery", "device", "document",
    "event", "invoice", "ledger", "letter", "message", "notice", "package", "partner", "payment",
    "policy", "product", "receipt", "region", "ticket",
];
