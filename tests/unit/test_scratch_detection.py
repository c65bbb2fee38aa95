"""The boxes of chapter 12 beside public implementations, on random boxes, ties and empty sets."""

import contextlib
import io

import numpy as np
import pytest
from pycocotools import mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from sidebyside.scratch.detection import (
    average_precision,
    decode,
    encode,
    hits,
    iou,
    make_anchors,
    match,
    mean_average_precision,
    nms,
)

EMPTY = np.zeros((0, 4))
COCO_THRESHOLDS = np.linspace(0.5, 0.95, 10)


def random_boxes(rng, n, size=40.0, whole=False):
    """Boxes that overlap often; with whole numbers, overlaps and edges are often equal."""
    corner = rng.uniform(0, size, (n, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(4, size / 2, (n, 2))], axis=1)
    return np.round(boxes) if whole else boxes


def by_pixels(a, b, size=64):
    """Intersection over union by counting pixels, for boxes with whole numbers."""

    def cover(box):
        left, top, right, bottom = box.astype(int)
        picture = np.zeros((size, size), dtype=bool)
        picture[top:bottom, left:right] = True
        return picture

    return np.array(
        [[(cover(p) & cover(q)).sum() / (cover(p) | cover(q)).sum() for q in b] for p in a]
    )


class TestIou:
    def test_by_hand(self):
        a = np.array([[0.0, 0, 4, 4]])
        b = np.array([[2.0, 2, 6, 6], [0, 0, 4, 4], [4, 0, 8, 4], [9, 9, 9, 9]])
        assert np.allclose(iou(a, b), [[4 / 28, 1, 0, 0]])

    @pytest.mark.parametrize("seed", range(3))
    def test_is_what_counting_pixels_gives(self, seed):
        rng = np.random.default_rng(seed)
        a, b = random_boxes(rng, 7, whole=True), random_boxes(rng, 5, whole=True)
        assert np.allclose(iou(a, b), by_pixels(a, b), atol=1e-12)

    @pytest.mark.parametrize("sizes", [(0, 3), (3, 0), (0, 0)])
    def test_of_none_is_an_empty_table(self, sizes):
        boxes = np.array([[0.0, 0, 1, 1]] * 3)
        assert iou(boxes[: sizes[0]], boxes[: sizes[1]]).shape == sizes

    @pytest.mark.parametrize("whole", [False, True])
    def test_is_that_of_pycocotools(self, whole):
        rng = np.random.default_rng(1)
        a, b = random_boxes(rng, 30, whole=whole), random_boxes(rng, 20, whole=whole)
        sides = [np.concatenate([box[:, :2], box[:, 2:] - box[:, :2]], axis=1) for box in (a, b)]
        assert np.abs(iou(a, b) - mask.iou(*sides, [0] * len(b))).max() < 1e-12


class TestAnchors:
    def test_stand_row_by_row_with_the_shapes_innermost(self):
        anchors = make_anchors(2, 8, (4.0,), ratios=(1.0, 4.0))
        assert anchors.shape == (8, 4)
        assert np.allclose(anchors[0], [0, 0, 4, 4])
        assert np.allclose(anchors[1], [-2, 1, 6, 3])  # four times as wide as high, equal area
        assert np.allclose(anchors[2], [4, 0, 8, 4])  # the next cell lies to the right

    def test_decode_is_the_inverse_of_encode(self):
        rng = np.random.default_rng(0)
        boxes, anchors = random_boxes(rng, 9), random_boxes(rng, 9)
        assert np.allclose(decode(encode(boxes, anchors), anchors), boxes)
        assert np.allclose(encode(anchors, anchors), 0)

    def test_every_box_gets_an_anchor_and_none_gets_two_boxes(self):
        anchors = make_anchors(4, 32, (8.0, 16.0))
        boxes = np.array([[1.0, 1, 3, 3], [10, 10, 27, 26]])  # the first overlaps nothing by half
        found = match(anchors, boxes)
        assert set(found) == {-1, 0, 1}
        assert (found == 0).sum() == 1
        others = (found == 1) & (iou(anchors, boxes)[:, 1] < 0.5)
        assert not others.any()

    def test_without_boxes_every_anchor_is_background(self):
        assert (match(make_anchors(2, 8, (4.0,)), EMPTY) == -1).all()


class TestNms:
    @pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.9])
    @pytest.mark.parametrize("kind", ["random", "tied scores", "equal boxes"])
    def test_is_that_of_tensorflow(self, kind, threshold):
        tf = pytest.importorskip("tensorflow")
        for seed in range(20):
            rng = np.random.default_rng(seed)
            boxes = random_boxes(rng, 40, whole=kind != "random")
            scores = rng.random(40)
            if kind == "tied scores":
                scores = np.round(scores, 1)
            if kind == "equal boxes":
                boxes = boxes[rng.integers(0, 8, 40)]
            single = boxes.astype(np.float32), scores.astype(np.float32)
            theirs = tf.image.non_max_suppression(*single, 40, iou_threshold=threshold)
            assert nms(boxes, scores, threshold).tolist() == theirs.numpy().tolist()

    def test_of_none_keeps_none(self):
        assert nms(EMPTY, np.zeros(0)).tolist() == []

    def test_an_overlap_equal_to_the_threshold_stays(self):
        boxes = np.array([[0.0, 0, 2, 1], [0, 0, 1, 1]])  # half of the other: 0.5
        assert nms(boxes, np.array([0.9, 0.8]), 0.5).tolist() == [0, 1]
        assert nms(boxes, np.array([0.9, 0.8]), 0.49).tolist() == [0]


