"""targets

Revision ID: 0006
Revises: 0005

What the department wants its rules to reach, from which day on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("must", sa.SmallInteger(), nullable=False),
        sa.Column("other", sa.SmallInteger(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "other >= 25 AND must >= other AND must <= 99", name=op.f("ck_targets_range")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["officers.id"], name=op.f("fk_targets_set_by_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
    )
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.create_index("ix_targets_effective_on", ["effective_on"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.drop_index("ix_targets_effective_on")

    op.drop_table("targets")
