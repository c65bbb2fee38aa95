# task: softmax-cross-entropy
# how: plain Python loops with math.exp and math.log; the gradient is a list of lists
import math


def softmax_cross_entropy(logits, labels):
    n, loss, gradient = len(labels), 0.0, []
    for row, label in zip(logits, labels, strict=True):
        largest = max(float(z) for z in row)
        log_sum = largest + math.log(sum(math.exp(float(z) - largest) for z in row))
        loss += (log_sum - float(row[label])) / n
        p = [math.exp(float(z) - log_sum) for z in row]
        gradient.append([(p[k] - (k == label)) / n for k in range(len(row))])
    return loss, gradient
