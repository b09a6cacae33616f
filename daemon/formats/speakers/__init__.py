"""Who speaks, where a line says so: `Ann:`, `[SPEAKER_01]:`, `Speaker 1:`, `>> ANN:`, `**Ann:**`.

`Name: text` looks like `Note: text`, so it is told in three steps: how much a few words are like a name
(names), what label a line opens with (labels), and which labels are borne out (verdict) by what the whole
file tells of them (evidence).
"""
