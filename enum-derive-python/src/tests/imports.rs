//! Modules of the project.

use expect_test::expect;

use super::told_of;
use crate::Options;

fn told(files: &[(&str, &str)]) -> String {
    told_of(&Options::default(), files, false)
}

const REVISION: &str = r#"
from alembic import op
import sqlalchemy as sa
from app.models import Mood
from helpers import make, LABELS
import app.names as names

def upgrade():
    make("made", LABELS)
    sa.Enum(Mood, name=names.NAME).create(op.get_bind())
"#;

const HELPERS: &str = r#"
from alembic import op

LABELS = ["a"]
LABELS.append("b")
raise RuntimeError("nobody runs this")

def make(name, labels):
    inner = "', '".join(labels)
    op.execute(f"CREATE TYPE {name} AS ENUM ('{inner}')")
    op.execute("SELECT 'it stands in the other file'")
"#;

const MODELS: &str = r#"
import enum
from .names import FIRST
from .missing import nothing

class Mood(enum.Enum):
    SAD = FIRST
    HAPPY = 2
"#;

#[test]
fn they_are_followed_in_source() {
    expect![[r#"
        9: CREATE TYPE made AS ENUM ('a', 'b')
        9: SELECT 'it stands in the other file'
        10: CREATE TYPE mood AS ENUM ('SAD', 'HAPPY')
    "#]]
    .assert_eq(&told(&[
        ("db/versions/a1.py", REVISION),
        ("db/helpers.py", HELPERS),
        ("app/__init__.py", ""),
        ("app/models.py", MODELS),
        ("app/names.py", "FIRST = 1\nNAME = 'mood'\n"),
    ]));
}

#[test]
fn the_path_of_the_configuration_comes_first() {
    expect![[r#"
        4: DROP TYPE right
    "#]].assert_eq(&told(&[
        ("db/versions/a1.py", "from alembic import op\nfrom names import NAME\ndef upgrade():\n    op.execute('DROP TYPE ' + NAME)\n"),
        ("db/names.py", "NAME = 'wrong'\n"),
        ("lib/names.py", "NAME = 'right'\n"),
        ("alembic.ini", "[alembic]\nscript_location = db\nprepend_sys_path = %(here)s/lib\n"),
    ]));
}

#[test]
fn a_module_in_two_places_is_not_known() {
    expect![[r#"
        4: DROP TYPE …
    "#]].assert_eq(&told(&[
        ("db/versions/a1.py", "from alembic import op\nfrom names import NAME\ndef upgrade():\n    op.execute(f'DROP TYPE {NAME}')\n"),
        ("db/names.py", "NAME = 'one'\n"),
        ("names.py", "NAME = 'other'\n"),
    ]));
}

#[test]
fn modules_that_import_one_another() {
    expect![[r#"
        4: DROP TYPE …
    "#]].assert_eq(&told(&[
        ("versions/a1.py", "from alembic import op\nfrom one import A\ndef upgrade():\n    op.execute(f'DROP TYPE {A}')\n"),
        ("one.py", "from other import B\nA = B\n"),
        ("other.py", "from one import A\nB = A\n"),
    ]));
}

#[test]
fn what_only_makes_values() {
    let text = "from alembic import op\nfrom babel import Locale\nimport yaml\n\n\
        def upgrade():\n    try:\n        Locale.parse('de')\n    except ValueError:\n        pass\n    yaml.safe_load('')\n    op.execute('DROP TYPE mood')\n";
    assert_eq!(told(&[("versions/a1.py", text)]), "11: \"DROP TYPE mood\"\n");
}

#[test]
fn what_only_writes_to_a_log() {
    let text = "from alembic import op\nfrom loguru import logger\nimport click, structlog\nlog = structlog.get_logger()\n\n\
        def upgrade():\n    logger.info('a')\n    log.info('b', x=1)\n    click.echo('c')\n    op.execute('DROP TYPE mood')\n";
    assert_eq!(told(&[("versions/a1.py", text)]), "10: \"DROP TYPE mood\"\n");
}
