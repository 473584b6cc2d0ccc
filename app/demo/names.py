"""Made-up names as they are heard at the counters of the department: peoples mixed as in each state. Pure."""

import random
import unicodedata
from dataclasses import dataclass

MALAY_MEN = (
    "Ahmad Faiz|Mohd Hafiz|Muhammad Amirul|Mohd Zulkifli|Azman|Shahrul Nizam|Khairul Anuar|Mohd Rizal|Faizal|Hairul"
    "|Ahmad Syafiq|Muhammad Aiman|Mohd Firdaus|Nik Azlan|Wan Hasrul|Zainal Abidin|Roslan|Mohd Noor|Hisham|Ridzuan"
    "|Muhammad Danish|Azrul Hafizi|Saiful Bahri|Mohd Ikhwan|Norazlan|Mustafa|Kamarul Ariffin|Suhaimi|Mohd Taufik|Badrul"
)
MALAY_WOMEN = (
    "Siti Aminah|Nurul Hidayah|Noraini|Nor Azizah|Siti Nur Aisyah|Farah Nadia|Rosnah|Zaiton|Nur Syafiqah|Aida Suriani"
    "|Siti Khadijah|Norhayati|Nik Fatimah|Wan Norliza|Azlina|Haslinda|Mariam|Nurul Ain|Fauziah|Sharifah Nadiah"
    "|Nor Liyana|Suraya|Siti Hajar|Rohani|Nur Izzati|Halimah|Zuraidah|Anis Sofea|Norlela|Salwani"
)
MALAY_FATHERS = (
    "Abdullah|Ismail|Mohd Yusof|Hassan|Ibrahim|Abdul Rahman|Omar|Othman|Ahmad|Yaacob|Mat Isa|Che Mat|Sulaiman|Zakaria"
    "|Mahmud|Idris|Kassim|Abu Bakar|Mohd Nor|Jaafar|Salleh|Harun|Ramli|Samad|Bakri|Daud|Abdul Aziz|Md Ali|Rashid|Latif"
)
CHINESE_SURNAMES = "Tan|Lim|Lee|Ng|Wong|Chong|Chan|Goh|Teoh|Ong|Lau|Cheah|Yap|Foo|Liew|Chin|Ting|Sim|Loh|Khoo|Low|Koh|Chew|Leong|Wee|Yong|Kong|Phang"
CHINESE_GIVEN = (
    "Mei Ling|Wei Jie|Siew Hoon|Kok Wai|Hui Min|Chee Keong|Li Ying|Boon Hock|Pei Shan|Yee Wen|Jia Hui|Swee Lan|Kah Heng"
    "|Wai Kuan|Xin Yi|Chun Kit|Sook Fun|Teck Seng|Ai Lin|Zhi Xuan|Lay Peng|Kian Ming|Shu Fen|Wei Lun|Bee Chin|Choon Hong|Yoke Lan|Jun Hao|Siew Ping|Chin Wah"
)
INDIAN_MEN = "Kumaran|Ganesan|Prakash|Suresh|Vijayan|Saravanan|Dinesh|Murugan|Ravindran|Thinagaran|Balakrishnan|Mahendran|Sivakumar|Yogeswaran"
INDIAN_WOMEN = "Kavitha|Shanti|Priya|Letchumi|Thilagavathi|Malathi|Devi|Sangeetha|Vasantha|Nirmala|Pushpa|Renuka|Jayanthi|Selvi"
INDIAN_FATHERS = (
    "Subramaniam|Raman|Krishnan|Muniandy|Perumal|Arumugam|Govindasamy|Nadarajan|Maniam|Velayutham"
)
KADAZAN_GIVEN = "Jainih|Stella|Welson|Rita|Jaikol|Florina|Benedict|Sylvia|Marcellus|Juliana|Roland|Evelyn|Justin|Fidelia|Rayner|Doreen"
KADAZAN_LAST = "Gimbang|Lasimbang|Majangkim|Gunting|Mojuntin|Kinsun|Tangau|Lojingau|Sikodol|Gumbilai|Motuyang|Lojimon|Sitaun|Kulip"
BAJAU_MEN = "Jaafar|Masri|Abdul Kadir|Salman|Jumaat|Aziman|Mohd Nasir|Pandikar|Asmat|Ramlee"
BAJAU_WOMEN = "Aidah|Rosnih|Salbiah|Dayang Nuri|Jumiah|Hajijah|Sitti Rayang|Asnah|Norsiah|Masni"
BAJAU_FATHERS = "Abdul Salam|Mulia|Sakaran|Dandai|Asgari|Tahir|Matlin|Jamlin|Arsad|Bungsu|Indan"
IBAN_GIVEN = "Jelani|Rentap|Liza|Magdalin|Bujang|Awan|Christina|Empiang|Jimbun|Sulau|Douglas|Catherine|Ngumbang|Rosalind|Edmund"
IBAN_FATHERS = (
    "Jugah|Unggang|Ngelambong|Jabu|Nyanggau|Entalai|Ramba|Belayong|Sanggau|Manja|Tuah|Ensui"
)
BIDAYUH_GIVEN = (
    "Nyandang|Richard|Sindu|Patrick|Veronica|Simo|Peter|Agnes|Lanyun|Monica|Ranum|Dominic"
)
BIDAYUH_FATHERS = "Ritot|Nyaun|Sagen|Michael Ahjong|Mijos|Jerum|Nub|Bayang|Siro|Dusit"
MELANAU_GIVEN = "Awang Hamdan|Dayang Saftuyah|Abang Rosli|Dayang Noraini|Awang Bujang|Hamsiah|Sapiah|Abang Zulkarnain"
MELANAU_FATHERS = "Awang Tengah|Abang Jemat|Bolhassan|Sahari|Mahmud|Jeraie|Taha|Bolhi"

