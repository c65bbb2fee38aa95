"""The start-up of a chapter, and the training loop that gives Keras' history for PyTorch models."""

import logging
import math
import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from sidebyside import training
from sidebyside.errors import (
    MissingPackageError,
    NonFiniteError,
    ShapeError,
    SideBySideError,
)
from sidebyside.training.startup import quiet_stderr

torch = pytest.importorskip("torch")
nn = torch.nn
functional = torch.nn.functional


def sgd(model, learning_rate=0.1):
    return torch.optim.SGD(model.parameters(), lr=learning_rate)


def run_python(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=900,
    )


@pytest.fixture
def blobs():
    """Three classes in four dimensions: x (37, 4) float32, y (37,) int64."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, size=37)
    x = rng.normal(size=(37, 4)) + 3 * np.eye(3, 4)[y]
    return x.astype(np.float32), y


@pytest.fixture
def classifier():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))


class Fixed(nn.Module):
    """Gives its input back, whatever it learns: outputs of a test's own choice."""

    def __init__(self):
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return x + 0 * self.unused


class TestImports:
    def test_importing_the_package_imports_no_framework(self):
        code = (
            "import sys, sidebyside.training, sidebyside.plots\n"
            "heavy = {'tensorflow', 'keras', 'torch', 'matplotlib', 'IPython', 'tqdm'}\n"
            "print(sorted(heavy & set(sys.modules)))"
        )
        result = run_python(code)
        assert result.returncode == 0, result.stderr
        assert result.stdout.strip() == "[]"

    def test_seeding_imports_no_framework(self):
        code = (
            "import sys\nfrom sidebyside import training\ntraining.seed(1)\n"
            "print(sorted({'tensorflow', 'keras', 'torch'} & set(sys.modules)))"
        )
        assert run_python(code).stdout.strip() == "[]"


class TestSetup:
    def test_a_real_notebook_shows_no_stderr_and_later_errors_still_appear(self, monkeypatch):
        """In a kernel of its own: start-up, a Keras fit, our fit with a bar, a figure."""
        monkeypatch.delenv("PYTEST_CURRENT_TEST")  # a kernel that sees it leaves descriptor 2 alone
        nbformat = pytest.importorskip("nbformat")
        nbclient = pytest.importorskip("nbclient")
        pytest.importorskip("tensorflow")
        sources = [
            "from sidebyside import plots, training\ndevice = training.setup(seed=0)",
            "import keras, numpy as np, torch\n"
            "x, y = np.ones((40, 4), 'float32'), np.arange(40) % 2\n"
            "loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
            "keras_net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
            "keras_net.compile('sgd', loss, metrics=['accuracy'])\n"
            "keras_history = keras_net.fit(x, y, verbose=0)",
            "torch_net = torch.nn.Linear(4, 2).to(device)\n"
            "optimizer = torch.optim.SGD(torch_net.parameters(), lr=0.1)\n"
            "history = training.fit(torch_net, x, y, loss_fn=torch.nn.CrossEntropyLoss(),\n"
            "                       optimizer=optimizer, epochs=2, progress=True)",
            "plots.learning_curves({'Keras': keras_history, 'PyTorch': history},\n"
            "                      alt='Line chart of the loss of both frameworks.')",
            "import os, sys, time\nprint('from Python', file=sys.stderr, flush=True)\n"
            "os.write(2, b'from C++')\ntime.sleep(1.0)",
        ]
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells)
        nbclient.NotebookClient(notebook, kernel_name="python3", timeout=900).execute()

        def stream(cell, name):
            return "".join(o["text"] for o in cell.outputs if o.get("name") == name)

        assert [stream(cell, "stderr") for cell in notebook.cells[:4]] == ["", "", "", ""]
        assert notebook.cells[0].outputs == []
        assert "epoch 2/2" in stream(notebook.cells[2], "stdout")
        (picture,) = notebook.cells[3].outputs  # once, not a second time by the inline backend
        assert picture["metadata"]["image/png"]["alt"] == picture["data"]["text/plain"]
        after = stream(notebook.cells[4], "stderr")
        assert "from Python" in after and "from C++" in after

    def test_returns_a_device_and_seeds_every_generator(self):
        pytest.importorskip("tensorflow")

        def draws():
            import random

            import keras

            device = training.setup(seed=5)
            keras_draw = keras.random.normal((2,)), keras.layers.Dense(2)(np.ones((1, 2)))
            numbers = [random.random(), np.random.rand(), torch.rand(1).item()]
            return device, numbers + [np.asarray(value).tolist() for value in keras_draw]

        (device, first), (_, second) = draws(), draws()
        assert device.type == ("cuda" if torch.cuda.is_available() else "cpu")
        assert first == second

    @pytest.mark.parametrize("package", ["tensorflow", "keras", "torch"])
    def test_a_missing_framework_is_named_with_the_way_to_install_it(self, package, monkeypatch):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(MissingPackageError, match=rf"'{package}'.*sidebyside\[frameworks\]"):
            training.setup()

    def test_another_keras_backend_is_refused(self, monkeypatch):
        pytest.importorskip("tensorflow")
        keras = pytest.importorskip("keras")
        monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
        with pytest.raises(SideBySideError, match=r"backend 'torch'.*KERAS_BACKEND=tensorflow"):
            training.setup()

    @pytest.mark.parametrize("seed", [-1, 2**32, 1.5, None])
    def test_a_seed_that_no_framework_takes_is_refused(self, seed):
        with pytest.raises(ValueError, match="seed is"):
            training.seed(seed)


