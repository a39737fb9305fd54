/* What is typed into the forms of cases, and the pages of cases that somebody chose to read without a line, on this phone:
   sealed with a key of this person that no script can take out of the browser. It is made of a salt that stays on this phone
   and a secret of the server, which hands it to the same person only (web/guards/phone_seals.py): when a sign-in has ended by
   itself, what is sealed stays, and nothing here opens it. Every page works without this file. */
"use strict";
(function () {
  var root = document.documentElement, offline = "offline" in root.dataset, posted = "posted" in root.dataset;
  var MOST_BYTES = 20000000, MOST_DRAFTS = 30, MOST_PAGES = 40, ASK_AGAIN = 20000;
  var STORES = ["keys", "drafts", "files", "pages"];
  var all = function (promises) { return Promise.all(promises); };
  var hex = function (bytes) { return Array.from(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join(""); };
  var text_of = function (answer) { return answer.text(); };
  var parse = function (html) { return new DOMParser().parseFromString(html, "text/html"); };
  var here = function () { return location.pathname + location.search; };
  var day = function () { return new Date().toDateString(); };
  var kept = function () { return (localStorage.getItem("kept") || "").split(" "); };
  var mark = root.dataset.holder || "", locked = false;
  var say_ready = function () { root.dataset.keptReady = "1"; document.dispatchEvent(new Event("kept")); };
  try { if (offline) { mark = kept()[0]; locked = !(Date.now() < kept()[1]); } kept(); } catch (_) { mark = ""; }
  if (!mark || !window.indexedDB || !window.crypto || !crypto.subtle || !window.TextEncoder) { say_ready(); return; }

  /* The store. */
  var opened = null;
  var open = function () {
    opened = opened || new Promise(function (done, failed) {
      var wish = indexedDB.open("kept", 1);
      wish.onupgradeneeded = function () { STORES.forEach(function (name) { wish.result.createObjectStore(name); }); };
      wish.onerror = failed;
      wish.onsuccess = function () {
        wish.result.onversionchange = function () { wish.result.close(); opened = null; held = null; };
        done(wish.result);
      };
    });
    return opened;
  };
  var act = function (name, verb, first, second) {
    return open().then(function (db) {
      return new Promise(function (done, failed) {
        var writes = verb !== "get" && verb.indexOf("getAll") !== 0, deal = db.transaction(name, writes ? "readwrite" : "readonly");
        var store = deal.objectStore(name), wish = second === undefined ? (first === undefined ? store[verb]() : store[verb](first)) : store[verb](first, second);
        deal.oncomplete = function () { done(wish.result); };
        deal.onerror = deal.onabort = failed;
      });
    });
  };
  var held = null, REFUSED = new Error("no key for this sign-in");
  var random = function (n) { return hex(crypto.getRandomValues(new Uint8Array(n))); };
  var begin_salt = function () {
    var salt = { mark: mark, salt: random(16) };
    return all(STORES.map(function (name) { return act(name, "clear"); })).then(function () { return act("keys", "put", salt, "salt"); })
      .then(function () { return salt; });
  };
  var ask_for_key = function (salt) {
    var village = location.pathname.split("/").slice(0, 2).join("/");
    var wish = { credentials: "same-origin", headers: { "Phone-Salt": salt.salt }, redirect: "manual" };
    return fetch(village + "/cases/sealing-key", wish).then(function (answer) {
      if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) { throw REFUSED; }
      return answer.json();
    }).then(function (said) {
      if (said.holder !== mark) { throw new Error("somebody else has signed in"); }
      var bytes = new Uint8Array(said.key.match(/../g).map(function (pair) { return parseInt(pair, 16); }));
      return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    }).then(function (key) {
      return act("keys", "put", { mark: mark, key: key }, "key").then(function () {
        localStorage.setItem("kept", mark + " " + (Date.now() + root.dataset.left * 1000));
        return key;
      });
    });
  };
  var key_of = function (make) {
    if (held) { return held; }
    if (locked) { return Promise.resolve(null); }
    var stored = kept()[0] === mark ? all([act("keys", "get", "key"), act("keys", "get", "salt")]) : Promise.resolve([]);
    var found = stored.then(function (rows) {
      var own = rows[1] && rows[1].mark === mark;
      if (own && rows[0] && rows[0].mark === mark) { return rows[0].key; }
      if (offline || !own && !make) { return null; }
      var asked = (own ? Promise.resolve(rows[1]) : begin_salt()).then(ask_for_key);
      return make ? asked : asked.catch(function () { return null; });
    });
    if (make) { held = found; found.catch(function () { held = null; }); }
    else { found.then(function (key) { if (key) { held = held || found; } }, function () {}); }
    return found;
  };
  var seal = function (bytes) {
    var iv = crypto.getRandomValues(new Uint8Array(12));
    return key_of(true).then(function (key) { return crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, key, bytes); })
      .then(function (sealed) { return { iv: iv, sealed: sealed }; });
  };
  var unseal = function (row) {
    return key_of(false).then(function (key) { return crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.sealed); });
  };
  var put = function (store, id, value) {
    return seal(new TextEncoder().encode(JSON.stringify(value))).then(function (row) { return act(store, "put", row, id); });
  };
  var read_all = function (store) {
    return key_of(false).then(function (key) { return key ? act(store, "getAll") : []; }).then(function (rows) {
      return all(rows.map(function (row) {
        return unseal(row).then(function (bytes) { return JSON.parse(new TextDecoder().decode(bytes)); });
      }));
    });
  };
  var drop = function (draft) {
    return all((draft.files || []).map(function (file) { return act("files", "delete", file.id); })).then(function () {
      return act("drafts", "delete", draft.id);
    });
  };
  var file_of = function (one) {
    return act("files", "get", one.id).then(unseal).then(function (bytes) { return new File([bytes], one.name, { type: one.type }); });
  };

  /* One form. */
  var action_of = function (form) { return new URL(form.getAttribute("action"), location.href).href; };
  var asked_for = function (form) { return location.search.replace(/[?&]sent=1$/, "") + "|" + (form.elements.draft ? form.elements.draft.value : ""); };
  var fields_of = function (form) {
    var found = [];
    Array.from(form.elements).forEach(function (one) {
      if (!one.name || one.disabled || /^(file|submit|button|image|reset)$/.test(one.type) || one.name === "csrf_token" || one.name === "kept_mark") { return; }
      if (/^(radio|checkbox)$/.test(one.type) && !one.checked) { return; }
      if (one.tagName !== "FIELDSET" && one.tagName !== "BUTTON") { found.push([one.name, one.value]); }
    });
    return found;
  };
  var add_rows = function (form, n) {
    var last = form.querySelector("[name=by_" + n + "]"), before = form.querySelector("[name=by_" + (n - 1) + "]");
    if (last || !before || !before.closest(".sheet")) { return; }
    var row = before.closest(".sheet"), copy = row.cloneNode(true), old = "_" + (n - 1);
    copy.querySelectorAll("*").forEach(function (one) {
      ["id", "name", "for"].forEach(function (name) {
        var value = one.getAttribute(name);
        if (value && value.slice(-old.length) === old) { one.setAttribute(name, value.slice(0, -old.length) + "_" + n); }
      });
    });
    copy.querySelectorAll("label").forEach(function (one) { one.textContent = one.textContent.replace(n - 1, n); });
    row.parentNode.insertBefore(copy, row.nextSibling);
  };
  var fill = function (form, fields, pressed) {
    var values = {};
    fields.forEach(function (pair) { (values[pair[0]] = values[pair[0]] || []).push(pair[1]); });
    for (var n = 2; n <= Number(values.rows_shown || 0); n++) { add_rows(form, n); }
    Array.from(form.elements).forEach(function (one) {
      if (!one.name || /^(file|submit|button|image|reset|fieldset)$/.test(one.type) || one.name === "csrf_token" || one.name === "kept_mark") { return; }
      var mine = values[one.name];
      if (/^(radio|checkbox)$/.test(one.type)) { one.checked = !!mine && mine.indexOf(one.value) >= 0; return; }
      if (mine && mine.length) { one.value = mine.shift(); }
    });
    form.querySelectorAll("[data-row]").forEach(function (row) {
      var said = Array.from(row.querySelectorAll("input")).filter(function (one) { return one.value !== one.defaultValue; });
      if (said.length) {
        row.querySelector("[data-said]").textContent = Array.from(row.querySelectorAll("[name^=what_], [name^=amount_], [name^=due_]"))
          .map(function (one) { return one.value; }).filter(Boolean).join(" · ");
      }
    });
    Object.keys(values).forEach(function (name) {
      if (form.elements[name] || name === pressed) { return; }
      values[name].forEach(function (value) {
        var hidden = document.createElement("input");
        hidden.type = "hidden"; hidden.name = name; hidden.value = value;
        form.appendChild(hidden);
      });
    });
  };
  var show = function (form, name, shown) {
    window.afterTap(function () { form.querySelectorAll("[data-" + name + "]").forEach(function (one) { one.hidden = !shown; }); });
  };
  var may_choose = function () {
    try { return new DataTransfer().items.add(new File([""], "a")) && true; } catch (_) { return false; }
  };
  var set_up = function (form, drafts, fresh) {
    var action = action_of(form), key = form.elements.key && form.elements.key.value, row = asked_for(form);
    var same = drafts.filter(function (one) { return one.action === action; }).sort(function (a, b) { return b.at - a.at; });
    var found = form.dataset.touched && !posted ? null : posted
      ? same.filter(function (one) { return one.id === (form.elements.kept_mark || {}).value || key && one.key === key; })[0] || (key ? null : same[0])
      : same.filter(function (one) { return one.row === row; })[0];
    var draft = found || { id: random(8), action: action, row: row, files: [] };
    var chain = Promise.resolve(), timer = 0;
    var save = function (button) {
      clearTimeout(timer);
      draft.at = Date.now(); draft.fields = fields_of(form); draft.page = posted ? draft.page || action.replace(/\?sent=1$/, "") : location.href;
      draft.key = form.elements.key && form.elements.key.value;
      draft.button = button && button.name || "";
      if (draft.button) { draft.fields.push([button.name, button.value]); }
      draft.title = (document.querySelector("h1") || document).textContent;
      var row_now = JSON.parse(JSON.stringify(draft));
      chain = chain.then(function () {
        row_now.files = draft.files; row_now.partial = draft.partial;
        return put("drafts", draft.id, row_now);
      }).catch(function () { form.dataset.sealed = ""; });
      return chain;
    };
    var save_soon = function () { clearTimeout(timer); timer = setTimeout(function () { save(); }, 120); };
    /* One choice after the other: a second one that comes while the first is sealed takes its place. */
    var keep_files = function (input) {
      var chosen = Array.from(input.files);
      chain = chain.then(function () {
        var earlier = draft.files.filter(function (one) { return one.field === input.name; });
        var others = draft.files.filter(function (one) { return one.field !== input.name; });
        var size = others.concat(chosen).reduce(function (sum, one) { return sum + one.size; }, 0);
        draft.files = others;
        draft.partial = size > MOST_BYTES || !may_choose();
        show(form, "unkept", draft.partial && chosen.length);
        return all(earlier.map(function (one) { return act("files", "delete", one.id); })).then(function () {
          return all(draft.partial ? [] : chosen.map(function (file) {
            var one = { id: random(8), field: input.name, name: file.name, type: file.type, size: file.size };
            return new Response(file).arrayBuffer().then(seal).then(function (sealed) { return act("files", "put", sealed, one.id); })
              .then(function () { return one; });
          }));
        }).then(function (kept) { draft.files = others.concat(kept); });
      }).catch(function () { show(form, "unkept", true); });
      save();
    };
    var put_back_files = function () {
      var by_field = {};
      draft.files.forEach(function (one) { (by_field[one.field] = by_field[one.field] || []).push(one); });
      return all(Object.keys(by_field).map(function (name) {
        return all(by_field[name].map(file_of)).then(function (files) {
          var carrier = new DataTransfer();
          files.forEach(function (file) { carrier.items.add(file); });
          if (form.elements[name]) { form.elements[name].files = carrier.files; form.elements[name].dispatchEvent(new Event("kept")); }
        });
      })).catch(function () { show(form, "unkept", true); });
    };
    form.dataset.sealed = draft.id;
    show(form, "unsealed", false);
    show(form, "keeps", true);
    if (found && !posted) { fill(form, draft.fields, draft.button); show(form, "restored", true); }
    if (fresh && !found && form.elements.key) { form.elements.key.value = random(12); }
    if (found && form.querySelector("[data-has-files]")) {
      draft.files.splice(0).forEach(function (one) { act("files", "delete", one.id); });
      save();
    } else if (found) { put_back_files(); }
    if (posted || form.dataset.touched) { save(); }
    form.addEventListener("input", save_soon);
    form.addEventListener("change", function (event) {
      if (event.target.type === "file") { keep_files(event.target); } else { save(); }
    });
    form.querySelectorAll("[data-drop]").forEach(function (button) {
      button.addEventListener("click", function () {
        clearTimeout(timer);
        chain.then(function () { return drop(draft); }).then(function () { location.replace(draft.page); });
      });
    });
    document.addEventListener("visibilitychange", function () { if (document.hidden && timer) { save(); } });
    /* The form waits, for a moment, until what stands in it is sealed. */
    document.addEventListener("submit", function (event) {
      if (event.target !== form || form.dataset.ready || !("submitter" in event) || !form.requestSubmit) { return; }
      var button = event.submitter, go = function () {
        if (form.dataset.ready) { return; }
        form.dataset.ready = "1";
        form.requestSubmit(button);
        setTimeout(function () { delete form.dataset.ready; }, 0);
      };
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.dataset.sent) { return; }
      draft.sent = true;
      setTimeout(go, 1500);
      save(button).then(go);
    }, true);
  };

  /* Sending again what did not get through. Resolves with the address of the page that says that it has arrived. */
  var send = function (draft) {
    return fetch(draft.page, { credentials: "same-origin" }).then(text_of).then(function (html) {
      var page = parse(html), token = page.querySelector("[name=csrf_token]"), body = new FormData();
      if (!token) { throw new Error("no page of ours"); }
      if (page.documentElement.dataset.holder !== mark) { return draft.page; }
      return all(draft.files.map(function (one) {
        return file_of(one).then(function (file) { return [one.field, file]; });
      })).then(function (files) {
        draft.fields.forEach(function (pair) { body.append(pair[0], pair[1]); });
        files.forEach(function (pair) { body.append(pair[0], pair[1], pair[1].name); });
        body.append("kept_mark", draft.id);
        body.append("csrf_token", token.value);
        return fetch(draft.action, { method: "POST", body: body, credentials: "same-origin" });
      }).then(function (answer) {
        return answer.text().then(function (said) {
          var whole = parse(said).documentElement;
          if (!whole.dataset.holder) { throw new Error("no page of ours"); }
          if ((whole.dataset.arrived || "").split(" ").indexOf(draft.id) < 0) { return draft.page; }
          return drop(draft).then(function () { return answer.url; });
        });
      });
    });
  };
  var send_or_wait = function (draft, button) {
    if (draft.busy) { return; }
    draft.busy = true;
    if (button) { button.setAttribute("aria-busy", "true"); }
    send(draft).then(function (url) { location.replace(url); }, function () {
      draft.busy = false;
      if (button) { button.removeAttribute("aria-busy"); }
    });
  };
  var list_unsent = function (drafts) {
    document.querySelectorAll("[data-unsent]").forEach(function (section) {
      var list = section.querySelector("ul"), waiting = drafts.filter(function (one) { return one.sent && !(sent && offline && one.id === sent.id && sent.action === location.href); });
      window.afterTap(function () { section.hidden = !waiting.length; });
      list.textContent = "";
      waiting.forEach(function (draft) {
        var item = document.createElement("li"), about = document.createElement("div"), link = document.createElement("a"), when = document.createElement("p"), button = document.createElement("button");
        link.href = draft.page; link.textContent = draft.title;
        when.className = "aside"; when.textContent = new Date(draft.at).toLocaleString(root.lang);
        button.className = "small"; button.type = "button"; button.textContent = section.dataset.send;
        button.addEventListener("click", function () { send_or_wait(draft, button); });
        about.appendChild(link); about.appendChild(when);
        item.appendChild(about); item.appendChild(button);
        list.appendChild(item);
      });
    });
  };

  /* Pages of cases that were opened today, for whoever chose it. */
  var page_id = function (path) {
    return crypto.subtle.digest("SHA-256", new TextEncoder().encode(mark + path)).then(function (bytes) { return hex(new Uint8Array(bytes)); });
  };
  var case_of = function (path) { return path.split("?")[0].split("/").slice(0, 4).join("/"); };
  var drop_pages = function (gone) {
    return read_all("pages").then(function (pages) {
      return all(pages.filter(gone).map(function (one) { return page_id(one.path).then(function (id) { return act("pages", "delete", id); }); }));
    });
  };
  var keep_page = function (before) {
    var main = document.querySelector("[data-readable]");
    if (!main || posted || !before) { return Promise.resolve(); }
    return read_all("pages").then(function (pages) {
      if (pages.length >= MOST_PAGES) { return null; }
      return page_id(here()).then(function (id) {
        return put("pages", id, { path: here(), title: document.title, html: before, day: day(), at: Date.now() });
      });
    });
  };
  var ask_about_pages = function () {
    return read_all("pages").then(function (pages) {
      if (!pages.length || offline) { return null; }
      var cases = pages.map(function (one) { return case_of(one.path); });
      var village = cases[0].split("/").slice(0, 3).join("/");
      var asked = cases.filter(function (one, n) { return cases.indexOf(one) === n; }).map(function (one) { return "address=" + one.split("/").pop(); });
      return fetch(village + "/readable?" + asked.join("&"), { credentials: "same-origin" }).then(function (answer) {
        if (answer.status >= 500) { return null; }
        return (answer.ok && !answer.redirected ? answer.json() : Promise.resolve([])).then(function (still) {
          return drop_pages(function (one) { return still.indexOf(case_of(one.path).split("/").pop()) < 0; });
        });
      }, function () { return null; });
    });
  };
  var show_page = function (pages) {
    var page = pages.filter(function (one) { return one.path === here(); })[0], main = document.querySelector("main");
    var list = document.querySelector("[data-pages]"), note = document.querySelector("[data-kept-page]");
    if (page) {
      var content = parse(page.html), line = note.cloneNode(true);
      line.hidden = false;
      line.querySelector("span").textContent += " " + new Date(page.at).toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit" });
      document.title = page.title;
      main.textContent = "";
      main.className = "wide";
      main.appendChild(line);
      Array.from(content.body.childNodes).forEach(function (one) { main.appendChild(document.importNode(one, true)); });
      return true;
    }
    if (list && pages.length) {
      list.hidden = false;
      pages.sort(function (a, b) { return b.at - a.at; }).forEach(function (one) {
        var item = document.createElement("li"), link = document.createElement("a");
        link.href = one.path; link.textContent = one.title.split(/\s· /)[0];
        item.appendChild(link);
        list.querySelector("ul").appendChild(item);
      });
    }
    return false;
  };
  var set_wish = function () {
    return key_of(false).then(function (key) { return key ? act("keys", "get", "wish") : false; }).then(function (wished) {
      document.querySelectorAll("[data-wish]").forEach(function (section) {
        var box = section.querySelector("input");
        window.afterTap(function () { section.hidden = false; });
        box.checked = !!wished;
        box.addEventListener("change", function () {
          key_of(true).then(function () { return act("keys", "put", box.checked, "wish"); }).then(function () {
            return box.checked ? null : act("pages", "clear");
          });
        });
      });
      return wished;
    });
  };

  /* The sign-in has ended: its page is asked for, by which one signs in again; then the form has the words. */
  var sign_in_first = function () {
    fetch(sent.page, { credentials: "same-origin" }).then(function () { location.replace(sent.page); }, function () {});
  };
  var say_unsealed = function () {
    document.querySelectorAll("form[data-private]").forEach(function (form) { form.dataset.sealed = ""; show(form, "unsealed", true); show(form, "keeps", false); });
  };
  document.addEventListener("input", function (event) { if (event.target.form && !event.target.form.dataset.sealed) { event.target.form.dataset.touched = "1"; } }, true);
  var today_ends = function () {
    var now = new Date(), next = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    setTimeout(function () { drop_pages(function () { return true; }); }, next - now + 500);
  };
  var sent = null;
  try { sent = JSON.parse(sessionStorage.getItem("sent") || "null"); } catch (_) { sent = null; }
  var arrived = (root.dataset.arrived || "").split(" ");
  var main = document.querySelector("[data-readable]"), before = main && main.innerHTML, fresh = false;
  var forms = function () { return Array.from(document.querySelectorAll("form[data-private][method=post]")); };
  read_all("drafts").then(function (drafts) {
    var gone = offline ? [] : drafts.filter(function (one) { return arrived.indexOf(one.id) >= 0; });
    return all(gone.map(drop)).then(function () { return drafts.filter(function (one) { return gone.indexOf(one) < 0; }); });
  }).then(function (drafts) {
    return drop_pages(function (one) { return one.day !== day(); }).then(function () { return read_all("pages"); }).then(function (pages) {
      if (offline && !(sent && sent.action === location.href)) { fresh = show_page(pages); }
      return drafts;
    });
  }).then(function (drafts) {
    var old = drafts.filter(function (one) { return !one.sent; }).sort(function (a, b) { return a.at - b.at; });
    old.slice(0, Math.max(0, drafts.length - MOST_DRAFTS)).forEach(drop);
    var begin = function (found) { return key_of(true).then(function () { forms().forEach(function (form) { set_up(form, found, fresh); }); }); };
    if (!forms().length) { return drafts; }
    return begin(drafts).catch(function (error) {
      say_unsealed();
      if (error === REFUSED) { return; }
      /* The line was lost before the key came. */
      var again = setInterval(function () {
        key_of(true).then(function () { clearInterval(again); return read_all("drafts").then(begin); }, function () {});
      }, ASK_AGAIN);
    }).then(function () { return drafts; });
  }).then(function (drafts) {
    list_unsent(drafts);
    var mine = sent && drafts.filter(function (one) { return one.id === sent.id; })[0];
    if (offline && locked && sent && sent.action === location.href) {
      return act("drafts", "get", sent.id).then(function (row) {
        if (!row) { return false; }
        document.querySelector("[data-again]").addEventListener("click", sign_in_first);
        window.addEventListener("online", sign_in_first);
        root.dataset.holds = "locked";
        return false;
      });
    }
    if (offline && !(sent && sent.action === location.href)) {
      var written = drafts.some(function (one) { return one.page === location.href; });
      document.querySelectorAll("[data-draft]").forEach(function (one) { one.hidden = !written; });
    }
    if (offline && mine && sent.action === location.href) {
      var again = document.querySelector("[data-again]"), unkept = document.querySelector("[data-partial]");
      if (mine.partial && unkept) { unkept.hidden = false; }
      again.addEventListener("click", function () { send_or_wait(mine, again); });
      window.addEventListener("online", function () { send_or_wait(mine, again); });
      setInterval(function () { send_or_wait(mine, again); }, ASK_AGAIN);
      root.dataset.holds = "sealed";
    }
    today_ends();
    return set_wish();
  }).then(function (wished) { return wished && !offline ? keep_page(before).then(ask_about_pages) : null; })
    .catch(say_unsealed)
    .then(say_ready);
})();
