# task: average-precision
# how: lists and loops
def true_positives(iou, scores, threshold):
    claimed, answer = set(), [False] * len(scores)
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        free = [j for j in range(iou.shape[1]) if j not in claimed and iou[i, j] >= threshold]
        if free:
            claimed.add(max(free, key=lambda j: iou[i, j]))
            answer[i] = True
    return answer


def average_precision(scores, correct, truths):
    if not truths:
        return float("nan")
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    area, best, hits = 0.0, 0.0, sum(bool(c) for c in correct)
    for k in range(len(order), 0, -1):  # from the last to the first
        best = max(best, hits / k)
        if correct[order[k - 1]]:
            area += best / truths
            hits -= 1
    return area
