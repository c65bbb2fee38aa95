# task: widest
# loses: test-widest-one-layer 1, test-widest-deep 1, test-widest-edges 1
# mistake: counts no biases for the output layer
def widest(inputs, classes, hidden_layers, budget):
    def parameters(width):
        between = (hidden_layers - 1) * (width + 1) * width
        return (inputs + 1) * width + between + width * classes

    width = 0
    while parameters(width + 1) <= budget:
        width += 1
    return width
