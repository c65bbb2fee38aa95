# task: widest
# loses: test-widest-one-layer 1, test-widest-deep 1, test-widest-edges 1
# mistake: counts one hidden layer more than there is
def widest(inputs, classes, hidden_layers, budget):
    def parameters(width):
        between = hidden_layers * (width + 1) * width
        return (inputs + 1) * width + between + (width + 1) * classes

    width = 0
    while parameters(width + 1) <= budget:
        width += 1
    return width
