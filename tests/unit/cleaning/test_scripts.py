"""Talk as machines write it, without a mark, passes in any script with the marks that are written there."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.prompt import Brief
from daemon.cleaning.style import find_style
from daemon.cleaning.verify import check
from daemon.text.chunk import Chunk

CLEAN = Brief("A talk", None, (), find_style("clean", Path()))
WITH_MARKS = """
zh 大家好 欢迎 来到 我们 的 节目 今天 我们 要 聊 一个 很 有意思 的 话题
   大家好，欢迎来到我们的节目。今天我们要聊一个很有意思的话题。
zh 大家好欢迎来到我们的节目嗯今天我们要聊一个很有意思的话题你准备好了吗
   大家好，欢迎来到我们的节目。今天我们要聊一个很有意思的话题，你准备好了吗？
zh 那个就是说我觉得这个这个问题其实很复杂嗯他说我不去
   我觉得这个问题其实很复杂。他说：“我不去。”
zh 我們昨天去了臺北一零一然後買了三個杯子
   我們昨天去了臺北101，然後買了三個杯子。
ja えーと今日はですねあの新しいプロジェクトについて話したいと思います
   今日はですね、新しいプロジェクトについて話したいと思います。
ja それでそれで彼が行かないって言ったんですよどうしますか
   それで、彼が「行かない」って言ったんですよ。どうしますか？
ja うん まあ そう です ね 来週 までに 終わらせましょう
   うん、まあ、そうですね。来週までに終わらせましょう。
ko 음 그래서 저는 어 이 프로젝트가 정말 중요하다고 생각합니다 그렇지 않나요
   그래서 저는 이 프로젝트가 정말 중요하다고 생각합니다. 그렇지 않나요?
th สวัสดีครับ วันนี้ เราจะมาพูดถึงเรื่อง เอ่อ การตลาดออนไลน์กันนะครับ
   สวัสดีครับ วันนี้เราจะมาพูดถึงเรื่องการตลาดออนไลน์กันนะครับ
ar مرحبا بكم في برنامجنا اليوم سنتحدث عن موضوع مهم جدا هل أنتم مستعدون
   مرحبا بكم في برنامجنا. اليوم سنتحدث عن موضوع مهم جدا، هل أنتم مستعدون؟
ar يعني أنا أنا أعتقد أن المشكلة كبيرة
   أنا أعتقد أن المشكلة كبيرة.
he אז אמ אני אני חושב שזה רעיון טוב מה אתם אומרים
   אז אני חושב שזה רעיון טוב. מה אתם אומרים?
fa سلام به برنامه ما خوش آمدید امروز درباره یک موضوع مهم صحبت میکنیم آماده اید
   سلام، به برنامه ما خوش آمدید. امروز درباره یک موضوع مهم صحبت می‌کنیم. آماده‌اید؟
hi नमस्ते दोस्तों आज हम बात करेंगे एक बहुत ही ज़रूरी विषय पर क्या आप तैयार हैं
   नमस्ते दोस्तों, आज हम बात करेंगे एक बहुत ही ज़रूरी विषय पर। क्या आप तैयार हैं?
bn নমস্কার বন্ধুরা আজ আমরা একটা খুব দরকারি বিষয় নিয়ে কথা বলব
   নমস্কার বন্ধুরা, আজ আমরা একটা খুব দরকারি বিষয় নিয়ে কথা বলব।
ta வணக்கம் நண்பர்களே இன்று நாம் ஒரு முக்கியமான விஷயத்தைப் பற்றி பேசப் போகிறோம்
   வணக்கம் நண்பர்களே, இன்று நாம் ஒரு முக்கியமான விஷயத்தைப் பற்றி பேசப் போகிறோம்.
ru ну э вот я я думаю что это очень важная тема как вы считаете
   Я думаю, что это очень важная тема. Как вы считаете?
