/* Passkeys: makes one, or signs with one, and sends what came of it with the form. Loaded on those two pages only. */
"use strict";
(function () {
  var bytes = function (text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (c) { return c.charCodeAt(0); });
  };
  var text = function (buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  var listed = function (list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  };
  var asked = function (way, options) {
    options.challenge = bytes(options.challenge);
    if (way === "create") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = listed(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    }
    options.allowCredentials = listed(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  };
  var sent = function (made) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (made.response[name]) { response[name] = text(made.response[name]); }
    });
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: response, clientExtensionResults: {} });
  };
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.elements.credential.value) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      var fail = function () { form.querySelector(".lost").hidden = false; };
      if (!navigator.credentials || !window.PublicKeyCredential) { fail(); return; }
      asked(form.dataset.passkey, JSON.parse(form.dataset.options)).then(function (made) {
        form.elements.credential.value = sent(made);
        form.submit();
      }).catch(fail);
    }, true);
  });
})();
