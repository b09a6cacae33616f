"""What these tests share."""

import pytest

from tests.unit.delivery.catalogue.outboxes import MadeOutbox


@pytest.fixture
def made(tmp_path):
    return MadeOutbox(tmp_path)
