# task: build-resnet
# how: A module with a forward pass of its own, stages within, a mean in place of the pooling layer
def build_resnet(repeats, groups=1, width=64, classes=1000):
    def normed(*arguments, **settings):
        layer = nn.Conv2d(*arguments, bias=False, **settings)
        return nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels))

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = normed(3, 64, 7, stride=2, padding=3)
            self.stages, channels = nn.ModuleList(), 64
            for stage in range(len(repeats)):
                blocks = []
                for number in range(repeats[stage]):
                    stride = 2 if (number, stage > 0) == (0, True) else 1
                    middle, out = groups * width * 2**stage, 2 ** (8 + stage)
                    branch = [normed(channels, middle, 1), nn.ReLU()]
                    settings = {"stride": stride, "padding": 1, "groups": groups}
                    branch += [normed(middle, middle, 3, **settings), nn.ReLU()]
                    skip = [normed(channels, out, 1, stride=stride)] if number == 0 else []
                    blocks.append(Residual([*branch, normed(middle, out, 1)], skip))
                    channels = out
                self.stages.append(nn.Sequential(*blocks))
            self.head = nn.Linear(channels, classes)

        def forward(self, x):
            x = torch.relu(self.stem(x))
            x = nn.functional.max_pool2d(x, 3, stride=2, padding=1)
            for stage in self.stages:
                x = stage(x)
            return self.head(x.mean(dim=(2, 3)))

    return ResNet()
