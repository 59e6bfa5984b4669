"""Whom a sample shop serves: names and places of several countries."""
# ruff: noqa: RUF001 # the dotless i is a letter of Turkish

from typing import NamedTuple


class Land(NamedTuple):
    """A country. In `postcode` each # is a digit; `state` is one of its provinces or null."""

    country: str
    share: int
    prefix: str
    postcode: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    cities: tuple[tuple[str, str | None], ...]
    streets: tuple[str, ...]
    number_first: bool = False


LANDS = (
    Land(
        *("Germany", 24, "+49 30", "#####"),
        ("Anna", "Jürgen", "Käthe", "Lukas", "Sören", "Ute", "Björn", "Miriam"),
        ("Müller", "Schäfer", "Groß", "König", "Weiß", "Bauer", "Jäger", "Vogel", "Köhler"),
        (("Berlin", "Berlin"), ("München", "Bavaria"), ("Köln", None), ("Lübeck", None)),
        ("Lindenstraße", "Am Mühlbach", "Bahnhofstraße", "Schloßallee"),
    ),
    Land(
        *("France", 16, "+33 1", "#####"),
        ("Chloé", "Éric", "François", "Hélène", "Inès", "Léo", "Noémie", "Théo"),
        ("Lefèvre", "Garnier", "Gauthier", "Bélanger", "Mercier", "Rousseau", "Noël", "Côté"),
        (("Lyon", None), ("Orléans", None), ("Nîmes", "Occitania"), ("Besançon", None)),
        ("rue de l'Église", "avenue Foch", "rue Molière", "quai des Brumes"),
        number_first=True,
    ),
    Land(
        *("United Kingdom", 16, "+44 20", "ZZ## #AB"),
        ("Alice", "Oliver", "Siân", "Rhys", "Harriet", "George", "Zoë", "Niamh"),
        ("Hughes", "O'Connor", "Taylor", "Whitfield", "Patel", "Brontë", "McKay", "Ashdown"),
        (("London", None), ("Leeds", None), ("Cardiff", "Wales"), ("Edinburgh", "Scotland")),
        ("Mill Lane", "Station Road", "Victoria Terrace", "Church Street"),
        number_first=True,
    ),
    Land(
        *("Spain", 10, "+34 91", "#####"),
        ("Begoña", "Íñigo", "José", "Lucía", "María", "Nicolás", "Raúl", "Sofía"),
        ("García", "Ibáñez", "Muñoz", "Núñez", "Peña", "Sánchez", "Vázquez", "Ordóñez"),
        (("Madrid", None), ("Málaga", "Andalusia"), ("A Coruña", "Galicia"), ("Cádiz", None)),
        ("Calle Mayor", "Avenida de España", "Calle del Peñón", "Paseo Marítimo"),
    ),
    Land(
        *("Poland", 9, "+48 22", "##-###"),
        ("Agnieszka", "Błażej", "Grażyna", "Łukasz", "Małgorzata", "Paweł", "Zofia", "Jan"),
        ("Dąbrowski", "Kowalczyk", "Łęcki", "Nowak", "Wójcik", "Zieliński", "Żuk", "Pająk"),
        (("Kraków", None), ("Łódź", None), ("Gdańsk", None), ("Poznań", None)),
        ("ul. Długa", "ul. Świętojańska", "ul. Piękna", "al. Róż"),
    ),
    Land(
        *("Sweden", 7, "+46 8", "### ##"),
        ("Åsa", "Göran", "Linnéa", "Märta", "Nils", "Örjan", "Sigrid", "Elin"),
        ("Åkesson", "Björk", "Lindström", "Nyström", "Öberg", "Sjögren", "Dahl", "Hägg"),
        (("Göteborg", None), ("Malmö", "Skåne"), ("Umeå", None), ("Örebro", None)),
        ("Storgatan", "Kungsgatan", "Ängsvägen", "Björkallén"),
    ),
    Land(
        *("Denmark", 5, "+45 33", "####"),
        ("Søren", "Mette", "Jørgen", "Freja", "Åge", "Signe", "Lærke", "Mads"),
        ("Sørensen", "Østergård", "Kjær", "Nørgaard", "Holm", "Bødker", "Lund", "Ågård"),
        (("Aarhus", None), ("Køge", None), ("Helsingør", None), ("Rønne", "Bornholm")),
        ("Nørregade", "Møllevej", "Strandvejen", "Ærøgade"),
    ),
    Land(
        *("Czechia", 5, "+420 2", "### ##"),
        ("Jiří", "Zdeněk", "Kateřina", "Ondřej", "Šárka", "Tomáš", "Běla", "Žofie"),
        ("Dvořák", "Novotný", "Procházka", "Šimůnek", "Vlček", "Říha", "Kučera", "Bartoš"),
        (("Praha", None), ("Plzeň", None), ("Třebíč", None), ("České Budějovice", None)),
        ("Dlouhá", "Nádražní", "U Mlýna", "Příčná"),
    ),
    Land(
        *("Portugal", 4, "+351 21", "####-###"),
        ("António", "Conceição", "Inês", "João", "Luís", "Mónica", "Simão", "Tânia"),
        ("Assunção", "Brandão", "Falcão", "Magalhães", "Simões", "Araújo", "Leitão", "Pires"),
        (("Lisboa", None), ("Évora", "Alentejo"), ("Guimarães", None), ("Setúbal", None)),
        ("Rua da Conceição", "Rua Augusta", "Travessa do Pão", "Largo da Sé"),
    ),
    Land(
        *("Türkiye", 4, "+90 212", "#####"),
        ("Ayşe", "Çağla", "Gökhan", "İpek", "Ömer", "Şebnem", "Ümit", "Zeynep"),
        ("Yılmaz", "Çelik", "Öztürk", "Şahin", "Güneş", "Kılıç", "Aydın", "Doğan"),
        (("İstanbul", None), ("İzmir", None), ("Eskişehir", None), ("Muğla", None)),
        ("Çınar Sokak", "Atatürk Caddesi", "Gül Sokak", "İnönü Caddesi"),
    ),
)

# Letters that Unicode does not take apart into a letter of ASCII and its accent.
PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "ı": "i", "'": ""}
)
