# tries: an endless loop in the cell itself
# must: cost this task; the other cells are run without it
# others: right
# earns: others
def scale(x):
    return x


while True:
    try:
        while True:
            pass
    except BaseException:
        continue
