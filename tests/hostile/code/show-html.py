# tries: HTML with a script, an event handler and a frame as outputs
# must: show nothing active in notebooks, feedback, reports or the terminal
from IPython.display import HTML, display

display(HTML("<script>window.HOSTILE_ACTIVE = 1</script><b>bold</b>"))
display(HTML("<img src=x onerror='window.HOSTILE_ACTIVE = 1'>"))
display(HTML("<iframe srcdoc='<script>parent.HOSTILE_ACTIVE = 1</script>'></iframe>"))
display(HTML("<a href='javascript:HOSTILE_ACTIVE()'>marks</a><style>body {display: none}</style>"))
display(HTML("<form action='http://127.0.0.1:@PORT@/HOSTILE_ACTIVE'><input name=a></form>"))


def scale(x):
    return x
