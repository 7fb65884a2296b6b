"""The call-centre agent desk: what a call handler needs while a caller talks.

listening   turns of a call -> case, one turn at a time, with a way back to every earlier turn (pure)
summary     a handler's read-back, and when a caller's answer confirms it (pure)
judgement   what the person at the desk decided, laid over what the machine heard (pure)
marks       turns and their mentions -> the transcript with highlights (pure)
view        case and decision -> the JSON that the desk page shows beside it (pure)
live        one call in memory
calls       the calls of all sites: stored, cached, announced to who watches
access      who may do what: tokens, roles, sites, demo credentials
audit       append-only, hash-chained record of every read and change
handover    the queue of chats that want a person
"""
