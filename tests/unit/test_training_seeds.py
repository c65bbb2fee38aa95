"""Many seeds at once end where the loop for one network ends."""

import numpy as np
import pytest

from sidebyside import training
from sidebyside.errors import NonFiniteError, ShapeError

torch = pytest.importorskip("torch")
nn = torch.nn
LOSS = nn.CrossEntropyLoss()

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 3, 50)
X = (RNG.normal(size=(3, 6))[Y] + 0.5 * RNG.normal(size=(50, 6))).astype(np.float32)
X_TEST, Y_TEST = X[:20] + 0.3 * RNG.normal(size=(20, 6)).astype(np.float32), Y[:20]


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.gate = nn.Linear(6, 6), nn.Linear(6, 6)
        nn.init.constant_(self.gate.bias, -2.0)

    def forward(self, x):
        open_part = torch.sigmoid(self.gate(x))
        return open_part * torch.relu(self.body(x)) + (1 - open_part) * x


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 6), nn.Tanh(), nn.Linear(6, 6))

    def forward(self, x):
        return x + self.body(x)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 3)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.c(torch.relu(self.b(torch.relu(self.a(x)))))


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.out = nn.Conv1d(1, 4, 3), nn.Linear(16, 3)

    def forward(self, x):
        return self.out(torch.relu(self.conv(x[:, None])).flatten(1))


def frozen():
    net = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    net[0].requires_grad_(False)
    return net


NETS = {
    "plain": lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3)),
    "batch norm": lambda: nn.Sequential(
        nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3)
    ),
    "layer norm": lambda: nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), nn.Linear(8, 3)),
    "residual": lambda: nn.Sequential(Residual(), Residual(), nn.Linear(6, 3)),
    "gated": lambda: nn.Sequential(Gated(), Gated(), nn.Linear(6, 3)),
    "tied weights": Tied,
    "convolution": Images,
    "frozen layer": frozen,
}
OPTIMISERS = {
    "SGD": lambda parameters, lr: torch.optim.SGD(parameters, lr=lr),
    "momentum": lambda parameters, lr: torch.optim.SGD(
        parameters, lr=lr, momentum=0.9, weight_decay=0.01
    ),
    "Adam": lambda parameters, lr: torch.optim.Adam(parameters, lr=lr, eps=1e-3),
}


def one_network(make_net, seed, learning_rate, optimizer, batch_size=16, epochs=3):
    """The loop for one network; returns it with the loss of every batch."""
    torch.manual_seed(seed)
    net, losses = make_net().double(), []

    def loss_fn(y_pred, y_true):
        loss = LOSS(y_pred, y_true)
        losses.append(loss.item())
        return loss

    optimizer = optimizer([p for p in net.parameters() if p.requires_grad], learning_rate)
    run = {"batch_size": batch_size, "epochs": epochs, "seed": seed}
    training.fit(net, X, Y, loss_fn=loss_fn, optimizer=optimizer, **run)
    return net, losses


def many(make_net=NETS["plain"], **options):
    settings = {"seeds": [3, 0, 5], "learning_rates": [0.02, 0.2], "loss_fn": LOSS}
    settings |= {} if "steps" in options else {"epochs": 3}
    settings |= {"batch_size": 16} | options
    return training.many_seeds(lambda seed: make_net().double(), X, Y, **settings)


@pytest.mark.parametrize(
    ("net", "optimiser"),
    [*((name, "momentum") for name in NETS), ("gated", "Adam"), ("plain", "SGD")],
)
def test_each_ends_where_the_loop_for_one_network_ends(net, optimiser):
    runs = many(NETS[net], optimizer=OPTIMISERS[optimiser])
    assert runs.losses.shape == (2, 3, 12)  # 50 examples: three batches of 16 and one of 2
    accuracy, outputs = runs.accuracy(X_TEST, Y_TEST), runs.predict(X_TEST)
    assert accuracy.shape == (2, 3) and outputs.shape == (2, 3, 20, 3)
    for i, rate in enumerate(runs.learning_rates):
        for j, seed in enumerate(runs.seeds):
            one, losses = one_network(NETS[net], seed, rate, OPTIMISERS[optimiser])
            np.testing.assert_allclose(runs.losses[i, j], losses, rtol=1e-9)
            expected, found = one.state_dict(), runs.network(i, j).state_dict()
            assert expected.keys() == found.keys()
            for name, value in expected.items():
                np.testing.assert_allclose(found[name], value, rtol=1e-7, atol=1e-9)
            np.testing.assert_allclose(outputs[i, j], training.predict(one, X_TEST), atol=1e-8)
            measured = training.evaluate(one, X_TEST, Y_TEST, loss_fn=LOSS)["accuracy"]
            assert accuracy[i, j] == pytest.approx(measured)
    assert len(np.unique(runs.losses[:, :, -1])) == 6  # no two runs are the same


def test_plain_gradient_descent_is_the_default():
    plain = many(optimizer=OPTIMISERS["SGD"])
    assert np.array_equal(many().losses, plain.losses)
    assert not np.array_equal(many(optimizer=OPTIMISERS["momentum"]).losses, plain.losses)