ru ну вот я думаю что это это важно он сказал я не пойду
   Ну вот, я думаю, что это важно. Он сказал: «Я не пойду».
uk ну е от я думаю що це дуже важлива тема
   Ну от, я думаю, що це дуже важлива тема.
el εε λοιπόν εγώ εγώ νομίζω ότι αυτό είναι σημαντικό εσείς τι λέτε
   Λοιπόν, εγώ νομίζω ότι αυτό είναι σημαντικό. Εσείς τι λέτε;
tr şey ee ben ben bunun çok önemli olduğunu düşünüyorum siz ne dersiniz
   Ben bunun çok önemli olduğunu düşünüyorum. Siz ne dersiniz?
pl no eee więc ja ja myślę że to jest bardzo ważne co państwo na to
   No więc ja myślę, że to jest bardzo ważne. Co państwo na to?
cs no eh takže já já si myslím že je to velmi důležité
   No, takže já si myslím, že je to velmi důležité.
vi ừm thì tôi tôi nghĩ là chuyện này rất quan trọng các bạn thấy sao
   Tôi nghĩ là chuyện này rất quan trọng. Các bạn thấy sao?
id eh jadi saya saya pikir ini sangat penting bagaimana menurut kalian
   Jadi, saya pikir ini sangat penting. Bagaimana menurut kalian?
fi öö no mä mä luulen että tää on tosi tärkeää mitä te ootte mieltä
   No, mä luulen, että tää on tosi tärkeää. Mitä te ootte mieltä?
hu öö szóval én én azt gondolom hogy ez nagyon fontos mit gondoltok
   Szóval én azt gondolom, hogy ez nagyon fontos. Mit gondoltok?
sv eh alltså jag jag tycker att det här är jätteviktigt vad tycker ni
   Alltså, jag tycker att det här är jätteviktigt. Vad tycker ni?
da øh altså jeg jeg synes at det her er vigtigt
   Altså, jeg synes, at det her er vigtigt.
no eh altså jeg jeg synes at dette er viktig
   Altså, jeg synes at dette er viktig.
ro ăă deci eu eu cred că e foarte important ce părere aveți
   Deci, eu cred că e foarte important. Ce părere aveți?
pt é então eu eu acho que isso é muito importante o que vocês acham
   Então, eu acho que isso é muito importante. O que vocês acham?
es eh bueno yo yo creo que esto es muy importante qué opináis vosotros qué bien
   Bueno, yo creo que esto es muy importante. ¿Qué opináis vosotros? ¡Qué bien!
ca eh doncs jo jo crec que això és molt important què en penseu
   Doncs jo crec que això és molt important. Què en penseu?
it ehm allora io io penso che sia molto importante voi cosa ne pensate
   Allora, io penso che sia molto importante. Voi cosa ne pensate?
nl eh dus ik ik denk dat dit heel belangrijk is wat vinden jullie
   Dus ik denk dat dit heel belangrijk is. Wat vinden jullie?
hy բարև ձեզ այսօր մենք կխոսենք շատ կարևոր թեմայի մասին
   Բարև ձեզ։ Այսօր մենք կխոսենք շատ կարևոր թեմայի մասին։
ka გამარჯობა დღეს ჩვენ ვისაუბრებთ ძალიან მნიშვნელოვან თემაზე
   გამარჯობა! დღეს ჩვენ ვისაუბრებთ ძალიან მნიშვნელოვან თემაზე.
am ሰላም ዛሬ ስለ አንድ አስፈላጊ ጉዳይ እንነጋገራለን
   ሰላም፣ ዛሬ ስለ አንድ አስፈላጊ ጉዳይ እንነጋገራለን።
my မင်္ဂလာပါ ဒီနေ့ ကျွန်တော်တို့ အရေးကြီးတဲ့ အကြောင်းအရာ ပြောမယ်
   မင်္ဂလာပါ။ ဒီနေ့ ကျွန်တော်တို့ အရေးကြီးတဲ့ အကြောင်းအရာ ပြောမယ်။
