# task: widest
# loses: test-widest-one-layer 1, test-widest-deep 1, test-widest-edges 1
# mistake: a bias for every input of a layer instead of every unit
def widest(inputs, classes, hidden_layers, budget):
    def parameters(width):
        between = (hidden_layers - 1) * (width + 1) * width
        return inputs * (width + 1) + between + width * (classes + 1)

    width = 0
    while parameters(width + 1) <= budget:
        width += 1
    return width
