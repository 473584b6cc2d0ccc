"""kinds of questions

Revision ID: 0004
Revises: 0003

Questions of every kind with their states; grades appended by corrected keys; certainty; accommodations; cards and answers of
practice; statistics of questions and what officers dispute.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = (
    "single", "multiple", "true_false", "matching", "ordering", "form_check", "numeric", "short_answer"
)  # fmt: skip
CELL = ["question_version_id", "office_id", "month", "draw", "choice"]
ONE_CELL = """
INSERT INTO response_counts (question_version_id, office_id, month, draw, choice, certainty, n)
SELECT question_version_id, office_id, month, draw, choice, 0, sum(n) FROM response_counts WHERE certainty > 0
GROUP BY question_version_id, office_id, month, draw, choice
ON CONFLICT (question_version_id, office_id, month, draw, choice, certainty) DO UPDATE SET n = response_counts.n + excluded.n
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "practice_cursors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_id", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_practice_cursors")),
    )
    op.create_table(
        "accommodations",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("extra_time", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("large_print", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reader", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "extra_time BETWEEN 0 AND 300", name=op.f("ck_accommodations_extra_time")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["officers.id"],
            name=op.f("fk_accommodations_granted_by_id_officers"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_accommodations_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_accommodations")),
    )
    op.create_table(
        "quiz_statistics",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes.id"], name=op.f("fk_quiz_statistics_quiz_id_quizzes")
        ),
        sa.PrimaryKeyConstraint("quiz_id", name=op.f("pk_quiz_statistics")),
    )
    op.create_table(
        "review_cards",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stability", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("difficulty", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("box", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reviews", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lapses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_right", sa.Boolean(), nullable=True),
        sa.Column("rule_hash", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "algorithm IN ('fsrs', 'leitner')", name=op.f("ck_review_cards_algorithm")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_review_cards_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_review_cards_rule_id_rules")
        ),
        sa.PrimaryKeyConstraint("officer_id", "rule_id", name=op.f("pk_review_cards")),
    )
    with op.batch_alter_table("review_cards", schema=None) as batch_op:
        batch_op.create_index(
            "ix_review_cards_officer_id_due_at", ["officer_id", "due_at"], unique=False
        )
        batch_op.create_index("ix_review_cards_rule_id", ["rule_id"], unique=False)

    op.create_table(
        "disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'declined')", name=op.f("ck_disputes_state")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["officers.id"], name=op.f("fk_disputes_answered_by_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_disputes_attempt_id_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_disputes_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_disputes_question_version_id_question_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index("ix_disputes_officer_id", ["officer_id"], unique=False)
        batch_op.create_index(
            "ix_disputes_question_version_id", ["question_version_id"], unique=False
        )
        batch_op.create_index("ix_disputes_state_made_at", ["state", "made_at"], unique=False)
        batch_op.create_index(
            "uq_disputes_attempt_id_question_version_id",
            ["attempt_id", "question_version_id"],
            unique=True,
        )

    op.create_table(
        "item_statistics",
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "flag IN ('', 'watch', 'quarantine')", name=op.f("ck_item_statistics_flag")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_item_statistics_question_version_id_question_versions"),
        ),
        sa.PrimaryKeyConstraint("question_version_id", name=op.f("pk_item_statistics")),
    )
    with op.batch_alter_table("item_statistics", schema=None) as batch_op:
        batch_op.create_index("ix_item_statistics_flag", ["flag"], unique=False)

    op.create_table(
        "key_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("new_version_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("regraded_to", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("regraded", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["officers.id"], name=op.f("fk_key_corrections_made_by_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["new_version_id"],
            ["question_versions.id"],
            name=op.f("fk_key_corrections_new_version_id_question_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_key_corrections_question_version_id_question_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_corrections")),
    )
    with op.batch_alter_table("key_corrections", schema=None) as batch_op:
        batch_op.create_index("ix_key_corrections_finished_at", ["finished_at"], unique=False)

    op.create_table(
        "practice_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("option_order", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choice", sa.Text(), server_default="", nullable=False),
        sa.Column("certainty", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_practice_answers_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_practice_answers_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_practice_answers_question_version_id_question_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_practice_answers_rule_id_rules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answers")),
        sa.UniqueConstraint(
            "officer_id", "day", "rule_id", name=op.f("uq_practice_answers_officer_id_day_rule_id")
        ),
    )
    with op.batch_alter_table("practice_answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_practice_answers_officer_id_question_version_id",
            ["officer_id", "question_version_id"],
            unique=False,
        )

    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("share", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("certainty", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.create_index(
            "ix_answers_question_version_id", ["question_version_id"], unique=False
        )

    op.execute("UPDATE answers SET share = 1000 WHERE correct")

    with op.batch_alter_table("attempt_questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), server_default="single", nullable=False))
        batch_op.add_column(
            sa.Column("alphabet", sa.Text(), server_default="abcdu", nullable=False)
        )
        batch_op.add_column(
            sa.Column("certainty", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
        )
    op.execute("UPDATE attempt_questions SET kind = 'multiple' WHERE multiple")
    with op.batch_alter_table("attempt_questions", schema=None) as batch_op:
        batch_op.drop_column("multiple")

    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("number", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )
        batch_op.add_column(sa.Column("correction_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "uq_grades_standing",
            ["attempt_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_grades_correction_id_key_corrections"),
            "key_corrections",
            ["correction_id"],
            ["id"],
        )
        batch_op.drop_constraint("pk_grades", type_="primary")
        batch_op.create_primary_key("pk_grades", ["attempt_id", "number"])

    with op.batch_alter_table("question_versions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("alphabet", sa.Text(), server_default="abcdu", nullable=False)
        )
        batch_op.add_column(sa.Column("case_key", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("state", sa.Text(), server_default="approved", nullable=False)
        )
        batch_op.add_column(sa.Column("approved_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("corrected_by_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f("ck_question_versions_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_question_versions_kind"), f"kind IN {KINDS}")
        batch_op.create_check_constraint(
            op.f("ck_question_versions_state"), "state IN ('draft', 'approved', 'quarantined')"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_question_versions_approved_by_id_officers"),
            "officers",
            ["approved_by_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_question_versions_corrected_by_id_question_versions"),
            "question_versions",
            ["corrected_by_id"],
            ["id"],
        )

    with op.batch_alter_table("quizzes", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("review_share", sa.Integer(), server_default=sa.text("30"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("adaptive_share", sa.Integer(), server_default=sa.text("30"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("open_book", sa.Boolean(), server_default=sa.text("true"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("certainty", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )

    with op.batch_alter_table("response_counts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("certainty", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.drop_constraint("pk_response_counts", type_="primary")
        batch_op.create_primary_key("pk_response_counts", [*CELL, "certainty"])


def downgrade() -> None:
    """Take back."""
    op.execute(ONE_CELL)
    op.execute("DELETE FROM response_counts WHERE certainty > 0")
    with op.batch_alter_table("response_counts", schema=None) as batch_op:
        batch_op.drop_constraint("pk_response_counts", type_="primary")
        batch_op.create_primary_key("pk_response_counts", CELL)
        batch_op.drop_column("certainty")

    with op.batch_alter_table("quizzes", schema=None) as batch_op:
        batch_op.drop_column("certainty")
        batch_op.drop_column("open_book")
        batch_op.drop_column("adaptive_share")
        batch_op.drop_column("review_share")

    # questions of a kind unknown to 0003 become single choices: their wording stays, and nothing draws a retired one
    op.execute(
        "UPDATE question_versions SET retired_at = created_at WHERE state <> 'approved' AND retired_at IS NULL"
    )
    op.execute(
        "UPDATE question_versions SET retired_at = coalesce(retired_at, created_at), kind = 'single' WHERE kind NOT IN ('single', 'multiple')"
    )
    with op.batch_alter_table("question_versions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_question_versions_state"), type_="check")
        batch_op.drop_constraint(op.f("ck_question_versions_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_question_versions_kind"), "kind IN ('single', 'multiple')"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_question_versions_corrected_by_id_question_versions"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_question_versions_approved_by_id_officers"), type_="foreignkey"
        )
        batch_op.drop_column("corrected_by_id")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("approved_by_id")
        batch_op.drop_column("state")
        batch_op.drop_column("case_key")
        batch_op.drop_column("alphabet")

    op.execute("DELETE FROM grades WHERE replaced_at IS NOT NULL")
    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.drop_constraint("pk_grades", type_="primary")
        batch_op.create_primary_key("pk_grades", ["attempt_id"])
        batch_op.drop_constraint(
            batch_op.f("fk_grades_correction_id_key_corrections"), type_="foreignkey"
        )
        batch_op.drop_index(
            "uq_grades_standing",
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_column("replaced_at")
        batch_op.drop_column("correction_id")
        batch_op.drop_column("number")

    with op.batch_alter_table("attempt_questions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("multiple", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    op.execute("UPDATE attempt_questions SET multiple = true WHERE kind = 'multiple'")
    with op.batch_alter_table("attempt_questions", schema=None) as batch_op:
        batch_op.alter_column("multiple", existing_type=sa.Boolean(), server_default=None)
        batch_op.drop_column("certainty")
        batch_op.drop_column("alphabet")
        batch_op.drop_column("kind")

    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index("ix_answers_question_version_id")
        batch_op.drop_column("certainty")
        batch_op.drop_column("share")

    with op.batch_alter_table("practice_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_practice_answers_officer_id_question_version_id")

    op.drop_table("practice_answers")
    with op.batch_alter_table("key_corrections", schema=None) as batch_op:
        batch_op.drop_index("ix_key_corrections_finished_at")

    op.drop_table("key_corrections")
    with op.batch_alter_table("item_statistics", schema=None) as batch_op:
        batch_op.drop_index("ix_item_statistics_flag")

    op.drop_table("item_statistics")
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_index("uq_disputes_attempt_id_question_version_id")
        batch_op.drop_index("ix_disputes_state_made_at")
        batch_op.drop_index("ix_disputes_question_version_id")
        batch_op.drop_index("ix_disputes_officer_id")

    op.drop_table("disputes")
    with op.batch_alter_table("review_cards", schema=None) as batch_op:
        batch_op.drop_index("ix_review_cards_rule_id")
        batch_op.drop_index("ix_review_cards_officer_id_due_at")

    op.drop_table("review_cards")
    op.drop_table("quiz_statistics")
    op.drop_table("accommodations")
    op.drop_table("practice_cursors")
