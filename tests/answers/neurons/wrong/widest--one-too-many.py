# task: widest
# loses: test-widest-one-layer 1, test-widest-deep 1, test-widest-edges 1
# mistake: returns the first width that no longer fits
def widest(inputs, classes, hidden_layers, budget):
    def parameters(width):
        between = (hidden_layers - 1) * (width + 1) * width
        return (inputs + 1) * width + between + (width + 1) * classes

    width = 0
    while parameters(width) <= budget:
        width += 1
    return width
