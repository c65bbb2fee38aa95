"""PyTorch over the wire: every test gives what it gives in one process, or a clear error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.grading.frameworks_pair import Pair, answering_with, close

IMPORTS = "import numpy as np\nimport torch\n"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    made = Pair("numpy", "torch", "torch._dynamo", "torch.optim", "torch.utils.data")
    yield made
    made.close()


SOLUTION = """
def double(x):
    return x * 2

def several(x):
    return x.sum(), x > 0, {"twice": x * 2}, [x.argmax()]

class Ramp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * (x > 0)

class Linear(torch.nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        start = torch.arange(1.0, inputs * outputs + 1).reshape(outputs, inputs) / 10
        self.weight = torch.nn.Parameter(start)
        self.bias = torch.nn.Parameter(torch.zeros(outputs))
        self.register_buffer("calls", torch.tensor(0))

    def forward(self, x):
        self.calls += 1
        return x @ self.weight.T + self.bias

class Dropout(torch.nn.Module):
    def forward(self, x):
        return x * (torch.rand(x.shape) > 0.5) * 2 if self.training else x

class SGD:
    def __init__(self, parameters, lr):
        self.parameters, self.lr = list(parameters), lr

    def zero_grad(self):
        for p in self.parameters:
            if p.grad is not None:
                p.grad.zero_()

    def step(self):
        with torch.no_grad():
            for p in self.parameters:
                p -= self.lr * p.grad

class Adam:
    def __init__(self, parameters, lr):
        self.parameters, self.lr, self.t = parameters, lr, 0
        self.m = [torch.zeros_like(p) for p in parameters]
        self.v = [torch.zeros_like(p) for p in parameters]

    def step(self):
        self.t += 1
        for p, m, v in zip(self.parameters, self.m, self.v):
            m.mul_(0.9).add_(p.grad, alpha=0.1)
            v.mul_(0.999).addcmul_(p.grad, p.grad, value=0.001)
            p.data -= self.lr * (m / (1 - 0.9**self.t)) / ((v / (1 - 0.999**self.t)).sqrt() + 1e-8)

class ArraySGD:
    def __init__(self, weights):
        self.weights, self.history = weights, []

    def step(self, gradients):
        for w, g in zip(self.weights, gradients):
            w -= 0.5 * g
        self.history.append(float(self.weights[0].sum()))

class Layer:
    def __init__(self):
        self.W = np.arange(6.0).reshape(2, 3)
        self.p = {"b": np.zeros(2)}

    def forward(self, x):
        return np.tanh(self.W @ x + self.p["b"]).sum()

class Cell:
    def __init__(self):
        self.w, self.h = torch.ones(2, requires_grad=True), torch.zeros(2)

    def step(self, x):
        self.h = torch.tanh(self.h * self.w + x)
        return self.h

def train(model, optimiser, x, y, loss=torch.nn.functional.mse_loss, steps=3):
    model.train()
    found = []
    for _ in range(steps):
        optimiser.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimiser.step()
        found.append(value.item())
    return found

def train_on(model, optimiser, schedule, loader):
    found = []
    for x, y in loader:
        optimiser.zero_grad()
        value = torch.nn.functional.mse_loss(model(x), y)
        value.backward()
        optimiser.step()
        schedule.step()
        found.append(value.item())
    return found

def ramp_in_place(h):
    h.relu_()
    return h

def own_backward(w):
    value = (w * w).sum()
    value.backward()
    return value

def gradient_of(function, x):
    return torch.autograd.grad(function(x).sum(), x)[0]

def backward_of(function, x):
    function(x).sum().backward()

def fill(layer, value):
    torch.nn.init.constant_(layer.weight, value)
    layer.weight.requires_grad_(False)
    return layer

def new_head(model):
    model.head = torch.nn.Linear(3, 1)
    torch.nn.init.ones_(model.head.weight)
    torch.nn.init.zeros_(model.head.bias)
    return model

def numbers(n, generator=None):
    return torch.rand(n, generator=generator), np.random.rand(n)

def about(x):
    return x.dtype, x.shape, x.device

def scale(x, by):
    x *= by

def sparse():
    return torch.eye(3).to_sparse()

class Liar(torch.Tensor):
    def __eq__(self, other):
        return torch.tensor(True)

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return torch.tensor(True)

def lies():
    return torch.zeros(2).as_subclass(Liar)
"""

TESTS = {
    "dtypes": """
result = []
for name in ("float64 float32 float16 bfloat16 int8 int16 int32 int64 uint8 bool complex64 "
             "complex128").split():
    for x in (torch.tensor(1), torch.tensor([[1, 0, 1]]), torch.empty(0, 3)):
        y = double(x.to(getattr(torch, name)))
        assert type(y) is torch.Tensor
        result.append([str(y.dtype), list(y.shape), y.detach().to(torch.complex128)])
""",
    "layouts": """
x = torch.arange(24.0).reshape(2, 3, 4)
result = [double(x.transpose(0, 2)), double(x[:, 1]), double(x[..., ::2]), double(x[0, 0, 0])]
result += [double(torch.ones(1).expand(3)), double(torch.tensor([1 + 2j]).conj())]
""",
    "values": """
dtype, shape, device = about(torch.ones(2, 3, dtype=torch.float16))
assert dtype is torch.float16 and isinstance(shape, torch.Size) and device == torch.device("cpu")
result = [list(shape), shape.numel()]
""",
    "changed in place": """
x = torch.ones(3, 2)
view = x[0]
scale(x, 3)
scale(view, 2)
result = [x, view]
""",
    "gradient at a leaf": """
x = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
y = double(x)
assert y.requires_grad and not y.is_leaf
(y * y).sum().backward()
result = [x.grad]
""",
    "gradient inside a graph": """
w = torch.tensor([1.0, -2.0], requires_grad=True)
h = w * 3
h.retain_grad()
y = double(h)
result = [torch.autograd.grad(y.sum(), h, retain_graph=True)[0]]
double(double(h) + h).pow(2).sum().backward()
result += [w.grad, h.grad]
""",
    "custom function": """
x = torch.tensor([-1.0, 2.0], requires_grad=True)
Ramp.apply(x).sum().backward()
result = [x.grad]
""",
    "several outputs": """
x = torch.tensor([-1.0, 2.0], requires_grad=True)
total, positive, twice, most = several(x)
(total + (twice["twice"] ** 2).sum()).backward()
assert positive.dtype == torch.bool and most[0].item() == 1 and not most[0].requires_grad
result = [x.grad, positive]
""",
    "no gradients wanted": """
x = torch.ones(2, requires_grad=True)
with torch.no_grad():
    inside = double(x)
result = [inside.requires_grad, double(x).requires_grad, double(x.detach()).requires_grad]
""",
    "a graph used twice": """
x = torch.ones(2, requires_grad=True)
y = double(x)
y.sum().backward(retain_graph=True)
y.sum().backward()
try:
    y.sum().backward()
except RuntimeError as error:
    result = [x.grad, "second time" in str(error)]
""",
    "module": """
net, x = Linear(3, 2), torch.ones(4, 3)
assert isinstance(net, torch.nn.Module) and net.weight is net.weight
opt = SGD(net.parameters(), 0.1)
result = []
for _ in range(3):
    opt.zero_grad()
    loss = (net(x) ** 2).mean()
    loss.backward()
    result.append([loss, net.weight.grad, net.bias.grad])
    opt.step()
result += [net.weight, net.calls, [name for name, _ in net.named_parameters()]]
""",
    "module changed by the test": """
net, x = Linear(3, 2), torch.ones(1, 3)
with torch.no_grad():
    net.weight.fill_(0.5)
result = [net(x)]
net.weight.data.mul_(2)
net.bias.data = torch.ones(2)
result.append(net(x))
with torch.no_grad():
    for p in net.parameters():
        p.copy_(torch.full_like(p, 0.25))
result.append(net(x))
state = net.state_dict()
state["bias"].fill_(7)
result += [net.bias, list(state)]
net.load_state_dict({name: value * 2 for name, value in state.items()})
result += [net(x), sum(p.numel() for p in net.parameters())]
net.weight.requires_grad_(False)
result.append([p.requires_grad for p in net.parameters()])
net.eval()
result.append(net.training)
""",
    "optimiser of PyTorch on a student's module": """
net, x = Linear(3, 2), torch.ones(1, 3)
opt = torch.optim.Adam(net.parameters(), lr=0.1)
for _ in range(3):
    opt.zero_grad()
    net(x).sum().backward()
    opt.step()
result = [net.weight, net(x)]
net.zero_grad()
result.append(net.weight.grad is None)
""",
    "optimiser of the student": """
result = []
for make in (lambda p: SGD(p, 0.5), lambda p: Adam(p, 0.1)):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    b = torch.nn.Parameter(torch.zeros(()))
    opt = make([w, b])
    for step in range(3):
        w.grad = b.grad = None
        ((w**2).sum() + (b - 1) ** 2).backward()
        opt.step()
        result.append([w, b])
    with torch.no_grad():
        w.fill_(5.0)
    w.grad.zero_()
    opt.step()
    result.append(w)
""",
    "optimiser on arrays": """
w = [np.ones(3), np.full((2, 2), 2.0)]
opt = ArraySGD(w)
opt.step([np.ones(3), np.ones((2, 2))])
result = [w[0].copy(), w[1].copy()]
w[0] += 5
opt.step([np.ones(3), np.zeros((2, 2))])
result += [w[0].copy(), opt.history, opt.weights[0] is w[0]]
w[0][:] = 1.0  # as it was when it was passed
opt.step([np.ones(3), np.zeros((2, 2))])
result += [w, opt.history]
""",
    "finite differences on a student's layer": """
layer, x, h = Layer(), np.array([0.1, -0.2, 0.3]), 1e-5
slopes = np.zeros_like(layer.W)
for i in range(2):
    for j in range(3):
        layer.W[i, j] += h
        up = layer.forward(x)
        layer.W[i, j] -= 2 * h
        slopes[i, j] = (up - layer.forward(x)) / (2 * h)
        layer.W[i, j] += h
layer.p["b"][:] = 1.0
result = [slopes, layer.forward(x), layer.p["b"]]
layer.p["b"] = np.zeros(2)
result.append(layer.forward(x))
layer.W = np.zeros((2, 3))
result.append(layer.forward(x))
""",
    "state across calls": """
cell = Cell()
inputs = [torch.tensor([0.1 * i, 0.2], requires_grad=True) for i in range(4)]
outputs = [cell.step(x) for x in inputs]
sum(h.sum() for h in outputs).backward()
result = [[x.grad for x in inputs], cell.w.grad]
""",
    "modules and optimisers of the test": """
torch.manual_seed(0)
result = []
for make in (torch.optim.SGD, torch.optim.Adam):
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1)
    ).eval()
    opt = make(model.parameters(), lr=0.1)
    x, y = torch.randn(5, 3), torch.randn(5, 1)
    result += [train(model, opt, x, y), list(model.state_dict().values()), model.training]
    result += [[p.grad for p in model.parameters()], len(opt.state)]
    result += [train(model, opt, x, y, lambda p, t: ((p - t) ** 2).mean())]
    result.append(train(model, opt, x, y, torch.nn.L1Loss()))
    result.append(list(opt.state[model[0].weight].values()))
    opt.zero_grad()
    torch.nn.functional.mse_loss(model(x), y).backward()
    opt.step()
    result.append(model[0].weight)
