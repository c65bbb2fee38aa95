# task: softmax
# how: slice by slice, returned as a nested list
def softmax(z, axis=-1):
    def one(row):
        e = np.exp(row - max(row))
        return e / sum(e)

    return np.apply_along_axis(one, axis, np.array(z, dtype=float)).tolist()
