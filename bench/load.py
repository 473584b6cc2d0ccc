"""A load driver: keep-alive connections on threads, a bounded number of requests, latencies collected."""

import http.client
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Shot:
    """One kind of request: method, path, headers and form body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Result:
    """What a round saw: requests a second, the 99th percentile in milliseconds, answers that were not `expected`."""

    per_second: float
    p99_ms: float
    refused: int


def form(fields: dict[str, str]) -> bytes:
    """Return a form body."""
    return urlencode(fields).encode()


def fire(
    port: int, shots: list[Shot], *, connections: int, seconds: float, expected: int
) -> Result:
    """Send the shots in turn over keep-alive connections for some seconds."""
    latencies: list[float] = []
    refused: list[int] = []
    lock = threading.Lock()
    end = time.perf_counter() + seconds

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        mine, wrong, turn = [], [], number
        while time.perf_counter() < end:
            shot = shots[turn % len(shots)]
            turn += connections
            began = time.perf_counter()
            connection.request(shot.method, shot.path, body=shot.body, headers=shot.headers)
            answer = connection.getresponse()
            answer.read()
            mine.append(time.perf_counter() - began)
            if answer.status != expected:
                wrong.append(answer.status)
        connection.close()
        with lock:
            latencies.extend(mine)
            refused.extend(wrong)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    ordered = sorted(latencies)
    return Result(len(ordered) / took, ordered[int(len(ordered) * 0.99)] * 1000, len(refused))
