/* Screens that others change while one looks at them: of a meeting, and of a roll that is being read. */
"use strict";
(function () {
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
  var opened = Date.now(), clock = document.querySelector("[data-clock]"), root = document.documentElement;
  var parts = clock ? JSON.parse(clock.dataset.hours) : [];
  var turn = function () {
    var minutes = Math.floor((Number(clock.dataset.clock) + (Date.now() - opened) / 1000) / 60);
    var hour = Math.floor(minutes / 60) % 24, words = "";
    parts.forEach(function (part) { if (hour >= part[0]) { words = part[1]; } });
    clock.textContent = words + (parts.length ? hour && (hour - 1) % 12 + 1 : two(hour)) + ":" + two(minutes % 60);
  };
  /* Nobody scrolls a screen on the wall: what has no room is set smaller, down to what can be read from the last row. */
  var fit = function () {
    root.style.fontSize = "";
    var size = parseFloat(getComputedStyle(root).fontSize), least = innerHeight / 48;
    while (root.scrollHeight > innerHeight && size > least) { size -= 0.5; root.style.fontSize = size + "px"; }
  };
  if (clock) {
    setInterval(turn, 1000);
    ["htmx:afterSwap", "load"].forEach(function (name) { document.addEventListener(name, fit, true); });
    window.addEventListener("resize", fit);
    fit();
  }
  document.addEventListener("htmx:afterSwap", tick);
  tick();
  setInterval(tick, 1000);
})();
