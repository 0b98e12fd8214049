"""The sites of this machine that requests go to. Each is a context, and ends with it."""
import contextlib
import http.client
import select
import socket
import sqlite3
import subprocess
import time

from processes import Failed

CONFIGURATION = """
daemon off; worker_processes {workers}; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600; default_type application/json;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location = /status {{ stub_status; }}
    # A question gets an empty collection, a write 200 and nothing.
    location / {{ if ($request_method = GET) {{ return 200 '{{"items":[]}}'; }} return 200; }}
  }}
}}
"""


class Server:
    """A process that serves at `url` until the context ends."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def line(self, process=None, seconds=600):
        """The next line that it prints, while the process that sends to it is alive, if one is given."""
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            ready, _, _ = select.select([self.process.stdout], [], [], 0.2)
            if ready:
                break
            if process and process.has_ended:
                process.finish()
                raise Failed(f"{process.arguments[0]} ended too early")
        text = self.process.stdout.readline() if ready else ""
        if not text:
            raise Failed(f"{self.process.args[0]} says nothing")
        return text.strip()


class Nginx(Server):
    def __init__(self, program, folder, workers):
        folder.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=self.port, workers=workers))
        self.process = subprocess.Popen(
            [program, "-c", folder / "nginx.conf", "-e", folder / "error.log"], stdout=None, stderr=subprocess.DEVNULL)
        while self.process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.01)
        raise Failed("nginx does not start: " + (folder / "error.log").read_text()[-300:])

    def first_request(self, process):
        """Waits for the first request of the process that has just been started; returns when it came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        known = None
        while not process.has_ended:
            connection.request("GET", "/status")
            count = int(connection.getresponse().read().split(b"\n")[2].split()[2])
            if known is not None and count > known + 1:
                break
            known = count
            time.sleep(0.002)
        connection.close()
        return time.monotonic()


class Answering(Server):
    """answer.c: answers writes after `delay` milliseconds, and tells when `mark` of them are answered."""

    def __init__(self, program, delay=0, mark=1, port=0):
        self.process = subprocess.Popen([program, str(delay), str(mark), str(port)], stdout=subprocess.PIPE, text=True)
        self.port = int(self.line())
        self.url = f"http://127.0.0.1:{self.port}"


class Sandbox(Server):
    def __init__(self, program, incidents, folder):
        self.database = folder / "sandbox.sqlite"
        self.process = subprocess.Popen(
            [program, "--port", "0", "--incidents", str(incidents), "--interactions", "1", "--database", self.database],
            stdout=subprocess.PIPE, text=True)
        self.url = self.line()

    def requests(self):
        """How many it has taken so far."""
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            return database.execute("SELECT coalesce(max(rowid), 0) FROM request_log").fetchone()[0]
