# task: extract-features
# loses: test-extract-values 1, test-extract-inference 1, test-extract-modes 1
# mistake: the images themselves are returned; the net, never called, keeps its modes
def extract_features(net, images, batch_size):
    return images


def linear_head(features, targets, penalty):
    F = features - features.mean(axis=0)
    gram = F.T @ F + penalty * np.eye(features.shape[1])
    W = np.linalg.solve(gram, F.T @ targets)
    return W, targets.mean(axis=0) - features.mean(axis=0) @ W
