# task: build-resnet
# how: A function for a block, and the channels from the list of blocks
def build_resnet(repeats, groups=1, width=64, classes=1000):
    def block(inputs, stage, stride):
        inner, outputs = (groups * width) << stage, 256 << stage
        branch = [
            nn.Conv2d(inputs, inner, 1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(),
            nn.Conv2d(inner, inner, 3, stride, 1, groups=groups, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(),
            nn.Conv2d(inner, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        if inputs == outputs and stride == 1:
            return Residual(branch, [])
        projection = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
        return Residual(branch, [projection, nn.BatchNorm2d(outputs)])

    net = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU())
    net.append(nn.MaxPool2d(3, 2, padding=1))
    inputs = 64
    for stage, blocks in enumerate(repeats):
        for number in range(blocks):
            net.append(block(inputs, stage, 1 if number or not stage else 2))
            inputs = 256 << stage
    net.extend([nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(inputs, classes)])
    return net
