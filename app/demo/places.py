"""States and the towns where the department has counters: names are real, their officers and numbers are not. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """A state or federal territory: code, name of its office, capital, weight in officers, and its towns.

    A town is a district office, unless it stands among the branches (smaller towns) or is a UTC (urban centre).
    """

    code: str
    name: str
    districts: tuple[str, ...]
    branches: tuple[str, ...]
    utc: tuple[str, ...]


def _state(code: str, name: str, districts: str, branches: str = "", utc: str = "") -> State:
    return State(
        code,
        name,
        tuple(filter(None, districts.split("|"))),
        tuple(filter(None, branches.split("|"))),
        tuple(filter(None, utc.split("|"))),
    )


STATES = (
    _state(
        "JHR",
        "JPN Negeri Johor",
        "Johor Bahru|Batu Pahat|Muar|Kluang|Segamat|Pontian|Kota Tinggi|Mersing|Kulai|Tangkak",
        "Pasir Gudang|Skudai|Simpang Renggam|Labis|Yong Peng|Bandar Penawar|Masai",
        "Johor Bahru|Galeria Kotaraya",
    ),
    _state(
        "KDH",
        "JPN Negeri Kedah",
        "Alor Setar|Sungai Petani|Kulim|Baling|Jitra|Langkawi|Yan|Pendang|Sik|Padang Terap|Bandar Baharu",
        "Guar Chempedak|Changlun|Kuala Ketil|Pokok Sena",
        "Alor Setar|Sungai Petani",
    ),
    _state(
        "KTN",
        "JPN Negeri Kelantan",
        "Kota Bharu|Pasir Mas|Tumpat|Tanah Merah|Machang|Kuala Krai|Gua Musang|Bachok|Pasir Puteh|Jeli",
        "Ketereh|Rantau Panjang|Wakaf Bharu",
        "Kota Bharu",
    ),
    _state(
        "MLK",
        "JPN Negeri Melaka",
        "Melaka Tengah|Alor Gajah|Jasin",
        "Masjid Tanah|Merlimau",
        "Melaka",
    ),
    _state(
        "NSN",
        "JPN Negeri Sembilan",
        "Seremban|Port Dickson|Kuala Pilah|Tampin|Jempol|Jelebu|Rembau",
        "Gemas|Nilai|Bahau",
        "Ampangan",
    ),
    _state(
        "PHG",
        "JPN Negeri Pahang",
        "Kuantan|Temerloh|Bentong|Raub|Pekan|Jerantut|Kuala Lipis|Maran|Rompin|Bera|Cameron Highlands",
        "Muadzam Shah|Kuala Krau|Jengka|Mentakab|Gambang",
        "Kuantan|Temerloh",
    ),
    _state(
        "PNG",
        "JPN Negeri Pulau Pinang",
        "George Town|Bukit Mertajam|Butterworth|Nibong Tebal|Kepala Batas",
        "Balik Pulau|Bayan Baru|Seberang Jaya",
        "Komtar",
    ),
    _state(
        "PRK",
        "JPN Negeri Perak",
        "Ipoh|Taiping|Teluk Intan|Sitiawan|Kuala Kangsar|Batu Gajah|Parit Buntar|Gerik|Tapah|Kampar|Tanjung Malim",
        "Bagan Serai|Lenggong|Pengkalan Hulu|Sungai Siput|Seri Iskandar|Selama|Slim River|Bagan Datuk",
        "Ipoh",
    ),
    _state("PLS", "JPN Negeri Perlis", "Kangar|Arau", "Padang Besar", "Kangar"),
    _state(
        "SGR",
        "JPN Negeri Selangor",
        "Shah Alam|Petaling Jaya|Klang|Kajang|Gombak|Kuala Selangor|Banting|Sepang|Sabak Bernam|Kuala Kubu Bharu",
        "Subang Jaya|Rawang|Ampang|Semenyih|Puchong|Tanjong Karang|Port Klang|Bandar Baru Bangi|Puncak Alam|Sungai Besar",
        "Shah Alam|Anggerik",
    ),
    _state(
        "TRG",
        "JPN Negeri Terengganu",
        "Kuala Terengganu|Kemaman|Dungun|Besut|Hulu Terengganu|Marang|Setiu|Kuala Nerus",
        "Kerteh|Al-Muktafi Billah Shah|Ajil",
        "Kuala Terengganu",
    ),
    _state(
        "SBH",
        "JPN Negeri Sabah",
        "Kota Kinabalu|Ranau|Sandakan|Tawau|Lahad Datu|Keningau|Kota Belud|Kudat|Beaufort|Tuaran|Papar|Semporna|Tenom"
        "|Kota Marudu|Penampang|Kunak|Kinabatangan|Beluran|Sipitang|Tambunan|Pitas|Kuala Penyu|Nabawan|Telupid",
        "Tamparuli|Membakut|Bongawan|Tongod|Menumbok",
        "Kota Kinabalu",
    ),
    _state(
        "SWK",
        "JPN Negeri Sarawak",
        "Kuching|Miri|Sibu|Bintulu|Sri Aman|Kapit|Limbang|Sarikei|Betong|Mukah|Serian|Samarahan|Bau|Lundu|Lawas|Marudi"
        "|Saratok|Kanowit|Belaga|Julau|Dalat|Daro|Simunjan|Lubok Antu|Song|Tatau|Matu|Meradong|Asajaya",
        "Bekenu|Niah|Long Lama|Sebauh|Spaoh|Siburan|Balingian",
        "Kuching|Miri|Sibu",
    ),
    _state(
        "KUL",
        "JPN Wilayah Persekutuan Kuala Lumpur",
        "Kuala Lumpur|Wangsa Maju|Cheras",
        "Kepong|Setapak|Bandar Tun Razak|Bangsar",
        "Pudu Sentral|Keramat|Sentul",
    ),
    _state("LBN", "JPN Wilayah Persekutuan Labuan", "Labuan", "", "Labuan"),
    _state("PJY", "JPN Wilayah Persekutuan Putrajaya", "Putrajaya", "Presint 9"),
)

DIVISIONS = (
    ("BKP", "Bahagian Kad Pengenalan"),
    ("BKM", "Bahagian Kelahiran, Kematian dan Anak Angkat"),
    ("BPC", "Bahagian Perkahwinan dan Perceraian"),
    ("BKW", "Bahagian Kewarganegaraan"),
    ("BPM", "Bahagian Pengurusan Maklumat"),
    ("BSP", "Bahagian Siasatan dan Penguatkuasaan"),
    ("BKK", "Bahagian Khidmat Pengurusan"),
    ("UKK", "Unit Komunikasi Korporat"),
    ("UAD", "Unit Audit Dalam"),
)
# How many in a hundred of all officers at branches serve in each state.
WEIGHTS = {
    "JHR": 11, "KDH": 7, "KTN": 6, "MLK": 4, "NSN": 5, "PHG": 7, "PNG": 6, "PRK": 9, "PLS": 2, "SGR": 14, "TRG": 5,
    "SBH": 10, "SWK": 10, "KUL": 9, "LBN": 1, "PJY": 1,
}  # fmt: skip
