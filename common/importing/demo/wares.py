"""What a sample shop sells: words for names, and what such a thing costs."""

from typing import NamedTuple

from common.catalogue.categories import CategoryName


class Ware(NamedTuple):
    """A kind of thing and its lowest and highest price, in minor units."""

    noun: str
    low: int
    high: int


class Range(NamedTuple):
    """What there is of a category: each kind of each ware is a product."""

    prefix: str
    kinds: tuple[str, ...]
    wares: tuple[Ware, ...]


class Service(NamedTuple):
    """A deed that is sold beside the things, in so many of a hundred orders."""

    sku: str
    name: str
    price_cents: int
    percent: int


SERVICES = (
    Service("SRV-101", "Standard Delivery", 499, 24),
    Service("SRV-102", "Express Delivery", 999, 5),
    Service("SRV-103", "Gift Wrapping", 349, 5),
    Service("SRV-104", "Engraving", 1299, 1),
)

RANGES = {
    CategoryName.books: Range(
        "BOK",
        ("The Silent", "The Glass", "The Hidden", "The Winter", "The Crooked", "The Borrowed"),
        (
            *(Ware("Harbour", 799, 1499), Ware("Orchard", 899, 1699), Ware("Library", 999, 2499)),
            *(
                Ware("Cartographer", 1199, 2999),
                Ware("River", 799, 1399),
                Ware("Atlas", 1999, 4999),
            ),
        ),
    ),
    CategoryName.clothing: Range(
        "CLO",
        ("Linen", "Wool", "Organic Cotton", "Denim", "Merino", "Striped"),
        (
            *(Ware("Shirt", 1999, 5999), Ware("Scarf", 1299, 3999), Ware("Socks", 499, 1499)),
            *(Ware("Jacket", 4999, 14999), Ware("Cap", 999, 2499), Ware("Apron", 1499, 3499)),
        ),
    ),
    CategoryName.electronics: Range(
        "ELE",
        ("Compact", "Wireless", "Solar", "Foldable", "Rechargeable", "Waterproof"),
        (
            *(Ware("Speaker", 2499, 12999), Ware("Torch", 999, 3999), Ware("Radio", 2999, 9999)),
            *(Ware("Charger", 1299, 4999), Ware("Headset", 1999, 14999)),
            Ware("Desk Lamp", 2499, 7999),
        ),
    ),
    CategoryName.garden: Range(
        "GAR",
        ("Terracotta", "Galvanised", "Cedar", "Copper", "Folding", "Willow"),
        (
            *(Ware("Planter", 899, 4999), Ware("Watering Can", 1499, 3999)),
            *(Ware("Bench", 7999, 24999), Ware("Trowel", 699, 1999)),
            *(Ware("Bird Feeder", 999, 3499), Ware("Plant Stand", 1999, 6999)),
        ),
    ),
    CategoryName.gifts: Range(
        "GIF",
        ("Hand-painted", "Vintage", "Engraved", "Golden", "Marbled", "Velvet"),
        (
            *(Ware("Photo Frame", 899, 3499), Ware("Music Box", 1499, 4999)),
            *(Ware("Trinket Box", 799, 2499), Ware("Ornament", 299, 1299)),
            *(Ware("Keepsake Tin", 599, 1499), Ware("Snow Globe", 999, 2999)),
        ),
    ),
    CategoryName.home: Range(
        "HOM",
        ("Oak", "Woven", "Scented", "Nordic", "Rattan", "Smoked Glass"),
        (
            *(Ware("Candle", 499, 2499), Ware("Basket", 1299, 4999), Ware("Mirror", 2999, 14999)),
            *(Ware("Vase", 1499, 5999), Ware("Side Table", 5999, 19999), Ware("Tray", 999, 3499)),
        ),
    ),
    CategoryName.kitchen: Range(
        "KIT",
        ("Enamel", "Ceramic", "Olive Wood", "Cast Iron", "Speckled", "Brushed Steel"),
        (
            *(Ware("Mug", 599, 1699), Ware("Teapot", 1999, 5999), Ware("Bowl", 799, 2999)),
            *(Ware("Chopping Board", 1499, 4999), Ware("Spice Jar", 299, 899)),
            Ware("Casserole", 3999, 14999),
        ),
    ),
    CategoryName.stationery: Range(
        "STA",
        ("Dotted", "Leather", "Recycled", "Botanical", "Pastel", "Pocket"),
        (
            *(Ware("Notebook", 399, 1999), Ware("Pencil Case", 599, 1999)),
            *(Ware("Card Set", 299, 1299), Ware("Fountain Pen", 1499, 8999)),
            *(Ware("Desk Planner", 999, 2499), Ware("Sticker Sheet", 149, 499)),
        ),
    ),
    CategoryName.toys: Range(
        "TOY",
        ("Wooden", "Knitted", "Magnetic", "Wind-up", "Painted", "Giant"),
        (
            *(Ware("Train", 1499, 5999), Ware("Bear", 1299, 3999), Ware("Puzzle", 799, 2999)),
            *(Ware("Building Blocks", 1999, 7999), Ware("Spinning Top", 399, 1299)),
            Ware("Kite", 1299, 3499),
        ),
    ),
    CategoryName.other: Range(
        "OTH",
        ("Canvas", "Travel", "Everyday", "Folding", "Reflective", "Tartan"),
        (
            *(Ware("Tote Bag", 699, 2499), Ware("Umbrella", 1299, 4999)),
            *(Ware("Key Ring", 249, 999), Ware("Storage Box", 899, 2999)),
            *(Ware("Lunch Bag", 999, 2499), Ware("Luggage Tag", 399, 1499)),
        ),
    ),
}

EVEN = (4,) * 12
# How well a category sells from January to December.
SEASONS = {
    CategoryName.garden: (1, 2, 5, 8, 9, 8, 6, 5, 4, 2, 1, 1),
    CategoryName.gifts: (3, 6, 3, 3, 5, 3, 3, 3, 3, 4, 8, 12),
    CategoryName.stationery: (3, 3, 3, 3, 3, 3, 4, 8, 9, 4, 4, 4),
    CategoryName.toys: (3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 8, 10),
}