class TestQuietStderr:
    def test_keeps_both_levels_quiet_and_logs_them(self, capfd, caplog):
        with caplog.at_level(logging.DEBUG, "sidebyside"), quiet_stderr():
            os.write(2, b"from C++\n")
            print("from Python", file=sys.stderr)
        assert capfd.readouterr().err == ""
        assert "from C++" in caplog.text and "from Python" in caplog.text

    def test_writes_everything_out_when_the_block_raises(self, capfd):
        with pytest.raises(ImportError), quiet_stderr():
            os.write(2, b"libcuda.so is broken\n")
            print("loading", file=sys.stderr)
            raise ImportError("no")
        written = capfd.readouterr().err
        assert "libcuda.so is broken" in written and "loading" in written

    def test_stderr_works_again_afterwards(self, capfd):
        before = sys.stderr
        with quiet_stderr():
            pass
        assert sys.stderr is before
        os.write(2, b"one ")
        print("two", file=sys.stderr, flush=True)
        assert capfd.readouterr().err == "one two\n"

    def test_a_log_handler_made_inside_keeps_working(self, capfd):
        with quiet_stderr():
            handler = logging.StreamHandler()
            print("swallowed", file=sys.stderr)
        handler.emit(logging.makeLogRecord({"msg": "a later warning"}))
        assert capfd.readouterr().err == "a later warning\n"

    def test_works_in_a_process_without_stderr(self):
        code = (
            "import os, sys\nfrom sidebyside.training.startup import quiet_stderr\n"
            "os.close(2)\nsys.stderr = None\n"
            "with quiet_stderr():\n    pass\nprint('done')"
        )
        assert run_python(code).stdout == "done\n"


class TestMinibatches:
    def test_cover_every_example_once(self):
        batches = list(training.minibatches(10, 4, np.random.default_rng(0)))
        assert [len(batch) for batch in batches] == [4, 4, 2]
        assert sorted(np.concatenate(batches)) == list(range(10))

    def test_without_shuffling_keep_the_order(self):
        batches = list(training.minibatches(5, 2, None, shuffle=False))
        assert [batch.tolist() for batch in batches] == [[0, 1], [2, 3], [4]]

    def test_each_epoch_has_its_order_and_a_seed_repeats_them(self):
        def epochs():
            rng = np.random.default_rng(1)
            return [np.concatenate(list(training.minibatches(20, 6, rng))) for _ in range(2)]

        (one, two), again = epochs(), epochs()
        assert not np.array_equal(one, two)
        assert np.array_equal([one, two], again)

    def test_what_cannot_be_batched_is_refused_at_once(self):
        rng = np.random.default_rng(0)
        with pytest.raises(ShapeError, match="n = 0"):
            training.minibatches(0, 4, rng)
        with pytest.raises(ValueError, match="batch_size is 0"):
            training.minibatches(4, 0, rng)
        with pytest.raises(TypeError, match="default_rng"):
            training.minibatches(4, 2, None)


KERAS_CASES = {
    "class labels": (3, "cross_entropy", ("accuracy",)),
    "binary logits": (1, "binary_cross_entropy_with_logits", ("accuracy",)),
    "regression": (2, "mse_loss", ("mae", "mse")),
}


