/* Extras only: every page works without this file. */
"use strict";
(function () {
  /* Before Chromium 81 a form does not say by which button it was sent, and before 76 it cannot be sent by one. */
  var pressed = null;
  document.addEventListener("click", function (event) { pressed = event.target.closest ? event.target.closest("button") : null; }, true);
  document.addEventListener("submit", function (event) {
    if (!("submitter" in event)) { event.submitter = pressed && pressed.form === event.target ? pressed : null; }
  }, true);
  if (!HTMLFormElement.prototype.requestSubmit) {
    HTMLFormElement.prototype.requestSubmit = function (button) { (button || this.querySelector("button:not([type=button])")).click(); };
  }
  var lost = function (form, shown) {
    var note = form && form.querySelector(".lost");
    if (note) { note.hidden = !shown; }
  };
  var form_of = function (event) {
    var element = event.detail && event.detail.elt;
    return element && element.closest ? element.closest("form") : null;
  };
  /* In Chromium 66 to 76 an icon of a part that was put in stays empty until a copy takes its place. */
  var draw_icons = function (part) {
    part.querySelectorAll("use").forEach(function (icon) {
      if (!icon.getBoundingClientRect().width) { icon.parentNode.replaceChild(icon.cloneNode(), icon); }
    });
  };
  /* No answer: the form says so. A link is opened as without this file. */
  var unanswered = function (event) {
    var sender = event.detail.requestConfig.elt;
    if (sender.href) { location.assign(sender.href); }
    lost(sender.closest("form"), true);
  };
  document.addEventListener("htmx:sendError", unanswered);
  document.addEventListener("htmx:timeout", unanswered);
  document.addEventListener("htmx:beforeRequest", function (event) {
    var form = form_of(event), said = form && form.previousElementSibling;
    lost(form, false);
    if (said && said.id === "refusal") { said.remove(); }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    draw_icons(event.target);
    load_named();
    if (live_of(event)) { return; }
    var heading = event.detail.elt && event.detail.elt.querySelector && event.detail.elt.querySelector("h2, legend, [role=alert]");
    if (heading) { heading.setAttribute("tabindex", "-1"); heading.focus({ preventScroll: false }); }
  });
  /* A refusal is put in as any answer is. Above what could not be done for another reason, a fault or too many at once, stands
     the answer, and the form stays, to be sent again. What a gateway or a network that wants a sign-in first answers in our name
     is no answer: our own carry a policy, as the worker knows them. */
  var REFUSALS = [400, 401, 403, 409, 422];
  document.addEventListener("htmx:beforeSwap", function (event) {
    var sent = event.detail.xhr, form = event.detail.requestConfig.elt.closest("form");
    if (down && live_of(event)) { event.detail.shouldSwap = false; return; }
    if (!sent.getResponseHeader("Content-Security-Policy")) {
      event.detail.shouldSwap = false; event.detail.isError = true;
      if (!live_of(event)) { unanswered(event); }
      return;
    }
    if (REFUSALS.indexOf(sent.status) >= 0) { event.detail.shouldSwap = true; event.detail.isError = false; return; }
    if (sent.status < 400 || live_of(event)) { return; }
    if (form && sent.responseText.indexOf('id="refusal"') >= 0) {
      form.insertAdjacentHTML("beforebegin", sent.responseText);
      draw_icons(form.previousElementSibling);
    } else { unanswered(event); }
  });
  var live_of = function (event) {
    var element = event.detail && event.detail.elt;
    return element && element.closest ? element.closest("[data-live]") : null;
  };
  document.querySelectorAll(".print-page").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  /* The code of a household card stands behind the # of its address, which no server is sent: from here it goes on by itself. */
  var card = document.getElementById("card"), take_scanned = function () {
    var scanned = /^#([2-9A-Z]{12})$/.exec(location.hash);
    if (!scanned) { return; }
    history.replaceState(null, "", location.pathname);
    card.elements.code.value = scanned[1];
    card.submit();
  };
  if (card) { take_scanned(); window.addEventListener("hashchange", take_scanned); }
  var mistakes = document.getElementById("mistakes");
  if (mistakes) { mistakes.focus(); }
  var root = document.documentElement, mark = root.dataset.mark || "", offline = "offline" in root.dataset;
  /* What is sealed on this phone (kept.js) belongs to one person: a page of another one, or signing out, takes all of it
     away. When the sign-in ends by itself, its key goes, and the copies of cases; what was written stays sealed until the
     same person signs in again, a month at most. In `kept` stand the mark of the person and when the sign-in ends. */
  var holder = root.dataset.holder || "", SEALED_FOR = 30 * 86400000;
  var drop_sealed = function () {
    try { localStorage.removeItem("kept"); indexedDB.deleteDatabase("kept"); } catch (_) { /* nothing is kept */ }
  };
  var lock_sealed = function () {
    var wish = indexedDB.open("kept", 1);
    wish.onupgradeneeded = function () { wish.transaction.abort(); };
    wish.onerror = function (event) { event.preventDefault(); };
    wish.onsuccess = function () {
      var deal = wish.result.transaction(["keys", "pages"], "readwrite");
      ["key", "wish"].forEach(function (name) { deal.objectStore("keys").delete(name); });
      deal.objectStore("pages").clear();
      deal.oncomplete = function () { wish.result.close(); root.dataset.locked = "1"; };
    };
  };
  var watch_sealed = function () {
    try {
      var kept = (localStorage.getItem("kept") || "").split(" "), now = Date.now();
      if (!kept[0]) { return; }
      if (!offline && holder && kept[0] !== holder || !(now < Number(kept[1]) + SEALED_FOR)) { drop_sealed(); return; }
      if (!offline && !holder && now < kept[1]) { localStorage.setItem("kept", kept[0] + " " + (kept[1] = now)); }
      if (now >= kept[1]) { lock_sealed(); return; }
      setTimeout(watch_sealed, Math.min(60000, kept[1] - now + 50));
    } catch (_) { /* as above */ }
  };
  try {
    if (!offline && holder && (localStorage.getItem("kept") || "").split(" ")[0] === holder) {
      var until = Number(localStorage.getItem("kept").split(" ")[1]);
      if (Date.now() < until + SEALED_FOR) { localStorage.setItem("kept", holder + " " + (Date.now() + root.dataset.left * 1000)); }
    }
    if (localStorage.getItem("kept")) { document.querySelectorAll("[data-if-kept]").forEach(function (one) { one.hidden = false; }); }
  } catch (_) { /* as above */ }
  watch_sealed();
  /* What the browser itself puts back into forms, on Back or a reload, belongs to the sign-in under which it was typed. The
     answer to a form, and the page without a line, must stay what a reload sends again: they are not marked. */
  if (!offline && !("posted" in root.dataset) && window.history.replaceState) {
    if (history.state && "mark" in history.state && history.state.mark !== mark) {
      document.querySelectorAll("form").forEach(function (form) { form.setAttribute("autocomplete", "off"); form.reset(); });
    }
    history.replaceState({ mark: mark }, "");
  }
  /* Drafts belong to one sign-in and go with it: a page of another one, or of none, takes them away. */
  var mine = "draft:" + mark + ":";
  var drop_drafts = function (kept) {
    try {
      Object.keys(localStorage).filter(function (k) { return k.indexOf("draft:") === 0 && (!kept || k.indexOf(kept) !== 0); }).forEach(function (k) { localStorage.removeItem(k); });
    } catch (_) { /* storage is full or closed: the page works without it */ }
  };
  if (!offline) { drop_drafts(mine); }
  var on_its_way = false;
  document.querySelectorAll("form[action$='/sign-in/end']").forEach(function (form) {
    form.addEventListener("submit", function () {
      on_its_way = true; drop_drafts(""); drop_sealed();
      try { localStorage.setItem("signed_out", mark); } catch (_) { /* as above */ }
    });
  });
  /* A long text stays on this phone until a page says that its very form has arrived: the form carries a mark, and the
     server hands it back. What the words of a mark are stands beside them. */
  try {
    (root.dataset.arrived || "").split(" ").filter(Boolean).forEach(function (id) {
      JSON.parse(localStorage.getItem(mine + "sent:" + id) || "[]").forEach(function (k) { localStorage.removeItem(k); localStorage.removeItem(k + ":base"); });
      localStorage.removeItem(mine + "sent:" + id);
    });
  } catch (_) { /* as above */ }
  var draft_key = function (area) { return mine + area.form.getAttribute("action") + ":" + area.name; };
  var areas_of = function (form) { return form.matches("[data-private]") ? [] : Array.from(form.querySelectorAll("textarea")); };
  var given_back = false;
  document.querySelectorAll("form[method=post]").forEach(function (form) {
    areas_of(form).forEach(function (area) {
      try {
        var key = draft_key(area), typed = localStorage.getItem(key);
        var same = !("posted" in root.dataset) && localStorage.getItem(key + ":base") === area.defaultValue;
        if (typed !== null && (!area.value || same)) { area.value = typed; given_back = true; }
        area.addEventListener("input", function () { localStorage.setItem(key, area.value); localStorage.setItem(key + ":base", area.defaultValue); });
      } catch (_) { /* as above */ }
    });
  });
  /* What was typed and chosen in the forms of a page stands in them again after a change of language or of the type's size,
     which loads the page anew: it is put away for that one return, under the sign-in, and never a secret or a vote. */
  var NOT_CARRIED = /^(choice|code|pin|proof|digits)/;
  var each_typed = function (act) {
    document.querySelectorAll("form[method=post]:not([data-private]):not([action$='/preferences'])").forEach(function (form, place) {
      if (form.querySelector("[name^=choice]")) { return; }
      Array.from(form.elements).forEach(function (field, at) {
        var secret = NOT_CARRIED.test(field.name) || field.autocomplete === "one-time-code" || field.matches("[type=hidden], [type=password], [type=file]");
        if (!field.name || secret || !field.matches("input, select, textarea")) { return; }
        act(field, [form.getAttribute("action"), field.name, place, at].join(" "), /^(radio|checkbox)$/.test(field.type));
      });
    });
  };
  if (!offline) {
    try {
      var carried = JSON.parse(sessionStorage.getItem("carried") || "null");
      sessionStorage.removeItem("carried");
      if (carried && carried.mark === mark && carried.page === location.pathname + location.search) {
        var by_name = {};
        carried.fields.forEach(function (one) { by_name[one[0]] = one; });
        each_typed(function (field, key, ticked) {
          var one = by_name[key];
          if (!one || ticked && one[1] !== field.value) { return; }
          if (ticked) { field.checked = one[2]; } else { field.value = one[1]; }
          given_back = true;
        });
      }
    } catch (_) { /* as above */ }
    document.addEventListener("submit", function (event) {
      var next = event.target.elements.next;
      if (!next || !event.target.matches("form[action$='/preferences']")) { return; }
      try {
        var fields = [];
        each_typed(function (field, key, ticked) { fields.push([key, field.value, field.checked]); });
        sessionStorage.setItem("carried", JSON.stringify({ mark: mark, page: next.value, fields: fields }));
      } catch (_) { /* as above */ }
    });
  }
  /* Where the line is lost, the page that stands in for the answer asks here what was sent, and what of it is kept. */
  var note_sent = function (form, action) {
    var areas = areas_of(form), kind = form.dataset.sealed ? "sealed" : areas.length ? "words" : "nothing";
    try {
      var id = form.dataset.sealed || Array.from(crypto.getRandomValues(new Uint8Array(8)), function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
      if (kind !== "nothing") {
        var field = form.querySelector("[name=kept_mark]") || form.appendChild(document.createElement("input"));
        field.type = "hidden"; field.name = "kept_mark"; field.value = id;
      }
      if (kind === "words") { localStorage.setItem(mine + "sent:" + id, JSON.stringify(areas.map(draft_key))); }
      sessionStorage.setItem("sent", JSON.stringify({ kind: kind, id: id, action: new URL(action, location.href).href, page: location.href }));
    } catch (_) { sessionStorage.removeItem("sent"); }
  };
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (form.getAttribute("method") !== "post" || event.defaultPrevented) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 4000);
    note_sent(form, button && button.getAttribute("formaction") || form.getAttribute("action"));
  });
  /* What a script adds to a form, or a screen that asks again by itself, moves what is below it: never between the beginning and
     the end of a tap, which would meet something else. The screen asks again soon. */
  var down = false, calm = 0, waiting = [], AFTER = 100, LONGEST = 10000;
  var calm_in = function (milliseconds) {
    clearTimeout(calm);
    calm = setTimeout(function () { down = false; waiting.splice(0).forEach(function (act) { act(); }); }, milliseconds);
  };
  ["touchstart", "mousedown", "touchend", "touchcancel", "mouseup"].forEach(function (name) {
    window.addEventListener(name, function () {
      /* The end of a drag, or of a press that opened a menu, is told by nobody: none lasts for ever. */
      if (/start|down/.test(name)) { down = true; calm_in(LONGEST); } else { calm_in(AFTER); }
    }, { capture: true, passive: true });
  });
  window.afterTap = function (act) { if (down) { waiting.push(act); } else { act(); } };
  var load = function (address) {
    var more = document.createElement("script");
    more.src = address;
    document.head.appendChild(more);
  };
  /* A part of a page that has a script of its own names it. */
  var named = {}, load_named = function () {
    document.querySelectorAll("[data-script]").forEach(function (part) {
      if (!named[part.dataset.script]) { named[part.dataset.script] = true; load(part.dataset.script); }
    });
  };
  load_named();
  /* What helps with forms comes when it helps: with the first tap into a form; as a photo's field nears the screen of a page that
     was touched; at once where words came back that may be near their limit. A first visit brings it for nothing of these. */
  var helped = false, help = function () {
    if (!helped && root.dataset.forms) { helped = true; load(root.dataset.forms); }
  };
  if (root.dataset.kept && (offline || document.querySelector("form[data-private], [data-wish]") || localStorage.getItem("kept"))) { load(root.dataset.kept); }
  if (document.querySelector("[data-wait]") || (mistakes || given_back) && document.querySelector("[data-most]")) { help(); }
  var near_photos = function () {
    if (!window.IntersectionObserver) { help(); return; }
    var nearing = new IntersectionObserver(function (seen) { if (seen.some(function (one) { return one.isIntersecting; })) { nearing.disconnect(); help(); } }, { rootMargin: "50%" });
    document.querySelectorAll("[data-photo], [data-recording]").forEach(function (field) { nearing.observe(field); });
  };
  var FIRST = ["touchstart", "mousedown", "keydown", "scroll"], first_touch = function (event) {
    FIRST.forEach(function (name) { window.removeEventListener(name, first_touch, true); });
    if (event.target.closest && event.target.closest("[data-photo], [data-recording]")) { help(); } else { near_photos(); }
  };
  if (document.querySelector("[data-photo], [data-recording]")) {
    FIRST.forEach(function (name) { window.addEventListener(name, first_touch, { capture: true, passive: true }); });
  }
  document.addEventListener("focusin", function (event) {
    var form = event.target.closest("form");
    if (form && form.querySelector("[data-most], [data-photo]")) { help(); }
  });
  /* The answer to a form is not loaded anew, which would send the form once more: its page is, by its address. */
  var ask_anew = function () {
    if ("posted" in root.dataset) { location.replace(root.dataset.posted); } else { location.reload(); }
  };
  /* On a phone that several people use an open page does not outlive the sign-in: untouched for so long, it is asked for anew,
     by its address: reloading the answer to a form would send the form once more. */
  if (mark && root.dataset.left <= 3600) {
    var touched = Date.now();
    ["input", "click", "scroll", "touchstart"].forEach(function (name) { document.addEventListener(name, function () { touched = Date.now(); }, { passive: true }); });
    setInterval(function () { if (Date.now() - touched > root.dataset.left * 1000) { touched = Date.now(); location.replace(root.dataset.posted || location.pathname + location.search); } }, 15000);
  }
  /* Somebody signed out or in in another tab: what is on the screen here is of the person before, a receipt too. Words that were
     typed and not sent stay; the server asks whose they are. A tab that is on its way elsewhere by a sign-out is not held up. */
  if (mark && !offline) {
    var typed_here = false, left_to_another = function () {
      try {
        var now = localStorage.getItem("mark");
        if (now !== null && now !== mark && !typed_here && !on_its_way) { root.hidden = true; ask_anew(); }
      } catch (_) { /* as above */ }
    };
    document.addEventListener("input", function () { typed_here = true; });
    /* By a tap on signing out, words about a case leave with what was sealed of them, and its address with them. */
    window.addEventListener("storage", function (event) {
      var village = /^\/[^/]+\/(?=cases\/)/.exec(location.pathname);
      if (event.key === "signed_out" && event.newValue === mark && village) {
        on_its_way = root.hidden = true;
        document.querySelectorAll("form").forEach(function (form) { form.setAttribute("autocomplete", "off"); form.reset(); });
        location.replace(village[0]);
        return;
      }
      left_to_another();
    });
    document.addEventListener("visibilitychange", function () { if (!document.hidden) { left_to_another(); } });
  }
  try { if (!offline) { localStorage.setItem("mark", mark); } } catch (_) { /* as above */ }
  /* A page that the browser kept alive behind another one may belong to somebody who has left: it is asked for anew. */
  window.addEventListener("pagehide", function (event) { if (event.persisted) { document.documentElement.hidden = true; } });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { ask_anew(); } });
  /* Without a line: say of the very form that was sent what is kept of it, and send it again. */
  if (offline) {
    var sent = null, again = document.querySelector("[data-again]");
    try { sent = JSON.parse(sessionStorage.getItem("sent") || "null"); } catch (_) { sent = null; }
    var say_kept = function (kind) {
      window.afterTap(function () {
        root.dataset.said = kind;
        document.querySelectorAll("[data-of]").forEach(function (one) { one.hidden = one.dataset.of.split(" ").indexOf(kind) < 0; });
      });
    };
    var of = sent && sent.action === location.href ? sent.kind : "page";
    again.hidden = false;
    again.addEventListener("click", function () { if (!root.dataset.holds) { location.reload(); } });
    if (of === "sealed") {
      document.addEventListener("kept", function () { say_kept(root.dataset.holds || "nothing"); });
    } else { say_kept(of); }
  } else { try { sessionStorage.removeItem("sent"); } catch (_) { /* as above */ } }
  /* Listening: the phone's own voice for the language of the page, otherwise the sound that the server has; a button with
     neither is not shown. Without JavaScript the link leads to the sound. */
  var listeners = document.querySelectorAll("[data-listen], [data-sound]");
  var speaks = "speechSynthesis" in window;
  var voice_for = function (button) {
    var voices = speaks && button.dataset.listen ? window.speechSynthesis.getVoices() : [];
    var wanted = (button.dataset.voices || "").split(" ");
    for (var w = 0; w < wanted.length; w++) {
      for (var v = 0; v < voices.length; v++) {
        if (wanted[w] && voices[v].lang.toLowerCase().indexOf(wanted[w]) === 0) { return voices[v]; }
      }
    }
    return null;
  };
  var each_listener = function (act) { Array.prototype.forEach.call(listeners, act); };
  var say_on = function (button, words) { button.querySelector("span").textContent = words; };
  var quiet = function (button) { button.setAttribute("aria-pressed", "false"); say_on(button, button.dataset.say); };
  var player = null, playing = null;
  var hush = function () {
    var before = playing;
    playing = null;
    if (speaks) { window.speechSynthesis.cancel(); }
    if (player) { player.pause(); }
    if (before) { quiet(before); }
  };
  var begin = function (button) {
    hush();
    playing = button;
    button.setAttribute("aria-pressed", "true");
    say_on(button, button.dataset.stop);
  };
  var ended = function (button) { if (playing === button) { playing = null; quiet(button); } };
  var failed = function (button) { if (playing === button) { ended(button); say_on(button, button.dataset.failed || button.dataset.say); } };
  var play = function (button) {
    begin(button);
    if (!player) { player = document.createElement("audio"); player.preload = "none"; document.body.appendChild(player); }
    player.onended = function () { ended(button); };
    player.onerror = function () { failed(button); };
    player.src = button.href;
    var started = player.play();
    if (started && started.catch) { started.catch(function () { failed(button); }); }
  };
  var read_out = function (button, voice) {
    var begun = false, instead = function () { if (playing === button && "sound" in button.dataset) { play(button); } else { ended(button); } };
    var words = button.dataset.listen.split(" ").map(function (id) {
      var part = document.getElementById(id);
      return part ? part.textContent.trim() : "";
    }).filter(Boolean).join("。");
    var speech = new SpeechSynthesisUtterance(words);
    speech.voice = voice;
    speech.lang = voice.lang;
    speech.rate = 0.9;
    speech.onstart = function () { begun = true; };
    speech.onend = function () { ended(button); };
    speech.onerror = function () { if (begun) { ended(button); } else { instead(); } };
    begin(button);
    window.speechSynthesis.speak(speech);
  };
  var show_listening = function () {
    each_listener(function (button) {
      var own = button.nextElementSibling;
      if (!("sound" in button.dataset)) { button.hidden = !voice_for(button); }
      else if (own && own.dataset.own && voice_for(button)) { own.textContent = own.dataset.own; }
    });
  };
  if (listeners.length) {
    each_listener(function (button) {
      button.dataset.say = button.querySelector("span").textContent;
      if (button.href) { button.setAttribute("role", "button"); button.setAttribute("aria-pressed", "false"); }
      button.addEventListener("keydown", function (event) { if (event.key === " " && button.href) { event.preventDefault(); button.click(); } });
      button.addEventListener("click", function (event) {
        event.preventDefault();
        if (playing === button) { return hush(); }
        var voice = voice_for(button);
        if (voice) { read_out(button, voice); } else if (button.href) { play(button); }
      });
    });
    show_listening();
    if (speaks) { window.speechSynthesis.onvoiceschanged = show_listening; }
    window.addEventListener("pagehide", hush);
  }
  /* On paper nothing can be opened: what is folded is printed too, also by browsers older than the style for it. */
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (fold) { fold.dataset.folded = ""; fold.open = true; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-folded]").forEach(function (fold) { fold.open = false; delete fold.dataset.folded; });
  });
  if ("serviceWorker" in navigator && location.protocol !== "http:" || location.hostname === "127.0.0.1") {
    /* The browser looks for a newer worker at each page: while its copy is fresh, on the phone only. */
    if ("serviceWorker" in navigator) { navigator.serviceWorker.register("/sw.js", { updateViaCache: "all" }).catch(function () {}); }
    /* The page without a line speaks the language that was chosen last. */
    try {
      if ("serviceWorker" in navigator && !offline && localStorage.getItem("offline") !== root.lang) {
        navigator.serviceWorker.ready.then(function (found) {
          if (localStorage.getItem("offline")) { found.active.postMessage("language"); }
          localStorage.setItem("offline", root.lang);
        });
      }
    } catch (_) { /* as above */ }
  }
})();
