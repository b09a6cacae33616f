"""Message batches by the client library: each call is made once, and only what is whole is believed."""

import gzip
import json
import time
import tracemalloc

import pytest

from daemon.cleaning.llm import batch_client
from daemon.cleaning.llm.batch_client import BatchClient, BatchView, Unanswered
from daemon.cleaning.llm.endpoint import Message, Prompt
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.costs.pricing import Usage
from tests.messages_server import RESET, MessagesServer, Reply, error

USER = '<transcript>\n<turn id="1">um hello there</turn>\n</transcript>'


@pytest.fixture
def client(server):
    return connect(server)


def connect(server):
    return BatchClient(model="claude-haiku-5-5", api_key="sk-a-key", base_url=server.url, timeout_seconds=30)


def create(client, count=3, name="intent"):
    lines = [client.encode_request(f"{name}-{n}", Prompt("sys", USER, 100)) for n in range(count)]
    body = b'{"requests":[' + b",".join(lines) + b"]}"
    return client.create_batch(iter([body[:20], body[20:]]), len(body))


def fetch(client, batch_id, most=100):
    lines = []

    def take(line):
        lines.append(line)
        return len(lines) < most

    return client.read_results(batch_id, take), [client.read_line(line) for line in lines]


def test_a_batch_goes_out_in_one_call_of_known_length_and_comes_home(server, client):
    made = create(client)
    assert (made.requests, made.has_ended) == (3, False)
    [sent] = [request for request in server.requests if request.method == "POST"]
    assert "transfer-encoding" not in sent.headers
    assert client.look_up_batch(made.id).has_ended
    fault, results = fetch(client, made.id)
    assert fault is None
    assert [one.custom_id for one in results] == ["intent-0", "intent-1", "intent-2"]
    assert results[0].reply == Message('<turn id="1">hello there</turn>', "end_turn", "claude-haiku-5-5")
    assert results[0].usage.output_tokens > 0


def test_what_is_asked_in_a_batch_is_what_is_asked_singly(server, client):
    client.send(Prompt("sys", USER, 100))
    create(client)
    assert server.batches.ours[0].requests[0]["params"] == server.bodies[0]


def test_why_there_is_no_connection_is_told_as_of_any_request(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "gopher://proxy.example")
    address = "https://models.example"
    behind = BatchClient(model="claude-haiku-5-5", api_key="sk-a-key", base_url=address, timeout_seconds=30)
    fault = behind.look_up_batch("msgbatch_1")
    assert fault.kind is Kind.NO_CLIENT
    assert "proxy" in behind.make_error(fault).mend
    keyless = BatchClient(model="claude-haiku-5-5", api_key=None, base_url=None, timeout_seconds=30)
    assert keyless.look_up_batch("msgbatch_1").kind is Kind.NO_KEY


@pytest.mark.parametrize("fault", [RESET, error(500), error(529), error(429)])
def test_a_call_that_fails_is_made_once(server, client, fault):
    server.batches.faults["create"].extend([fault] * 5)
    assert isinstance(create(client), Fault)
    assert server.batches.calls == ["create"]


def test_the_results_are_fetched_from_the_address_that_is_configured(server, client):
    with MessagesServer() as spy:
        server.batches.results_host = spy.url
        made = create(client)
        client.look_up_batch(made.id)
        assert len(fetch(client, made.id)[1]) == 3
        assert spy.requests == []


def test_a_body_that_is_cut_is_no_end(server, client):
    made = create(client)
    client.look_up_batch(made.id)
    server.batches.send = lambda body: Reply(body=body, cut=len(body) - 20)
    fault, results = fetch(client, made.id)
    assert fault.kind is Kind.BROKEN
    assert len(results) == 2


def test_the_last_line_of_a_body_that_is_cut_where_nothing_tells_its_size_is_no_result(server, client):
    made = create(client)
    client.look_up_batch(made.id)
    server.batches.send = lambda body: Reply(body=body, unsized=True, cut=len(body) - 20)
    fault, results = fetch(client, made.id)
    assert fault is None
    assert [result is None for result in results] == [False, False, True]


def test_no_more_is_read_than_is_wanted(server, client):
    made = create(client)
    client.look_up_batch(made.id)
    fault, results = fetch(client, made.id, most=1)
    assert (fault, len(results)) == (None, 1)


def test_a_line_without_an_end_is_not_read_for_ever(server, client, monkeypatch):
    monkeypatch.setattr(batch_client, "LONGEST_LINE", 1000)
    made = create(client)
    client.look_up_batch(made.id)
    server.batches.send = lambda body: Reply(body=b"x" * 500_000)
    assert fetch(client, made.id)[0].kind is Kind.BROKEN


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (
            {"type": "errored", "error": {"error": {"type": "overloaded_error", "message": "x"}}},
            Kind.OVERLOADED,
        ),
        ({"type": "errored", "error": {"error": {"type": "authentication_error"}}}, Kind.KEY),
        (
            {
                "type": "errored",
                "error": {
                    "type": "error",
                    "error": {"type": "invalid_request_error", "message": "Your credit balance is too low"},
                },
            },
            Kind.CREDIT,
        ),
        ({"type": "errored", "error": {"error": {"type": "invalid_request_error"}}}, Kind.REFUSED),
        ({"type": "errored"}, Kind.BUSY),
        ({"type": "succeeded"}, Kind.BROKEN),
        ({"type": "succeeded", "message": {"content": "text"}}, Kind.BROKEN),
    ],
)
def test_an_error_in_a_result_is_judged_as_if_it_had_come_alone(client, result, kind):
    line = json.dumps({"custom_id": "i-0", "result": result}).encode()
    assert client.read_line(line).reply.kind is kind