class TestAgainstKeras:
    @pytest.mark.parametrize("case", KERAS_CASES)
    def test_history_is_the_one_that_keras_gives(self, case):
        """Same weights, same batches (37 examples by 8: the last is shorter), four epochs."""
        keras = pytest.importorskip("keras")
        outputs, torch_loss, metrics = KERAS_CASES[case]
        rng = np.random.default_rng(7)
        x = rng.normal(size=(48, 4)).astype(np.float32)
        y = {
            "class labels": rng.integers(0, 3, size=48),
            "binary logits": (x[:, :1] + 0.5 * rng.normal(size=(48, 1)) > 0).astype(np.float32),
            "regression": (x[:, :2] ** 2).astype(np.float32),
        }[case]
        (x, x_val), (y, y_val) = (x[:37], x[37:]), (y[:37], y[37:])

        keras_net = keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(6, "tanh"), keras.layers.Dense(outputs)]
        )
        keras_loss = {
            "class labels": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "binary logits": keras.losses.BinaryCrossentropy(from_logits=True),
            "regression": keras.losses.MeanSquaredError(),
        }[case]
        in_keras = list(metrics)
        if case == "binary logits":  # Keras' own "accuracy" takes probabilities
            in_keras = [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)]
        torch_net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, outputs))
        with torch.no_grad():
            for layer, source in zip((torch_net[0], torch_net[2]), keras_net.layers, strict=True):
                kernel, bias = source.get_weights()
                layer.weight.copy_(torch.tensor(kernel.T))
                layer.bias.copy_(torch.tensor(bias))

        keras_net.compile(keras.optimizers.SGD(0.1), keras_loss, metrics=in_keras)
        options = {"epochs": 4, "batch_size": 8, "shuffle": False}
        expected = keras_net.fit(x, y, validation_data=(x_val, y_val), verbose=0, **options)
        got = training.fit(
            torch_net,
            x,
            y,
            loss_fn=getattr(functional, torch_loss),
            optimizer=sgd(torch_net),
            validation_data=(x_val, y_val),
            metrics=metrics,
            **options,
        )

        assert got.epoch == expected.epoch == [0, 1, 2, 3]
        assert set(got.history) == set(expected.history)
        assert expected.history["loss"][-1] < 0.97 * expected.history["loss"][0]  # it did learn
        for name, values in expected.history.items():
            np.testing.assert_allclose(got.history[name], values, atol=1e-5, err_msg=name)
        evaluated = keras_net.evaluate(x_val, y_val, verbose=0, return_dict=True)
        ours = training.evaluate(
            torch_net, x_val, y_val, loss_fn=getattr(functional, torch_loss), metrics=metrics
        )
        assert ours == pytest.approx(evaluated, abs=1e-5)
        outputs_there = keras_net.predict(x_val, verbose=0)
        np.testing.assert_allclose(training.predict(torch_net, x_val), outputs_there, atol=1e-5)


