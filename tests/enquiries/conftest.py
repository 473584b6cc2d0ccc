"""What the tests of enquiries share."""

from datetime import datetime

import pytest

from app.db import Database
from tests.enquiries.asking import Asking


@pytest.fixture
def asking(database: Database, at: datetime) -> Asking:
    """Return the acts on enquiries, in short words."""
    return Asking(database, at)
