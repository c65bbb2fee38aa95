# task: widest
# loses: test-widest-deep 1, test-widest-edges 1
# mistake: forgets the weights between hidden layers
def widest(inputs, classes, hidden_layers, budget):
    def parameters(width):
        between = (hidden_layers - 1) * width
        return (inputs + 1) * width + between + (width + 1) * classes

    width = 0
    while parameters(width + 1) <= budget:
        width += 1
    return width
