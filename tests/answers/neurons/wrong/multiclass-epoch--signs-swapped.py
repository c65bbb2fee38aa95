# task: multiclass-epoch
# loses: test-multiclass-epoch-update 1, test-multiclass-epoch-pass 2, test-multiclass-epoch-digits 1
# mistake: lowers the true class and raises the wrong answer
def multiclass_epoch(W, x, labels):
    W, mistakes = W.copy(), 0
    for inputs, label in zip(x, labels, strict=True):
        answer = (inputs @ W).argmax()
        if answer != label:
            W[:, label] -= inputs
            W[:, answer] += inputs
            mistakes += 1
    return W, mistakes
