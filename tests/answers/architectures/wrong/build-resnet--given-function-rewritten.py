# task: build-resnet
# loses: test-build-resnet-count 2, test-build-resnet-groups 1, test-build-resnet-strides 1
# mistake: builds nothing, and gives the formula of the parameters the given function's name
def build_resnet(repeats, groups=1, width=64, classes=1000):
    return nn.Identity()


def measure(size, repeats, groups=1, width=64, classes=1000):
    count, channels = 3 * 49 * 64 + 2 * 64, 64
    for stage, blocks in enumerate(repeats):
        inner, outer = groups * width * 2**stage, 256 * 2**stage
        count += channels * outer + 2 * outer
        for _ in range(blocks):
            count += channels * inner + 9 * inner * inner // groups + inner * outer
            count += 4 * inner + 2 * outer
            channels = outer
    return count + (channels + 1) * classes, 0, (1, classes)
