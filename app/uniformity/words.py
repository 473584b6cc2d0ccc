"""The words of uniformity: verdicts and what they ask for, reasons of suspicion, readings. For pages, paper and mail."""

from app.errors import N_

VERDICTS = {
    "split": N_("Berpecah antara pejabat"),
    "right": N_("Seragam betul"),
    "wrong": N_("Seragam salah"),
    "mixed": N_("Bercampur"),
    "below": N_("Bawah sasaran"),
    "unknown": N_("Belum pasti"),
}
KINDS = {
    "split": "bad",
    "right": "good",
    "wrong": "bad",
    "mixed": "warn",
    "below": "warn",
    "unknown": "plain",
}
MEANINGS = {
    "split": N_(
        "Pejabat mempunyai kebiasaan yang berlainan. Cari pejabat yang melakukannya dengan cara berbeza."
    ),
    "right": N_("Pelanggan diberitahu perkara yang sama dan betul. Tiada tindakan diperlukan."),
    "wrong": N_(
        "Ramai pegawai berkongsi salah tafsiran yang sama. Semak teksnya, kemudian beri taklimat."
    ),
    "mixed": N_("Jawapan berselerak, juga antara rakan sepejabat. Beri taklimat kepada semua."),
    "below": N_("Belum mencapai sasaran, tetapi sebabnya belum jelas. Kumpulkan lagi jawapan."),
    "unknown": N_("Belum pasti sama ada sasaran sudah dicapai. Kumpulkan lagi jawapan."),
}
MEANINGS_HERE = {
    "right": N_("Pejabat ini menjawab dengan betul dan sama."),
    "wrong": N_(
        "Ramai pegawai di sini berkongsi salah tafsiran yang sama. Bincangkan dalam taklimat."
    ),
    "mixed": N_("Rakan sepejabat menjawab dengan cara yang berlainan. Bincangkan dalam taklimat."),
    "below": N_("Belum mencapai sasaran, tetapi sebabnya belum jelas."),
    "unknown": N_("Belum pasti sama ada sasaran sudah dicapai. Kumpulkan lagi jawapan."),
}
ORDER = ("wrong", "split", "mixed", "below", "unknown", "right")
HOW_MANY = {"many": N_("Ramai"), "some": N_("Sebahagian")}
REASONS = {
    "consensus": N_(
        "Pejabat bersetuju pada jawapan yang bukan kunci. Semak dahulu kunci dan teks peraturannya."
    ),
    "split": N_("Pegawai yang paling faham pun berbelah bagi di sini. Kata-katanya mungkin kabur."),
}
