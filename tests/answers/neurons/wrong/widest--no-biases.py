# task: widest
# loses: test-widest-one-layer 1, test-widest-deep 1, test-widest-edges 1
# mistake: counts weights only
def widest(inputs, classes, hidden_layers, budget):
    def parameters(width):
        between = (hidden_layers - 1) * width * width
        return inputs * width + between + width * classes

    width = 0
    while parameters(width + 1) <= budget:
        width += 1
    return width
