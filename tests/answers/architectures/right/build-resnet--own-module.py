# task: build-resnet
# how: A module with a forward pass of its own, and lazy layers nowhere
def build_resnet(repeats, groups=1, width=64, classes=1000):
    def normed(*arguments, **settings):
        layer = nn.Conv2d(*arguments, bias=False, **settings)
        return nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels))

    stem = nn.Sequential(normed(3, 64, 7, stride=2, padding=3), nn.ReLU())
    stages, channels = [stem, nn.MaxPool2d(3, stride=2, padding=1)], 64
    for stage in range(len(repeats)):
        blocks = []
        for number in range(repeats[stage]):
            stride = {(True, True): 2}.get((number == 0, stage > 0), 1)
            middle, out = groups * width * 2**stage, 2 ** (8 + stage)
            one = [normed(channels, middle, 1), nn.ReLU()]
            two = [normed(middle, middle, 3, stride=stride, padding=1, groups=groups), nn.ReLU()]
            skip = [normed(channels, out, 1, stride=stride)] if number == 0 else []
            blocks.append(Residual([*one, *two, normed(middle, out, 1)], skip))
            channels = out
        stages.append(nn.Sequential(*blocks))
    return nn.Sequential(
        *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)
    )
