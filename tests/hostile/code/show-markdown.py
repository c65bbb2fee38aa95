# tries: Markdown and LaTeX outputs with HTML and javascript links in them
# must: show nothing active in notebooks, feedback, reports or the terminal
from IPython.display import Latex, Markdown, display

display(Markdown("[marks](javascript:HOSTILE_ACTIVE()) <script>HOSTILE_ACTIVE()</script>"))
display(Markdown("<img src='x' onerror='HOSTILE_ACTIVE()'>"))
display(Latex(r"$\href{javascript:HOSTILE_ACTIVE()}{x}$ </div><script>HOSTILE_ACTIVE()</script>"))


def scale(x):
    return x