class TestFit:
    def test_learns_and_keeps_its_history(self, classifier, blobs):
        history = training.fit(
            classifier,
            *blobs,
            loss_fn=nn.CrossEntropyLoss(),
            optimizer=sgd(classifier, 0.5),
            epochs=30,
        )
        assert list(history.history) == ["loss", "accuracy"]
        assert history.epoch == list(range(30))
        assert history.history["accuracy"][-1] > 0.9 > history.history["accuracy"][0]
        assert repr(history).startswith("History(30 epochs; last: loss 0.")

    def test_sees_the_batches_of_minibatches(self, classifier, blobs):
        x, y = blobs
        by_hand = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
        by_hand.load_state_dict(classifier.state_dict())
        optimizer, rng = sgd(by_hand), np.random.default_rng(4)
        for _ in range(3):
            for batch in training.minibatches(len(x), 8, rng):
                optimizer.zero_grad()
                logits = by_hand(torch.from_numpy(x[batch]))
                functional.cross_entropy(logits, torch.from_numpy(y[batch])).backward()
                optimizer.step()
        training.fit(
            classifier,
            x,
            y,
            loss_fn=functional.cross_entropy,
            optimizer=sgd(classifier),
            epochs=3,
            batch_size=8,
            seed=4,
        )
        for got, expected in zip(classifier.parameters(), by_hand.parameters(), strict=True):
            assert torch.equal(got, expected)

    def test_leaves_the_global_random_state_alone(self, classifier, blobs):
        torch.manual_seed(9)
        expected = torch.rand(3)
        torch.manual_seed(9)
        fit_briefly(classifier, *blobs)
        assert torch.equal(torch.rand(3), expected)

    def test_takes_several_inputs(self, blobs):
        class TwoInputs(nn.Module):
            def __init__(self):
                super().__init__()
                self.dense = nn.Linear(4, 3)

            def forward(self, left, right):
                return self.dense(torch.cat([left, right], dim=1))

        x, y = blobs
        model, inputs = TwoInputs(), (x[:, :1], x[:, 1:])
        history = fit_briefly(model, inputs, y, validation_data=(inputs, y))
        assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
        joined = model.dense(torch.from_numpy(x)).detach().numpy()
        np.testing.assert_allclose(training.predict(model, inputs), joined, atol=1e-6)

    def test_takes_several_outputs_and_targets(self, blobs):
        class TwoOutputs(nn.Module):
            def __init__(self):
                super().__init__()
                self.dense = nn.Linear(4, 4)

            def forward(self, x):
                return self.dense(x)[:, :3], self.dense(x)[:, 3]

        def both(y_pred, y_true):
            label = functional.cross_entropy(y_pred[0], y_true[0])
            return label + functional.mse_loss(y_pred[1], y_true[1])

        x, y = blobs
        model = TwoOutputs()
        options = {"loss_fn": both, "metrics": ()}
        history = fit_briefly(model, x, (y, x[:, 0]), epochs=5, **options)
        assert history.history["loss"][-1] < history.history["loss"][0]
        assert [part.shape for part in training.predict(model, x)] == [(37, 3), (37,)]
        with pytest.raises(TypeError, match="'accuracy' needs one output"):
            fit_briefly(model, x, (y, x[:, 0]), loss_fn=both)

    def test_takes_what_loaders_give(self, classifier, blobs):
        """Read-only, float64, small integers, lists, reversed views, tensors: no warning."""
        x, y = blobs
        x.flags.writeable = y.flags.writeable = False
        expected = training.evaluate(classifier, x, y, loss_fn=nn.CrossEntropyLoss())
        for x_form, y_form in [
            (x.astype(np.float64), y.astype(np.int8)),
            (x.tolist(), y.tolist()),
            (x[::-1][::-1], y[::-1].copy()[::-1]),
            (torch.tensor(x), torch.tensor(y)),
        ]:
            got = training.evaluate(classifier, x_form, y_form, loss_fn=nn.CrossEntropyLoss())
            assert got == pytest.approx(expected)

    def test_a_float64_model_is_trained_in_float64(self, classifier, blobs):
        fit_briefly(classifier.double(), *blobs)
        assert training.predict(classifier, blobs[0]).dtype == np.float64

    def test_calls_back_after_each_epoch_and_stops_when_told(self, classifier, blobs):
        calls = []

        def stop_after_three(epoch, logs):
            calls.append((epoch, logs))
            return epoch == 2

        history = fit_briefly(
            classifier, *blobs, epochs=10, validation_data=blobs, on_epoch_end=stop_after_three
        )
        assert [epoch for epoch, _ in calls] == history.epoch == [0, 1, 2]
        assert [logs["val_loss"] for _, logs in calls] == history.history["val_loss"]

    def test_moves_the_model_to_the_device(self, classifier, blobs):
        history = fit_briefly(classifier, *blobs, device="cpu")
        assert next(classifier.parameters()).device.type == "cpu"
        assert len(history.epoch) == 1

    def test_progress_goes_to_stdout_only(self, classifier, blobs, capfd):
        fit_briefly(classifier, *blobs, epochs=2, progress=True)
        captured = capfd.readouterr()
        assert "epoch 2/2" in captured.out and "loss" in captured.out
        assert captured.err == ""
        fit_briefly(classifier, *blobs)
        assert capfd.readouterr().out == ""


def fit_briefly(model, x, y, **options):
    defaults = {"loss_fn": nn.CrossEntropyLoss(), "optimizer": sgd(model), "batch_size": 16}
    return training.fit(model, x, y, **(defaults | options))


