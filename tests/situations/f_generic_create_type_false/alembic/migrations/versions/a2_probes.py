"""the soil of probes"""
from alembic import op
import sqlalchemy as sa

revision = "a2"
down_revision = "a1"


def upgrade():
    op.add_column("sensor", sa.Column("below", sa.Enum("wet", "dry", name="soil", create_type=False)))


def downgrade():
    op.drop_column("sensor", "below")
