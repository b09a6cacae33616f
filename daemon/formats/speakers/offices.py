"""The offices of those who speak in parliaments and at meetings, by the words that name them. Pure."""

from __future__ import annotations

from daemon.text.sentences import ends_sentence

_OFFICES = frozenset(
    """
    presiding taoiseach tánaiste cathaoirleach
    minister ministers secretary undersecretary under-secretary president leader chair chairman chairwoman
    chairperson premier attorney treasurer chancellor clerk speaker whip commissioner ombudsman governor
    ministre secrétaire présidente président rapporteur rapporteure ministro ministra secretario secretaria
    presidente presidenta vicepresidente portavoz diputado diputada ministerin staatssekretär
    staatssekretärin präsident präsidentin vizepräsident vizepräsidentin bundesminister bundesministerin
    abgeordneter abgeordnete relatore sottosegretario secretário secretária relator staatssecretaris
    voorzitter statsråd statsminister mayor maire alcalde alcaldesa sindaco sindaca prefeito prefeita
    burgemeester bürgermeister bürgermeisterin sénateur sénatrice senador senadora senatore député députée
    conseiller conseillère consigliere consigliera consejero consejera bundesrat bundesrätin
    deputato deputata wethouder burmistrz starosta ministr ministryně náměstek náměstkyně předseda předsedkyně
    místopředseda místopředsedkyně poslanec poslankyně senátor senátorka ministerka poslankyňa predseda
    podpredseda poseł posłanka relatrice sottosegretaria
    """.split()
)
_BROADCASTERS = frozenset("HOST COHOST CO-HOST ANCHOR BYLINE CORRESPONDENT".split())
_MOST_WORDS, _LEAST_WORDS = 14, 2


def is_office(text: str) -> bool:
    """Whether this is an office, and no sentence: `The Minister for Ports (Mr Harlan)`."""
    if not text[:1].isupper() or ":" in text:
        return False
    words = text.split()
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS:
        return False
    if ends_sentence(words[-1]) or words[-1][-1] in ",;":
        return False
    longer = (bare for word in words if len(bare := word.strip("(),")) > 3)
    return names_office(text) and not any(word[0].islower() for word in longer)


def names_office(name: str) -> bool:
    """Whether one of these words is that of an office: `The Speaker`, `vice-président de la commission`."""
    words = [word.strip("(),").casefold() for word in name.split()]
    return any(word in _OFFICES or word.rpartition("-")[2] in _OFFICES for word in words)


def names_broadcaster(name: str) -> bool:
    """Whether a part behind a comma ends as a station calls its own people: `JAKE TAPPER, CNN ANCHOR`."""
    return any(part.split()[-1:] and part.split()[-1] in _BROADCASTERS for part in name.split(", ")[1:])
