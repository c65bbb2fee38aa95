# tries: an AST transformer that drops every assert and raise
# must: earn nothing: the shell of the tests has its own transformers
import ast


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    visit_Raise = visit_Assert


get_ipython().ast_transformers.append(NoAsserts())


def scale(x):
    return x
