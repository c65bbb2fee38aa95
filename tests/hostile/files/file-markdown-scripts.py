# tries: scripts in Markdown cells, attachments, the title and the metadata
# must: show nothing active in the feedback
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    script = "<script>HOSTILE_ACTIVE()</script><img src=x onerror='HOSTILE_ACTIVE()'>"
    wrong["metadata"]["title"] = "</title>" + script
    wrong["metadata"]["authors"] = [{"name": script}]
    wrong["cells"].append(
        {
            "cell_type": "markdown",
            "id": "scripts",
            "metadata": {"tags": ["'><script>HOSTILE_ACTIVE()</script>"]},
            "source": script + "\n\n[x](javascript:HOSTILE_ACTIVE()) ![y](attachment:a.svg)",
            "attachments": {"a.svg": {"image/svg+xml": "<svg onload='HOSTILE_ACTIVE()'/>"}},
        }
    )
    wrong["cells"].append(
        {"cell_type": "raw", "id": "raw", "metadata": {"format": "text/html"}, "source": script}
    )
    save(folder, wrong)
