"""The full-size data sets: the real loaders on small files in the real formats; no network."""

import io
import json
import pickle
import struct
import sys
import tarfile
import urllib.error
from pathlib import Path

import numpy as np
import pytest

from sidebyside import data
from sidebyside.errors import DataError, DownloadError, MissingPackageError
from tests.unit.idx_files import write_idx

rng = np.random.default_rng(0)
keras = pytest.importorskip("keras")


# --- small files in the real formats ---


def _write_mnist(folder):
    arrays = {
        "x_train": rng.integers(0, 256, (6, 28, 28), dtype=np.uint8),
        "y_train": np.array([5, 0, 4, 1, 9, 2], dtype=np.uint8),
        "x_test": rng.integers(0, 256, (3, 28, 28), dtype=np.uint8),
        "y_test": np.array([7, 2, 1], dtype=np.uint8),
    }
    np.savez(folder / "mnist.npz", **arrays)
    return folder / "mnist.npz", arrays


def _write_fashion_mnist(folder, of_each=(2, 1)):
    """The four compressed IDX files, a few pictures of each class in them."""
    arrays = {}
    for part, count in zip(("train", "t10k"), of_each, strict=True):
        labels = np.tile(np.arange(10, dtype=np.uint8), count)
        pictures = rng.integers(0, 256, (len(labels), 28, 28), dtype=np.uint8)
        for kind, array in (("labels-idx1", labels), ("images-idx3", pictures)):
            path = folder / f"{part}-{kind}-ubyte.gz"
            write_idx(path, array)
            arrays[path.name] = array
    return arrays


class _Python2Pickler(pickle._Pickler):
    """Writes strings as Python 2 did, which is how the real batches of CIFAR-10 were written."""

    dispatch = pickle._Pickler.dispatch.copy()

    def _save_string(self, value):
        raw = value if isinstance(value, bytes) else value.encode("ascii")
        self.write(pickle.BINSTRING + struct.pack("<i", len(raw)) + raw)
        self.memoize(value)

    dispatch[bytes] = dispatch[str] = _save_string


def _python2_pickle(value):
    file = io.BytesIO()
    _Python2Pickler(file, protocol=2).dump(value)
    return file.getvalue().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def _write_cifar10(folder):
    """One picture a batch; the loader, made for 10,000 of them, repeats it."""
    inner = folder / "cifar-10-batches-py"
    inner.mkdir()
    pictures = rng.integers(0, 256, (6, 3, 32, 32), dtype=np.uint8)
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    for i, name in enumerate(names):
        batch = {
            "batch_label": f"batch {i + 1}",
            "labels": [i],
            "data": pictures[i].reshape(1, -1),
            "filenames": [f"picture_{i}.png"],
        }
        (inner / name).write_bytes(_python2_pickle(batch))
    return folder, pictures


def _write_imdb(folder):
    words = {"the": 1, "and": 2, "film": 3, "good": 4, "bad": 5, "rarest": 6}
    (folder / "imdb_word_index.json").write_text(json.dumps(words))

    def ragged(*rows):
        array = np.empty(len(rows), dtype=object)
        array[:] = rows
        return array

    np.savez(
        folder / "imdb.npz",
        x_train=ragged([1, 3, 4], [1, 3, 5, 2, 5], [4, 3], [5, 3, 6]),
        y_train=np.array([1, 0, 1, 0]),
        x_test=ragged([1, 4, 3], [5]),
        y_test=np.array([1, 0]),
    )
    return folder


@pytest.fixture
def from_file(monkeypatch):
    """Let a module of keras.datasets find its files in a folder instead of downloading them."""

    def use(module, place):
        def get_file(fname, origin, **_):
            assert origin.startswith("https://")
            return str(place(fname))

        monkeypatch.setattr(sys.modules[f"keras.src.datasets.{module}"], "get_file", get_file)

    return use


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """An empty Keras cache, and a network on which every download fails as it does offline."""
    config = sys.modules["keras.src.backend.config"]
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path / "keras"))
    (tmp_path / "keras").mkdir()
    tried = []

    def urlretrieve(origin, *_):
        tried.append(origin)
        raise urllib.error.URLError("Temporary failure in name resolution")

    monkeypatch.setattr(sys.modules["keras.src.utils.file_utils"], "urlretrieve", urlretrieve)
    return tried


