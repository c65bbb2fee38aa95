# task: freeze
# how: a hook puts the frozen layers into evaluation mode before every call
def _sleep(module, inputs):
    module.eval()


def freeze(net, names):
    for name in names:
        for module in net.get_submodule(name).modules():
            for parameter in module.parameters(recurse=False):
                parameter.requires_grad_(False)
            if type(module) in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d):
                module.register_forward_pre_hook(_sleep)
    return net


def parameter_groups(net, head, rate):
    part = list(net.get_submodule(head).parameters())
    rest = [p for p in net.parameters() if not any(p is q for q in part)]
    both = zip((rest, part), (rate / 10, rate), strict=False)
    return [{"params": [p for p in ps if p.requires_grad], "lr": lr} for ps, lr in both]