""",
    "schedules and loaders of the test": """
torch.manual_seed(0)
model = torch.nn.Linear(3, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
schedule = torch.optim.lr_scheduler.StepLR(opt, 2, gamma=0.5)
data = torch.utils.data.TensorDataset(torch.randn(8, 3), torch.randn(8, 1))
loader = torch.utils.data.DataLoader(data, batch_size=2)
result = [train_on(model, opt, schedule, loader), model.weight, opt.param_groups[0]["lr"]]
""",
    "a class of both sides": """
model = Both(3)
model(torch.ones(1, 3)).sum().backward()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
result = [train(model, opt, torch.ones(2, 3), torch.zeros(2, 1)), model.inner.weight, model.calls]
new_head(model)
result.append(model(torch.ones(1, 3)))
""",
    "an initialiser": """
layer = torch.nn.Linear(2, 2)
result = [fill(layer, 0.25) is layer, layer.weight, layer.weight.requires_grad]
""",
    "in place inside a graph": """
w = torch.tensor([-1.0, 2.0], requires_grad=True)
h = w * 3
y = ramp_in_place(h)
y.sum().backward()
result = [w.grad, y, h]
""",
    "backward in the student's code": """
w = torch.tensor([-1.0, 2.0], requires_grad=True)
own_backward(w)
v = torch.tensor([1.0, 2.0], requires_grad=True)
own_backward(v * 3)
result = [w.grad, v.grad]
""",
    "functions of the test": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
w = torch.ones(2, requires_grad=True)
result = [gradient_of(lambda v: v**3, x), gradient_of(torch.sin, x)]
result.append(gradient_of(lambda v: v**3, x * 2))
backward_of(lambda v: v**3 * w, x)
backward_of(lambda v: v**2, x * 2)
result += [x.grad, w.grad]
""",
    "random numbers": """
torch.manual_seed(3)
np.random.seed(3)
first = numbers(3)
torch.manual_seed(3)
np.random.seed(3)
result = [first, numbers(3)]
g = torch.Generator().manual_seed(5)
result += [numbers(2, g)[0], numbers(2, g)[0], torch.rand(1, generator=g)]
drop = Dropout()
torch.manual_seed(1)
result += [drop(torch.ones(8)), drop.eval()(torch.ones(8)), drop.training]
""",
    "default dtype": """
torch.set_default_dtype(torch.float64)
result = [str(numbers(1)[0].dtype)]
""",
}

