"""Two small assignments and a class of any size, for the benchmarks of the grader.

``arrays`` imports NumPy only; ``layers`` imports TensorFlow and PyTorch. The students hand in the
reference, wrong answers and blanks, in turn, so that no two neighbours are alike.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

CONFIGURATION = """\
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "benchmark"
c.Execute.timeout = 120
"""

STUB = "    # YOUR CODE HERE\n    raise NotImplementedError()"

ARRAYS = {
    "setup": "import numpy as np",
    "softmax": (
        'def softmax(z):\n    """Softmax along the last axis."""\n',
        "    e = np.exp(z - z.max(-1, keepdims=True))\n    return e / e.sum(-1, keepdims=True)",
        ["    e = np.exp(z)\n    return e / e.sum()", "    return np.exp(z)"],
        "got = softmax(np.array([[2.0, 1.0, 0.1]]))\n"
        "assert np.allclose(got, [[0.659, 0.2424, 0.0986]], atol=1e-3), f'got {got}'\n"
        "### BEGIN HIDDEN TESTS\n"
        "for _ in range(5):\n"
        "    z = np.random.default_rng().normal(size=(4, 7)) + 1000\n"
        "    p = softmax(z)\n"
        "    assert np.allclose(p.sum(-1), 1)\n"
        "    assert np.allclose(np.log(p[:, 0] / p[:, 1]), z[:, 0] - z[:, 1])\n"
        "### END HIDDEN TESTS",
    ),
    "standardise": (
        'def standardise(x):\n    """Columns with mean 0 and standard deviation 1."""\n',
        "    return (x - x.mean(0)) / x.std(0)",
        ["    return (x - x.mean()) / x.std()", "    return x - x.mean(0)"],
        "x = np.arange(12.0).reshape(4, 3) ** 2\n"
        "assert np.allclose(standardise(x).mean(0), 0)\n"
        "### BEGIN HIDDEN TESTS\n"
        "x = np.random.default_rng().normal(3, 2, size=(50, 4))\n"
        "assert np.allclose(standardise(x).std(0), 1)\n"
        "### END HIDDEN TESTS",
    ),
    "distances": (
        'def distances(a, b):\n    """Euclidean distances between the rows of a and of b."""\n',
        "    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))",
        ["    return ((a[:, None] - b[None]) ** 2).sum(-1)", "    return np.abs(a - b)"],
        "a = np.eye(3)\n"
        "assert np.allclose(distances(a, a), np.sqrt(2) * (1 - np.eye(3)))\n"
        "### BEGIN HIDDEN TESTS\n"
        "rng = np.random.default_rng()\n"
        "a, b = rng.normal(size=(5, 2)), rng.normal(size=(8, 2))\n"
        "assert distances(a, b).shape == (5, 8)\n"
        "assert np.isclose(distances(a, b)[2, 3], np.linalg.norm(a[2] - b[3]))\n"
        "### END HIDDEN TESTS",
    ),
}

LAYERS = {
    "setup": "import numpy as np\nimport tensorflow as tf\nimport torch\n\n"
    "tf.constant(0.0) + 1.0  # TensorFlow writes a line at its first operation",
    "dense-backward": (
        'def dense_backward(x, w, b, g):\n    """Gradients of x @ w + b with respect to w, b."""\n',
        "    return x.T @ g, g.sum(0)",
        ["    return g.T @ x, g.sum(0)", "    return x.T @ g, g.mean(0)"],
        "rng = np.random.default_rng()\n"
        "x, w, b = rng.normal(size=(6, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)\n"
        "weights = torch.tensor(w, requires_grad=True)\n"
        "bias = torch.tensor(b, requires_grad=True)\n"
        "torch.tanh(torch.tensor(x) @ weights + bias).sum().backward()\n"
        "g = 1 - np.tanh(x @ w + b) ** 2\n"
        "got = dense_backward(x, w, b, g)\n"
        "assert np.shape(got[0]) == (4, 3), f'shape {np.shape(got[0])}'\n"
        "assert np.allclose(got[0], weights.grad.numpy())\n"
        "### BEGIN HIDDEN TESTS\n"
        "assert np.allclose(got[1], bias.grad.numpy())\n"
        "with tf.GradientTape() as tape:\n"
        "    variable = tf.Variable(w)\n"
        "    y = tf.reduce_sum(tf.tanh(tf.constant(x) @ variable + b))\n"
        "assert np.allclose(got[0], tape.gradient(y, variable).numpy())\n"
        "### END HIDDEN TESTS",
    ),
    "momentum": (
        'def momentum_step(w, g, v, rate, m):\n    """A step of SGD with momentum: w, v."""\n',
        "    v = m * v + g\n    return w - rate * v, v",
        ["    v = m * v - g\n    return w - rate * v, v", "    return w - rate * g, g"],
        "w, v = np.ones(3), np.zeros(3)\n"
        "parameter = torch.ones(3, dtype=torch.float64, requires_grad=True)\n"
        "optimiser = torch.optim.SGD([parameter], lr=0.1, momentum=0.9)\n"
        "for _ in range(5):\n"
        "    optimiser.zero_grad()\n"
        "    (parameter**2).sum().backward()\n"
        "    optimiser.step()\n"
        "    w, v = momentum_step(w, 2 * w, v, 0.1, 0.9)\n"
        "assert np.allclose(w, parameter.detach().numpy())",
    ),
    "cross-entropy": (
        'def cross_entropy(logits, labels):\n    """Mean cross-entropy from logits."""\n',
        "    z = logits - logits.max(-1, keepdims=True)\n"
        "    log_p = z - np.log(np.exp(z).sum(-1, keepdims=True))\n"
        "    return -log_p[np.arange(len(labels)), labels].mean()",
        ["    return -logits[np.arange(len(labels)), labels].mean()", "    return 0.0"],
        "rng = np.random.default_rng()\n"
        "logits, labels = rng.normal(size=(8, 5)), rng.integers(0, 5, size=8)\n"
        "loss = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(labels))\n"
        "assert np.isclose(cross_entropy(logits, labels), loss.item())\n"
        "### BEGIN HIDDEN TESTS\n"
        "loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
        "assert abs(cross_entropy(logits, labels) - loss(labels, logits).numpy()) < 1e-5\n"
        "### END HIDDEN TESTS",
    ),
}

ASSIGNMENTS = {"arrays": ARRAYS, "layers": LAYERS}


def make_class(folder: Path, name: str, size: int) -> None:
    """Write a course with assignment ``name`` and ``size`` submissions into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text(CONFIGURATION)
    _write(folder / "source" / name / f"{name}.ipynb", notebook(name))
    for number in range(size):
        path = folder / "submitted" / f"student-{number:04d}" / name / f"{name}.ipynb"
        _write(path, notebook(name, number))


