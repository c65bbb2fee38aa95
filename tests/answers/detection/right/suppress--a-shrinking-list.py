# task: suppress
# how: takes the first of a list that shrinks
def suppress(iou, scores, labels, threshold):
    todo = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    kept = []
    while todo:
        best = todo.pop(0)
        kept.append(best)
        todo = [i for i in todo if labels[i] != labels[best] or not iou[best, i] > threshold]
    return kept
