# task: multiclass-epoch
# loses: test-multiclass-epoch-update 1, test-multiclass-epoch-pass 2
# mistake: counts the right answers
def multiclass_epoch(W, x, labels):
    W, mistakes = W.copy(), 0
    for inputs, label in zip(x, labels, strict=True):
        answer = (inputs @ W).argmax()
        if answer != label:
            W[:, label] += inputs
            W[:, answer] -= inputs
            mistakes += 1
    return W, len(x) - mistakes
