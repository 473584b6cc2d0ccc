"""versions of single rules

Revision ID: 0002
Revises: 0001

A handbook is asked, not one version of it; an acknowledgement says since which version it was asked, and can be renewed;
rules keep ancestors and retirements; a version is published ahead of its day, withdrawn before it, and typeset once.
Rows of acknowledgements are kept as they are: SQLite copies them into the rebuilt table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSAL = """
CREATE TRIGGER acknowledgements_no_{act} BEFORE {act} ON acknowledgements
BEGIN SELECT RAISE(ABORT, 'acknowledgements are never changed or deleted'); END
"""
NOT_WITHDRAWN = sa.text("withdrawn_at IS NULL")
# of several assignments that asked for versions of one handbook, the newest goes on
WITHDRAW_REPLACED = """
UPDATE assignments SET withdrawn_at = CURRENT_TIMESTAMP
WHERE kind = 'acknowledge' AND withdrawn_at IS NULL AND EXISTS (
  SELECT 1 FROM assignments AS newer WHERE newer.kind = 'acknowledge' AND newer.withdrawn_at IS NULL
  AND newer.handbook_id = assignments.handbook_id AND newer.office_id = assignments.office_id
  AND newer.role = assignments.role AND newer.post = assignments.post AND newer.id > assignments.id)
"""
HANDBOOK_OF_VERSION = """
UPDATE assignments SET handbook_id =
  (SELECT handbook_id FROM handbook_versions WHERE handbook_versions.id = assignments.version_id)
WHERE kind = 'acknowledge'
"""
NEWEST_VERSION = """
UPDATE assignments SET version_id =
  (SELECT max(id) FROM handbook_versions WHERE handbook_versions.handbook_id = assignments.handbook_id)
WHERE kind = 'acknowledge'
"""
ASKS_AGAIN = """
UPDATE handbook_versions SET asks_again = CASE WHEN EXISTS (
    SELECT 1 FROM rule_texts WHERE rule_texts.version_id = handbook_versions.id
    AND rule_texts.change IN ('new', 'material')
  ) OR NOT EXISTS (
    SELECT 1 FROM handbook_versions AS before WHERE before.handbook_id = handbook_versions.handbook_id
    AND before.effective_on < handbook_versions.effective_on
  ) THEN true ELSE false END
