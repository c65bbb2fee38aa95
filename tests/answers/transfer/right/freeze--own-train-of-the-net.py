# task: freeze
# how: gives the net a train() of its own, and finds parameters by their names
def freeze(net, names):
    inside = tuple(name + "." for name in names)
    for name, parameter in net.named_parameters():
        if name.startswith(inside):
            parameter.requires_grad = False
    norms = [
        module
        for name, module in net.named_modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and (name + ".").startswith(inside)
    ]
    usual = net.train

    def train(mode=True):
        usual(mode)
        for module in norms:
            module.training = False
        return net

    net.train = train
    return net.train(net.training)


def parameter_groups(net, head, rate):
    groups = {False: [], True: []}
    for name, parameter in net.named_parameters():
        if parameter.requires_grad:
            groups[name.startswith(head + ".")].append(parameter)
    return [{"params": groups[False], "lr": 0.1 * rate}, {"params": groups[True], "lr": rate}]
