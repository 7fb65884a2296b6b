"""The shapes of the body picture: outlines, muscles, skin areas, nerves, as SVG path data.

In: nothing. Out: path strings and points. Read by `bot.replies.drawing` only.

One figure stands on its own grid: x = 0 is the midline, y = 0 the waist, y = 455 the sole. Shapes are drawn for the half
with x > 0 and mirrored for the other half. Seen from the front that half is the person's left; seen from the back it is
the person's right. Drawn for this project. Which root serves what follows clinical.md 5 and 5.9 (textbooks differ by one
level here and there), so the areas are simplified on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping

_LEG_OUTER = (
    "M50,-44 C46,-26 48,-8 52,6 C57,28 68,48 73,76 C78,108 76,150 68,194 C65,214 62,226 62,238 "
    "C62,252 68,270 66,300 C64,336 56,366 54,400 "
)
_LEG_INNER = "C37,370 26,340 26,302 C26,276 31,262 30,240 C29,214 18,190 12,152 C9,132 5,118 0,110"

#: Edge of one half of the body, waist to foot and back up to the midline. Toes in front, heel behind.
BODY: Mapping[str, str] = {
    "front": _LEG_OUTER + "C53,416 57,426 66,440 C71,448 67,454 57,455 C45,456 34,455 32,447 C31,434 35,420 36,402 " + _LEG_INNER,
    "back": _LEG_OUTER + "C54,416 60,430 59,441 C57,451 51,455 45,455 C38,455 33,450 33,441 C33,430 36,416 36,402 " + _LEG_INNER,
}
#: Closes BODY along the waist and the midline, for filling and clipping.
BODY_CLOSE = " L0,-44 Z"

#: Fine lines that make the outline readable: kneecap and toes; fold of the bottom and back of the knee.
DETAIL: Mapping[str, str] = {
    "front": "M37,232 C37,221 55,221 55,232 C55,243 37,243 37,232 Z M39,444 L39,451 M46,444 L46,453 "
    "M53,444 L53,453 M60,444 L61,452",
    "back": "M0,62 L0,110 M5,114 C22,123 46,120 61,108 M34,238 C42,243 50,243 58,238 M40,404 C41,416 40,426 39,434 "
    "M50,404 C49,416 50,426 51,434",
}

PELVIS = "M13,42 C24,30 44,20 58,30 C64,42 62,58 54,70 C47,80 38,86 30,84 C20,82 14,74 12,66 Z"
SACRUM = "M-13,44 L13,44 C12,58 8,72 3,84 L-3,84 C-8,72 -12,58 -13,44 Z"
#: Vertebrae of the small figure: y of the top of each box.
SMALL_VERTEBRAE = (-42, -27, -12, 3, 18, 32)

#: Muscle -> (view, outline, inner lines).
MUSCLES: Mapping[str, tuple[str, str, str]] = {
    "quadriceps": (
        "front",
        "M47,78 C61,94 71,140 63,190 C61,206 55,219 47,220 C38,219 29,207 26,191 C18,152 30,106 47,78 Z",
        "M49,88 C56,124 56,172 50,216 M45,88 C37,124 36,172 43,216",
    ),
    "shin": (
        "front",
        "M52,250 C60,266 60,306 55,340 C52,362 49,380 47,398 C44,372 44,334 45,302 C45,280 48,262 52,250 Z",
        "",
    ),
    "hip_flexor": (
        "front",
        "M9,-6 C22,10 38,38 44,62 C47,76 43,92 36,98 C30,96 30,86 30,78 C28,58 18,36 8,22 Z",
        "",
    ),
    "hamstrings": (
        "back",
        "M40,120 C57,124 64,160 61,200 C59,222 59,234 58,246 C51,232 47,216 44,202 C41,216 38,232 32,246 "
        "C32,232 30,216 27,198 C18,160 22,128 40,120 Z",
        "M42,124 C44,152 44,176 44,198 M52,132 C55,162 54,192 53,220 M31,134 C28,162 31,192 35,220",
    ),
    "calf": (
        "back",
        "M46,248 C60,248 69,274 65,306 C61,330 53,338 48,344 L47,404 L43,404 L43,346 C36,342 28,330 27,306 "
        "C25,276 33,248 46,248 Z",
        "M46,254 C47,286 47,314 46,340 M56,262 C59,286 57,310 53,328 M36,262 C32,286 34,310 38,328",
    ),
    "hip_side": (
        "back",
        "M50,24 C62,34 71,54 72,78 C66,84 58,80 50,70 C42,60 36,48 34,36 C38,28 44,24 50,24 Z",
        "",
    ),
}

#: Skin area -> view -> outline; cut to the body edge when drawn, so it may reach over it.
SKIN: Mapping[str, Mapping[str, str]] = {
    "groin_and_upper_thigh": {"front": "M10,86 L84,96 L84,150 L4,138 Z"},
    "front_thigh": {"front": "M6,130 C28,120 60,118 84,128 L80,206 C60,218 40,224 20,224 Z"},
    "inner_shin": {
        "front": "M70,204 C60,220 52,236 50,262 C47,300 47,350 44,404 C43,420 40,430 38,440 L22,446 L18,238 "
        "C34,234 54,222 70,204 Z",
        "back": "M18,238 C30,242 34,252 33,272 C31,310 37,360 39,404 L26,404 L18,300 Z",
    },
    "outer_shin_and_foot_top": {
        "front": "M57,244 L84,250 L80,330 L59,402 C60,414 60,426 58,440 L56,462 L26,462 L30,440 C38,434 44,420 46,404 "
        "C49,350 49,300 51,262 Z",
        "back": "M62,196 L84,190 L84,330 L62,404 C57,372 58,340 60,310 C63,270 61,230 62,196 Z",
    },
    "outer_foot_and_sole": {
        "front": "M62,300 L84,300 L84,462 L54,462 C57,444 56,424 53,406 C57,372 62,336 62,300 Z",
        "back": "M50,122 C58,160 57,200 54,240 C55,270 52,300 46,326 C45,350 46,384 44,404 L36,412 L26,418 L26,462 "
        "L70,462 L70,404 C60,380 60,350 70,320 C72,280 62,230 63,200 C70,170 70,140 66,112 Z",
    },
    "back_thigh": {
        "back": "M22,120 C34,114 46,114 54,122 C58,160 56,200 52,240 C52,280 46,320 42,340 C36,300 36,270 36,240 "
        "C28,200 20,160 22,120 Z"
    },
    "outer_thigh": {
        "front": "M60,92 L84,92 L84,206 L61,212 C66,170 67,130 60,92 Z",
        "back": "M61,100 L84,92 L84,206 L63,206 C68,170 68,130 61,100 Z",
    },
    "saddle": {
        "front": "M-3,90 L8,90 C14,99 20,112 24,130 L20,170 L8,150 L-3,112 Z",
        "back": "M-3,62 C14,64 25,78 27,96 C28,112 28,124 25,140 L14,158 L-3,114 Z",
    },
}

#: Nerve part -> (view, line). A path lights up several parts.
NERVES: Mapping[str, tuple[str, str]] = {
    "femoral": (
        "front",
        "M7,10 C20,22 30,44 34,66 C37,82 40,96 42,112 M42,112 C46,130 54,150 55,178 "
        "M42,112 C43,134 45,160 46,192 M42,112 C37,130 35,150 34,174",
    ),
    "saphenous": ("front", "M42,112 C36,150 29,196 31,232 C32,262 30,290 32,318 C35,350 39,380 38,412"),
    "shin_branch": ("front", "M61,244 C59,256 50,262 49,278 C48,312 46,356 45,400 C45,416 46,426 45,436"),
    "sciatic": ("back", "M6,34 C16,48 24,62 30,80 C36,96 40,108 41,124 C43,156 44,182 44,206"),
    "calf_branch": ("back", "M44,206 C45,236 46,270 46,304 C46,340 43,380 42,414 C42,426 44,436 45,444"),
    "shin_branch_start": ("back", "M44,206 C48,220 56,230 60,242 C62,250 61,256 59,262"),
    "outer_foot_branch": ("back", "M46,300 C50,330 51,370 51,398 C52,414 54,428 56,440"),
    "side_thigh": ("front", "M7,4 C28,18 50,40 60,66 C66,96 69,130 69,170"),
    "pudendal": ("back", "M4,62 C11,70 15,84 14,98 C13,106 10,112 8,122"),
}

#: Parts that are drawn only when they are lit: they would crowd the quiet drawing.
LIT_ONLY = frozenset({"side_thigh", "pudendal", "outer_foot_branch", "saddle", "outer_thigh"})

#: Where the number of a thing points to and stands: (view, x, y, number x, number y).
ANCHORS: Mapping[str, tuple[str, float, float, float, float]] = {
    "femoral": ("front", 38, 92, 96, 70),
    "saphenous": ("front", 38, 92, 96, 70),
    "side_thigh": ("front", 60, 66, 97, 40),
    "sciatic": ("back", 41, 118, 97, 104),
    "pudendal": ("back", 13, 100, 0, 150),
    "quadriceps": ("front", 62, 160, 98, 160),
    "hip_flexor": ("front", 30, 48, 97, 24),
    "shin": ("front", 55, 300, 98, 290),
    "hamstrings": ("back", 58, 170, 98, 176),
    "calf": ("back", 62, 296, 98, 306),
    "hip_side": ("back", 64, 56, 98, 44),
    "groin_and_upper_thigh": ("front", 24, 116, 0, 156),
    "front_thigh": ("front", 17, 156, 0, 204),
    "inner_shin": ("front", 33, 340, 0, 340),
    "outer_shin_and_foot_top": ("front", 52, 428, 98, 400),
    "outer_foot_and_sole": ("back", 57, 362, 98, 374),
    "back_thigh": ("back", 40, 290, 0, 290),
    "outer_thigh": ("front", 70, 130, 100, 116),
    "saddle": ("front", 8, 120, 0, 176),
}

#: Close-up of the lower spine on its own grid: x = 0 midline, y = 0 top. Top of each vertebra.
LEVELS: Mapping[str, float] = {"L2": 0, "L3": 46, "L4": 92, "L5": 138}
VERTEBRA = "M-48,4 C-40,-2 40,-2 48,4 C44,12 44,22 48,30 C40,36 -40,36 -48,30 C-44,22 -44,12 -48,4 Z"
SIDE_SPUR = "M45,9 C58,6 70,8 76,13 C78,18 72,22 62,21 C54,21 48,22 45,24 Z"
CLOSE_UP_SACRUM = (
    "M-58,186 C-36,180 36,180 58,186 C66,204 50,232 36,258 C26,276 16,292 7,300 L-7,300 C-16,292 -26,276 -36,258 "
    "C-50,232 -66,204 -58,186 Z"
)
SACRAL_HOLES: Mapping[str, tuple[float, float]] = {"S1": (27, 212), "S2": (23, 235), "S3": (18, 257), "S4": (13, 276)}

#: Each root in the close-up: from the bundle to its gap in the spine, then on to the trunk of each nerve it joins.
ROOT_STARTS: Mapping[str, str] = {
    "L2": "M7,14 C18,24 34,34 50,44",
    "L3": "M8,52 C18,68 34,80 50,90",
    "L4": "M8,92 C18,112 34,126 50,136",
    "L5": "M7,134 C18,154 34,172 50,182",
    "S1": "M6,168 C12,186 20,202 27,212",
    "S2": "M5,190 C10,208 18,224 23,235",
    "S3": "M4,210 C8,230 14,246 18,257",
    "S4": "M3,228 C6,248 10,264 13,276",
}
ROOT_ENDS: Mapping[str, Mapping[str, str]] = {
    "femoral": {
        "L2": "M50,44 C78,62 104,110 120,150",
        "L3": "M50,90 C76,106 100,128 120,150",
        "L4": "M50,136 C76,148 104,147 120,150",
    },
    "sciatic": {
        "L4": "M50,136 C72,150 88,196 98,236",
        "L5": "M50,182 C72,196 88,214 98,236",
        "S1": "M27,212 C48,232 76,232 98,236",
        "S2": "M23,235 C46,250 76,244 98,236",
        "S3": "M18,257 C44,264 78,254 98,236",
    },
    "saddle": {
        "S2": "M23,235 C38,252 44,278 47,302",
        "S3": "M18,257 C30,270 40,286 47,302",
        "S4": "M13,276 C22,288 36,296 47,302",
    },
    "outer_thigh": {"L2": "M50,44 C82,54 116,84 136,118", "L3": "M50,90 C80,92 112,104 136,118"},
}
#: Trunk -> line, where the number 1 points to, where the number and the name stand.
TRUNKS: Mapping[str, str] = {
    "femoral": "M120,150 C132,168 140,190 146,216",
    "sciatic": "M98,236 C106,258 112,280 116,306",
    "saddle": "M47,302 L52,316",
    "outer_thigh": "M136,118 C150,136 158,158 162,182",
}
TRUNK_MARKS: Mapping[str, tuple[float, float, float, float]] = {
    "femoral": (112, 146, 168, 122),
    "sciatic": (100, 241, 160, 254),
    "saddle": (47, 302, 104, 304),
    "outer_thigh": (130, 111, 180, 88),
}
TRUNK_NAMES: Mapping[str, tuple[float, float]] = {"femoral": (166, 240), "sciatic": (166, 298), "outer_thigh": (176, 206)}
BUNDLE = (
    "M0,-10 L0,230",
    "M-5,-10 C-6,60 -5,140 -3,225",
    "M5,-10 C6,60 5,140 3,225",
    "M-9,-10 C-11,40 -9,90 -7,130",
    "M9,-10 C11,40 9,90 7,130",
)