PENINSULA = {"malay": 78, "chinese": 9, "indian": 11, "kadazan": 1, "iban": 1}
EAST_COAST = {"malay": 95, "chinese": 3, "indian": 2}
SABAH = {"kadazan": 42, "bajau": 30, "malay": 15, "chinese": 12, "indian": 1}
SARAWAK = {"iban": 36, "malay": 22, "bidayuh": 15, "melanau": 12, "chinese": 14, "indian": 1}
MIXES = {
    "KTN": EAST_COAST,
    "TRG": EAST_COAST,
    "PLS": EAST_COAST,
    "SBH": SABAH,
    "LBN": {"malay": 45, "kadazan": 25, "bajau": 20, "chinese": 10},
    "SWK": SARAWAK,
    "PNG": {"malay": 68, "chinese": 19, "indian": 13},
}


@dataclass(frozen=True)
class People:
    """How the names of one people are built: given names of men and women, the words between, the last part."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    links: tuple[str, str]
    last: tuple[str, ...]
    last_first: bool = False


def _people(
    men: str, women: str, last: str, links: tuple[str, str] = ("", ""), *, last_first: bool = False
) -> People:
    return People(
        tuple(men.split("|")), tuple(women.split("|")), links, tuple(last.split("|")), last_first
    )


PEOPLES = {
    "malay": _people(MALAY_MEN, MALAY_WOMEN, MALAY_FATHERS, ("bin", "binti")),
    "chinese": _people(CHINESE_GIVEN, CHINESE_GIVEN, CHINESE_SURNAMES, last_first=True),
    "indian": _people(INDIAN_MEN, INDIAN_WOMEN, INDIAN_FATHERS, ("a/l", "a/p")),
    "kadazan": _people(KADAZAN_GIVEN, KADAZAN_GIVEN, KADAZAN_LAST),
    "bajau": _people(BAJAU_MEN, BAJAU_WOMEN, BAJAU_FATHERS, ("bin", "binti")),
    "iban": _people(IBAN_GIVEN, IBAN_GIVEN, IBAN_FATHERS, ("anak", "anak")),
    "bidayuh": _people(BIDAYUH_GIVEN, BIDAYUH_GIVEN, BIDAYUH_FATHERS, ("anak", "anak")),
    "melanau": _people(MELANAU_GIVEN, MELANAU_GIVEN, MELANAU_FATHERS),
}
MELANAU_WOMEN = ("Dayang", "Hamsiah", "Sapiah")


def made_up_name(chance: random.Random, state: str) -> str:
    """Return a name of the kind heard in a state (its three-letter code)."""
    mix = MIXES.get(state, PENINSULA)
    kind = chance.choices(list(mix), weights=list(mix.values()))[0]
    people = PEOPLES[kind]
    woman = chance.random() < 0.58
    given = chance.choice(people.women if woman else people.men)
    last = chance.choice(people.last)
    if kind == "melanau":
        link = "binti" if given.startswith(MELANAU_WOMEN) else "bin"
    else:
        link = people.links[woman]
    if people.last_first:
        return f"{last} {given}"
    return f"{given} {link} {last}" if link else f"{given} {last}"


def mail_name(name: str) -> str:
    """Return the first two words of a name as the beginning of an e-mail address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = ["".join(c for c in word if c.isalnum()) for word in plain.split()]
    kept = [word for word in words if word not in ("bin", "binti", "al", "ap", "anak")]
    return ".".join(kept[:2])