class TestModes:
    """Training in training mode, measuring in evaluation mode, and everything put back."""

    @pytest.fixture
    def watched(self):
        class Watched(nn.Linear):
            def __init__(self):
                super().__init__(4, 3)
                self.modes = []
                self.dropout = nn.Dropout(0.5)

            def forward(self, x):
                self.modes.append((self.training, self.dropout.training, torch.is_grad_enabled()))
                return self.dropout(super().forward(x))

        return Watched()

    @pytest.mark.parametrize("training_before", [True, False])
    def test_each_phase_has_its_mode(self, watched, blobs, training_before):
        watched.train(training_before)
        fit_briefly(watched, *blobs, batch_size=37, validation_data=blobs)
        training.predict(watched, blobs[0])
        training.evaluate(watched, *blobs, loss_fn=nn.CrossEntropyLoss())
        learning, measuring = (True, True, True), (False, False, False)
        assert watched.modes == [learning, measuring, measuring, measuring]
        assert watched.training is watched.dropout.training is training_before

    def test_a_frozen_submodule_stays_in_evaluation_mode(self, blobs):
        model = nn.Sequential(
            nn.BatchNorm1d(4), nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 3)
        )
        model[0].eval()
        fit_briefly(model, *blobs, validation_data=blobs)
        assert torch.equal(model[0].running_mean, torch.zeros(4))
        assert not torch.equal(model[2].running_mean, torch.zeros(8))
        assert [module.training for module in model] == [False, True, True, True]

    def test_what_a_model_keeps_while_it_is_measured_serves_its_training_too(self, blobs):
        """A mask or a table of positions, made at the first batch of a size and used again."""

        class Cached(nn.Linear):
            mask = None

            def forward(self, x):
                if self.mask is None or len(self.mask) != len(x):
                    self.mask = torch.ones(len(x), 1)
                return super().forward(x) * self.mask

        model = Cached(4, 3)
        training.evaluate(model, *blobs, loss_fn=nn.CrossEntropyLoss())
        training.predict(model, blobs[0])
        assert len(fit_briefly(model, *blobs, batch_size=37).epoch) == 1

    def test_modes_are_put_back_after_an_error(self, classifier, blobs):
        def broken(y_pred, y_true):
            raise KeyError("a mistake in the loss")

        classifier.eval()
        with pytest.raises(KeyError):
            fit_briefly(classifier, *blobs, loss_fn=broken)
        assert not any(module.training for module in classifier.modules())


