"""Networks: one calling convention (`backbone.Backbone`), one module for each family.

A family's module holds `Config` (frozen, checked), the network that is built from one, `SIZES`
(named configurations) and `FAMILY`, the three together: the target of its spec.
"""
