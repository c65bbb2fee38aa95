# tries: SVG with a script and an onload handler
# must: show nothing active in notebooks, feedback, reports or the terminal
from IPython.display import SVG, display

box = "<svg xmlns='http://www.w3.org/2000/svg' onload='HOSTILE_ACTIVE()'>"
display(SVG(data=box + "<script>HOSTILE_ACTIVE()</script><circle r='5'/></svg>"))


def scale(x):
    return x
