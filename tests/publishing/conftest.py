"""What the tests of publishing share."""

from datetime import datetime

import pytest

from app.db import Database
from tests.cast import Cast
from tests.publishing.desk import Desk


@pytest.fixture
def desk(database: Database, cast: Cast, at: datetime) -> Desk:
    """Return an author's desk with a draft begun."""
    return Desk(database, cast, at).start()
