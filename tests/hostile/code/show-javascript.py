# tries: Javascript outputs, widgets and unknown kinds of output
# must: show nothing active in notebooks, feedback, reports or the terminal
from IPython.display import Javascript, display

display(Javascript("window.HOSTILE_ACTIVE = 1"))
for kind in ("application/vnd.jupyter.widget-view+json", "application/vnd.hostile+json"):
    display({kind: {"model_id": "</script><script>HOSTILE_ACTIVE()</script>"}}, raw=True)
display({"text/html": ["<script>HOSTILE_ACTIVE()", "</script>"]}, raw=True)
display({"image/png": "'><script>HOSTILE_ACTIVE()</script>"}, raw=True)


def scale(x):
    return x
