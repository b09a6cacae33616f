"""summary.json, as its bytes are written."""

import json

from hypothesis import given
from hypothesis import strategies as st

from daemon.delivery.summary import encode_json
from daemon.text.unseen import show_unseen


@given(st.text(st.characters(exclude_categories=())))
def test_no_editor_obeys_what_stands_in_it_and_it_says_the_same(name):
    data = encode_json({"source": name, name: ["\u202egpj.vtt", "caf\udce9", "\U000e0041", "\x7f"]})
    text = data.decode()
    assert show_unseen(text) == text
    assert json.loads(text) == {
        "source": name,
        name: ["\u202egpj.vtt", "caf\udce9", "\U000e0041", "\x7f"],
    }