"""


def on_sqlite() -> bool:
    """Say whether a table is changed by rebuilding it."""
    return op.get_bind().dialect.name == "sqlite"


def kind_check(column: str) -> str:
    """Return which target each kind of assignment has."""
    return (
        f"(kind = 'acknowledge' AND {column} IS NOT NULL AND quiz_id IS NULL)"
        f" OR (kind = 'pass_quiz' AND quiz_id IS NOT NULL AND {column} IS NULL)"
    )


def upgrade() -> None:
    """Apply."""
    change_acknowledgements()
    change_assignments()
    change_versions()
    op.add_column("handbooks", sa.Column("manifest", sa.Text(), server_default="", nullable=False))
    op.add_column("rule_texts", sa.Column("stems", sa.Text(), server_default="", nullable=False))
    create_tables()


def change_acknowledgements() -> None:
    """Say since which version was asked; let a lapsed one be renewed."""
    with op.batch_alter_table("acknowledgements") as batch:
        batch.add_column(sa.Column("since_version_id", sa.Integer(), nullable=True))
        batch.add_column(
            sa.Column("renewal", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
        batch.drop_constraint(op.f("uq_acknowledgements_officer_id_version_id"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_acknowledgements_officer_id_version_id_renewal"),
            ["officer_id", "version_id", "renewal"],
        )
        batch.create_foreign_key(
            op.f("fk_acknowledgements_since_version_id_handbook_versions"),
            "handbook_versions",
            ["since_version_id"],
            ["id"],
        )
    refuse_changes()


def refuse_changes() -> None:
    """Put back the triggers that went with the rebuilt table."""
    if on_sqlite():
        for act in ("update", "delete"):
            op.execute(REFUSAL.format(act=act))


def change_assignments() -> None:
    """Ask for a handbook instead of one version of it; let an acknowledgement lapse by calendar."""
    op.add_column("assignments", sa.Column("handbook_id", sa.Integer(), nullable=True))
    op.execute(HANDBOOK_OF_VERSION)
    op.execute(WITHDRAW_REPLACED)
    with op.batch_alter_table("assignments") as batch:
        batch.add_column(sa.Column("renew_month", sa.Integer(), nullable=True))
        batch.drop_constraint(op.f("ck_assignments_kind"), type_="check")
        batch.drop_constraint(
            op.f("fk_assignments_version_id_handbook_versions"), type_="foreignkey"
        )
        batch.drop_column("version_id")
        batch.create_foreign_key(
            op.f("fk_assignments_handbook_id_handbooks"), "handbooks", ["handbook_id"], ["id"]
        )
        batch.create_check_constraint(op.f("ck_assignments_kind"), kind_check("handbook_id"))
        batch.create_check_constraint(
            op.f("ck_assignments_renewal"),
            "renew_month BETWEEN 1 AND 12 AND valid_days IS NULL OR renew_month IS NULL",
        )


def change_versions() -> None:
    """Publish ahead, withdraw, and say whether a version asks anybody again."""
    with op.batch_alter_table("handbook_versions") as batch:
        batch.add_column(
            sa.Column("asks_again", sa.Boolean(), server_default=sa.text("true"), nullable=False)
        )
        batch.add_column(
            sa.Column(
                "read_within_days", sa.Integer(), server_default=sa.text("14"), nullable=False
            )
        )
        batch.add_column(sa.Column("published_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch.drop_constraint(op.f("uq_handbook_versions_handbook_id_effective_on"), type_="unique")
        batch.create_foreign_key(
            op.f("fk_handbook_versions_published_by_id_officers"),
            "officers",
            ["published_by_id"],
            ["id"],
        )
    op.create_index(
        "uq_handbook_versions_handbook_id_effective_on",
        "handbook_versions",
        ["handbook_id", "effective_on"],
        unique=True,
        sqlite_where=NOT_WITHDRAWN,
        postgresql_where=NOT_WITHDRAWN,
    )
    op.execute(ASKS_AGAIN)


def create_tables() -> None:
    """Make the tables of ancestors, retirements and typeset versions."""
    op.create_table(
        "rule_ancestors",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("ancestor_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["rules.id"], name=op.f("fk_rule_ancestors_ancestor_id_rules")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_rule_ancestors_rule_id_rules")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["handbook_versions.id"],
            name=op.f("fk_rule_ancestors_version_id_handbook_versions"),
        ),
        sa.PrimaryKeyConstraint(
            "rule_id", "ancestor_id", "version_id", name=op.f("pk_rule_ancestors")
        ),
    )
    op.create_table(
        "rule_retirements",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note_ms", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('retired', 'material', 'editorial')", name=op.f("ck_rule_retirements_kind")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_rule_retirements_rule_id_rules")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["handbook_versions.id"],
            name=op.f("fk_rule_retirements_version_id_handbook_versions"),
        ),
        sa.PrimaryKeyConstraint("version_id", "rule_id", name=op.f("pk_rule_retirements")),
    )
    op.create_table(
        "typeset_versions",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('ms', 'en')", name=op.f("ck_typeset_versions_language")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["handbook_versions.id"],
            name=op.f("fk_typeset_versions_version_id_handbook_versions"),
        ),
        sa.PrimaryKeyConstraint("version_id", "language", name=op.f("pk_typeset_versions")),
    )


def downgrade() -> None:
    """Take back; assignments go back to the newest version of their handbook."""
    for table in ("typeset_versions", "rule_retirements", "rule_ancestors"):
        op.drop_table(table)
    op.drop_column("rule_texts", "stems")
    op.drop_column("handbooks", "manifest")
    restore_versions()
    restore_assignments()
    restore_acknowledgements()


def restore_versions() -> None:
    """Take back what versions gained."""
    op.drop_index("uq_handbook_versions_handbook_id_effective_on", "handbook_versions")
    with op.batch_alter_table("handbook_versions") as batch:
        batch.drop_constraint(
            op.f("fk_handbook_versions_published_by_id_officers"), type_="foreignkey"
        )
        for column in (
            "asks_again",
            "read_within_days",
            "published_by_id",
            "in_force_at",
            "withdrawn_at",
        ):
            batch.drop_column(column)
        batch.create_unique_constraint(
            op.f("uq_handbook_versions_handbook_id_effective_on"), ["handbook_id", "effective_on"]
        )


def restore_assignments() -> None:
    """Ask for a version again."""
    op.add_column("assignments", sa.Column("version_id", sa.Integer(), nullable=True))
    op.execute(NEWEST_VERSION)
    with op.batch_alter_table("assignments") as batch:
        batch.drop_constraint(op.f("ck_assignments_kind"), type_="check")
        batch.drop_constraint(op.f("ck_assignments_renewal"), type_="check")
        batch.drop_constraint(op.f("fk_assignments_handbook_id_handbooks"), type_="foreignkey")
        batch.drop_column("handbook_id")
        batch.drop_column("renew_month")
        batch.create_foreign_key(
            op.f("fk_assignments_version_id_handbook_versions"),
            "handbook_versions",
            ["version_id"],
            ["id"],
        )
        batch.create_check_constraint(op.f("ck_assignments_kind"), kind_check("version_id"))


def restore_acknowledgements() -> None:
    """Take back what acknowledgements gained."""
    with op.batch_alter_table("acknowledgements") as batch:
        batch.drop_constraint(
            op.f("fk_acknowledgements_since_version_id_handbook_versions"), type_="foreignkey"
        )
        batch.drop_constraint(
            op.f("uq_acknowledgements_officer_id_version_id_renewal"), type_="unique"
        )
        batch.drop_column("since_version_id")
        batch.drop_column("renewal")
        batch.create_unique_constraint(
            op.f("uq_acknowledgements_officer_id_version_id"), ["officer_id", "version_id"]
        )
    refuse_changes()
