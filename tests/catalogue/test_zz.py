from tenant_app.accounts import service as accounts
def test_x(town, app):
    with town.as_user("admin") as ctx:
        t = accounts.make_token(ctx, name="t", days=3)
    c = app.test_client()
    t = t if isinstance(t, str) else t[0]
    h={"Authorization": f"Bearer {t}"}
    r=c.post("/api/v1/providers", json={"name":"A","kind":"private"}, headers=h); print("A",r.status_code, r.text[:300])
    r=c.post("/api/v1/providers", json={"name":"B","kind":"nope"}, headers=h); print("B",r.status_code, r.content_type, r.text[:300])
    r=c.get("/api/v1/competences?page=0", headers=h); print("C",r.status_code, r.content_type, r.text[:300])
