"""targets

Revision ID: 0006
Revises: 0005

What the department wants its rules to reach, from which day on; up to which answer statistics of questions were told.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# what was told already must not wait less for its next ten answers than what is told from now on
TOLD = (
    """
UPDATE item_statistics SET answers_to = COALESCE((
    SELECT MAX(answers.id) FROM answers
    WHERE answers.question_version_id = item_statistics.question_version_id
    AND answers.answered_at <= item_statistics.computed_at), 0)
""",
    """
UPDATE quiz_statistics SET answers_to = COALESCE((
    SELECT MAX(answers.id) FROM answers JOIN attempts ON attempts.id = answers.attempt_id
    WHERE attempts.quiz_id = quiz_statistics.quiz_id
    AND answers.answered_at <= quiz_statistics.computed_at), 0)
""",
)


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

    for table in ("item_statistics", "quiz_statistics"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column("answers_to", sa.Integer(), server_default=sa.text("0"), nullable=False)
            )
    for statement in TOLD:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    for table in ("quiz_statistics", "item_statistics"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("answers_to")

    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.drop_index("ix_targets_effective_on")

    op.drop_table("targets")
