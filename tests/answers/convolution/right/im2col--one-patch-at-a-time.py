# task: im2col
# how: A loop that cuts out every patch; a list of rows
def im2col(x, kernel_height, kernel_width, stride=1):
    rows = []
    for picture in x:
        for top in range(0, len(picture) - kernel_height + 1, stride):
            for left in range(0, len(picture[0]) - kernel_width + 1, stride):
                patch = picture[top : top + kernel_height, left : left + kernel_width]
                rows.append(patch.flatten().tolist())
    return rows