# --- MNIST, CIFAR-10, IMDB ---


def test_full_digits_are_mnist(from_file, tmp_path):
    path, arrays = _write_mnist(tmp_path)
    from_file("mnist", lambda fname: path)
    digits = data.load_digits(full=True)
    assert digits.variant == "full" and digits.name == "MNIST"
    assert digits.x_train.dtype == np.float32 and digits.y_train.dtype == np.int64
    np.testing.assert_allclose(digits.x_train * 255, arrays["x_train"], atol=1e-4)
    np.testing.assert_array_equal(digits.y_test, [7, 2, 1])
    assert data.load_digits(full=True, flat=True).x_test.shape == (3, 784)


def test_full_fashion_mnist_is_read_from_its_four_files(from_file, tmp_path):
    arrays = _write_fashion_mnist(tmp_path)
    from_file("fashion_mnist", lambda fname: tmp_path / fname)
    clothes = data.load_fashion_mnist(full=True)
    assert clothes.variant == "full" and clothes.x_test.shape == (10, 28, 28)
    pictures = arrays["train-images-idx3-ubyte.gz"]
    np.testing.assert_allclose(clothes.x_train * 255, pictures, atol=1e-4)
    np.testing.assert_array_equal(clothes.y_train, arrays["train-labels-idx1-ubyte.gz"])
    few = data.load_fashion_mnist(full=True, n=10, flat=True)
    np.testing.assert_allclose(few.x_train * 255, pictures[:10].reshape(10, 784), atol=1e-4)


def test_the_environment_asks_for_the_full_set_and_an_argument_wins_over_it(
    from_file, tmp_path, monkeypatch
):
    path, _ = _write_mnist(tmp_path)
    from_file("mnist", lambda fname: path)
    monkeypatch.setenv("SIDEBYSIDE_DATA", "full")
    assert data.load_digits().name == "MNIST"
    assert data.load_digits(full=False).name == "digits"
    monkeypatch.setenv("SIDEBYSIDE_DATA", "embedded")
    assert data.load_digits().name == "digits"
    assert data.load_digits(full=True).name == "MNIST"


def test_full_shapes_are_cifar10(from_file, tmp_path):
    folder, pictures = _write_cifar10(tmp_path)
    from_file("cifar10", lambda fname: folder)
    cifar = data.load_shapes(full=True, n=50)
    assert cifar.variant == "full" and len(cifar.class_names) == 10
    assert cifar.class_names[3] == "cat" and cifar.class_names[9] == "truck"
    assert cifar.x_train.shape == (49, 32, 32, 3)  # all that the test batch of one leaves to it
    assert cifar.x_test.shape == (1, 32, 32, 3) and cifar.y_test.shape == (1,)
    assert cifar.x_train.dtype == np.float32 and cifar.y_train.dtype == np.int64
    np.testing.assert_allclose(cifar.x_train[0] * 255, pictures[0].transpose(1, 2, 0), atol=1e-4)
    np.testing.assert_allclose(cifar.x_test[0] * 255, pictures[5].transpose(1, 2, 0), atol=1e-4)
    assert cifar.y_train[0] == 0 and cifar.y_test[0] == 5


@pytest.mark.parametrize("wrong", [{"size": 64}, {"objects": 3}])
def test_cifar10_has_one_size_and_no_boxes(wrong):
    with pytest.raises(DataError, match=r"CIFAR-10.*32×32.*full=False"):
        data.load_shapes(full=True, **wrong)


def test_full_reviews_are_imdb_as_words(from_file, tmp_path):
    folder = _write_imdb(tmp_path)
    from_file("imdb", lambda fname: folder / fname)
    imdb = data.load_reviews(full=True)
    assert imdb.variant == "full" and imdb.class_names == ("negative", "positive")
    assert imdb.x_train.dtype == object and imdb.y_train.dtype == np.int64
    label = {"the film good": 1, "the film bad and bad": 0, "good film": 1, "bad film rarest": 0}
    assert dict(zip(imdb.x_train, imdb.y_train.tolist(), strict=True)) == label
    assert dict(zip(imdb.x_test, imdb.y_test.tolist(), strict=True)) == {
        "the good film": 1,
        "bad": 0,
    }