@pytest.mark.parametrize("kind", ["expired", "canceled"])
def test_what_was_not_carried_out_says_so_and_costs_nothing(client, kind):
    told = client.read_line(json.dumps({"custom_id": "i-0", "result": {"type": kind}}).encode())
    assert (told.reply, told.usage) == (Unanswered(kind), Usage())


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"null", b'{"custom_id": 5, "result": {}}', b"\xff"])
def test_what_is_no_line_of_results_is_none(client, line):
    assert client.read_line(line) is None


def test_a_result_of_an_unknown_kind_is_no_answer(client):
    line = b'{"custom_id": "i-0", "result": {"type": "postponed", "message": {"content": []}}}'
    assert client.read_line(line).reply is None


def test_what_a_terminal_would_obey_is_taken_out_of_an_answer(client):
    message = {"content": [{"type": "text", "text": "a\x1b[31mb"}], "stop_reason": "end_turn", "model": "m"}
    line = json.dumps({"custom_id": "i-0", "result": {"type": "succeeded", "message": message}}).encode()
    assert client.read_line(line).reply.text == "ab"


def test_the_batches_since_a_moment_are_listed_over_all_pages(server, client):
    for _ in range(250):
        server.batches.add_foreign(2, age=10)
    server.batches.add_foreign(2, age=1000)
    listing = client.list_batches(time.time() - 100)
    assert len(listing.batches) == 250


@pytest.mark.parametrize("page", [b"[]", b"{}", b'{"data": 5}', b"<html>", b""])
def test_a_server_that_answers_with_no_page_takes_no_batches(server, client, page):
    server.batches.faults["list"].append(Reply(body=page))
    assert isinstance(client.find_batch_fault(), Fault)
    assert client.find_batch_fault() is None


@pytest.mark.parametrize(
    "change",
    [
        {"created_at": "yesterday"}, {"created_at": None}, {"created_at": "2026-11-29T10:00:00"},
        {"created_at": "0001-01-01T00:00:00Z"}, {"expires_at": None}, {"request_counts": []},
        {"request_counts": None}, {"request_counts": {"errored": -1}}, {"processing_status": "queued"},
    ],
)  # fmt: skip
def test_a_batch_that_has_an_id_was_made_whatever_else_is_said_of_it(server, client, change):
    show = server.batches._show
    server.batches._show = lambda batch: {**show(batch), **change}
    made = create(client)
    assert made.id == server.batches.ours[0].id
    [listed] = client.list_batches(time.time() - 100).batches
    assert listed.id == made.id


def test_a_list_with_what_can_not_be_told_says_nothing_of_what_was_made(server, client):
    server.batches.faults["list"].append(Reply(body=b'{"data": [{"created_at": null}], "has_more": false}'))
    assert client.list_batches(time.time() - 100).kind is Kind.BROKEN


@pytest.mark.parametrize("cut", [0, 30])
def test_results_that_are_packed_all_the_same_are_read(server, client, cut):
    made = create(client)
    client.look_up_batch(made.id)

    def pack(body):
        packed = gzip.compress(body)
        return Reply(body=packed[: len(packed) - cut], headers={"content-encoding": "gzip"})

    server.batches.send = pack
    fault, results = fetch(client, made.id)
    assert (fault is None, len(results) == 3) == (not cut, not cut)


@pytest.mark.long
def test_packed_results_that_stand_for_gigabytes_are_not_unpacked_whole(server, client):
    made = create(client)
    client.look_up_batch(made.id)
    packed = gzip.compress(b"x" * (1 << 28))
    server.batches.send = lambda body: Reply(body=packed, headers={"content-encoding": "gzip"})
    tracemalloc.start()
    fault, _ = fetch(client, made.id)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert fault.kind is Kind.BROKEN
    assert peak < 4 * batch_client.LONGEST_LINE


@pytest.mark.parametrize("change", [{"id": "../../models"}, {"id": 5}, {"processing_status": "lost"}])
def test_a_batch_that_no_service_would_tell_of_is_not_believed(server, client, change):
    made = create(client)
    shown = server.batches._show(server.batches.all[made.id])
    server.batches.faults["retrieve"].append(Reply(body=json.dumps({**shown, **change}).encode()))
    assert isinstance(client.look_up_batch(made.id), Fault)
    assert isinstance(client.look_up_batch(made.id), BatchView)


def test_a_batch_can_be_canceled_and_deleted(server, client):
    made = create(client)
    server.batches.end_after = None
    assert client.delete_batch(made.id) is not None  # it has not ended
    assert client.cancel_batch(made.id) is None
    assert client.delete_batch(made.id) is None
    assert client.look_up_batch(made.id).kind is Kind.MODEL
