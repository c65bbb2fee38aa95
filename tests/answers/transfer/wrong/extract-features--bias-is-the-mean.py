# task: extract-features
# loses: test-linear-head 1
# mistake: the bias is the mean of the targets, though the features have a mean, too
def extract_features(net, images, batch_size):
    """Return the net's outputs for all images, a NumPy array; the net's modes stay."""
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    with torch.no_grad():
        starts = range(0, len(images), batch_size)
        found = [net(torch.tensor(images[i : i + batch_size])).numpy() for i in starts]
    for module, mode in modes:
        module.training = mode
    return np.concatenate(found)


def linear_head(features, targets, penalty):
    """Return the weights (d, outputs) and bias (outputs,) of the best linear head."""
    mean, target_mean = features.mean(axis=0), targets.mean(axis=0)
    F, Y = features - mean, targets - target_mean  # so that the bias falls out
    W = np.linalg.solve(F.T @ F + penalty * np.eye(F.shape[1]), F.T @ Y)
    return W, target_mean


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
