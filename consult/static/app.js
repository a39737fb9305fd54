/* Extras only: every page works without this file. */
"use strict";
(function () {
  var lost = function (form, shown) {
    var note = form && form.querySelector(".lost");
    if (note) { note.hidden = !shown; }
  };
  var form_of = function (event) {
    var element = event.detail && event.detail.elt;
    return element && element.closest ? element.closest("form") : null;
  };
  document.addEventListener("htmx:sendError", function (event) { lost(form_of(event), true); });
  document.addEventListener("htmx:timeout", function (event) { lost(form_of(event), true); });
  document.addEventListener("htmx:beforeRequest", function (event) { lost(form_of(event), false); });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (live_of(event)) { tick(); return; }
    var heading = event.detail.elt && event.detail.elt.querySelector && event.detail.elt.querySelector("h2, legend, [role=alert]");
    if (heading) { heading.setAttribute("tabindex", "-1"); heading.focus({ preventScroll: false }); }
  });
  /* Screens that ask again by themselves: they say when the line is lost, and go on when it is back. */
  var live_of = function (event) {
    var element = event.detail && event.detail.elt;
    return element && element.closest ? element.closest("[data-live]") : null;
  };
  var lost_line = function (event) {
    var live = live_of(event), note = live && live.querySelector(".lost");
    if (note) { note.hidden = false; }
  };
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) { document.addEventListener(name, lost_line); });
  document.addEventListener("htmx:afterRequest", function (event) {
    var live = live_of(event), note = live && live.querySelector(".lost");
    if (note && event.detail.successful) { note.hidden = true; }
  });
  /* The speaker's timer, and the clock of the screen on the wall. */
  var two = function (n) { return (n < 10 ? "0" : "") + n; };
  var tick = function () {
    document.querySelectorAll("[data-since]").forEach(function (timer) {
      var seconds = Math.max(0, Math.floor((Date.now() - Date.parse(timer.dataset.since)) / 1000));
      timer.textContent = Math.floor(seconds / 60) + ":" + two(seconds % 60);
      timer.classList.toggle("late", seconds > 60 * timer.dataset.limit);
    });
  };
  var opened = Date.now(), clock = document.querySelector("[data-clock]");
  var turn = function () {
    var minutes = Math.floor((Number(clock.dataset.clock) + (Date.now() - opened) / 1000) / 60);
    clock.textContent = two(Math.floor(minutes / 60) % 24) + ":" + two(minutes % 60);
  };
  if (clock) { setInterval(turn, 1000); }
  if (document.querySelector("[data-live], [data-since]")) { tick(); setInterval(tick, 1000); }
  document.querySelectorAll(".print-page").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  var mistakes = document.getElementById("mistakes");
  if (mistakes) { mistakes.focus(); }
  document.querySelectorAll("form[method=post]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      setTimeout(function () { delete form.dataset.sent; }, 4000);
    });
  });
  /* A long text stays on this phone until it has arrived: the next page that opens says so by its address. */
  try {
    Object.keys(sessionStorage).filter(function (k) { return k.indexOf("sent:") === 0; }).forEach(function (k) {
      if (!document.querySelector(".mistake, .mistakes, .nothing > h1, #ask, #who")) { localStorage.removeItem(k.slice(5)); }
      sessionStorage.removeItem(k);
    });
  } catch (_) { /* storage is full or closed: the page works without it */ }
  /* Drafts belong to one sign-in and go with it: a page of another one, or of none, takes them away. */
  var mark = document.documentElement.dataset.mark || "", mine = "draft:" + mark + ":";
  var drop_drafts = function (kept) {
    try {
      Object.keys(localStorage).filter(function (k) { return k.indexOf("draft:") === 0 && (!kept || k.indexOf(kept) !== 0); }).forEach(function (k) { localStorage.removeItem(k); });
    } catch (_) { /* as above */ }
  };
  drop_drafts(mine);
  document.querySelectorAll("form[action$='/sign-in/end']").forEach(function (form) {
    form.addEventListener("submit", function () { drop_drafts(""); });
  });
  /* A page that the browser kept alive behind another one may belong to somebody who has left: it is asked for anew. */
  window.addEventListener("pagehide", function (event) { if (event.persisted) { document.documentElement.hidden = true; } });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  document.querySelectorAll("form[method=post]:not([data-private]) textarea").forEach(function (area) {
    var key = mine + area.form.getAttribute("action") + ":" + area.name;
    try {
      if (!area.value) { area.value = localStorage.getItem(key) || ""; }
      area.addEventListener("input", function () { localStorage.setItem(key, area.value); });
      area.form.addEventListener("submit", function () { sessionStorage.setItem("sent:" + key, "1"); });
    } catch (_) { /* storage is full or closed: the page works without it */ }
  });
  /* Listening: only where the phone has a voice for the language of the page. */
  var voice_for = function () {
    var button = document.querySelector("[data-listen]"), voices = window.speechSynthesis.getVoices();
    var wanted = button ? button.dataset.voices.split(" ") : [];
    for (var w = 0; w < wanted.length; w++) {
      for (var v = 0; v < voices.length; v++) {
        if (voices[v].lang.toLowerCase().indexOf(wanted[w]) === 0) { return voices[v]; }
      }
    }
    return null;
  };
  var show_listening = function () {
    var found = voice_for();
    document.querySelectorAll("[data-listen]").forEach(function (button) { button.hidden = !found; });
  };
  var quiet = function (button) {
    button.setAttribute("aria-pressed", "false");
    button.querySelector("span").textContent = button.dataset.say;
  };
  if ("speechSynthesis" in window && document.querySelector("[data-listen]")) {
    show_listening();
    window.speechSynthesis.onvoiceschanged = show_listening;
    document.querySelectorAll("[data-listen]").forEach(function (button) {
      button.dataset.say = button.querySelector("span").textContent;
      button.addEventListener("click", function () {
        if (button.getAttribute("aria-pressed") === "true") { window.speechSynthesis.cancel(); quiet(button); return; }
        var words = button.dataset.listen.split(" ").map(function (id) {
          var part = document.getElementById(id);
          return part ? part.textContent.trim() : "";
        }).filter(Boolean).join("。");
        var speech = new SpeechSynthesisUtterance(words);
        speech.voice = voice_for();
        speech.lang = speech.voice.lang;
        speech.rate = 0.9;
        speech.onend = speech.onerror = function () { quiet(button); };
        button.setAttribute("aria-pressed", "true");
        button.querySelector("span").textContent = button.dataset.stop;
        window.speechSynthesis.cancel();
        window.speechSynthesis.speak(speech);
      });
    });
    window.addEventListener("pagehide", function () { window.speechSynthesis.cancel(); });
  }
  /* Find my receipt: the code is hashed here and compared with the list on this page; it is never sent. */
  var finder = document.getElementById("finder");
  if (finder && window.crypto && window.crypto.subtle) {
    finder.hidden = false;
    document.getElementById("find").addEventListener("click", function () {
      var code = document.getElementById("code").value.normalize("NFKC").toUpperCase().replace(/[^A-Z0-9]/g, "");
      window.crypto.subtle.digest("SHA-256", new TextEncoder().encode(code)).then(function (bytes) {
        var key = Array.from(new Uint8Array(bytes), function (b) { return b.toString(16).padStart(2, "0"); }).join("");
        var line = document.querySelector('[data-key="' + key + '"]');
        document.getElementById("code-counted").hidden = !line;
        document.getElementById("code-missing").hidden = !!line;
        if (line) { line.innerHTML = "<mark>" + line.textContent + "</mark>"; }
      });
    });
  }
  if ("serviceWorker" in navigator && location.protocol !== "http:" || location.hostname === "127.0.0.1") {
    if ("serviceWorker" in navigator) { navigator.serviceWorker.register("/sw.js").catch(function () {}); }
  }
})();
