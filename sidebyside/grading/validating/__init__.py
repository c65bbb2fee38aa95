"""JupyterLab's *Validate* button, task by task: what the visible tests give, and what is running.

`validator` executes a notebook as nbgrader's own Validator does and sums the points of its visible
tests; `server` answers the button; ``labextension/`` is the part in the browser, plain JavaScript.
"""
