# task: freeze
# loses: test-freeze-batch-norm 1
# mistake: forgets BatchNorm1d and BatchNorm3d
def freeze(net, names):
    """Stop parameters and batch norm of the named submodules for good; return the net."""
    norms = nn.BatchNorm2d

    def stay(mode=True):  # takes the place of train(), which net.train() calls
        return None

    for name in names:
        part = net.get_submodule(name)
        part.requires_grad_(False)
        for module in part.modules():
            if isinstance(module, norms):
                module.eval()
                module.train = stay
    return net


def parameter_groups(net, head, rate):
    """Return two groups for an optimiser: backbone at rate / 10, head at rate."""
    of_head = {id(p) for p in net.get_submodule(head).parameters()}
    learning = [p for p in net.parameters() if p.requires_grad]
    return [
        {"params": [p for p in learning if id(p) not in of_head], "lr": rate / 10},
        {"params": [p for p in learning if id(p) in of_head], "lr": rate},
    ]
