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
    var heading = event.detail.elt && event.detail.elt.querySelector && event.detail.elt.querySelector("h2, legend, [role=alert]");
    if (heading) { heading.setAttribute("tabindex", "-1"); heading.focus({ preventScroll: false }); }
  });
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
  /* A long text stays on this phone until it has arrived. */
  document.querySelectorAll("form[method=post] textarea").forEach(function (area) {
    var key = "draft:" + location.pathname + ":" + area.name;
    try {
      if (!area.value) { area.value = localStorage.getItem(key) || ""; }
      area.addEventListener("input", function () { localStorage.setItem(key, area.value); });
      area.form.addEventListener("submit", function () { sessionStorage.setItem("sent:" + key, "1"); });
    } catch (_) { /* storage is full or closed: the page works without it */ }
  });
  try {
    Object.keys(sessionStorage).filter(function (k) { return k.indexOf("sent:") === 0; }).forEach(function (k) {
      var key = k.slice(5);
      if (key.indexOf("draft:" + location.pathname + ":") !== 0) { localStorage.removeItem(key); }
      sessionStorage.removeItem(k);
    });
  } catch (_) { /* as above */ }
  if ("serviceWorker" in navigator && location.protocol !== "http:" || location.hostname === "127.0.0.1") {
    if ("serviceWorker" in navigator) { navigator.serviceWorker.register("/sw.js").catch(function () {}); }
  }
})();
