# task: weighted-bce
# how: softplus by hand with log1p
def weighted_bce(logits, y, positive_weight):
    small = np.exp(-np.abs(logits))
    softplus_minus = np.maximum(-logits, 0) + np.log1p(small)
    weight = 1 + (positive_weight - 1) * y
    losses = (1 - y) * logits + weight * softplus_minus
    sigmoid = np.where(logits >= 0, 1, small) / (1 + small)
    gradient = np.where(y == 1, positive_weight * (sigmoid - 1), sigmoid)
    return float(losses.mean()), gradient / losses.size