ur السلام علیکم آج ہم ایک بہت اہم موضوع پر بات کریں گے کیا آپ تیار ہیں
   السلام علیکم، آج ہم ایک بہت اہم موضوع پر بات کریں گے۔ کیا آپ تیار ہیں؟
km សួស្តី ថ្ងៃនេះ យើងនឹងនិយាយអំពី ប្រធានបទសំខាន់
   សួស្តី! ថ្ងៃនេះ យើងនឹងនិយាយអំពីប្រធានបទសំខាន់។
"""
IN_FIGURES = """
ru мы купили двадцать пять столов и поставили их в зале
   Мы купили 25 столов и поставили их в зале.
ru в две тысячи двадцать первом году мы переехали в город
   В 2021 году мы переехали в город.
pl kupiliśmy dwadzieścia pięć stołów i postawiliśmy je w sali
   Kupiliśmy 25 stołów i postawiliśmy je w sali.
zh 我們昨天去了臺北一零一然後買了三個杯子
   我們昨天去了臺北101，然後買了三個杯子。
zh 他二零二一年来到北京买了二十五个杯子
   他2021年来到北京，买了25个杯子。
ja 二十五人が来ましたそれで会議を始めました
   25人が来ました。それで、会議を始めました。
ko 우리는 이십오 명을 초대했고 그래서 좋았어요
   우리는 25명을 초대했고, 그래서 좋았어요.
ar اشترينا خمسة وعشرين كرسيا ووضعناها في القاعة
   اشترينا 25 كرسيا ووضعناها في القاعة.
tr yirmi beş masa aldık ve salona koyduk bence
   25 masa aldık ve salona koyduk bence.
sv vi köpte tjugofem bord och ställde dem i salen
   Vi köpte 25 bord och ställde dem i salen.
fi ostimme kaksikymmentäviisi pöytää ja veimme ne saliin
   Ostimme 25 pöytää ja veimme ne saliin.
hi हमने पच्चीस कुर्सियाँ खरीदीं और हॉल में रखीं
   हमने 25 कुर्सियाँ खरीदीं और हॉल में रखीं।
uk ми купили двадцять п'ять столів і поставили їх у залі
   Ми купили 25 столів і поставили їх у залі.
el αγοράσαμε είκοσι πέντε τραπέζια και τα βάλαμε στην αίθουσα
   Αγοράσαμε 25 τραπέζια και τα βάλαμε στην αίθουσα.
ro am cumpărat douăzeci și cinci de mese și le-am pus în sală
   Am cumpărat 25 de mese și le-am pus în sală.
hu vettünk huszonöt asztalt és betettük a terembe
   Vettünk 25 asztalt, és betettük a terembe.
vi chúng tôi mua hai mươi lăm cái bàn và đặt trong phòng
   Chúng tôi mua 25 cái bàn và đặt trong phòng.
id kami membeli dua puluh lima meja dan menaruhnya di aula
   Kami membeli 25 meja dan menaruhnya di aula.
cs koupili jsme dvacet pět stolů a dali je do sálu
   Koupili jsme 25 stolů a dali je do sálu.
