# task: extract-features
# how: splits a tensor; the head by augmented least squares
def extract_features(net, images, batch_size):
    flags = {module: module.training for module in net.modules()}
    net.train(False)
    with torch.inference_mode():
        parts = [net(part) for part in torch.from_numpy(images).split(batch_size)]
        found = torch.cat(parts).cpu().numpy().copy()
    for module, flag in flags.items():
        module.training = flag
    return found


def linear_head(features, targets, penalty):
    n, d = features.shape
    rows = np.block([[features, np.ones((n, 1))], [np.sqrt(penalty) * np.eye(d), np.zeros((d, 1))]])
    wanted = np.vstack([targets, np.zeros((d, targets.shape[1]))])
    solution = np.linalg.lstsq(rows, wanted, rcond=None)[0]
    return solution[:d], solution[d]