def test_steps_go_on_from_epoch_to_epoch():
    assert np.array_equal(many(steps=9).losses, many().losses[:, :, :9])


def test_one_batch_size_and_one_order_without_shuffling():
    whole = many(batch_size=50, epochs=2, shuffle=False)
    again = many(batch_size=50, epochs=2, shuffle=True)
    np.testing.assert_allclose(whole.losses, again.losses, rtol=1e-9)  # the mean has no order
    assert not np.allclose(many(shuffle=False).losses, many().losses)


def test_clipping_is_that_of_pytorch_for_each_network():
    runs = many(clip_norm=0.05, optimizer=OPTIMISERS["SGD"])
    assert not np.allclose(runs.losses, many().losses)
    for i, rate in enumerate(runs.learning_rates):
        torch.manual_seed(3)
        net, losses = NETS["plain"]().double(), []
        optimizer, rng = torch.optim.SGD(net.parameters(), lr=rate), np.random.default_rng(3)
        for _ in range(3):
            for rows in training.minibatches(50, 16, rng):
                loss = LOSS(net(torch.tensor(X[rows]).double()), torch.tensor(Y[rows]))
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), 0.05)
                optimizer.step()
                losses.append(loss.item())
        np.testing.assert_allclose(runs.losses[i, 0], losses, rtol=1e-9)


def test_a_run_that_diverges_leaves_the_others_alone():
    settings = {"seeds": [0, 1], "epochs": 60, "loss_fn": nn.MSELoss()}
    targets = X[:, :1].astype(float)
    net = lambda seed: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1))
    runs = training.many_seeds(net, X, targets, learning_rates=[0.01, 1e6], **settings)
    alone = training.many_seeds(net, X, targets, learning_rates=[0.01], **settings)
    assert runs.diverged.tolist() == [[False, False], [True, True]]
    np.testing.assert_allclose(runs.losses[0], alone.losses[0], rtol=1e-4)
    torch.manual_seed(0)
    one = net(0)
    optimizer = torch.optim.SGD(one.parameters(), lr=1e6)
    with pytest.raises(NonFiniteError):  # the loop for one network stops instead
        training.fit(
            one, X, targets, loss_fn=nn.MSELoss(), optimizer=optimizer, epochs=60, metrics=()
        )


def test_the_seed_is_passed_on_and_the_random_generator_stays_as_it_was():
    seen = []

    def make_net(seed):
        seen.append(seed)
        return nn.Linear(6, 3)

    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    settings = {"learning_rates": [0.1, 0.2], "loss_fn": LOSS, "steps": 1}
    training.many_seeds(make_net, X, Y, seeds=range(3), **settings)
    assert torch.rand(1) == expected and seen == [0, 1, 2]


def test_binary_logits_are_judged_by_their_sign():
    targets = (X[:, :1] > 0).astype(np.float32)
    settings = {"seeds": [0, 1], "learning_rates": [1.0], "epochs": 20}
    loss_fn = nn.BCEWithLogitsLoss()
    runs = training.many_seeds(lambda s: nn.Linear(6, 1), X, targets, loss_fn=loss_fn, **settings)
    found = (runs.predict(X) > 0) == targets
    assert runs.accuracy(X, targets) == pytest.approx(found.mean(axis=(2, 3)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seeds": []}, "there are no seeds"),
        ({"seeds": [1, 2, 1]}, "the seed 1 appears twice"),
        ({"seeds": [-1]}, "a seed is -1"),
        ({"seeds": [0.5]}, r"a seed is 0\.5"),
        ({"learning_rates": []}, "there are no learning rates"),
        ({"learning_rates": 0.1}, r"expected a list, such as \[0\.1\]"),
        ({"steps": 3, "epochs": 3}, "steps is 3 and epochs 3; expected one"),
        ({"epochs": None}, "steps is None and epochs None; expected one"),
        ({"epochs": 0}, "epochs is 0"),
        ({"steps": 2.5}, r"steps is 2\.5"),
        ({"batch_size": 0}, "batch_size is 0"),
    ],
)
def test_misuse_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        many(**options)


def test_networks_that_differ_or_draw_at_random_are_refused():
    settings = {"seeds": [4, 5], "learning_rates": [0.1], "loss_fn": LOSS, "steps": 1}
    with pytest.raises(ValueError, match=r"of seed 5 differs from that of seed 4 in '0\.bias'"):
        training.many_seeds(lambda s: nn.Sequential(nn.Linear(6, s)), X, Y, **settings)
    with pytest.raises(ValueError, match=r"the network has Dropout\(p=0\.5"):
        training.many_seeds(
            lambda s: nn.Sequential(nn.Linear(6, 3), nn.Dropout(0.5)), X, Y, **settings
        )
    off = lambda s: nn.Sequential(nn.Linear(6, 3), nn.Dropout(0.0))
    assert training.many_seeds(off, X, Y, **settings).losses.shape == (1, 2, 1)
    with pytest.raises(ShapeError, match="x has 50, y has 49"):
        training.many_seeds(lambda s: nn.Linear(6, 3), X, Y[:-1], **settings)
