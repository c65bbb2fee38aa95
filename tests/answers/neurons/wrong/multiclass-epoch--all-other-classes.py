# task: multiclass-epoch
# loses: test-multiclass-epoch-update 1, test-multiclass-epoch-pass 2
# mistake: lowers every class but the true one
def multiclass_epoch(W, x, labels):
    W, mistakes = W.copy(), 0
    for inputs, label in zip(x, labels, strict=True):
        answer = (inputs @ W).argmax()
        if answer != label:
            W -= inputs[:, None]
            W[:, label] += 2 * inputs
            mistakes += 1
    return W, mistakes
