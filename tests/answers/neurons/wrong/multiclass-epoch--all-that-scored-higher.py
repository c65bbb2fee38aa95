# task: multiclass-epoch
# loses: test-multiclass-epoch-update 1, test-multiclass-epoch-pass 2
# mistake: lowers every class that scored at least as high as the true one
def multiclass_epoch(W, x, labels):
    W, mistakes = W.copy(), 0
    for inputs, label in zip(x, labels, strict=True):
        scores = inputs @ W
        if scores.argmax() != label:
            W[:, scores >= scores[label]] -= inputs[:, None]
            W[:, label] += 2 * inputs
            mistakes += 1
    return W, mistakes
