"""vans"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "a2"
down_revision = "a1"

fuel = postgresql.ENUM("petrol", "current", name="fuel", create_type=False)


def upgrade():
    op.create_table(
        "van",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fuel", fuel, nullable=False),
    )
    fuel.create(op.get_bind())


def downgrade():
    op.drop_table("van")
    fuel.drop(op.get_bind())
