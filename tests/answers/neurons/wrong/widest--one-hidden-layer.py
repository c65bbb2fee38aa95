# task: widest
# loses: test-widest-deep 1, test-widest-edges 1
# mistake: ignores hidden_layers
def widest(inputs, classes, hidden_layers, budget):
    def parameters(width):
        between = 0
        return (inputs + 1) * width + between + (width + 1) * classes

    width = 0
    while parameters(width + 1) <= budget:
        width += 1
    return width
