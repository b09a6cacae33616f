"""The stand-in server, spoken to as any HTTP client would."""

import http.client
import json
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest

from tests import HANG_SECONDS
from tests.messages_server import CUT, EMPTY_BODY, RESET, Reply, error

BODY = {
    "model": "m",
    "max_tokens": 10,
    "messages": [
        {"role": "user", "content": '<transcript>\n<turn id="1">Um, well uh hello.</turn>\n</transcript>'}
    ],
}


def post(url, connection=None):
    connection = connection or http.client.HTTPConnection(urlsplit(url).netloc, timeout=HANG_SECONDS)
    connection.request("POST", "/v1/messages", json.dumps(BODY))
    response = connection.getresponse()
    return response.status, response.headers, response.read()


def test_it_cleans_as_a_good_model_would_and_remembers_what_it_was_asked(server):
    status, _, body = post(server.url)
    answer = json.loads(body)
    assert (status, answer["stop_reason"]) == (200, "end_turn")
    assert answer["content"] == [{"type": "text", "text": '<turn id="1">well hello.</turn>'}]
    assert server.bodies == [BODY]


def test_faults_come_in_the_order_they_were_put_in_and_then_good_answers_on_the_same_connection(server):
    server.faults.extend([error(429, retry_after="3"), EMPTY_BODY])
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=HANG_SECONDS)
    status, headers, _ = post(server.url, connection)
    assert (status, headers["retry-after"]) == (429, "3")
    assert post(server.url, connection)[2] == b""
    assert post(server.url, connection)[0] == 200


def test_connections_break_on_demand(server):
    server.faults.extend([RESET, CUT])
    with pytest.raises(ConnectionResetError):
        post(server.url)
    with pytest.raises(http.client.IncompleteRead):
        post(server.url)


def test_a_body_drips_on_demand(server):
    server.fault = lambda body: Reply(body=b"{}" * 5, drip=0.01)
    begin = time.monotonic()
    assert post(server.url)[2] == b"{}" * 5
    assert time.monotonic() - begin >= 0.09


def test_held_requests_stay_in_flight_until_they_are_released(server):
    server.hold()
    threads = [threading.Thread(target=post, args=(server.url,)) for _ in range(64)]
    for thread in threads:
        thread.start()
    server.wait_for(64)
    server.release()
    for thread in threads:
        thread.join()
    server.wait_for(0)
    assert server.most_in_flight == len(server.requests) == 64
    assert all(request.end >= request.begin for request in server.requests)


@pytest.mark.process
def test_it_runs_as_a_process_of_its_own_and_logs_each_request(tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "tests/messages_server.py", "--latency", "0.01", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert post(process.stdout.readline().strip())[0] == 200
        process.terminate()
    assert json.loads(log.read_text())["body"] == BODY
