"""Where conversations are kept: Rasa's own tracker store, lock store and event broker, chosen by the environment.

In: environment variables. Out: Rasa objects, and `erase` for one conversation. Called by `bot.runtime.conversation`
and by the command `erase`.

    ROOTLINE_DATABASE_URL   SQLAlchemy URL; SQLite in var/ when it is not set; "memory" keeps nothing
    ROOTLINE_REDIS_URL      redis://… : locks that several workers share
    ROOTLINE_EVENTS_URL     amqp://… (RabbitMQ) or kafka://host:port/topic: events for other systems. They hold
                            what people wrote: only for a queue that is as private as the database.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from rasa.core.brokers.broker import EventBroker
from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.core.tracker_store import (
    InMemoryTrackerStore,
    MongoTrackerStore,
    RedisTrackerStore,
    SQLTrackerStore,
    TrackerStore,
)
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import event as sqlalchemy_event  # type: ignore[import-untyped]

from bot.errors import StartError
from bot.runtime.folders import unusable, var_folder
from bot.runtime.live_trackers import LiveTrackerStore

DATABASE_FILE = "rootline.db"


def open_tracker_store(domain: Domain, broker: EventBroker | None = None) -> TrackerStore:
    """The tracker store the environment asks for.

    Raises:
        StartError: RUN003 when var/ cannot be written to, RUN004 when the SQLite file cannot be used,
            RUN005 when the URL is not understood.
    """
    url = os.environ.get("ROOTLINE_DATABASE_URL", "")
    if url == "memory":
        return InMemoryTrackerStore(domain, event_broker=broker)
    if not url:
        return _sqlite(domain, broker)
    if "://" not in url:
        raise StartError("RUN005", "ROOTLINE_DATABASE_URL is not a URL. Example: postgresql://user:password@host/name")
    return LiveTrackerStore(domain, host=url, event_broker=broker)


def _sqlite(domain: Domain, broker: EventBroker | None) -> TrackerStore:
    file = var_folder() / DATABASE_FILE
    _check_sqlite(file)
    store = LiveTrackerStore(domain, dialect="sqlite", db=str(file), event_broker=broker)
    sqlalchemy_event.listen(store.engine, "connect", _set_pragmas)
    store.engine.dispose()  # connections opened before the listener stood
    return store


def _check_sqlite(file: Path) -> None:
    """Open and write once: Rasa would log an unusable database and go on without one."""
    try:
        if not file.exists():
            file.touch(mode=0o600)
        connection = sqlite3.connect(file, timeout=5)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS rootline_check (at INTEGER)")
            connection.execute("DELETE FROM rootline_check")
            connection.commit()
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise unusable(file, error) from None


def _set_pragmas(connection: Any, _: Any) -> None:
    """Quick and safe writes; what is erased is overwritten."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def open_lock_store() -> LockStore:
    """Locks in memory, or in Redis when ROOTLINE_REDIS_URL is set.

    Raises:
        StartError: RUN005 when the URL is not understood.
    """
    url = os.environ.get("ROOTLINE_REDIS_URL", "")
    if not url:
        return InMemoryLockStore()
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss"):
        raise StartError("RUN005", "ROOTLINE_REDIS_URL must begin with redis:// or rediss://.")
    return RedisLockStore(
        host=parts.hostname or "localhost",
        port=parts.port or 6379,
        db=int(parts.path.strip("/") or 1),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_ssl=parts.scheme == "rediss",
    )


async def open_event_broker() -> EventBroker | None:
    """The event broker the environment asks for, or None.

    Raises:
        StartError: RUN005 when the URL is not understood or nobody answers there.
    """
    url = os.environ.get("ROOTLINE_EVENTS_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme == "amqp":
        config = EndpointConfig(
            url=parts.hostname, type="pika", port=parts.port or 5672, queues=[parts.path.strip("/") or "rootline_events"],
            username=unquote(parts.username or "guest"), password=unquote(parts.password or "guest"),
        )  # fmt: skip
    elif parts.scheme == "kafka":
        config = EndpointConfig(
            url=parts.netloc.rpartition("@")[2], type="kafka", topic=parts.path.strip("/") or "rootline_events",
            security_protocol="SASL_PLAINTEXT" if parts.username else "PLAINTEXT",
            sasl_username=parts.username, sasl_password=parts.password,
        )  # fmt: skip
    else:
        raise StartError("RUN005", "ROOTLINE_EVENTS_URL must begin with amqp:// or kafka://.")
    try:
        return await EventBroker.create(config, loop=asyncio.get_event_loop())
    except Exception as error:  # every broker library brings exceptions of its own
        raise StartError("RUN005", f"no event queue answers at {parts.hostname}: {type(error).__name__}.") from error


def _empty_log(store: SQLTrackerStore) -> None:
    """What was deleted would stay readable in SQLite's write-ahead log. A busy reader holds it back until the next deletion."""
    if store.engine.dialect.name != "sqlite":
        return
    with store.engine.connect() as connection:
        for pragma in ("busy_timeout=500", "wal_checkpoint(TRUNCATE)", "busy_timeout=5000"):
            connection.exec_driver_sql(f"PRAGMA {pragma}").close()


def erase(store: TrackerStore, conversation: str) -> int:
    """Delete every event of one conversation; Rasa has no such thing.

    Returns:
        How many records were deleted; 0 when there was nothing.

    Raises:
        StartError: RUN006 for a store this cannot erase from (then nothing was deleted).
    """
    if isinstance(store, LiveTrackerStore):
        store.forget(conversation)
    if isinstance(store, SQLTrackerStore):
        with store.session_scope() as session:
            query = session.query(store.SQLEvent).filter(store.SQLEvent.sender_id == conversation)
            count = int(query.delete(synchronize_session=False))
            session.commit()
        _empty_log(store)
        return count
    if isinstance(store, InMemoryTrackerStore):
        return 1 if store.store.pop(conversation, None) is not None else 0
    if isinstance(store, RedisTrackerStore):
        return int(store.red.delete(store.key_prefix + conversation))
    if isinstance(store, MongoTrackerStore):
        return int(store.conversations.delete_one({"sender_id": conversation}).deleted_count)
    raise StartError("RUN006", f"conversations cannot be erased from a {type(store).__name__}; erase them there by hand.")
