"""What riders are told in other languages: nothing is left in English, nothing is lost, and each sentence can be read here."""

from __future__ import annotations

import io
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from afc.city import load_city
from afc.fares.explain import refusal_sentence, sentence
from afc.fares.state import Refusal, Rule
from afc.language import LOCALES, languages, translator
from afc.refusal import Refused
from afc.starter.begin import begin, place_of
from sim.quote import price

ROOT = LOCALES.parent.parent
SPOKEN = ("es", "ko", "mn")
VERSION = {
    "product": [{"id": "month", "name": "M30"}],
    "modifier": [{"id": "night", "name": "N1"}],
    "cap": [{"id": "day", "name": "D8"}],
}
"""A tariff whose names are the same in every language, as a pack's own are."""

TOLD = {
    # rule, quantity: in English, Spanish, Korean, Mongolian
    (Rule.BASE, 0): ("base fare", "tarifa base", "기본요금", "үндсэн төлбөр"),
    (Rule.TRANSFER, 2): (
        "transfer 2: same journey",
        "transbordo 2: mismo viaje",
        "환승 2회: 같은 통행",
        "2-р дамжин суулт: нэг зорчилт",
    ),
    (Rule.DISTANCE, 10_500): (
        "distance, 10.5 km so far",
        "distancia: 10,5 km hasta aquí",
        "거리 요금, 누적 10.5km",
        "явсан зай: нийт 10.5 км",
    ),
    (Rule.CEILING, 0): (
        "never more than the tariff's ceiling",
        "nunca más que el máximo de la tarifa",
        "요금 상한까지만",
        "тарифын дээд хэмжээнээс хэтрэхгүй",
    ),
    (Rule.SECTION, 1): ("section surcharge", "recargo por tramo", "구간 추가요금", "замын хэсгийн нэмэлт төлбөр"),
    (Rule.EARLY, 20): (
        "early boarding, 20 % off the base",
        "entrada temprana: 20 % menos en la tarifa base",
        "조조할인: 기본요금에서 20% 할인",
        "эрт суусны хөнгөлөлт: үндсэн төлбөрөөс 20 % хасав",
    ),
    (Rule.QUOTA, 3): (
        "ride of the month's quota, paid by another payer",
        "viaje del cupo mensual, lo paga otra entidad",
        "월 지원 횟수에 드는 승차, 다른 기관이 부담",
        "сарын эрхэд багтсан суулт, өөр байгууллага төлнө",
    ),
    (Rule.PASS, 1): (
        "paid by the pass M30",
        "pagado con el abono M30",
        "정기권으로 이용: M30",
        "зорчих эрхээр төлсөн: M30",
    ),
    (Rule.FREE_DAY, 0): ("free day", "día gratuito", "무료 이용일", "үнэгүй зорчих өдөр"),
    (Rule.COLLECTED, 1): (
        "transfer discount taken back: leg 1 had no tap-out",
        "descuento por transbordo anulado: etapa 1 sin validación de salida",
        "환승할인 회수: 1번째 승차에 하차 태그 없음",
        "дамжин суух хөнгөлөлтийг буцаан авав: 1-р суултад буухдаа карт уншуулаагүй",
    ),
    (Rule.SURCHARGE, 1): (
        "surcharge: leg 1 had no tap-out",
        "recargo: etapa 1 sin validación de salida",
        "추가요금: 1번째 승차에 하차 태그 없음",
        "нэмэлт төлбөр: 1-р суултад буухдаа карт уншуулаагүй",
    ),
    (Rule.FARE, 10_500): ("fare for 10.5 km", "tarifa por 10,5 km", "10.5km 요금", "10.5 км замын төлбөр"),
    (Rule.MODIFIER, 0): ("N1", "N1", "N1", "N1"),
    (Rule.THROUGH, 0): (
        "already paid in this journey",
        "ya pagado en este viaje",
        "이번 통행에서 이미 낸 금액",
        "энэ зорчилтод өмнө нь төлсөн",
    ),
    (Rule.CAP, 0): ("nothing more to pay: D8", "no se paga más: D8", "더 낼 금액 없음: D8", "нэмж төлөхгүй: D8"),
    (Rule.LOYALTY, 0): (
        "for riding often: D8",
        "por viajar con frecuencia: D8",
        "자주 이용한 할인: D8",
        "олон удаа зорчсоны хөнгөлөлт: D8",
    ),
    (Rule.HOLD, 0): (
        "held until the tap-out",
        "retenido hasta validar la salida",
        "하차 태그 때까지 맡아 둔 금액",
        "буухдаа карт уншуулах хүртэл түр барьсан",
    ),
    (Rule.RELEASE, 0): (
        "hold given back",
        "devolución de lo retenido",
        "맡아 둔 금액 반환",
        "түр барьсан мөнгийг буцаав",
    ),
    (Rule.OVERSTAY, 0): (
        "stayed longer than the tariff allows",
        "permanencia más larga de lo que permite la tarifa",
        "허용 시간을 넘겨 머묾",
        "тарифт зөвшөөрснөөс удаан байсан",
    ),
    (Rule.PENALTY, 2): (
        "leg 2 had no tap-out: its fare to the end",
        "etapa 2 sin validación de salida: su tarifa hasta el final",
        "2번째 승차에 하차 태그 없음: 종점까지의 요금",
        "2-р суултад буухдаа карт уншуулаагүй: эцсийн буудал хүртэлх төлбөр",
    ),
    (Rule.OUTSIDE, 1): (
        "beyond what the pass M30 is good for",
        "fuera de lo que cubre el abono M30",
        "정기권 이용 범위 밖: M30",
        "зорчих эрхийн хүрээнээс гадуур: M30",
    ),
}

