# task: multiclass-epoch
# loses: test-multiclass-epoch-pass 2, test-multiclass-epoch-digits 1
# mistake: computes all answers before the pass begins
def multiclass_epoch(W, x, labels):
    W, mistakes = W.copy(), 0
    answers = (x @ W).argmax(axis=1)
    for inputs, label, answer in zip(x, labels, answers, strict=True):
        if answer != label:
            W[:, label] += inputs
            W[:, answer] -= inputs
            mistakes += 1
    return W, mistakes