class TestMetrics:
    def measured(self, y_pred, y_true, loss_fn=None, metrics=("accuracy",)):
        zero = loss_fn or (lambda y_pred, y_true: torch.zeros(()))
        return training.evaluate(Fixed(), y_pred, y_true, loss_fn=zero, metrics=metrics)

    def test_accuracy_of_class_logits(self):
        logits = np.array([[2.0, 1, 0], [0, 1, 3], [0, 1, 3], [5, 0, 0]])
        assert self.measured(logits, np.array([0, 2, 1, 0]))["accuracy"] == 0.75
        assert self.measured(logits, np.array([[0], [2], [1], [0]]))["accuracy"] == 0.75
        assert self.measured(logits, np.eye(3)[[0, 2, 1, 0]])["accuracy"] == 0.75

    @pytest.mark.parametrize("shape", [(4,), (4, 1)])
    @pytest.mark.parametrize("target_shape", [(4,), (4, 1)])
    def test_accuracy_of_binary_logits(self, shape, target_shape):
        logits = np.array([0.2, -0.3, 4.0, 0.1]).reshape(shape)
        labels = np.array([1, 0, 1, 0]).reshape(target_shape)
        assert self.measured(logits, labels)["accuracy"] == 0.75

    def test_accuracy_of_probabilities_under_their_own_loss(self):
        probabilities, labels = np.array([0.2, 0.6, 0.9, 0.4]), np.array([0.0, 1, 1, 1])
        assert self.measured(probabilities, labels, nn.BCELoss())["accuracy"] == 0.75

    def test_accuracy_of_several_labels_at_once(self):
        logits, labels = np.array([[1.0, -1], [-1, 2]]), np.array([[1.0, 0], [1, 1]])
        assert self.measured(logits, labels, nn.BCEWithLogitsLoss())["accuracy"] == 0.75

    @pytest.mark.parametrize("how", ["partial", "attribute", "default"])
    def test_accuracy_of_sequences_leaves_ignored_targets_out(self, how):
        """Three sequences in batches of two; (batch, time, classes) with time equal to classes."""
        ignored = -100 if how == "default" else 0

        def flat_loss(y_pred, y_true, ignore_index=ignored):
            return functional.cross_entropy(
                y_pred.flatten(0, 1), y_true.flatten(), ignore_index=ignore_index
            )

        loss_fn = partial(flat_loss, ignore_index=0) if how == "partial" else flat_loss
        if how == "attribute":
            loss_fn.ignore_index = 0
        labels = np.array([[1, 2, ignored], [2, ignored, ignored], [1, 1, 2]])
        guesses = np.array([[1, 2, 1], [1, 0, 0], [1, 2, 2]])
        logits = 4.0 * np.eye(3)[guesses]
        got = training.evaluate(Fixed(), logits, labels, loss_fn=loss_fn, batch_size=2)
        assert got["accuracy"] == pytest.approx(4 / 6)

    def test_accuracy_in_pytorchs_layout_with_the_classes_second(self):
        labels = np.array([[1, 2, 0], [2, 0, 0]])
        guesses = np.array([[1, 2, 1], [1, 0, 0]])
        logits = np.moveaxis(4.0 * np.eye(3)[guesses], -1, 1)  # (batch, classes, time)
        loss_fn = nn.CrossEntropyLoss(ignore_index=0)
        assert self.measured(logits, labels, loss_fn)["accuracy"] == pytest.approx(2 / 3)
        pixels = np.moveaxis(np.eye(2)[np.ones((1, 5, 4), dtype=int)], -1, 1)  # (1, 2, 5, 4)
        assert self.measured(pixels, np.ones((1, 5, 4), dtype=int))["accuracy"] == 1.0

    def test_all_targets_ignored_is_not_a_number(self):
        loss_fn = nn.CrossEntropyLoss(ignore_index=1)
        assert math.isnan(self.measured(np.eye(3), np.ones(3, dtype=int), loss_fn)["accuracy"])

    def test_mae_and_mse_whatever_the_trailing_axis(self):
        got = self.measured(
            np.array([[1.0], [2], [5]]), np.array([1.0, 4, 4]), None, ("mae", "mse")
        )
        assert got["mae"] == pytest.approx(1.0) and got["mse"] == pytest.approx(5 / 3)

    def test_functions_are_weighted_by_batch_size(self):
        def largest(y_pred, y_true):
            return y_pred.max().item()

        x = np.array([1.0, 2.0, 6.0])
        zero = lambda y_pred, y_true: torch.zeros(())
        got = training.evaluate(Fixed(), x, x, loss_fn=zero, batch_size=2, metrics=(largest,))
        assert got["largest"] == pytest.approx((2 * 2 + 6) / 3)

    def test_unknown_doubled_and_impossible_metrics_are_refused(self):
        x = np.zeros((2, 3))
        with pytest.raises(ValueError, match=r"'f1' is not known; expected one of accuracy"):
            self.measured(x, x, None, ("f1",))
        with pytest.raises(ValueError, match="two quantities are called 'mae'"):
            self.measured(x, x, None, ("mae", "mae"))
        with pytest.raises(TypeError, match="metric 3 is a int"):
            self.measured(x, x, None, (3,))

    def test_accuracy_of_a_regression_says_what_to_use_instead(self):
        with pytest.raises(ValueError, match=r'such as 0\.5.*metrics=\("mae",\)'):
            self.measured(np.zeros((2, 1)), np.array([0.5, 1.0]))

    @pytest.mark.parametrize("metric", ["accuracy", "mae"])
    def test_shapes_that_do_not_fit_are_named(self, metric):
        with pytest.raises(ShapeError, match=r"\(2, 3\) and targets of shape \(2, 5\)"):
            self.measured(np.zeros((2, 3)), np.zeros((2, 5)), None, (metric,))


