/* Receipt codes of secret ballots: kept as a picture, and found again. Nothing of this leaves the phone. */
"use strict";
(function () {
  /* Find my receipt: the code of a secret ballot is hashed here and compared with the list on this page; it is never sent. */
  var finder = document.getElementById("finder");
  if (finder && document.getElementById("code-stays") && window.crypto && window.crypto.subtle) {
    window.afterTap(function () { document.getElementById("code-stays").hidden = false; });
    var found = function (what, line) {
      finder.querySelectorAll("#lookup > p").forEach(function (one) { one.hidden = one.id !== "code-" + what; });
      document.querySelectorAll("[data-key] mark").forEach(function (mark) { mark.replaceWith(mark.textContent); });
      var fold = line && line.closest("details");
      if (fold) { fold.open = true; }
      if (line) { line.innerHTML = "<mark>" + line.textContent + "</mark>"; line.scrollIntoView({ block: "nearest" }); }
    };
    var compare = function (start) {
      var line = document.querySelector('[data-key^="' + start + '"]');
      found(line ? "counted" : "missing", line);
    };
    finder.addEventListener("submit", function (event) {
      event.preventDefault();
      var code = document.getElementById("code").value.normalize("NFKC").toUpperCase().replace(/[^A-Z0-9]/g, "");
      if (!code) { return found("empty"); }
      if (/^[0-9A-F]{16}$/.test(code)) { return compare(code.toLowerCase()); }
      if (code.length !== 26) { return found("unfinished"); }
      window.crypto.subtle.digest("SHA-256", new TextEncoder().encode(code)).then(function (bytes) {
        compare(Array.from(new Uint8Array(bytes), function (b) { return b.toString(16).padStart(2, "0"); }).join(""));
      });
    });
  }

  /* The code as a picture, drawn here of what stands on the page, which knows no choice. It is handed to the browser as a file
     and shown, for web views that take no files: there one presses long on it. */
  var WIDTH = 720, EDGE = 48, INK = "#14231b", GREEN = "#163d2c", PAPER = "#fffdf6";
  var lines_of = function (pen, text, width) {
    var lines = [""];
    (text.match(/[\x21-\x7e]+|[^]/gu) || []).forEach(function (part) {
      var longer = lines[lines.length - 1] + part;
      if (pen.measureText(longer).width > width && lines[lines.length - 1]) { lines.push(part.trim()); } else { lines[lines.length - 1] = longer; }
    });
    return lines;
  };
  var picture_of = function (parts) {
    var canvas = document.createElement("canvas"), pen = canvas.getContext("2d"), at = EDGE, drawn = [];
    parts.forEach(function (part) {
      var font = part.weight + " " + part.size + "px " + part.family;
      pen.font = font;
      lines_of(pen, part.text, WIDTH - 2 * EDGE).forEach(function (line) {
        at += part.size * 1.35;
        drawn.push({ font: font, line: line, at: at, colour: part.colour });
      });
      at += 24;
    });
    canvas.width = WIDTH;
    canvas.height = Math.ceil(at + EDGE);
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = GREEN;
    pen.fillRect(0, 0, canvas.width, 16);
    drawn.forEach(function (one) {
      pen.font = one.font;
      pen.fillStyle = one.colour;
      pen.fillText(one.line, EDGE, one.at);
    });
    return canvas.toDataURL("image/png");
  };
  var text_of = function (part) { return part.textContent.trim().replace(/\s+/g, " "); };
  var code_lines = function (receipt) {
    var groups = Array.prototype.map.call(receipt.querySelectorAll(".code li"), text_of), lines = [];
    while (groups.length) { lines.push(groups.splice(0, 2).join(" ")); }
    return lines;
  };
  var keep = function (place, receipt) {
    var family = getComputedStyle(document.body).fontFamily, shown = place.querySelector("img") || document.createElement("img");
    var plain = { weight: 400, size: 32, family: family, colour: INK }, part = function (text, other) { return Object.assign({ text: text }, plain, other); };
    var title = text_of(receipt.querySelector("[data-of-poll]")), code = code_lines(receipt);
    shown.src = picture_of([part(text_of(receipt.querySelector("h2")), { weight: 700, size: 40, colour: GREEN }), part(title)].concat(
      code.map(function (line) { return part(line, { weight: 700, size: 84, family: "monospace" }); }), [part(place.dataset.todo)]));
    shown.alt = title + " " + code.join(" ");
    place.appendChild(shown);
    place.querySelector("[role=status]").hidden = false;
    var link = document.createElement("a");
    link.href = shown.src;
    link.download = place.dataset.file + ".png";
    document.body.appendChild(link);
    link.click();
    document.body.removeChild(link);
  };
  var set_up = function () {
    var place = document.getElementById("keep-picture");
    if (!place || !place.hidden) { return; }
    place.hidden = false;
    place.querySelector("button").addEventListener("click", function () { keep(place, document.getElementById("secret_receipt")); });
  };
  document.addEventListener("htmx:afterSwap", function () { window.afterTap(set_up); });
  window.afterTap(set_up);
})();