def test_a_part_of_imdb_can_be_asked_for(from_file, tmp_path):
    folder = _write_imdb(tmp_path)
    from_file("imdb", lambda fname: folder / fname)
    imdb = data.load_reviews(full=True, n=4)
    assert len(imdb.x_train) == 3 and len(imdb.x_test) == 1
    with pytest.raises(DataError, match=r"n is 7.*from 2 to 6") as caught:
        data.load_reviews(full=True, n=7)
    assert not isinstance(caught.value, DownloadError)


@pytest.mark.parametrize(
    ("load", "title", "file", "host"),
    [
        (data.load_digits, "MNIST", "mnist.npz", "storage.googleapis.com"),
        (
            data.load_fashion_mnist,
            "Fashion-MNIST",
            "fashion-mnist/train-labels-idx1-ubyte.gz",
            "storage.googleapis.com",
        ),
        (data.load_shapes, "CIFAR-10", "cifar-10-batches-py-target_archive", "cs.toronto.edu"),
        (data.load_reviews, "IMDB", "imdb.npz", "storage.googleapis.com"),
    ],
)
def test_a_failed_download_is_one_error_that_names_the_way_out(offline, load, title, file, host):
    with pytest.raises(DownloadError) as caught:
        load(full=True)
    message = str(caught.value)
    assert message.startswith(title) and "Temporary failure in name resolution" in message
    assert len(offline) == 1 and host in offline[0] and offline[0] in message
    assert str(file) in message and "keras" in message and "by hand" in message
    assert f"{load.__name__} with full=False" in message


def test_under_the_environment_a_failed_download_does_not_fall_back(offline, monkeypatch):
    monkeypatch.setenv("SIDEBYSIDE_DATA", "full")
    with pytest.raises(DownloadError):
        data.load_digits()


@pytest.mark.parametrize("title", ["MNIST", "Fashion-MNIST", "CIFAR-10", "IMDB"])
def test_a_copy_put_by_hand_where_the_error_says_is_found(offline, monkeypatch, tmp_path, title):
    load = {
        "MNIST": data.load_digits,
        "Fashion-MNIST": data.load_fashion_mnist,
        "CIFAR-10": data.load_shapes,
        "IMDB": data.load_reviews,
    }[title]
    with pytest.raises(DownloadError) as caught:
        load(full=True)
    places = [word for word in str(caught.value).split() if "keras/datasets/" in word]
    made = tmp_path / "made"
    made.mkdir()
    contents = {}
    if title == "MNIST":
        contents["mnist.npz"] = _write_mnist(made)[0].read_bytes()
    elif title == "Fashion-MNIST":
        names = _write_fashion_mnist(made)
        contents = {name: (made / name).read_bytes() for name in names}
    elif title == "CIFAR-10":
        _write_cifar10(made)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            tar.add(made / "cifar-10-batches-py", "cifar-10-batches-py")
        contents["cifar-10-batches-py-target_archive"] = archive.getvalue()
    else:
        _write_imdb(made)
        contents = {
            name: (made / name).read_bytes() for name in ("imdb.npz", "imdb_word_index.json")
        }
    assert len(places) == len(contents)
    for place in places:
        path = Path(place)
        assert path.is_relative_to(tmp_path / "keras" / "datasets")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents[path.name])
    # The small files can't have the real ones' checksums.
    files = sys.modules["keras.src.utils.file_utils"]
    monkeypatch.setattr(files, "validate_file", lambda *_, **__: True)
    options = {"n": 20} if title == "CIFAR-10" else {}
    loaded = load(full=True, **options)
    assert loaded.variant == "full" and len(loaded.x_train) > len(loaded.x_test) > 0


def test_without_keras_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(MissingPackageError, match=r"sidebyside\[frameworks\]"):
        data.load_digits(full=True)


# --- Dogs vs. Cats ---


def _picture(path, colour, size=(40, 30)):
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path, quality=95)


@pytest.fixture
def kaggle(tmp_path):
    for i in range(5):
        _picture(tmp_path / "train" / f"cat.{i}.jpg", (200, 10 * i, 0), (40 + i, 30))
        _picture(tmp_path / "train" / f"dog.{i}.jpg", (0, 10 * i, 200))
    return tmp_path


def _red(dataset):
    both = np.concatenate([dataset.x_train, dataset.x_test])
    return both[..., 0].mean(axis=(1, 2)) > both[..., 2].mean(axis=(1, 2))


