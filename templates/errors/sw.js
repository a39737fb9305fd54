/* Keeps one page and the looks for when there is no line. It keeps nothing personal: what is typed into forms and read of
   cases is sealed by kept.js, elsewhere. */
"use strict";
var PLACE = "kept-{{ static('style.css')[-12:] }}{{ static('app.js')[-12:] }}{{ static('kept.js')[-12:] }}";
var KEPT = ["/offline", "{{ static('style.css') }}", "{{ static('icons.svg') }}", "{{ static('app.js') }}", "{{ static('kept.js') }}"];
self.addEventListener("install", function (event) {
  self.skipWaiting();
  event.waitUntil(caches.open(PLACE).then(function (cache) { return cache.addAll(KEPT); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== PLACE; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});
/* Another language was chosen: the page without a line is fetched in it. */
self.addEventListener("message", function (event) {
  event.waitUntil(caches.open(PLACE).then(function (cache) { return cache.add("/offline"); }).catch(function () {}));
});
/* A gateway answers for us when we are away, and a network that wants a sign-in first answers in our name to whatever is
   sent; our own answers, also those of faults, carry a policy. What asks for a page may see the page of the network. */
var is_away = function (answer, request) {
  if (answer.type !== "basic" || answer.headers.get("Content-Security-Policy")) { return false; }
  return request.method !== "GET" || answer.status >= 502 && answer.status <= 504;
};
self.addEventListener("fetch", function (event) {
  var request = event.request, address = new URL(request.url);
  if (address.origin !== self.location.origin) { return; }
  if (request.mode === "navigate") {
    /* Back to the answer of a form: the browser keeps no such answer, and sending the form again is nobody's wish. Its page is
       opened; as for all that Back asks for, the browser itself would look into its cache only. */
    if (request.method === "POST" && request.isHistoryNavigation) {
      event.respondWith(Response.redirect(request.referrer.indexOf(self.location.origin + "/") === 0 ? request.referrer : "/"));
      return;
    }
    var unheard = function () {
      return caches.match("/offline").then(function (page) { return page || Response.error(); });
    };
    event.respondWith(fetch(request).then(function (answer) {
      return is_away(answer, request) ? caches.match("/offline").then(function (page) { return page || answer; }) : answer;
    }, function () {
      if (request.method !== "GET" || !request.isHistoryNavigation) { return unheard(); }
      return fetch(request.url, { credentials: "same-origin", redirect: "manual" }).catch(unheard);
    }));
  } else if (request.method === "GET" && KEPT.indexOf(address.pathname + address.search) > 0) {
    event.respondWith(caches.match(request).then(function (kept) { return kept || fetch(request); }));
  }
});