"""
"""Each a language, what a machine wrote, and below what became of it."""


def list_pairs(lines):
    pairs = re.findall(r"^(\w\w) (.+)\n   (.+)$", lines, re.M)
    assert 2 * len(pairs) == lines.count("\n") - 1
    return pairs


def fault_of(language, said, cleaned):
    brief = replace(CLEAN, spoken=language)
    return check(Chunk(0, said), brief, f'<turn id="1">{cleaned}</turn>', "end_turn").reason


@pytest.mark.parametrize(("language", "said", "cleaned"), list_pairs(WITH_MARKS))
def test_the_marks_of_every_script_may_be_put_in(language, said, cleaned):
    assert fault_of(language, said, cleaned) is None


@pytest.mark.parametrize(("language", "said", "cleaned"), list_pairs(IN_FIGURES))
def test_a_number_that_was_said_in_words_may_stand_in_figures(language, said, cleaned):
    assert fault_of(language, said, cleaned) is None


@pytest.mark.parametrize(
    ("language", "said", "cleaned"),
    [
        ("ru", "мы купили много столов и поставили их в зале", "Мы купили 25 столов и поставили их в зале."),
        ("zh", "他那年来到北京买了很多杯子", "他2021年来到北京，买了25个杯子。"),
    ],
)
def test_a_number_that_was_not_said_is_refused(language, said, cleaned):
    assert fault_of(language, said, cleaned) == "a number is new"


@pytest.mark.parametrize("sign", ["🎉", "*", "{}", "•", "§"])
def test_what_is_no_mark_of_any_script_is_refused(sign):
    assert fault_of("ja", "来週 までに 終わらせましょう", f"来週までに終わらせましょう。{sign}") is not None


def test_vowels_that_are_marks_are_part_of_their_words():
    assert tokens("दिन, दान।") == ("दिन", "दान")
    assert tokens("தமிழ்") == ("தமிழ்",)


def test_marks_that_may_be_left_out_make_no_other_words():
    assert tokens("جدًا") == tokens("جدا")
    assert tokens("אָמַר") == tokens("אמר")
    assert tokens("cafe\u0301 e\u0301lan") == tokens("café élan")


DENIED = """
ru я не думаю что это важно для нас
   Я думаю, что это важно для нас.
ar أنا لا أعتقد أن المشكلة كبيرة جدا
   أنا أعتقد أن المشكلة كبيرة جدا.
tr bu bizim için önemli değil bence
   Bu bizim için önemli bence.
ko 저는 오늘 학교에 가지 않았어요 정말로
   저는 오늘 학교에 갔어요, 정말로.
zh 我觉得这个问题不复杂我们都知道
   我觉得这个问题复杂，我们都知道。
ja 私はそれを知りませんでした本当に
   私はそれを知りました。本当に。
th ผมไม่ชอบเรื่องนี้เลยครับ
   ผมชอบเรื่องนี้เลยครับ
no han sa ingenting til oss om huset i går kveld
   Han sa til oss om huset i går kveld.
da han sagde ingenting til os om huset i går aftes
   Han sagde til os om huset i går aftes.
sv han har varken sett huset eller båten i år
   Han har sett huset eller båten i år.
ca ell tampoc va pagar la casa ahir al vespre
   Ell va pagar la casa ahir al vespre.
uk він сказав нам що жоден сусід прийшов
   Він сказав нам, що сусід прийшов.
pl on ani grosza zapłacił za dom wczoraj wieczorem
   On grosza zapłacił za dom wczoraj wieczorem.
"""
STILL_DENIED = """
zh 他说他他不不去北京了
   他说他不去北京了。
ja 行かない行かないって言ったんですよ
   行かないって言ったんですよ。
uk я не я не знаю що робити
   Я не знаю, що робити.
hu nem tudom nem tudom hogy mit csináljak
   Nem tudom, hogy mit csináljak.
