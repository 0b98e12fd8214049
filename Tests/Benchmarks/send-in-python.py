#!/usr/bin/env python3
"""Sends as a script would: PATCHes the incidents 1 to TOTAL, and keeps nothing of it. Prints the requests a second.

    Tests/Benchmarks/send-in-python.py aiohttp|httpx|requests URL LANES TOTAL
"""
import asyncio
import sys
import threading
import time

LOGIN = ("admin", "sandbox")


def address(site, number):
    return f"{site}/services/rest/connect/v1.4/incidents/{number}"


def body(number):
    return {"assignedTo": {"account": {"id": number % 500 + 1}}, "statusWithType": {"status": {"id": 1}}}


async def with_aiohttp(site, lanes, numbers):
    import aiohttp

    async def lane(session):
        for number in numbers:
            async with session.patch(address(site, number), json=body(number)) as answer:
                answer.raise_for_status()
                await answer.read()

    connector = aiohttp.TCPConnector(limit=lanes)
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(*LOGIN), connector=connector) as session:
        await asyncio.gather(*[lane(session) for _ in range(lanes)])


async def with_httpx(site, lanes, numbers):
    import httpx

    async def lane(client):
        for number in numbers:
            (await client.patch(address(site, number), json=body(number))).raise_for_status()

    async with httpx.AsyncClient(auth=LOGIN, limits=httpx.Limits(max_connections=lanes)) as client:
        await asyncio.gather(*[lane(client) for _ in range(lanes)])


def with_requests(site, lanes, numbers):
    import requests
    lock = threading.Lock()
    failures = []

    def next_number():
        with lock:
            return next(numbers, None)

    def lane():
        session = requests.Session()
        session.auth = LOGIN
        try:
            while (number := next_number()) is not None:
                session.patch(address(site, number), json=body(number)).raise_for_status()
        except requests.RequestException as error:
            failures.append(error)

    threads = [threading.Thread(target=lane) for _ in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def main():
    library, site, lanes, total = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    numbers = iter(range(1, total + 1))
    began = time.monotonic()
    if library == "requests":
        with_requests(site, lanes, numbers)
    else:
        asyncio.run({"aiohttp": with_aiohttp, "httpx": with_httpx}[library](site, lanes, numbers))
    print(f"{total / (time.monotonic() - began):.0f}")


if __name__ == "__main__":
    main()
