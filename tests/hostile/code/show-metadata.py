# tries: output metadata that breaks out of an attribute of the page
# must: show nothing active in notebooks, feedback, reports or the terminal
from IPython.display import display

display(
    {"image/png": "iVBORw0KGgo=", "text/plain": "x"},
    raw=True,
    metadata={
        "image/png": {"width": "1' onload='HOSTILE_ACTIVE()", "alt": "'><script>HOSTILE_ACTIVE()"}
    },
)


def scale(x):
    return x
