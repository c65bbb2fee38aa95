"""A course with autograded notebooks whose outputs attack whoever reads them."""

import base64

import nbformat
from nbgrader.api import Gradebook

from .people_class import ASSIGNMENT, ESCAPE, SCRIPT, hostile, make_class, outcome, source_notebook

# Each would set window.hacked, load something or leave the page, if a browser took it seriously.
HTML = [
    SCRIPT,
    "<svg><script>window.hacked=1</script></svg>",
    "<svg onload='window.hacked=1'>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<a href='javascript:window.hacked=1'>click</a>",
    "<a href=' java\tscript:window.hacked=1'>click</a>",
    "<a href='data:text/html,<script>window.hacked=1</script>'>click</a>",
    "<form action='javascript:window.hacked=1'><input type=submit autofocus onfocus=hacked=1>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1></style></mglyph>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=1>'>",
    "<style>@import 'https://evil.example/x.css'; body{display:none}</style>",
    "<div style='position:fixed;inset:0;background:url(https://evil.example/x)'>Score 21/21</div>",
    "<meta http-equiv='refresh' content='0;url=https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<base href='https://evil.example/'>",
    "<img src='https://evil.example/track.png'>",
    "<object data='data:text/html,<script>window.hacked=1</script>'></object>",
    "<embed src='https://evil.example/x.swf'>",
    "<video src=x onerror='window.hacked=1'><source onerror='window.hacked=1'></video>",
    "<details open ontoggle='window.hacked=1'>",
    "<b id='cell-0' name='top' class='reason'>not yours</b>",
    "</main></body></html><script>window.hacked=1</script>",
    "<textarea></textarea><script>window.hacked=1</script>",
    "<!--<script>window.hacked=1</script>--><![CDATA[<script>window.hacked=1</script>]]>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>window.hacked=1</x:script>",
    "<scr<script>ipt>window.hacked=1</script>",
]
MARKDOWN = [
    *HTML,
    "[click](javascript:window.hacked=1)",
    "[click](java&#115;cript:window.hacked=1)",
    "![x](https://evil.example/track.png)",
    '![x](x "onerror=window.hacked=1")',
    "<javascript:window.hacked=1>",
    "[a]: javascript:window.hacked=1\n\n[a]",
    "![x](attachment:a.png)",
    "$$</p><script>window.hacked=1</script>$$",
    "```html\n</pre><script>window.hacked=1</script>\n```",
]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" '
    'height="9" onload="window.hacked=1"><script>window.hacked=1</script><foreignObject><body '
    'xmlns="http://www.w3.org/1999/xhtml" onload="window.hacked=1"/></foreignObject><image '
    'xlink:href="https://evil.example/x.png"/><a xlink:href="javascript:window.hacked=1"><circle '
    'id="dot" r="4"/></a></svg>'
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def bundles():
    """Output data of every kind that a student's code can make."""
    yield from ({"text/html": markup, "text/plain": "x"} for markup in HTML)
    yield from ({"text/markdown": markup} for markup in MARKDOWN)
    yield {"image/svg+xml": SVG}
    yield {"image/svg+xml": '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>'}
    yield {"image/png": base64.b64encode(PNG).decode()}
    yield {"image/png": '"><script>window.hacked=1</script>'}
    yield {"image/jpeg": base64.b64encode(b"<script>window.hacked=1</script>").decode()}
    yield {"application/javascript": "window.hacked=1"}
    yield {"text/latex": f"$x$ {SCRIPT}"}
    yield {"text/plain": f"{SCRIPT}{ESCAPE}"}
    yield {"application/vnd.jupyter.widget-view+json": {"model_id": SCRIPT}}
    yield {"application/pdf": "x", SCRIPT: SCRIPT}


def attacked() -> nbformat.NotebookNode:
    """The autograded notebook of a student who tries everything."""
    nb = source_notebook()
    for cell in nb.cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and marks.get("solution"):
            cell.source += f"\n# {SCRIPT}{ESCAPE}"
            cell.outputs = [nbformat.v4.new_output("display_data", data=d) for d in bundles()]
            cell.outputs.append(nbformat.v4.new_output("stream", text=f"{SCRIPT}{ESCAPE}"))
            cell.outputs.append(
                nbformat.v4.new_output(
                    "error", ename=SCRIPT, evalue=SCRIPT, traceback=[f"{SCRIPT}{ESCAPE}"]
                )
            )
        elif marks.get("grade") and cell.cell_type == "code":
            cell.outputs = [leaking(marks["grade_id"])]
    for source in MARKDOWN:
        cell = nbformat.v4.new_markdown_cell(source)
        cell["attachments"] = {"a.png": {"image/png": '"><script>window.hacked=1</script>'}}
        nb.cells.append(cell)
    nb.cells.append(nbformat.v4.new_raw_cell(SCRIPT))
    nb.metadata["title"] = "</title><script>window.hacked=1</script>"
    nb.metadata["language_info"] = {"name": SCRIPT, "pygments_lexer": SCRIPT}
    return nb


def leaking(test: str) -> nbformat.NotebookNode:
    """What stock nbgrader leaves of a hidden test that failed: its code and its values."""
    secret = f"assert f(41) == 42 - 1  # the secret of {test}"
    return nbformat.v4.new_output(
        "error",
        ename="AssertionError",
        evalue="the value 41 is secret",
        traceback=[
            "Cell \x1b[0;32mIn[1], line 3\x1b[0m\n      1 assert f(1)"
            f"\n      2 ### BEGIN HIDDEN TESTS\n----> 3 {secret}\n",
            "AssertionError: the value 41 is secret",
        ],
    )


def make_feedback_course(root, recorded=True):
    """eve tries everything; mallory has no notebook at all; ada is honest."""
    members = [*hostile(), (outcome("ada", 0.1), "Ada", "Lovelace")]
    room = make_class(root, members, recorded=recorded)
    for student, nb in (("eve", attacked()), ("ada", attacked() if not recorded else honest())):
        folder = root / "autograded" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / f"{ASSIGNMENT}.ipynb")
    with Gradebook(room.db_url) as gradebook:
        comment = gradebook.find_comment("essay", ASSIGNMENT, ASSIGNMENT, "ada")
        comment.manual_comment = "Well *argued*."
        gradebook.db.commit()
    return room


def honest() -> nbformat.NotebookNode:
    nb = source_notebook()
    table = "<table class='dataframe'><thead><tr><th>a</th></tr></thead><tr><td>1</td></tr></table>"
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "softmax":
            cell.outputs = [
                nbformat.v4.new_output("stream", text="\x1b[32mgreen\x1b[0m < 3"),
                nbformat.v4.new_output("execute_result", data={"text/html": table}),
                nbformat.v4.new_output(
                    "display_data", data={"image/png": base64.b64encode(PNG).decode()}
                ),
            ]
    return nb
