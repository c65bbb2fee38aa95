# task: scale-stage
# how: Chooses among multiples of 8
def scale_stage(channels, repeats, width, depth):
    wanted = width * channels
    multiples = range(8, int(wanted) + 17, 8)
    nearest = min(multiples, key=lambda m: (abs(m - wanted), -m))  # of two, the larger
    allowed = [m for m in multiples if m >= nearest and m >= 0.9 * wanted]
    return allowed[0], -int(-repeats * depth // 1)
