/* Keeps one page and the looks for when there is no line. It keeps nothing personal. */
"use strict";
var KEPT = ["/offline", "{{ static('style.css') }}", "{{ static('icons.svg') }}"];
self.addEventListener("install", function (event) {
  event.waitUntil(caches.open("kept-{{ static('style.css')[-12:] }}").then(function (cache) { return cache.addAll(KEPT); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== "kept-{{ static('style.css')[-12:] }}"; }).map(function (name) { return caches.delete(name); }));
  }));
});
self.addEventListener("fetch", function (event) {
  if (event.request.mode !== "navigate" || event.request.method !== "GET") { return; }
  event.respondWith(fetch(event.request).catch(function () { return caches.match("/offline"); }));
});
