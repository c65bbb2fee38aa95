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