BOTH = (
    IMPORTS
    + """
class Both(torch.nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.inner, self.head, self.calls = torch.nn.Linear(inputs, 3), torch.nn.Linear(3, 1), 0
        for p in self.parameters():
            torch.nn.init.constant_(p, 0.1)

    def forward(self, x):
        self.calls += 1
        return self.head(torch.tanh(self.inner(x)))
"""
)


@pytest.mark.parametrize("name", TESTS)
def test_the_wire_changes_nothing(pair: Pair, name: str) -> None:
    alone = pair.alone(SOLUTION, TESTS[name], BOTH)
    assert alone is not None
    assert close(pair.wire(SOLUTION, TESTS[name], BOTH), alone)


ERRORS = {
    "a sparse tensor": ("sparse()", "a sparse tensor can't cross; call to_dense() first"),
    "a quantised tensor": (
        "double(torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8))",
        "a quantised tensor can't cross; call dequantize() first",
    ),
    "a nested tensor": (
        "double(torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]))",
        "can't cross",
    ),
    "a meta tensor": ("double(torch.ones(2, device='meta'))", "meta device has no values"),
    "a lazy module": ("fill(torch.nn.LazyLinear(2), 1.0)", "call the module once first"),
    "second order": (
        "x = torch.ones(2, requires_grad=True)\n"
        "torch.autograd.grad(double(x).sum(), x, create_graph=True)",
        "second-order gradients (create_graph=True) through the student's code can't cross",
    ),
    "hooks": (
        "layer = torch.nn.Linear(2, 2)\n"
        "layer.register_forward_hook(lambda *_: None)\n"
        "fill(layer, 1.0)",
        "a Linear with hooks can't be passed to the student's code",
    ),
    "a class of the test": (
        "class Mine(torch.nn.Module): pass\nfill(Mine(), 1.0)",
        "the class Mine is not defined on the student's side",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_is_refused_is_named(pair: Pair, name: str) -> None:
    source, message = ERRORS[name]
    assert message in pair.error(SOLUTION, source, BOTH)


def test_after_a_refusal_all_goes_on(pair: Pair) -> None:
    test = """
class Mine(torch.nn.Module): pass
w = torch.tensor([1.0], requires_grad=True)
opt = SGD([w], 0.5)
w.grad = torch.ones(1)
for refused in (lambda: fill(Mine(), 1.0), lambda: double(torch.eye(2).to_sparse())):
    with torch.no_grad():
        w += 1
    try:
        refused()
    except Exception:
        opt.step()
result = [w, double(torch.ones(1))]
"""
    assert pair.wire(SOLUTION, test, BOTH) == [[2.0], [2.0]]


def test_subclasses_arrive_as_tensors(pair: Pair) -> None:
    test = """
x = lies()
result = [type(x) is torch.Tensor, bool((x == torch.ones(2)).any())]
"""
    assert pair.wire(SOLUTION, test, BOTH) == [True, False]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            "[torch.ones(7)]",
            "a gradient of shape (7,) and torch.float32 for a tensor of",
        ),
        ("[torch.ones(2, dtype=torch.float64)]", "and torch.float64 for a tensor of shape (2,)"),
        ("[]", "gave no gradients"),
        ("None", "gave no gradients"),
        ("['1']", "something that is no gradient"),
    ],
)
def test_gradients_that_are_none(pair: Pair, answer: str, message: str) -> None:
    solution = (
        SOLUTION
        + f"""
from sidebyside.grading.wire import serve
serve._HANDLERS["torch_gradient"] = lambda server, payload: {answer}
"""
    )
    test = "x = torch.ones(2, requires_grad=True)\ndouble(x).sum().backward()"
    assert message in pair.error(solution, test, BOTH)


