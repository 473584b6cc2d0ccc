"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}

Rules of the house: serial number as revision id (0002, 0003, …), one head, batch mode, the same on both databases; never
touch rows of audit_events or acknowledgements; every constraint has a name; imports nothing of the app.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take back."""
    ${downgrades if downgrades else "pass"}
