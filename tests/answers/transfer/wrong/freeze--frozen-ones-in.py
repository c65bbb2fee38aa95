# task: freeze
# loses: test-groups-frozen 1
# mistake: frozen parameters are in the groups, too
def freeze(net, names):
    """Stop parameters and batch norm of the named submodules for good; return the net."""
    norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)

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
    learning = list(net.parameters())
    return [
        {"params": [p for p in learning if id(p) not in of_head], "lr": rate / 10},
        {"params": [p for p in learning if id(p) in of_head], "lr": rate},
    ]


# Given: leave all below as it is. The tests call it.


def after_a_step(parts, names, batch):
    """Freeze and make one step of SGD: the parameters that learn, and those that have changed."""
    net = freeze(build(parts).double(), names)
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    learning = [name for name, p in net.named_parameters() if p.requires_grad]
    optimiser = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
    net(torch.tensor(batch).double()).square().sum().backward()
    optimiser.step()
    return learning, [name for name, p in net.named_parameters() if not p.equal(before[name])]


def after_calls(parts, names, batch, state=None):
    """Freeze; twice train and call; evaluate and call.

    Returns part 0's outputs and all running means in training, the means after evaluation, and the
    names of the modules that were in training mode.
    """
    net, batch = freeze(build(parts, state), names), torch.tensor(batch)
    for _ in range(2):
        net.train()
        outputs = net[0](batch).detach().numpy()
        net(batch)
    trained = running_means(net)
    awake = [name for name, module in net.named_modules() if module.training]
    net.eval()
    net(batch)
    return outputs, trained, running_means(net), awake


def groups_at_work(parts, head, rate, frozen=()):
    """The names in both groups, and the rate by which an optimiser moves each parameter."""
    net = build(parts)
    for name, p in net.named_parameters():
        nn.init.ones_(p).requires_grad_(name not in frozen)
    names = {id(p): name for name, p in net.named_parameters()}
    groups = [
        {**group, "params": [*group["params"]]} for group in parameter_groups(net, head, rate)
    ]
    found = [[names[id(p)] for p in group["params"]] for group in groups]
    optimiser = torch.optim.SGD(groups, lr=123.0)
    sum(p.sum() for p in net.parameters() if p.requires_grad).backward()
    optimiser.step()
    return found, {name: 1 - p.min().item() for name, p in net.named_parameters()}
