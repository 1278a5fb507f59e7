"""sensors"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "a1"
down_revision = None


def upgrade():
    postgresql.ENUM("wet", "dry", name="soil").create(op.get_bind())
    op.create_table(
        "sensor",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("soil", postgresql.ENUM("wet", "dry", name="soil", create_type=False), nullable=False),
    )


def downgrade():
    op.drop_table("sensor")
    op.execute("DROP TYPE soil")
