# tries: read the machine's files: passwd, shadow, hostname, ssh keys, the grader's home
# must: find nothing of the grader: only Python and the submission can be read
import glob
import os

for path in ["/etc/shadow", *glob.glob("@HOME@/.*"), *glob.glob("@HOME@/*"), "/root/.ssh/id_rsa"]:
    try:
        print("stolen:", path, open(path, errors="replace").read()[:100])
    except OSError:
        pass
print("seen:", os.path.exists("@HOME@/secret.txt"), os.path.exists("@COURSE@"))


def scale(x):
    return x