def test_kaggles_layout_is_read_resized_and_split(kaggle):
    pets = data.load_textures(full=True, folder=kaggle, size=16)
    assert pets.x_train.shape == (8, 16, 16, 3) and pets.x_test.shape == (2, 16, 16, 3)
    assert pets.x_train.dtype == np.float32 and 0 <= pets.x_train.min() <= pets.x_train.max() <= 1
    assert pets.class_names == ("cat", "dog") and pets.variant == "full"
    labels = np.r_[pets.y_train, pets.y_test]
    np.testing.assert_array_equal(_red(pets), labels == 0)  # cats are red here
    assert sorted(pets.y_test) == [0, 1]
    files = pets.extra["files_train"] + pets.extra["files_test"]
    assert all(("cat" in file) == (label == 0) for file, label in zip(files, labels, strict=True))


def test_the_default_size_of_the_full_set_is_64_and_the_folder_may_be_train_itself(kaggle):
    pets = data.load_textures(full=True, folder=kaggle / "train")
    assert pets.x_train.shape == (8, 64, 64, 3)
    again = data.load_textures(full=True, folder=str(kaggle))
    np.testing.assert_array_equal(pets.x_train, again.x_train)


def test_microsofts_layout_is_read_too(tmp_path):
    for i in range(4):
        _picture(tmp_path / "PetImages" / "Cat" / f"{i}.jpg", (200, 0, 0))
        _picture(tmp_path / "PetImages" / "Dog" / f"{i}.jpg", (0, 0, 200))
    (tmp_path / "PetImages" / "Dog" / "Thumbs.db").write_bytes(b"no picture")
    pets = data.load_textures(full=True, folder=tmp_path, size=8)
    assert len(pets.x_train) + len(pets.x_test) == 8
    np.testing.assert_array_equal(_red(pets), np.r_[pets.y_train, pets.y_test] == 0)


def test_a_part_of_the_pictures_is_drawn_evenly(kaggle):
    pets = data.load_textures(full=True, folder=kaggle, size=8, n=6)
    assert np.bincount(np.r_[pets.y_train, pets.y_test]).tolist() == [3, 3]
    with pytest.raises(DataError, match=r"n is 11.*from 2 to 10"):
        data.load_textures(full=True, folder=kaggle, n=11)


def test_the_folder_may_come_from_the_environment(kaggle, monkeypatch):
    monkeypatch.setenv("SIDEBYSIDE_DATA", "full")
    monkeypatch.setenv("SIDEBYSIDE_DOGS_VS_CATS", str(kaggle))
    assert data.load_textures(size=8).name == "Dogs vs. Cats"
    assert data.load_textures(full=False).name == "textures"


@pytest.mark.parametrize("content", [b"", b"this is no picture", "truncated"])
def test_a_broken_picture_is_named(kaggle, content):
    broken = kaggle / "train" / "dog.3.jpg"
    if content == "truncated":
        noise = rng.integers(0, 256, (60, 60, 3), dtype=np.uint8)
        from PIL import Image

        Image.fromarray(noise).save(broken)
        content = broken.read_bytes()[:2000]
    broken.write_bytes(content)
    with pytest.raises(DataError, match=r"dog\.3\.jpg.*can't be read.*good copy"):
        data.load_textures(full=True, folder=kaggle)


def test_a_missing_an_empty_and_a_forgotten_folder_are_clear_errors(tmp_path, monkeypatch):
    monkeypatch.delenv("SIDEBYSIDE_DOGS_VS_CATS", raising=False)
    with pytest.raises(DataError, match=r"nowhere.*does not exist.*train/cat\.0\.jpg"):
        data.load_textures(full=True, folder=tmp_path / "nowhere")
    with pytest.raises(DataError, match="0 pictures of cats and 0 of dogs"):
        data.load_textures(full=True, folder=tmp_path)
    with pytest.raises(DataError, match=r"no folder was given.*kaggle.*SIDEBYSIDE_DOGS_VS_CATS"):
        data.load_textures(full=True)
    with pytest.raises(DataError, match="without full=True"):
        data.load_textures(folder=tmp_path)


def test_only_cats_are_too_few(tmp_path):
    for i in range(4):
        _picture(tmp_path / "train" / f"cat.{i}.jpg", (1, 2, 3))
    with pytest.raises(DataError, match="4 pictures of cats and 0 of dogs"):
        data.load_textures(full=True, folder=tmp_path)
