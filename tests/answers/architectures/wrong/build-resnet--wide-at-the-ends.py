# task: build-resnet
# loses: test-build-resnet-groups 1
# mistake: The width multiplies the block's output, too
def build_resnet(repeats, groups=1, width=64, classes=1000):
    """Return a residual network of bottleneck blocks."""

    def conv(inputs, outputs, kernel, stride=1, groups=1):
        settings = {"padding": kernel // 2, "groups": groups, "bias": False}
        layer = nn.Conv2d(inputs, outputs, kernel, stride, **settings)
        return [layer, nn.BatchNorm2d(outputs)]

    net, channels = [*conv(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for stage, count in enumerate(repeats):
        inner, outer = groups * width * 2**stage, 4 * groups * width * 2**stage
        for block in range(count):
            stride = 2 if stage > 0 and block == 0 else 1
            branch = [*conv(channels, inner, 1), nn.ReLU()]
            branch += [*conv(inner, inner, 3, stride, groups), nn.ReLU(), *conv(inner, outer, 1)]
            changes = stride > 1 or channels != outer
            net.append(Residual(branch, conv(channels, outer, 1, stride) if changes else []))
            channels = outer
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]
    return nn.Sequential(*net, *head)
