"""Boxes: overlap, anchors and their targets, non-maximum suppression, average precision.

A box is left, top, right, bottom in pixels; its width is right - left.

Taught in chapter 12.
"""

import numpy as np


def iou(a, b):
    """Intersection over union of every box of a with every box of b: (n, 4), (m, 4) → (n, m)."""
    corner = np.maximum(a[:, None, :2], b[None, :, :2])  # left, top of the intersection
    sides = np.clip(np.minimum(a[:, None, 2:], b[None, :, 2:]) - corner, 0, None)
    shared = sides.prod(axis=-1)
    area_a, area_b = ((box[:, 2:] - box[:, :2]).prod(axis=-1) for box in (a, b))
    union = area_a[:, None] + area_b[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(union, dtype=float), where=union > 0)


def make_anchors(grid, size, sides, ratios=(1.0,)):
    """A box of each side and ratio (width / height) around the centre of each cell of a grid.

    Returns (grid · grid · sides · ratios, 4), cells row by row, for pictures of size × size.
    """
    centres = (np.arange(grid) + 0.5) * size / grid
    y, x = np.meshgrid(centres, centres, indexing="ij")
    shapes = [(side * r**0.5, side / r**0.5) for side in sides for r in ratios]
    half = np.array(shapes) / 2  # (shapes, 2): half a width, half a height
    centre = np.stack([x, y], axis=-1).reshape(-1, 1, 2)
    return np.concatenate([centre - half, centre + half], axis=-1).reshape(-1, 4)


def match(anchors, boxes, threshold=0.5):
    """For each anchor the number of the box that it has to find, or -1: (anchors,).

    An anchor gets the box that it overlaps most, if by the threshold or more; and each box gets the
    anchor that overlaps it most, so that none is left out.
    """
    if len(boxes) == 0:
        return np.full(len(anchors), -1)
    overlap = iou(anchors, boxes)
    found = np.where(overlap.max(axis=1) >= threshold, overlap.argmax(axis=1), -1)
    found[overlap.argmax(axis=0)] = np.arange(len(boxes))
    return found


def encode(boxes, anchors):
    """Boxes as seen from their anchors: shift in units of the anchor, logarithm of the scale."""
    side = anchors[..., 2:] - anchors[..., :2]
    shift = (boxes[..., :2] + boxes[..., 2:] - anchors[..., :2] - anchors[..., 2:]) / 2 / side
    return np.concatenate([shift, np.log((boxes[..., 2:] - boxes[..., :2]) / side)], axis=-1)


def decode(offsets, anchors):
    """The boxes that offsets from anchors stand for: the inverse of encode."""
    side = anchors[..., 2:] - anchors[..., :2]
    centre = (anchors[..., :2] + anchors[..., 2:]) / 2 + offsets[..., :2] * side
    half = np.exp(offsets[..., 2:]) * side / 2
    return np.concatenate([centre - half, centre + half], axis=-1)


def nms(boxes, scores, threshold=0.5):
    """The numbers of the boxes that stay, best first: (kept,).

    The best box stays, those that overlap it by more than the threshold go, and so on. Of equal
    scores the earlier box comes first.
    """
    order, kept = np.argsort(-scores, kind="stable"), []
    while len(order):
        best, order = order[0], order[1:]
        kept.append(best)
        order = order[iou(boxes[[best]], boxes[order])[0] <= threshold]
    return np.array(kept, dtype=int)


def hits(found, truth, threshold):
    """Which found boxes (best score first) hit a true box that no better one took: (found,) bool.

    Each takes the free true box that it overlaps most, if by the threshold or more; of equal
    overlaps the last.
    """
    hit, free = np.zeros(len(found), dtype=bool), np.ones(len(truth), dtype=bool)
    if len(found) == 0:
        return hit
    for i, overlap in enumerate(iou(found, truth)):
        possible = np.where(free & (overlap >= threshold), overlap, -1.0)
        if len(truth) and possible.max() >= 0:
            best = len(truth) - 1 - possible[::-1].argmax()
            hit[i], free[best] = True, False
    return hit


def average_precision(scores, hit, truths):
    """The area under precision over recall, at the 101 recalls 0, 0.01, …, 1, as COCO takes it.

    Shapes: scores and hit (found,), of all pictures; truths: how many boxes there are to find.
    """
    if truths == 0:
        return np.nan
    order = np.argsort(-scores, kind="stable")
    true = np.cumsum(hit[order])
    recall, precision = true / truths, true / np.arange(1, len(true) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]  # the best at this recall or beyond
    at = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
    return np.append(precision, 0.0)[at].mean()


def mean_average_precision(found, truth, classes, thresholds=(0.5,)):
    """The mean of average precision over thresholds of overlap and the classes that occur.

    For each picture, found holds boxes (n, 4), scores (n,), labels (n,), and truth boxes (m, 4),
    labels (m,).
    """
    scores_of = []
    for label in range(classes):
        rows, truths = [], 0
        for (boxes, scores, labels), (true_boxes, true_labels) in zip(found, truth, strict=True):
            mine, true = np.flatnonzero(labels == label), true_boxes[true_labels == label]
            mine = mine[np.argsort(-scores[mine], kind="stable")]
            truths += len(true)
            rows.append((scores[mine], [hits(boxes[mine], true, t) for t in thresholds]))
        scores = np.concatenate([row[0] for row in rows])
        for k in range(len(thresholds)):
            hit = np.concatenate([row[1][k] for row in rows])
            scores_of.append(average_precision(scores, hit, truths))
    return np.nanmean(scores_of)
