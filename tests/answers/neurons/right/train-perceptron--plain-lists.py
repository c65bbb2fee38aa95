# task: train-perceptron
# how: plain Python numbers and lists
def train_perceptron(x, labels, max_epochs):
    w, b, mistakes = [0.0] * x.shape[1], 0.0, []
    for _ in range(max_epochs):
        wrong = 0
        for inputs, label in zip(x.tolist(), labels.tolist(), strict=True):
            total = b
            for weight, value in zip(w, inputs, strict=True):
                total += weight * value
            if (total <= 0 and label == 1) or (total >= 0 and label == -1):
                w = [weight + label * value for weight, value in zip(w, inputs, strict=True)]
                b += label
                wrong += 1
        mistakes.append(wrong)
        if not wrong:
            return w, b, mistakes
    return w, b, mistakes