COUNTED = {
    # what a fare table counts, how many
    ("zones", 1): ("fare for 1 zone", "tarifa por 1 zona", "1개 구역 요금", "1 бүсийн төлбөр"),
    ("zones", 3): ("fare for 3 zones", "tarifa por 3 zonas", "3개 구역 요금", "3 бүсийн төлбөр"),
    ("stages", 1): (
        "fare for 1 stage",
        "tarifa por 1 sección tarifaria",
        "1개 요금 구간 요금",
        "1 тарифын хэсгийн төлбөр",
    ),
    ("stages", 4): (
        "fare for 4 stages",
        "tarifa por 4 secciones tarifarias",
        "4개 요금 구간 요금",
        "4 тарифын хэсгийн төлбөр",
    ),
    ("stations", 5): (
        "fare for 5 stations, both ends counted",
        "tarifa por 5 estaciones, contando origen y destino",
        "5개 역 요금, 타고 내린 역 포함",
        "5 буудлын төлбөр, суусан буусан буудлыг оролцуулав",
    ),
    ("hops", 1): (
        "fare to the next station",
        "tarifa hasta la estación siguiente",
        "1개 역 이동 요금",
        "дараагийн буудал хүртэлх төлбөр",
    ),
    ("hops", 2): (
        "fare for 2 stations further",
        "tarifa hasta 2 estaciones más allá",
        "2개 역 이동 요금",
        "2 буудал явсны төлбөр",
    ),
}

REFUSED = {
    Refusal.DENYLISTED: (
        "La tarjeta está en la lista de bloqueo de este lector.",
        "이 단말기의 사용정지 목록에 있는 카드입니다.",
        "Карт энэ уншигчийн хориглосон жагсаалтад байна.",
    ),
    Refusal.NO_ENTRY: (
        "La tarjeta no tiene ninguna entrada abierta que esta validación pueda cerrar.",
        "카드에 이번 태그로 마칠 승차 기록이 없습니다.",
        "Картад энэ уншуулалтаар дуусгах суулт бүртгэгдээгүй байна.",
    ),
    Refusal.INSUFFICIENT_BALANCE: (
        "El saldo no alcanza para este viaje.",
        "이번 승차에 낼 잔액이 모자랍니다.",
        "Картын үлдэгдэл энэ зорчилтод хүрэлцэхгүй байна.",
    ),
    Refusal.NO_FARE: (
        "La tarifa vigente no tiene precio para este servicio con este tipo de tarjeta.",
        "현행 요금표에 이 노선과 카드 종류의 요금이 없습니다.",
        "Мөрдөж буй тарифт энэ үйлчилгээнд энэ төрлийн картаар төлөх үнэ алга.",
    ),
}


@pytest.mark.parametrize(("line", "told"), TOLD.items(), ids=lambda value: getattr(value[0], "name", ""))
def test_a_reason_reads_like_this(line: tuple[Rule, int], told: tuple[str, ...]) -> None:
    assert tuple(sentence(*line, VERSION, "bus", language) for language in ("en", *SPOKEN)) == told


def test_the_table_above_has_every_reason() -> None:
    assert {rule for rule, _ in TOLD} == set(Rule)


@pytest.mark.parametrize(("count", "told"), COUNTED.items(), ids=lambda value: "-".join(map(str, value[:2])))
def test_a_count_takes_the_form_of_its_number(count: tuple[str, int], told: tuple[str, ...]) -> None:
    version = {"fare": [{"services": ["bus"], "by": count[0]}]}
    languages_ = ("en", *SPOKEN)
    assert tuple(sentence(Rule.FARE, count[1], version, "bus", language) for language in languages_) == told


