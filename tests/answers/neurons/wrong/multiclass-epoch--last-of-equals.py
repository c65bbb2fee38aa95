# task: multiclass-epoch
# loses: test-multiclass-epoch-update 1, test-multiclass-epoch-pass 2
# mistake: of equal scores the last one wins
def multiclass_epoch(W, x, labels):
    W, mistakes = W.copy(), 0
    for inputs, label in zip(x, labels, strict=True):
        answer = W.shape[1] - 1 - (inputs @ W)[::-1].argmax()
        if answer != label:
            W[:, label] += inputs
            W[:, answer] -= inputs
            mistakes += 1
    return W, mistakes