def notebook(name: str, student: int | None = None) -> NotebookNode:
    """The instructor's notebook, or what student number ``student`` hands in."""
    cells = []
    for position, (grade_id, content) in enumerate(ASSIGNMENTS[name].items()):
        if grade_id == "setup":
            cells.append(_cell(content, grade_id, locked=True))
            continue
        head, answer, wrong, test = content
        if student is None:
            body = f"    ### BEGIN SOLUTION\n{answer}\n    ### END SOLUTION"
        else:
            body = [answer, answer, *wrong, STUB][(student + position) % (len(wrong) + 3)]
            lines, shown = test.splitlines(), True
            kept = []
            for line in lines:
                shown = shown and not line.startswith("### BEGIN HIDDEN")
                if shown:
                    kept.append(line)
                shown = shown or line.startswith("### END HIDDEN")
            test = "\n".join(kept)
        cells.append(_cell(head + body, grade_id, solution=True))
        cells.append(_cell(test, f"test-{grade_id}", grade=True, locked=True, points=2))
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return made


def _cell(source: str, grade_id: str, **marks) -> NotebookNode:
    cell = nbformat.v4.new_code_cell(source, id=grade_id)
    roles = {"grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, **roles, **marks}
    return cell


def _write(path: Path, notebook: NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
