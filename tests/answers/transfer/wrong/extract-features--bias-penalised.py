# task: extract-features
# loses: test-linear-head 1
# mistake: the bias carries the penalty, too
def extract_features(net, images, batch_size):
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    with torch.no_grad():
        starts = range(0, len(images), batch_size)
        found = [net(torch.tensor(images[i : i + batch_size])).numpy() for i in starts]
    for module, mode in modes:
        module.training = mode
    return np.concatenate(found)


def linear_head(features, targets, penalty):
    F = np.concatenate([features, np.ones((len(features), 1))], axis=1)
    W = np.linalg.solve(F.T @ F + penalty * np.eye(F.shape[1]), F.T @ targets)
    return W[:-1], W[-1]
