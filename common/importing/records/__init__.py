"""What the imports of other systems' databases share, whichever tables those have.

A source's own package says where its records are (`tables`, `sqlite`) and reads a row of each
table by `cells` into one of `shapes`. From there on all is the same: `staging` sorts the records
on disk, `comparing` and `stocking` compare them with the shop, `people`, `goods` and `entries`
write what is new, and `running` runs them, in one transaction that ends with the checks.
"""
