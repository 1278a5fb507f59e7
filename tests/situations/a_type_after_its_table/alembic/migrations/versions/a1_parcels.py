"""parcels"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "a1"
down_revision = None

parcel_state = postgresql.ENUM("packed", "sent", "lost", name="parcel_state", create_type=False)


def upgrade():
    parcel_state.create(op.get_bind())
    op.create_table(
        "parcel",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", parcel_state, nullable=False),
    )


def downgrade():
    parcel_state.drop(op.get_bind())
    op.drop_table("parcel")
