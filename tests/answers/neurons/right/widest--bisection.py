# task: widest
# how: doubles the width, then halves the interval
def widest(inputs, classes, hidden_layers, budget):
    def fits(width):
        first = inputs * width + width
        middle = (hidden_layers - 1) * (width + 1) * width
        return first + middle + (width + 1) * classes <= budget

    high = 1
    while fits(high):
        high *= 2
    low = 0
    while high - low > 1:
        half = (low + high) // 2
        low, high = (half, high) if fits(half) else (low, half)
    return low
