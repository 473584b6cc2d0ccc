"""uniformity

Revision ID: 0005
Revises: 0004

What was released of the counts and measured from it; briefings given, who was there and the questions that follow; rollouts by
lot.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "briefings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("follow_up_from", sa.Date(), nullable=False),
        sa.Column("follow_up_to", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_briefings_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["officers.id"], name=op.f("fk_briefings_recorded_by_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefings")),
    )
    with op.batch_alter_table("briefings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_briefings_office_id_given_on", ["office_id", "given_on"], unique=False
        )

    op.create_table(
        "measures",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("handbook_id", sa.Integer(), nullable=False),
        sa.Column("seen_from", sa.SmallInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scope IN ('nation', 'state', 'office')", name=op.f("ck_measures_scope")
        ),
        sa.CheckConstraint("subject IN ('rule', 'handbook')", name=op.f("ck_measures_subject")),
        sa.ForeignKeyConstraint(
            ["handbook_id"], ["handbooks.id"], name=op.f("fk_measures_handbook_id_handbooks")
        ),
        sa.PrimaryKeyConstraint(
            "scope", "scope_id", "subject", "subject_id", name=op.f("pk_measures")
        ),
    )
    with op.batch_alter_table("measures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_measures_subject_subject_id_scope", ["subject", "subject_id", "scope"], unique=False
        )
        batch_op.create_index("ix_measures_handbook_id", ["handbook_id"], unique=False)

    op.create_table(
        "nights",
        sa.Column("handbook_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["handbook_id"], ["handbooks.id"], name=op.f("fk_nights_handbook_id_handbooks")
        ),
        sa.PrimaryKeyConstraint("handbook_id", name=op.f("pk_nights")),
    )

    op.create_table(
        "rollouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("handbook_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("waves", sa.SmallInteger(), nullable=False),
        sa.Column("step_months", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('briefing', 'version')", name=op.f("ck_rollouts_kind")),
        sa.ForeignKeyConstraint(
            ["begun_by_id"], ["officers.id"], name=op.f("fk_rollouts_begun_by_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["handbook_id"], ["handbooks.id"], name=op.f("fk_rollouts_handbook_id_handbooks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollouts")),
    )
    op.create_table(
        "attendances",
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_id"], ["briefings.id"], name=op.f("fk_attendances_briefing_id_briefings")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_attendances_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("briefing_id", "officer_id", name=op.f("pk_attendances")),
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index("ix_attendances_officer_id", ["officer_id"], unique=False)

    op.create_table(
        "releases",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("officers", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("answers_to", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_releases_office_id_offices")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name=op.f("fk_releases_rule_id_rules")),
        sa.PrimaryKeyConstraint("office_id", "rule_id", name=op.f("pk_releases")),
    )
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.create_index("ix_releases_rule_id", ["rule_id"], unique=False)

    op.create_table(
        "rollout_offices",
        sa.Column("rollout_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_rollout_offices_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["rollout_id"], ["rollouts.id"], name=op.f("fk_rollout_offices_rollout_id_rollouts")
        ),
        sa.PrimaryKeyConstraint("rollout_id", "office_id", name=op.f("pk_rollout_offices")),
    )
    with op.batch_alter_table("rollout_offices", schema=None) as batch_op:
        batch_op.create_index("ix_rollout_offices_office_id", ["office_id"], unique=False)

    op.create_table(
        "rollout_rules",
        sa.Column("rollout_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rollout_id"], ["rollouts.id"], name=op.f("fk_rollout_rules_rollout_id_rollouts")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_rollout_rules_rule_id_rules")
        ),
        sa.PrimaryKeyConstraint("rollout_id", "rule_id", name=op.f("pk_rollout_rules")),
    )
    op.create_table(
        "rule_months",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_rule_months_rule_id_rules")
        ),
        sa.PrimaryKeyConstraint("rule_id", "month", name=op.f("pk_rule_months")),
    )
    op.create_table(
        "briefing_rules",
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=True),
        sa.Column("right_before", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered_before", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_id"], ["briefings.id"], name=op.f("fk_briefing_rules_briefing_id_briefings")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_briefing_rules_question_version_id_question_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_briefing_rules_rule_id_rules")
        ),
        sa.PrimaryKeyConstraint("briefing_id", "rule_id", name=op.f("pk_briefing_rules")),
    )
    with op.batch_alter_table("briefing_rules", schema=None) as batch_op:
        batch_op.create_index("ix_briefing_rules_rule_id", ["rule_id"], unique=False)

    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("option_order", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choice", sa.Text(), server_default="", nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["briefing_id"], ["briefings.id"], name=op.f("fk_follow_ups_briefing_id_briefings")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_follow_ups_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_follow_ups_question_version_id_question_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_follow_ups_rule_id_rules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint(
            "briefing_id",
            "officer_id",
            "rule_id",
            name=op.f("uq_follow_ups_briefing_id_officer_id_rule_id"),
        ),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index("ix_follow_ups_officer_id", ["officer_id"], unique=False)

    op.create_table(
        "released_cells",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_released_cells_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_released_cells_question_version_id_question_versions"),
        ),
        sa.PrimaryKeyConstraint(
            "office_id", "question_version_id", "choice", name=op.f("pk_released_cells")
        ),
    )
    with op.batch_alter_table("released_cells", schema=None) as batch_op:
        batch_op.create_index(
            "ix_released_cells_question_version_id", ["question_version_id"], unique=False
        )

    op.create_table(
        "suspicions",
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason IN ('consensus', 'split')", name=op.f("ck_suspicions_reason")),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_suspicions_question_version_id_question_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_suspicions_rule_id_rules")
        ),
        sa.PrimaryKeyConstraint("question_version_id", "reason", name=op.f("pk_suspicions")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("suspicions")
    op.drop_table("released_cells")
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_ups_officer_id")

    op.drop_table("follow_ups")
    with op.batch_alter_table("briefing_rules", schema=None) as batch_op:
        batch_op.drop_index("ix_briefing_rules_rule_id")

    op.drop_table("briefing_rules")
    op.drop_table("rule_months")
    op.drop_table("rollout_rules")
    with op.batch_alter_table("rollout_offices", schema=None) as batch_op:
        batch_op.drop_index("ix_rollout_offices_office_id")

    op.drop_table("rollout_offices")
    op.drop_table("releases")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index("ix_attendances_officer_id")

    op.drop_table("attendances")
    op.drop_table("rollouts")
    with op.batch_alter_table("measures", schema=None) as batch_op:
        batch_op.drop_index("ix_measures_subject_subject_id_scope")

    op.drop_table("measures")
    op.drop_table("nights")
    with op.batch_alter_table("briefings", schema=None) as batch_op:
        batch_op.drop_index("ix_briefings_office_id_given_on")

    op.drop_table("briefings")
