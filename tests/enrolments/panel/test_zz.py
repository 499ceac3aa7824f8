import time
from sqlalchemy import create_engine, text
from tests.enrolments.panel.test_statements import *
def test_t(db, settings, make_town, town, session_id, browser):
    for _ in range(25): make_town()
    e=create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    with e.connect() as c:
        c.execute(text("alter table employments set (autovacuum_enabled=false)")); c.execute(text("alter table employees set (autovacuum_enabled=false)"))
        c.execute(text("analyze"))
    crowd(town, "n1", 10_000)
    leader = browser("leader_n1")
    for q in ("","&q=Q+09999","&page=99999","&page=2"):
        t=time.time(); r=leader.get(f"/admin/browse/request/?session={session_id}{q}"); print(q, r.status_code, time.time()-t)
    with e.connect() as c: c.execute(text("analyze employees"))
    for q in ("","&q=Q+09999","&page=99999","&page=2"):
        t=time.time(); r=leader.get(f"/admin/browse/request/?session={session_id}{q}"); print(q, r.status_code, time.time()-t)
    with e.connect() as c: c.execute(text("analyze employments"))
    for q in ("","&q=Q+09999","&page=99999","&page=2"):
        t=time.time(); r=leader.get(f"/admin/browse/request/?session={session_id}{q}"); print(q, r.status_code, time.time()-t)
