"""A gRPC client that shares nothing with us but proto/: generated here and now by grpcio-tools."""

import importlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import grpc
from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = os.environ.get("TEST_SERVER", ROOT / "target/release/server")
PLUGINS = os.environ.get("TEST_PLUGINS", ROOT / "target/plugins")
PAGE = os.environ.get("TEST_PAGE", ROOT / "target/site")
CALL_TIMEOUT_S = 20


def generate(folder):
    """Compiles proto/ into `folder`; what a client author would do."""
    files = sorted(str(path) for path in (ROOT / "proto").glob("databook/*.proto"))
    arguments = ["", f"-I{ROOT / 'proto'}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
    if protoc.main(arguments + files) != 0:
        raise RuntimeError("protoc refuses proto/")
    sys.path.insert(0, folder)
    return (
        importlib.import_module("databook.databook_pb2"),
        importlib.import_module("databook.databook_pb2_grpc"),
    )


def start_server(data):
    """Starts the server on a free port; gives it with its host and port."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABOOK_")}
    server = subprocess.Popen(
        [SERVER, "--listen", "127.0.0.1:0", "--data", data, "--plugins", PLUGINS, "--app", PAGE],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    printed = []
    for line in server.stdout:
        printed.append(line)
        if found := re.search(r"listening on http://([^\s\"/]+)", line):
            return server, found[1]
    raise RuntimeError("the server ended:\n" + "".join(printed))


class Get(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="databook-foreign-")
        cls.addClassCleanup(folder.cleanup)
        generated = pathlib.Path(folder.name, "generated")
        generated.mkdir()
        cls.messages, services = generate(str(generated))
        server, address = start_server(str(pathlib.Path(folder.name, "data")))
        cls.addClassCleanup(server.stdout.close)
        cls.addClassCleanup(server.wait)
        cls.addClassCleanup(server.kill)
        channel = grpc.insecure_channel(address)
        cls.addClassCleanup(channel.close)
        cls.stub = services.DatabookStub(channel)

    def get(self, plugin, **options):
        request = self.messages.GetRequest(name=plugin, options=options)
        return self.stub.get(request, timeout=CALL_TIMEOUT_S)

    def test_a_text_answer(self):
        reply = self.get("hello_world", name="Ada")
        self.assertEqual(reply.output, "Hello, Ada!")
        self.assertEqual(reply.answer.text, "Hello, Ada!")

    def test_frames_are_columns_of_equal_length(self):
        frames = self.get("demo", query="requests").answer.frames.frames
        self.assertGreater(len(frames), 0)
        for frame in frames:
            self.assertGreaterEqual(len(frame.columns), 2)

    def test_an_unknown_plugin_is_a_status_that_suggests_the_nearest_name(self):
        with self.assertRaises(grpc.RpcError) as raised:
            self.get("hello_wrold")
        self.assertIn(
            raised.exception.code(),
            (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT),
        )
        self.assertIn("hello_world", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
