# tries: ten thousand display messages, and one of fifty megabytes
# must: cost at most its own task: outputs are bounded
# others: right
# earns: others
from IPython.display import HTML, display

for number in range(10_000):
    display(HTML(f"<p>{number}</p>"))
display(HTML("x" * 50_000_000))


def scale(x):
    return x