class TestAveragePrecision:
    def test_by_hand(self):
        # hit, miss, hit of three: precision 1 up to 1/3, 2/3 up to 2/3, then none
        value = average_precision(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]), 3)
        assert value == pytest.approx((34 * 1 + 33 * 2 / 3) / 101)

    def test_nothing_found_is_zero_and_nothing_to_find_is_not_a_number(self):
        nothing = np.zeros(0), np.zeros(0, dtype=bool)
        assert average_precision(*nothing, 3) == 0
        assert np.isnan(average_precision(*nothing, 0))

    def test_a_true_box_is_hit_once(self):
        boxes = np.array([[0.0, 0, 4, 4]] * 2)
        assert hits(boxes, boxes[:1], 0.5).tolist() == [True, False]
        assert hits(boxes, EMPTY, 0.5).tolist() == [False, False]
        assert hits(EMPTY, boxes, 0.5).tolist() == []


def made(rng, pictures, classes, *, ties):
    """True boxes, and found ones that are moved copies of them and some others."""
    found, truth = [], []
    for _ in range(pictures):
        true = random_boxes(rng, rng.integers(0, 5), whole=ties)
        labels = rng.integers(0, classes, len(true))
        moved = true + rng.normal(0, 2, true.shape) * (rng.random((len(true), 1)) < 0.7)
        moved[:, 2:] = np.maximum(moved[:, 2:], moved[:, :2] + 1)
        others = random_boxes(rng, rng.integers(0, 4), whole=ties)
        boxes = np.concatenate([moved, true[:1], others])
        theirs = np.concatenate([labels, labels[:1], rng.integers(0, classes, len(others))])
        scores = rng.random(len(boxes))
        found.append((boxes, np.round(scores, 1) if ties else scores, theirs))
        truth.append((true, labels))
    return found, truth


def by_coco(found, truth, classes, thresholds):
    """Mean average precision by pycocotools."""

    def entry(picture, box, label):
        left, top, right, bottom = map(float, box)
        sides = [left, top, right - left, bottom - top]
        return {"image_id": picture + 1, "category_id": int(label) + 1, "bbox": sides}

    with contextlib.redirect_stdout(io.StringIO()):
        truths = COCO()
        rows = [entry(i, *pair) for i, one in enumerate(truth) for pair in zip(*one, strict=True)]
        truths.dataset = {
            "images": [{"id": i + 1} for i in range(len(truth))],
            "categories": [{"id": k + 1} for k in range(classes)],
            "annotations": [
                row | {"id": n + 1, "iscrowd": 0, "area": row["bbox"][2] * row["bbox"][3]}
                for n, row in enumerate(rows)
            ],
        }
        truths.createIndex()
        results = [
            entry(i, box, label) | {"score": float(score)}
            for i, one in enumerate(found)
            for box, score, label in zip(*one, strict=True)
        ]
        run = COCOeval(truths, truths.loadRes(results), "bbox")
        run.params.iouThrs = np.asarray(thresholds)
        run.params.areaRng, run.params.areaRngLbl = [[0, 1e10]], ["all"]
        run.params.maxDets = [100]
        run.evaluate()
        run.accumulate()
    precision = run.eval["precision"]
    return precision[precision > -1].mean()


class TestMeanAveragePrecision:
    @pytest.mark.parametrize("ties", [False, True])
    @pytest.mark.parametrize("thresholds", [(0.5,), COCO_THRESHOLDS], ids=["0.5", "0.5:0.95"])
    def test_is_that_of_pycocotools(self, thresholds, ties):
        for seed in range(5):
            found, truth = made(np.random.default_rng(seed), 12, 3, ties=ties)
            ours = mean_average_precision(found, truth, 3, thresholds)
            assert ours == pytest.approx(by_coco(found, truth, 3, thresholds), abs=1e-9)

    def test_is_one_for_the_truth_and_does_not_depend_on_the_order(self):
        rng = np.random.default_rng(0)
        found, truth = made(rng, 8, 3, ties=False)
        perfect = [(boxes, np.ones(len(boxes)), labels) for boxes, labels in truth]
        assert mean_average_precision(perfect, truth, 3, COCO_THRESHOLDS) == pytest.approx(1)
        shuffled = []
        for boxes, scores, labels in found:
            order = rng.permutation(len(boxes))
            shuffled.append((boxes[order], scores[order], labels[order]))
        first, second = (mean_average_precision(f, truth, 3) for f in (found, shuffled))
        assert first == pytest.approx(second)
        assert 0.1 < first < 0.95

    def test_a_picture_without_boxes_costs_what_is_found_there(self):
        box, one = np.array([[0.0, 0, 4, 4]]), np.array([0])
        truth = [(box, one), (EMPTY, one[:0])]
        clean = [(box, np.array([0.5]), one), (EMPTY, np.zeros(0), one[:0])]
        false = [(box, np.array([0.5]), one), (box, np.array([0.9]), one)]
        assert mean_average_precision(clean, truth, 1) == pytest.approx(1)
        assert mean_average_precision(false, truth, 1) == pytest.approx(0.5)
