# task: multiclass-epoch
# loses: test-multiclass-epoch-pass 2
# mistake: changes the weights that were passed in
def multiclass_epoch(W, x, labels):
    mistakes = 0
    for inputs, label in zip(x, labels, strict=True):
        answer = (inputs @ W).argmax()
        if answer != label:
            W[:, label] += inputs
            W[:, answer] -= inputs
            mistakes += 1
    return W, mistakes
