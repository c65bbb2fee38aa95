# task: extract-features
# how: sets every flag by itself; the head by one system of equations
def extract_features(net, images, batch_size):
    modules = list(net.modules())
    before = [module.training for module in modules]
    for module in modules:
        module.training = False
    answer, start = [], 0
    while start < len(images):
        with torch.no_grad():
            answer.extend(net(torch.as_tensor(images[start : start + batch_size])).tolist())
        start += batch_size
    for module, flag in zip(modules, before, strict=False):
        module.training = flag
    return np.array(answer)


def linear_head(features, targets, penalty):
    n, d = features.shape
    X = np.hstack([np.ones((n, 1)), features])
    D = np.diag([0.0] + [penalty] * d)
    solution = np.linalg.inv(X.T @ X + D) @ X.T @ targets
    return solution[1:], solution[0]


# Given: leave all below as it is. The tests call it.


def extracted(parts, images, batch_size, state=None, modes=()):
    """The features; sizes of the batches, and whether any was recorded; modes and running means."""
    net, sizes, recorded = build(parts, state), [], []

    def note(module, inputs):
        sizes.append(len(inputs[0]))
        recorded.append(torch.is_grad_enabled())

    net.register_forward_pre_hook(note)
    for module, mode in zip(net.modules(), modes, strict=False):
        module.training = mode
    features = extract_features(net, images, batch_size)
    modes = [module.training for module in net.modules()]
    return features, sizes, any(recorded), modes, [*running_means(net).values()]
