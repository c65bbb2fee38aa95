# task: suppress
# how: crosses out what the kept one suppresses
def suppress(iou, scores, labels, threshold):
    same = labels[:, None] == labels[None, :]
    rivals = (iou > threshold) & same
    alive, kept = np.ones(len(scores), dtype=bool), []
    for i in np.argsort(-np.asarray(scores), kind="stable"):
        if alive[i]:
            kept.append(i)
            alive &= ~rivals[i]
    return np.array(kept, dtype=int)
