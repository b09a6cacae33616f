"""Which language a text is in: rather none than a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.languages import code_of, language_of

SENTENCES = {
    "en": "Well, I think we should talk about what happened last week, because nobody told you what it was.",
    "de": "Ich glaube, wir sollten noch einmal über das reden, was letzte Woche passiert "
    "ist, weil es so war.",
    "fr": "Je pense qu'on devrait parler de ce qui s'est passé, parce que personne ne nous "
    "a dit ce que c'était.",
    "es": "Creo que deberíamos hablar de lo que pasó la semana pasada, porque nadie nos dijo qué era.",
    "ca": "Crec que hauríem de parlar del que va passar, perquè ningú no ens va dir què "
    "era i això no està bé.",
    "it": "Penso che dovremmo parlare di quello che è successo, perché nessuno ci ha detto che cosa era.",
    "pt": "Eu acho que a gente devia falar do que aconteceu, porque ninguém disse o que "
    "era e isso não é certo.",
    "nl": "Ik denk dat we het moeten hebben over wat er vorige week is gebeurd, want "
    "niemand weet wat het was.",
    "sv": "Jag tycker att vi ska prata om det som hände förra veckan, för ingen har berättat vad det var.",
    "da": "Jeg synes, vi skal tale om det, der skete i sidste uge, for ingen af os har hørt noget, og "
    "nu ved vi ikke, hvad det blev til, eller hvad du fik ud af det.",
    "no": "Jeg synes vi skal snakke om det som skjedde forrige uke, for ingen av oss har hørt noe, og nå "
    "vet vi ikke hva det ble til, eller hva du fikk ut av det etter møtet.",
    "fi": "Minusta meidän pitäisi puhua siitä, mitä tapahtui, koska kukaan ei ole "
    "kertonut, mitä se oli, ja nyt se on.",
    "pl": "Myślę, że powinniśmy porozmawiać o tym, co się stało w zeszłym tygodniu, bo "
    "nikt nie wie, co to było.",
    "cs": "Myslím, že bychom si měli promluvit o tom, co se stalo, protože nikdo neřekl, "
    "co to bylo, a to není dobře.",
    "sk": "Myslím, že by sme sa mali porozprávať o tom, čo sa stalo, pretože nikto nepovedal, čo to bolo.",
    "af": "Ek dink ons moet praat oor wat verlede week gebeur het, want niemand het vir jou gesê "
    "wat dit was nie.",
    "hu": "Azt hiszem, hogy beszélnünk kell arról, ami történt, mert senki nem mondta el, "
    "hogy mi volt az, és ez baj.",
    "ro": "Cred că ar trebui să vorbim despre ce s-a întâmplat, pentru că nimeni nu ne-a spus ce a fost.",
    "tr": "Bence geçen hafta olan şey hakkında konuşmalıyız, çünkü kimse onun ne olduğunu "
    "söylemedi ve bu çok kötü.",
    "vi": "Tôi nghĩ chúng ta nên nói về chuyện đã xảy ra tuần trước, vì không có ai nói "
    "cho bạn biết đó là gì.",
    "id": "Saya pikir kita harus membicarakan apa yang terjadi, karena tidak ada yang "
    "memberi tahu anda apa itu.",
    "ru": "Я думаю, что нам надо поговорить о том, что было, потому что мы этого никому не сказали.",
    "ja": "先週あったことについて話したほうがいいと思います。",
    "zh": "我觉得我们应该谈谈上周发生的事情，因为没有人告诉你那是什么。",
    "ko": "지난주에 있었던 일에 대해 이야기해야 할 것 같아요.",
    "el": "Νομίζω ότι πρέπει να μιλήσουμε για αυτό που έγινε.",
    "he": "אני חושב שאנחנו צריכים לדבר על מה שקרה בשבוע שעבר",
    "ar": "أعتقد أننا يجب أن نتحدث عما حدث الأسبوع الماضي",
    "fa": "فکر می‌کنم باید درباره چیزی که هفته گذشته اتفاق افتاد صحبت کنیم، چون هیچ کس نگفت.",
    "ur": "میرا خیال ہے کہ ہمیں پچھلے ہفتے جو ہوا اس کے بارے میں بات کرنی چاہیے۔",
    "uk": "Я думаю, що нам треба поговорити про те, що було минулого тижня, бо ніхто не сказав вам",
    "hi": "मुझे लगता है कि हमें पिछले हफ्ते के बारे में बात करनी चाहिए",
    "th": "ฉันคิดว่าเราควรพูดถึงสิ่งที่เกิดขึ้นเมื่อสัปดาห์ที่แล้ว",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_tells_its_language(code):
    assert language_of(SENTENCES[code]) == code


@pytest.mark.parametrize("code", SENTENCES)
def test_case_and_apostrophes_make_no_difference(code):
    assert language_of(SENTENCES[code].upper().replace("'", "’").replace("İ", "İ")) in (code, None)
    assert language_of(SENTENCES[code].replace("'", "’")) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "You have what you want from me.",
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "Colin Allred, Lizzie Fletcher, Joe Donnelly, Heidi Heitkamp, Phil Bredesen, Beto O'Rourke",
        "Jeg synes, at vi skal tale om det, der skete, for ingen har fortalt dig, at det var for sent",
        "मला वाटते की गेल्या आठवड्यात जे घडले त्याबद्दल आपण बोलले पाहिजे.",
        "من لهجه دارم",
        "پێم وایە دەبێت باسی ئەوە بکەین کە هەفتەی ڕابردوو ڕوویدا.",
        "Менің ойымша, біз өткен аптада болған оқиға туралы сөйлесуіміз керек.",
        "Мисля, че трябва да поговорим за това, което се случи, защото никой не ни каза",
    ],
    ids=[
        "nothing",
        "no words",
        "too short",
        "numbers",
        "names",
        "Danish or Norwegian, too short",
        "Marathi",
        "few Persian words",
        "Kurdish",
        "Kazakh",
        "Bulgarian",
    ],
)
def test_what_does_not_tell_is_none(text):
    assert language_of(text) is None


def test_foreign_words_in_a_text_do_not_change_its_language():
    assert language_of(f"{SENTENCES['en']} {SENTENCES['en']} Liberté, 東京, Wiener Schnitzel.") == "en"


@given(st.text(max_size=200))
def test_any_text_has_one_language_or_none(text):
    assert language_of(text) in {*SENTENCES, None}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("German", "de"),
        ("deutsch", "de"),
        ("de", "de"),
        ("de-AT", "de"),
        (" Brazilian Portuguese ", "pt"),
        ("Chinese (Traditional)", "zh"),
        ("日本語", "ja"),
        ("Klingon", None),
        ("", None),
    ],
)
def test_a_language_is_known_by_its_names(name, code):
    assert code_of(name) == code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ar", "،أخيرًا وصلنا إلى الميناء، ولكن العبّارة لم تغادر بعد؟ قالت المرأة: انتظر هنا، سأعود حالًا."),
        ("tr", "Bugün limana kadar yürüdük, ama feribot henüz yoktu. Sonra biri bize burada bekleyin dedi."),
    ],
)
def test_commas_and_vowel_signs_of_a_script_and_short_texts_do_not_hide_the_language(code, text):
    assert language_of(text) == code
