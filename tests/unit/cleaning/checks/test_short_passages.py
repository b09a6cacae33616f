"""What a short passage may lose and gain: nothing that is not explained by what stands there."""

import pytest

from daemon.cleaning.checks.meaning import SHORT_WORDS, find_changed_meaning
from daemon.cleaning.checks.speech import speech_for


def changed(original, cleaned):
    speech = speech_for(original)
    return find_changed_meaning(original, cleaned, speech)


FALSE = [
    ("The bakery, um, the bakery by the mill burnt down in March.", "The bakery burnt down in March."),
    ("It's like saying the ferry is a boat.", "The ferry is a boat."),
    ("We met Karin, who sold the boat, on Friday.", "We met Karin, the teacher, on Friday."),
    ("We painted it green, and she was right.", "We painted it green."),
    ("I love the songs, I love the story.", "I love the songs, I hate the story."),
    ("We sold it for forty pounds a day, and the chairs.", "We sold it for forty pounds, and the chairs."),
    ("Have a great holiday, Peter.", "We have a great holiday, Peter."),
    ("It is a bit too long, but it's green.", "It is a bit too long, but I think it's green."),
    ("I think we left the keys at the pool.", "We left the keys at the pool."),
    ("Or do I sit there and wait?", "How could I sit there and wait?"),
    ("It leaves on Friday from the pier", "It leaves on Friday from the pier now"),
    ("we sold the boat last summer", "We sold the boat"),
    ("The food was good. Like the wine.", "The food was good. That would be like the wine."),
    ("My grandmother baked and we would carry it home.", "My grandmother baked and I carried it home."),
    ("The new boat is faster than the old one.", "The old boat is faster than the new one."),
    ("It costs ten, fourteen, sixteen, eighteen and twenty.", "It costs 10, 14, 16 and 20."),
    ("Did they close the mill, Peter?", "They did close the mill, Peter."),
    ("He plays the trumpet, not the, not the trombone.", "He plays the, not the trombone."),
    ("Is that the captain? No. They sold it.", "Is that the captain? They sold it."),
    ("Then he came and she laughed about the boat.", "Then came and she laughed about the boat."),
    ("So the council, they, they promised us a bridge.", "They promised us a bridge."),
    ("und dann ist er nicht mehr gekommen und wir haben gewartet", "Und dann ist nicht mehr gekommen."),
    ("The ferry was built in 2018 by my uncle.", "The ferry was built in 2068 by my uncle."),
    ("We need four weeks for the roof.", "We need forty weeks for the roof."),
    ("It hangs under the, the third flower pot.", "It hangs under the second flower pot."),
    ("My first job was in a laundry.", "My job was in a laundry."),
    ("We sold sixty chairs, maybe sixty-five.", "We sold chairs, maybe sixty-five."),
    ("I gave the keys to Lamberto on Friday.", "I gave the keys to Leonie on Friday."),
    ("We sold Karin, Karin Berger, the boat.", "We sold Karin, Anna Berger, the boat."),
    ("The lift opens in January, if at all.", "The lift opens in Henry, if at all."),
    ("The dog bit him on Friday.", "The cat bit him on Friday."),
    ("He has a big red car.", "He has a big old car."),
    ("He has a daughter and a, and a son.", "He has a daughter and a son in law."),
    ("You can leave the boat here.", "You must leave the boat here."),
    ("They would sell it for less.", "They sell it for less."),
    ("The mill is bigger than the barn.", "The mill is as big as the barn."),
    ("All the letters arrived in May.", "Some the letters arrived in May."),
    ("All the windows face north.", "The windows face north."),
    ("We had to sell it because nobody could mend it.", "We had to sell it if nobody could mend it."),
    ("You should put it in the fridge.", "You should put it on the fridge."),
    ("It was sold for my sister.", "It was sold of my sister."),
    ("They have to turn it over.", "They want to turn it over."),
    ("The roof is green. Is that right?", "The roof is green. That is right."),
    (
        "What is the price? Do you think it is fair, Peter?",
        "What is the price? You do think it is fair, Peter.",
    ),
    ("They closed the mill, and nobody replaced it.", "They closed the mill, and nobody replaced."),
    ("I think we are late. I think you are right.", "I think we are late. You are right."),
    ("So he, he apologised to my mother, but not to me.", "He apologized, but not to me."),
    ("He said he, he sold the boat in June.", "He sold the boat in June."),
    ("I lost my hat on the, on the second day.", "On the second day."),
    ("It wasn't, it wasn't safe at all.", "It wasn't."),
    (
        "She said she would come at six, and she came at ten.",
        "She said she would come at six, and she would come at ten.",
    ),
    ("It must be twenty years since we last had snow.", "We must be twenty years since we last had snow."),
    ("We took two hours to get there by bus.", "We took two hours to get here by bus."),
    ("I told her. I would ask Henrik first, so, um, I am asking", "I told her. I would ask Henrik first."),
    ("We went to the market, we went to the shop by the mill.", "We went to the shop by the mill."),
    ("He sold the house, he moved to Spain.", "He moved to Spain."),
    ("The goats are mine, the, the sheep belong to Karin.", "The sheep belong to Karin."),
    ("We lost the match — we won the fight.", "We won the fight."),
    ("he sold the boat he moved to Spain in May", "He moved to Spain in May."),
    ("We sell more in August than in all of June.", "We sold more in August than in all of June."),
    ("They close the mill in winter.", "They closed the mill in winter."),
    ("I, I don't remember who won.", "I didn't remember who won."),
    ("He's the captain of the ferry.", "He was the captain of the ferry."),
    ("I never know what their names are.", "I never know what their names aren't."),
    ("Is that your brother, the one who, who plays chess?", "Is that your brother playing chess?"),
    ("The food they needed, right? Yeah. Like the body.", "The food they needed was just the body."),
    ("You were right about the mushrooms.", "You right about the mushrooms."),
    ("My brother's wife called me.", "My brother called me."),
    ("It rained on Sunday, so we moved inside.", "It rained on Sunday, and we moved inside."),
    ("He looked into the well.", "He looked out of the well."),
    (
        "I told Karin, so I am asking. The lamp fell and nobody, nobody noticed.",
        "I told Karin, so I am asking. The lamp fell and nobody noticed. I'm asking.",
    ),
    ("I told Karin that I'd call, so, um, I am asking.", "I told Karin that I'd call. So I'm asking Karin."),
    ("The boat hit the pier, so it sank.", "The boat hit the pier, so the pier sank."),
    ("Karin knows that the captain sold it.", "Karin knows that Karin sold it."),
    ("They have plenty of, uh, lamps.", "They have plenty of lamps every day."),
    ("I knew that they would, they would laugh.", "I knew that the people would laugh."),
    ("My father kept the boat.", "I, my father, kept the boat."),
    ("Boats for the children, plums for the children.", "Plums for the children."),
    ("So I'd like to sell it to Karin.", "So I'd sell it to Karin."),
    ("I mean to sell it on Friday.", "I sell it on Friday."),
    ("We arrived on Friday.", "We had arrived on Friday."),
    ("They sold it in May.", "They have sold it in May."),
    ("And they close at nine.", "And they'll close at nine."),
    ("And they'd close at nine.", "And they close at nine."),
    ("It closes and that'll be it.", "It closes and that be it."),
    ("We close every, any day in May.", "We close every day in May."),
    ("He bought the boat, he bought two chairs in May.", "He bought two chairs in May."),
    ("They closed the mill, they counted the mill.", "They counted the mill."),
    ("It costs two and a half pounds.", "It costs 2.4 pounds."),
    ("It costs two and a half pounds.", "It costs 25 pounds."),
    ("It rose by 2.5 percent in May.", "It rose by 25 percent in May."),
    ("It rose by 25 percent in May.", "It rose by 2.5 percent in May."),
    ("We met in the nineties.", "We met in the '60s."),
]


