"""JupyterLab's *Validate* button, task by task: what the visible tests give, and what is running.

`validator` executes a notebook as nbgrader's own Validator does and sums the points of its visible
tests; `server` answers the button; ``jupyter/`` holds what JupyterLab reads: the part
in the browser, plain JavaScript, and the setting that loads the server's. A wheel installs both
where Jupyter looks; ``make lab`` points Jupyter here.
"""