"""


@pytest.mark.parametrize(("language", "said", "cleaned"), list_pairs(DENIED))
def test_what_was_denied_in_any_script_is_not_said_of_a_short_passage(language, said, cleaned):
    assert fault_of(language, said, cleaned) == "a negation is gone"
    assert fault_of(language, cleaned, said) == "a negation is new"


@pytest.mark.parametrize(("language", "said", "cleaned"), list_pairs(STILL_DENIED))
def test_a_denial_that_was_stuttered_is_one(language, said, cleaned):
    assert fault_of(language, said, cleaned) is None


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "ja",
            [
                "この番組の中で私たちがこれから皆さんと一緒に",
                "見ていきたいと思っているのは昔の人々が山の上で",
                "どのように暮らしていたのかということです",
            ],
        ),
        (
            "zh",
            [
                "我们在这个节目里面想要跟大家一起看一看的是",
                "以前的人们在山上到底是怎么样生活的以及他们",
                "为什么后来都搬到山下面的城里去住了呢",
            ],
        ),
        ("lo", ["ພວກເຮົາຈະໄປເບິ່ງວ່າຄົນສະໄໝກ່ອນດຳລົງຊີວິດແນວໃດ", "ຢູ່ເທິງພູແລະເປັນຫຍັງພວກເຂົາຈຶ່ງຍ້າຍລົງມາຢູ່ໃນເມືອງ"]),
    ],
)
def test_a_long_sentence_whose_captions_were_joined_is_no_endless_word(language, parts):
    assert fault_of(language, " ".join(parts), "".join(parts) + "。") is None


LIMITED = """
ru ну он наверное уже продал машину
   Ну, он уже продал машину.
ru почти все члены проголосовали за
   Все члены проголосовали за.
pl on chyba sprzedał ten samochód
   On sprzedał ten samochód.
sv han har kanske sålt bilen nu
   Han har sålt bilen nu.
ko 그는 아마 차를 팔았어요 어제
   그는 차를 팔았어요, 어제.
zh 嗯他可能已经把车卖了
   他已经把车卖了。
ja えーと彼はたぶん明日ここに来ますよ
   彼は明日ここに来ますよ。
th เขาอาจขายรถไปแล้วเมื่อวาน
   เขาขายรถไปแล้วเมื่อวาน
"""
STILL_LIMITED = """
zh 他可能，嗯，可能去北京了
   他可能去北京了。
ja えーと、明日はたぶん雨ですよね
   明日は多分雨ですよね。
ru он наверное наверное уже приехал
   Он, наверное, уже приехал.
"""


@pytest.mark.parametrize(("language", "said", "cleaned"), list_pairs(LIMITED))
def test_what_was_limited_in_any_script_is_not_said_without_it(language, said, cleaned):
    assert fault_of(language, said, cleaned) == "a word that limits what is said is gone"


@pytest.mark.parametrize(("language", "said", "cleaned"), list_pairs(STILL_LIMITED))
def test_a_limiting_word_that_was_stuttered_or_is_spelt_otherwise_is_one(language, said, cleaned):
    assert fault_of(language, said, cleaned) is None


OTHER_WORDS = """
zh 嗯一共来了十五个人都是老师
   一共来了五十个人，都是老师。
zh 我们去年从上海搬到了天津
   我们去年从天津搬到了上海。
zh 你必须在这里签字好吗
   你可以在这里签字，好吗？
zh 我们周三下午开会讨论
   我们周五下午开会讨论。
ja あの去年京都に引っ越しました
   去年東京に引っ越しました。
ja えーと去年大阪に引っ越しました
   去年名古屋に引っ越しました。
ja トヨタの車を買いましたよ
   ホンダの車を買いましたよ。
"""
SAME_WORDS = """
zh 他在说一次这个事情吧
   他再说一次这个事情吧。
zh 这个房子大概一百二十平米
   这个房子大概120平米。
zh 那个我我我觉得吧这个事情嘛不太好
   我觉得这个事情不太好。
ja コンピューターがこわれましたよ
   コンピュータが壊れましたよ。
ja 東京の東京の方に引っ越しました
   東京の方に引っ越しました。
"""


@pytest.mark.parametrize(("language", "said", "cleaned"), list_pairs(OTHER_WORDS))
def test_a_word_without_spaces_that_became_another_is_refused(language, said, cleaned):
    assert fault_of(language, said, cleaned) in {"a word was changed", "a number was changed"}


@pytest.mark.parametrize(("language", "said", "cleaned"), list_pairs(SAME_WORDS))
def test_a_letter_heard_for_another_or_a_word_spelt_otherwise_is_taken(language, said, cleaned):
    assert fault_of(language, said, cleaned) is None
