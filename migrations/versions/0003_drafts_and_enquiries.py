"""drafts and enquiries

Revision ID: 0003
Revises: 0002

The next version of a handbook while it is written, what readers ask about a rule, and who mended a question.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handbook_id", sa.Integer(), nullable=False),
        sa.Column("base_version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("title_ms", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("preface_ms", sa.Text(), nullable=False),
        sa.Column("preface_en", sa.Text(), nullable=False),
        sa.Column("summary_ms", sa.Text(), server_default="", nullable=False),
        sa.Column("summary_en", sa.Text(), server_default="", nullable=False),
        sa.Column("sources", sa.Text(), server_default="{}", nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("read_within_days", sa.Integer(), server_default=sa.text("14"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("manifest_before", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'published', 'withdrawn')",
            name=op.f("ck_drafts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["base_version_id"],
            ["handbook_versions.id"],
            name=op.f("fk_drafts_base_version_id_handbook_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["handbook_id"], ["handbooks.id"], name=op.f("fk_drafts_handbook_id_handbooks")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["officers.id"], name=op.f("fk_drafts_started_by_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["handbook_versions.id"],
            name=op.f("fk_drafts_version_id_handbook_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_drafts_open",
            ["handbook_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'in_review')"),
            postgresql_where=sa.text("state IN ('draft', 'in_review')"),
        )

    op.create_table(
        "enquiries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("question_ms", sa.Text(), server_default="", nullable=False),
        sa.Column("question_en", sa.Text(), server_default="", nullable=False),
        sa.Column("answer_ms", sa.Text(), server_default="", nullable=False),
        sa.Column("answer_en", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('ms', 'en')", name=op.f("ck_enquiries_language")),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'declined')", name=op.f("ck_enquiries_state")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["officers.id"], name=op.f("fk_enquiries_answered_by_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_enquiries_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_enquiries_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name=op.f("fk_enquiries_rule_id_rules")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["handbook_versions.id"],
            name=op.f("fk_enquiries_version_id_handbook_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
    )
    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.create_index("ix_enquiries_officer_id", ["officer_id"], unique=False)
        batch_op.create_index("ix_enquiries_rule_id", ["rule_id"], unique=False)
        batch_op.create_index("ix_enquiries_state_asked_at", ["state", "asked_at"], unique=False)

    op.create_table(
        "draft_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "act IN ('started', 'edited', 'submitted', 'returned', 'published', 'withdrawn')",
            name=op.f("ck_draft_events_act"),
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_events_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_draft_events_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_events")),
    )
    with op.batch_alter_table("draft_events", schema=None) as batch_op:
        batch_op.create_index("ix_draft_events_draft_id", ["draft_id"], unique=False)

    op.create_table(
        "draft_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("chapter_code", sa.Text(), nullable=False),
        sa.Column("chapter_ms", sa.Text(), nullable=False),
        sa.Column("chapter_en", sa.Text(), nullable=False),
        sa.Column("title_ms", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("body_ms", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), server_default="", nullable=False),
        sa.Column("note_ms", sa.Text(), server_default="", nullable=False),
        sa.Column("note_en", sa.Text(), server_default="", nullable=False),
        sa.Column("ancestors", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "change IN ('', 'new', 'material', 'editorial', 'retired')",
            name=op.f("ck_draft_rules_change"),
        ),
        sa.CheckConstraint(
            "strength IN ('must', 'should', 'may')", name=op.f("ck_draft_rules_strength")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_rules_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["officers.id"], name=op.f("fk_draft_rules_edited_by_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_draft_rules_rule_id_rules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_rules")),
        sa.UniqueConstraint("draft_id", "rule_id", name=op.f("uq_draft_rules_draft_id_rule_id")),
    )
    with op.batch_alter_table("draft_rules", schema=None) as batch_op:
        batch_op.create_index(
            "ix_draft_rules_draft_id_position", ["draft_id", "position"], unique=False
        )

    op.create_table(
        "draft_saves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_rule_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_rule_id"],
            ["draft_rules.id"],
            name=op.f("fk_draft_saves_draft_rule_id_draft_rules"),
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["officers.id"], name=op.f("fk_draft_saves_saved_by_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_saves")),
    )
    with op.batch_alter_table("draft_saves", schema=None) as batch_op:
        batch_op.create_index("ix_draft_saves_draft_rule_id", ["draft_rule_id"], unique=False)
    with op.batch_alter_table("question_versions") as batch:
        batch.add_column(sa.Column("made_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_question_versions_made_by_id_officers"), "officers", ["made_by_id"], ["id"]
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("question_versions") as batch:
        batch.drop_constraint(op.f("fk_question_versions_made_by_id_officers"), type_="foreignkey")
        batch.drop_column("made_by_id")
    for table in ("draft_saves", "draft_rules", "draft_events", "enquiries", "drafts"):
        op.drop_table(table)
