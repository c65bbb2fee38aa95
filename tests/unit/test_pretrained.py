"""The shipped backbone is the same network in both frameworks; ImageNet's by their real loaders."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from sidebyside import pretrained, training
from sidebyside.authoring.notebooks import ROOT
from sidebyside.errors import DataError, DownloadError
from sidebyside.pretrained import backbone

training.setup(seed=0)

import h5py  # noqa: E402
import torch  # noqa: E402


def script():
    spec = importlib.util.spec_from_file_location("backbone_script", ROOT / "scripts/backbone.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pictures(n=4, size=28, channels=1):
    return np.random.default_rng(0).random((n, size, size, channels), dtype=np.float32)


def features(x, **settings):
    ours = pretrained.keras_backbone(**settings)(x, training=False).numpy()
    theirs = training.predict(pretrained.torch_backbone(**settings), x.transpose(0, 3, 1, 2))
    return ours, theirs


def test_the_weights_file_is_small_and_holds_plain_float32_arrays():
    assert backbone.FILE.stat().st_size < 300_000
    weights = pretrained.load_backbone()
    assert len(weights) == 15 and {w.dtype.name for w in weights.values()} == {"float32"}
    assert weights["3.kernel"].shape == (3, 3, 32, 64)


def test_both_frameworks_give_the_same_features():
    ours, theirs = features(pictures())
    assert ours.shape == theirs.shape == (4, 64)
    assert np.abs(ours).max() > 0.1
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_without_pretraining_the_weights_are_drawn_anew():
    ours, theirs = features(pictures(), pretrained=False)
    assert np.abs(ours - theirs).max() > 1e-2


def test_every_array_of_the_file_is_used(monkeypatch):
    x, plain = pictures(), pretrained.load_backbone()
    ours, _ = features(x)
    for name in plain:
        changed = plain | {name: plain[name] * 1.5 + 0.1}
        monkeypatch.setattr(backbone, "load_backbone", lambda changed=changed: changed)
        other_ours, other_theirs = features(x)
        assert np.abs(other_ours - ours).max() > 1e-4, name
        np.testing.assert_allclose(other_ours, other_theirs, rtol=1e-4, atol=1e-4)


def test_it_reads_its_own_classes_far_above_chance():
    made = script()
    _, _, x_test, y_test = made.source_data()
    features = training.predict(pretrained.torch_backbone(), x_test)
    centres = np.stack([features[y_test == k].mean(axis=0) for k in range(5)])
    nearest = ((features[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == y_test).mean() > 0.7


def test_the_first_steps_of_the_script_come_out_the_same_twice_and_move_the_weights():
    made = script()
    first, again = (made.arrays_of(made.train(steps=3)[0]) for _ in range(2))
    longer = made.arrays_of(made.train(steps=4)[0])
    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name])
    assert any(np.any(first[name] != longer[name]) for name in first)
    assert first.keys() == pretrained.load_backbone().keys()


def test_steps_of_the_script_leave_torchs_random_numbers_alone():
    made = script()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    made.train(steps=1)
    assert torch.equal(torch.rand(3), expected)


SMALL = {"VGG16": {}, "ResNet50": {}, "MobileNetV2": {"alpha": 0.35}}


def save_in_the_format_of_imagenets_files(model, file: Path) -> None:
    """Keras' older HDF5 layout, in which the weights of keras.applications are published."""
    with h5py.File(file, "w") as out:
        names = [layer.name for layer in model.layers]
        out.attrs["layer_names"] = np.array(names, dtype="S")
        for layer in model.layers:
            group, weights = out.create_group(layer.name), [*layer.trainable_weights]
            weights += layer.non_trainable_weights
            labels = [f"{layer.name}/{w.name}:0" for w in weights]
            group.attrs["weight_names"] = np.array(labels, dtype="S")
            for label, weight in zip(labels, weights, strict=True):
                group.create_dataset(label, data=weight.numpy())


@pytest.mark.parametrize("name", SMALL)
def test_a_weights_file_in_the_published_format_is_read_by_the_real_code(name, tmp_path):
    settings = {"input_shape": (32, 32, 3), "full": False} | SMALL[name]
    made, _ = pretrained.imagenet_backbone(name, **settings)
    rng = np.random.default_rng(0)  # every number its own, those of batch normalisation as well
    made.set_weights([w + rng.uniform(0, 0.1, w.shape) for w in made.get_weights()])
    file = tmp_path / f"{name}_notop.h5"
    save_in_the_format_of_imagenets_files(made, file)
    read, preprocess = pretrained.imagenet_backbone(name, weights=file, **settings)
    for expected, found in zip(made.get_weights(), read.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)
    x = pictures(2, 32, 3) * 255
    assert preprocess(x.copy()).shape == x.shape


@pytest.mark.parametrize("name", SMALL)
def test_the_preprocessing_is_the_one_the_weights_were_trained_with(name):
    settings = {"input_shape": (32, 32, 3), "full": False} | SMALL[name]
    _, preprocess = pretrained.imagenet_backbone(name, **settings)
    x = pictures(2, 32, 3) * 255
    expected = x / 127.5 - 1
    if name != "MobileNetV2":
        expected = x[..., ::-1] - np.array([103.939, 116.779, 123.68])
    np.testing.assert_allclose(preprocess(x.copy()), expected, atol=1e-3)


def test_names_and_files_that_are_not_there_are_named():
    with pytest.raises(DataError, match="VGG16, ResNet50, MobileNetV2"):
        pretrained.imagenet_backbone("VGG17", input_shape=(32, 32, 3))
    with pytest.raises(DataError, match=r"no file of weights 'none\.h5'"):
        pretrained.imagenet_backbone("VGG16", weights="none.h5", input_shape=(32, 32, 3))


def test_a_download_that_fails_says_what_to_do(monkeypatch):
    def fails(*args, **kwargs):
        raise Exception("URL fetch failure")

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", fails)
    monkeypatch.setenv("SIDEBYSIDE_DATA", "full")
    with pytest.raises(DownloadError, match=r"(?s)MobileNetV2.*URL fetch failure.*weights=FILE"):
        pretrained.imagenet_backbone("MobileNetV2", input_shape=(96, 96, 3), alpha=0.35)
