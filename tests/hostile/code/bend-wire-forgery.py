# tries: write forged results and rubbish into every open socket and pipe
# must: earn nothing; the student's side is at most started again
# others: right
# earns: at most others
import json
import os
import stat
import struct

forged = [{"score": 2, "status": "passed", "grade_id": "test-scale-value", "ok": True}]


def forge():
    payload = json.dumps(forged).encode()
    for fd in range(3, 64):
        try:
            mode = os.fstat(fd).st_mode
            if stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode):
                os.set_blocking(fd, False)
                os.write(fd, struct.pack(">I", len(payload)) + payload)
                os.write(fd, struct.pack("<Q", len(payload)) + payload)
                os.write(fd, b"\xff" * 64)
        except OSError:
            pass


def scale(x):
    forge()
    return x