@pytest.mark.parametrize(("original", "cleaned"), FALSE)
def test_a_loss_or_an_addition_that_nothing_explains_is_refused(original, cleaned):
    assert changed(original, cleaned) is not None


FAITHFUL = [
    ("any many- any boats in the harbour", "Any boats in the harbour."),
    ("I went to the, I went to the market on Monday.", "I went to the market on Monday."),
    ("So I said, I told him that I'd come.", "So I told him that I'd come."),
    ("it costs about, uh, about three hundred a month", "It costs about 300 a month."),
    ("Do you want the keys? Or do you want the…", "Do you want the keys or do you want the…"),
    ("It's… And, you know, this comes down to the price.", "And it comes down to the price."),
    ("if you would like to ask, you can", "If you'd like to ask, you can."),
    ("the cut-off is at noon", "The cutoff is at noon."),
    ("they just don't make the parts any more", "They just don't make the parts anymore."),
    ("The boats are… The ferry leaves at noon.", "The ferry leaves at noon."),
    ("the green, the, uh, the red one is mine", "The red one is mine."),
    ("I have, I've done, I've pretty much sold it", "I've pretty much sold it."),
    ("It takes a long time and the live stream was bad.", "It takes a longtime and the livestream was bad."),
    ("they're gonna need a lotta wood", "They're going to need a lot of wood."),
    (
        "we prioritized the mill and it coulda been worse",
        "We prioritized the mill and it could've been worse.",
    ),
    ("There's, there is a boat and it's, it is green.", "There is a boat and it is green."),
    ("and the boat is about to- ", "And the boat."),
    ("we seen it twice last week", "We saw it twice last week."),
    ("j'sais pas ce qu'il a dit à ma mère", "Je ne sais pas ce qu'il a dit à ma mère."),
    ("no, no, we sold the boat", "We sold the boat."),
    ("it cost fifty dollars and fell by five percent", "It cost $50 and fell by 5%."),
    ("Is it cold in here, right?", "Is it cold in here?"),
    ("let's take our, um, let's take our seats, please", "Let's take our seats, please."),
    ("we don't have… I don't have, I don't have the key", "I don't have the key."),
    ("It's called, it's, you know, the, the captain calls it a boat.", "The captain calls it a boat."),
    ("you know what? They're, those boats were green", "You know what? Those boats were green."),
    ("It's not a tub. It's not a, it's a boat for the sea.", "It's not a tub, it's a boat for the sea."),
    ("and I also am glad that I came", "And I also, I'm glad that I came."),
    ("they made 'em for years, 'til the war", "They made them for years, until the war."),
    ("you said you would call me and I will wait", "You said you'd call me and I'll wait."),
    ("Got to get this show on the road.", "Got to get the show on the road."),
    ("an hour that she truly deserves", "An hour that she deserves."),
    ("the first of May and two thousand people", "The 1st of May and 2,000 people."),
    ("we talked to Melich from the harbour", "We talked to Mavic from the harbour."),
    ("then cycle bought the mill", "Then Saiccor bought the mill."),
    ("Part of the, one of the boats is green.", "One of the boats is green."),
    ("You know the captain of the ferry. Ow.", "You know the captain of the ferry."),
    ("I'd like to, I'd like to sell it to Karin.", "I'd like to sell it to Karin."),
    ("So they will close at nine, he had said.", "So they'll close at nine, he'd said."),
    ("and any, every time it rains we move", "And every time it rains, we move."),
    ("we sold a few, couple different boats", "We sold a couple different boats."),
    (
        "the water that's coming out, that's come out of the well",
        "The water that's come out of the well.",
    ),
    ("The second is, we- we- we've, we've, we, we are selling it.", "The second is, we're selling it."),
    ("It costs two and a half pounds.", "It costs 2.5 pounds."),
    ("It costs 2.5 pounds.", "It costs two and a half pounds."),
    ("We met in the nineties, and press zero.", "We met in the '90s, and press 0."),
    ("The boat did it in 712, all told.", "The boat did it in 7.12, all told."),
]


