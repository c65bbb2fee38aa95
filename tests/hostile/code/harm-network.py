# tries: reach the network: TCP, UDP, names, abstract and ordinary Unix sockets, a listener
# must: reach nobody
import socket
import urllib.request

for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int("@PORT@"))),
    (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", int("@PORT@"))),
    (socket.AF_UNIX, socket.SOCK_STREAM, "\0hostile-@PORT@"),
    (socket.AF_UNIX, socket.SOCK_STREAM, "@TMP@/hostile.socket"),
    (socket.AF_INET, socket.SOCK_STREAM, ("192.0.2.1", 80)),
):
    try:
        with socket.socket(family, kind) as out:
            out.settimeout(0.5)
            out.connect(address)
            out.send(b"HOSTILE-CANARY")
    except OSError:
        pass
try:
    urllib.request.urlopen("http://127.0.0.1:@PORT@/HOSTILE-CANARY", timeout=0.5)
except OSError:
    pass


def scale(x):
    return x
