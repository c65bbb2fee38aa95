# task: soft-targets
# how: mixes the one-hot rows first, which gives the same
def soft_targets(labels, classes, smoothing=0.0, partner=None, share=1.0):
    one_hot = (np.arange(classes) == np.asarray(labels)[:, None]).astype(float)
    if partner is not None:
        s = np.broadcast_to(share, len(labels))[:, None]
        one_hot = s * one_hot + (1 - s) * one_hot[np.asarray(partner)]
    return one_hot + smoothing * (1 / classes - one_hot)