@pytest.mark.parametrize(("original", "cleaned"), FAITHFUL)
def test_what_was_said_twice_given_up_or_spelt_otherwise_may_go(original, cleaned):
    assert changed(original, cleaned) is None


def test_a_phrase_that_comes_twice_in_a_row_was_said_so():
    assert changed("I love your writing so much.", "I love your writing, I love your writing so much.")
    assert changed("I love it so, I love it so.", "I love it so. I love it so.") is None


def test_a_question_that_is_none_any_more_is_refused_but_for_a_tag():
    assert changed("Will it be green?", "Will it be green.") == "a question became a statement"
    assert changed("It is green, right?", "It is green, right.") is None
    assert changed("You know what? It is green.", "You know what, it is green.") is None
    assert changed("It's red. You know what I mean? We sold it.", "It's red. We sold it.") is None


@pytest.mark.parametrize(
    "question",
    [
        "My first question would be on the price?",
        "I wonder why the boat is green?",
        "Let's get to, why is the boat so green?",
    ],
)
def test_an_indirect_question_needs_no_mark(question):
    assert changed(question, question.replace("?", ".").replace("to, why", "to why")) is None


@pytest.mark.parametrize(
    "question",
    [
        "Your first question would be on the price?",
        "You wonder why the boat is green?",
        "Let's see what he sold, did they pay?",
        "I wonder why. The boat is green?",
        "The question is why the boat is green?",
    ],
)
def test_a_question_that_only_its_mark_asks_keeps_it(question):
    assert changed(question, question.replace("?", ".")) == "a question became a statement"


def test_an_indirect_question_that_says_no_more_that_it_asks_keeps_its_mark():
    assert (
        changed("I wonder why the boat is green?", "Why the boat is green.")
        == "a question became a statement"
    )


def test_a_longer_passage_may_lose_a_word():
    talk = "we went down to the river in the morning and the boats had all gone "
    long = talk * (SHORT_WORDS // len(talk.split()) + 1)
    assert changed(f"{long} before the captain came", f"{long} before he came") is None