@pytest.mark.parametrize(
    "node",
    [
        "['tt', 'float32', [3], b'1234', '', None, None]",
        "['tt', 'float32', [1 << 40, 1 << 40], b'', '', None, None]",
        "['tt', 'float32', [-1], b'', '', None, None]",
        "['tt', 'object', [1], b'12345678', '', None, None]",
        "['tt', 'bool', [1], b'7', '', None, None]",
        "['tt', 'int64', [1], b'12345678', 'g', None, None]",
        "['tt', 'float32', [1], b'1234', 'x', None, [1, True, [], [99]]]",
        "['tt', 'float32', [1], b'1234', 'x', None, [1, True, [5], []]]",
        "['tt', 'float32', [1], b'1234', 'g', None, [1, False, [], []]]",
        "['tt', 'float32', [1], b'1234', 'g', ['float32', [2], b'12345678'], None]",
        "['tm', 'torch.nn', 'Linear', [], []]",
        "['tm', 'os', 'system', [], []]",
        "['tg', b'state']",
        "['tD', 'nn']",
        "['tS', 'a']",
        "['fk', None, [], [], [], None]",
    ],
)
def test_nodes_that_nobody_made(pair: Pair, node: str) -> None:
    error = pair.error(answering_with(node), "f()", IMPORTS)
    assert "ProtocolError" in error.splitlines()[-1]


def test_graphs_are_let_go(pair: Pair) -> None:
    solution = """
import weakref
kept = []
def f(x):
    y = x * 2
    kept.append(weakref.ref(y))
    return y
def alive():
    return sum(ref() is not None for ref in kept)
"""
    test = """
for _ in range(50):
    x = torch.ones(1000, requires_grad=True)
    f(x).sum().backward()
    f(x * 2).sum().backward()
result = [alive(), len(_remote.graphs["torch"].records), len(_remote.links.entries)]
"""
    alive, records, links = pair.wire(solution, test, IMPORTS)
    assert alive <= 3, "the student's side keeps graphs that nobody can ask for"
    assert records <= 70
    assert links <= 6
