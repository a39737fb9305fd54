"""What a browser keeps on a phone, read as somebody would who has the phone in hand."""

from playwright.sync_api import Page


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-kept-ready]", state="attached")


def everything_kept(page: Page) -> str:
    """All that a reader of the phone's stores could find, as text; no key can be taken out."""
    return str(
        page.evaluate(
            """async () => {
        const found = [JSON.stringify(localStorage)];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const one of await cache.keys()) { found.push(one.url, await (await cache.match(one)).text()); }
        }
        for (const {name} of await indexedDB.databases()) {
            const db = await new Promise(done => { const w = indexedDB.open(name); w.onsuccess = () => done(w.result); });
            for (const store of db.objectStoreNames) {
                const rows = await new Promise(done => { const w = db.transaction(store).objectStore(store).getAll(); w.onsuccess = () => done(w.result); });
                for (const row of rows) {
                    found.push(name, store, row && row.key ? `key extractable: ${row.key.extractable}` : JSON.stringify(row));
                    if (row && row.sealed) { found.push(new TextDecoder().decode(row.sealed)); }
                }
            }
            db.close();
        }
        return found.join("\\n");
    }"""
        )
    )