@pytest.mark.parametrize(("refusal", "told"), REFUSED.items(), ids=lambda value: getattr(value, "name", ""))
def test_a_refusal_reads_like_this(refusal: Refusal, told: tuple[str, ...]) -> None:
    assert tuple(refusal_sentence(refusal, language) for language in SPOKEN) == told
    assert refusal_sentence(refusal) == refusal.sentence


def test_a_quote_tells_a_refusal_in_the_riders_language(tmp_path: Path) -> None:
    """Rail that takes bank cards alone refuses the town's card."""
    begin(place_of("rivertown", None, None, None, None), tmp_path / "rivertown")
    tariff = tmp_path / "rivertown" / "tariff.toml"
    tariff.write_text(tariff.read_text("utf-8") + '\n[version.accepts]\nrail = ["bank_card"]\n', "utf-8")
    city = load_city(tmp_path / "rivertown")
    assert price(city, "mill", "harbour", None, None, "bank_card", (), (), "es")["ways"]
    with pytest.raises(Refused, match=r"^La tarifa vigente no tiene precio"):
        price(city, "mill", "harbour", None, None, "town_card", (), (), "es")


def test_an_unknown_language_is_refused_with_those_that_are_known() -> None:
    assert languages() == ["en", *SPOKEN]
    with pytest.raises(Refused, match="Known: en, es, ko, mn"):
        translator("klingon")


def marked() -> set[str | tuple[str, ...]]:
    """Every sentence that the source marks, found again as `make messages` finds it."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(row["pattern"], row["method"]) for row in mappings]
    found = extract_from_dir(ROOT / "afc", methods, keywords={"said": None, "plural": (1, 2)})
    return {message for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    """The translations of a language as people edit them."""
    with (LOCALES / language / "LC_MESSAGES" / "afc.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> Iterator[Message]:
    """A language's sentences without the catalogue's head."""
    return (message for message in catalogue(language) if message.id)


def test_every_refusal_and_every_reason_is_marked() -> None:
    """Both ways of marking are seen: by `said` and `plural`, and by standing in the table of refusals."""
    assert {refusal.sentence for refusal in Refusal} <= marked()
    assert {"base fare", ("fare for {n} zone", "fare for {n} zones")} <= marked()


def test_the_template_is_fresh() -> None:
    with (LOCALES / "afc.pot").open("rb") as file:
        assert {message.id for message in read_po(file) if message.id} == marked(), "stale: make messages"


@pytest.mark.parametrize("language", SPOKEN)
def test_every_sentence_is_translated(language: str) -> None:
    found = {message.id: message for message in messages(language)}
    assert found.keys() == marked(), "stale: make messages"
    assert not catalogue(language).obsolete
    for message in found.values():
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.fuzzy
        assert all(form.strip() for form in forms), message.id
        assert len(forms) == (catalogue(language).num_plurals if isinstance(message.id, tuple) else 1), message.id


@pytest.mark.parametrize("language", SPOKEN)
def test_nothing_is_left_in_english(language: str) -> None:
    """The same sentence would be a forgotten one, and so would Latin letters in Korean or Mongolian, `km` aside."""
    found = [(message.id, message.string) for message in messages(language)]
    assert {source for source, told in found if source == told} <= {"{name}", "{n} %", "{n} km"}
    latin = [told for _, told in found if re.search("[A-Za-z]", re.sub(r"{\w+}|km", "", str(told)))]
    assert bool(latin) == (language == "es")


def blanks(text: str) -> set[str]:
    """What is filled in, by name."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", SPOKEN)
def test_what_is_filled_in_stays_the_same(language: str) -> None:
    """A language with one form for every number says the number even where English says "the next"."""
    for message in messages(language):
        if isinstance(message.id, str):
            assert blanks(message.string) == blanks(message.id), message.id
        else:
            sources = message.id if len(message.string) == len(message.id) else message.id[-1:] * len(message.string)
            for source, form in zip(sources, message.string, strict=True):
                assert blanks(form) == blanks(source), message.id


def contents(catalogue: Catalog) -> tuple[list[object], list[tuple[str, str]]]:
    """Sentences and head of a catalogue, without the name of the Babel that wrote it."""
    head = [row for row in catalogue.mime_headers if row[0] != "Generated-By"]
    return [(message.id, message.string) for message in catalogue if message.id], head


@pytest.mark.parametrize("language", SPOKEN)
def test_what_is_shipped_is_what_was_translated(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    with (LOCALES / language / "LC_MESSAGES" / "afc.mo").open("rb") as shipped:
        assert contents(read_mo(shipped)) == contents(read_mo(compiled)), "stale: make messages"
