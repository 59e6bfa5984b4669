"""Sample data of any size, made from a seed: the same rows on every machine.

`dice` is all the chance there is, `words` and `wares` are pools of names. `shop` makes the
products, `people` the customers, `orders` a year of trade; `stocking` finds, by a rehearsal,
the stock that this trade needs. `register` writes the customers, `bookkeeping` the orders
and what they move, `writer` runs it all.
"""
