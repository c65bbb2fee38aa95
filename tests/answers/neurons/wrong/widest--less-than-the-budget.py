# task: widest
# loses: test-widest-edges 1
# mistake: takes "at most" for "less than"
def widest(inputs, classes, hidden_layers, budget):
    def parameters(width):
        between = (hidden_layers - 1) * (width + 1) * width
        return (inputs + 1) * width + between + (width + 1) * classes

    width = 0
    while parameters(width + 1) < budget:
        width += 1
    return width