class TestErrors:
    def test_inputs_and_targets_of_different_length(self, classifier, blobs):
        x, y = blobs
        with pytest.raises(ShapeError, match="x has 37, y has 36 examples"):
            fit_briefly(classifier, x, y[:-1])
        with pytest.raises(ShapeError, match=r"x\[0\] has 37, x\[1\] has 5, y has 37"):
            fit_briefly(classifier, (x, x[:5]), y)

    def test_empty_data(self, classifier, blobs):
        x, y = blobs
        with pytest.raises(ShapeError, match="x is empty"):
            fit_briefly(classifier, x[:0], y[:0])
        with pytest.raises(ShapeError, match="x is empty"):
            training.predict(classifier, x[:0])
        with pytest.raises(ShapeError, match="single number"):
            training.predict(classifier, 3.0)

    def test_words_instead_of_numbers(self, classifier, blobs):
        with pytest.raises(TypeError, match="x holds values of type object"):
            training.predict(classifier, np.array(["a", "b"], dtype=object))

    def test_a_loss_that_is_not_finite_names_the_place_and_the_remedy(self, classifier, blobs):
        """The third batch of the second epoch."""
        calls = []

        def sometimes(y_pred, y_true):
            calls.append(1)
            loss = functional.cross_entropy(y_pred, y_true)
            return loss * math.nan if len(calls) == 6 else loss

        before = None

        def remember(epoch, logs):
            nonlocal before
            before = logs

        with pytest.raises(NonFiniteError) as caught:
            fit_briefly(classifier, *blobs, loss_fn=sometimes, epochs=5, on_epoch_end=remember)
        message = str(caught.value)
        assert "training loss is nan in epoch 2 of 5, batch 3 of 3" in message
        assert "learning rate" in message and "inputs are finite" in message
        assert caught.value.history.history["loss"] == [before["loss"]]
        assert all(p.isfinite().all() for p in classifier.parameters())  # no step was taken

    def test_inputs_that_are_not_finite_are_blamed(self, classifier, blobs):
        x, y = blobs
        x[5, 2] = np.nan
        with pytest.raises(NonFiniteError, match=r"batch 1 of 3.*clean the data"):
            fit_briefly(classifier, x, y, shuffle=False)

    def test_a_validation_loss_that_is_not_finite_is_noticed(self, classifier, blobs):
        x, y = blobs
        validation = (np.full_like(x, np.inf), y)
        with pytest.raises(NonFiniteError, match="validation loss is nan after epoch 1 of 2"):
            fit_briefly(classifier, x, y, epochs=2, validation_data=validation)

    def test_evaluate_reports_a_loss_that_is_not_a_number(self, classifier, blobs):
        x, y = blobs
        got = training.evaluate(classifier, x * np.nan, y, loss_fn=nn.CrossEntropyLoss())
        assert math.isnan(got["loss"])

    def test_an_optimiser_of_another_model(self, classifier, blobs):
        other = nn.Linear(4, 3)
        with pytest.raises(ValueError, match="holds none of the model's trainable parameters"):
            fit_briefly(classifier, *blobs, optimizer=sgd(other))

    def test_a_pointwise_loss_that_would_broadcast(self, blobs):
        x, _ = blobs
        for loss_fn in (nn.MSELoss(), functional.mse_loss):
            with pytest.raises(ShapeError, match=r"\(16, 1\).*\(16,\).*every output with"):
                fit_briefly(nn.Linear(4, 1), x, x[:, 0], loss_fn=loss_fn, metrics=("mae",))

    def test_a_loss_that_refuses_the_shapes_is_told_with_them(self, classifier, blobs):
        x, _ = blobs
        with pytest.raises(
            ShapeError, match=r"CrossEntropyLoss failed on outputs of shape \(16, 3\)"
        ):
            fit_briefly(classifier, x, np.zeros((37, 2, 2), dtype=int))

    def test_a_loss_without_its_mean(self, classifier, blobs):
        loss_fn = nn.CrossEntropyLoss(reduction="none")
        with pytest.raises(ShapeError, match=r'gave a tensor of shape \(16,\).*reduction="mean"'):
            fit_briefly(classifier, *blobs, loss_fn=loss_fn)

    def test_our_own_errors_in_a_loss_come_through(self, classifier, blobs):
        def strict(y_pred, y_true):
            raise NonFiniteError("mine")

        with pytest.raises(SideBySideError, match=r"^mine$"):
            fit_briefly(classifier, *blobs, loss_fn=strict)

    def test_options_that_make_no_sense(self, classifier, blobs):
        with pytest.raises(ValueError, match="epochs is -1"):
            fit_briefly(classifier, *blobs, epochs=-1)
        with pytest.raises(ValueError, match="batch_size is 0"):
            fit_briefly(classifier, *blobs, batch_size=0)
        with pytest.raises(ShapeError, match=r"validation_data is a tuple of 3.*\(x_val, y_val\)"):
            fit_briefly(classifier, *blobs, validation_data=(1, 2, 3))

    def test_without_pytorch_the_message_names_the_extra(self, classifier, blobs, monkeypatch):
        monkeypatch.setitem(sys.modules, "torch", None)
        with pytest.raises(MissingPackageError, match=r"'torch'.*sidebyside\[frameworks\]"):
            training.predict(classifier, blobs[0])
