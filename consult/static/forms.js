/* Extras of forms: how much still fits, photos made small before they are sent, and waiting for a button. Every form works
   without this file. */
"use strict";
(function () {
  var ready = function (note, words) { note.textContent = words; note.hidden = !words; };
  var note_after = function (element) {
    var note = document.createElement("p");
    note.className = "aside";
    note.setAttribute("role", "status");
    note.hidden = true;
    element.parentNode.insertBefore(note, element.nextSibling);
    return note;
  };

  /* How much still fits, said when it gets near. What is pasted is never cut. */
  var NEAR = 0.8;
  var length_of = function (text) { return Array.from(text.replace(/\r\n/g, "\n").trim()).length; };
  var set_up_count = function (box) {
    var most = Number(box.dataset.most), note = note_after(box);
    var count = function () {
      var length = length_of(box.value), over = length > most;
      note.className = over ? "mistake" : "aside";
      ready(note, length < most * NEAR ? "" : (over ? box.dataset.over : box.dataset.left).replace("#", Math.abs(most - length)));
    };
    box.addEventListener("input", count);
    count();
  };

  /* A button that counts down until it may be pressed again. */
  document.querySelectorAll("[data-wait]").forEach(function (button) {
    var until = Date.now() + button.dataset.wait * 1000, words = button.textContent;
    var tick = function () {
      var left = Math.ceil((until - Date.now()) / 1000);
      button.disabled = left > 0;
      button.textContent = left > 0 ? button.dataset.waiting.replace("#", left) : words;
      if (left > 0) { setTimeout(tick, 500); }
    };
    tick();
  });

  /* Photos: two tiles, and each photo made small on the phone. What cannot be made small is sent as it is. */
  var LONGEST = 1600, THUMB = 120, QUALITY = 0.82, SMALL = 300000, PATIENCE = 15000;
  var may_replace = function () {
    try { return !!new DataTransfer().items.add(new File([""], "a")); } catch (_) { return false; }
  };
  var bytes_of = function (blob) {
    return new Promise(function (done, failed) {
      var reader = new FileReader();
      reader.onload = function () { done(new DataView(reader.result)); };
      reader.onerror = failed;
      reader.readAsArrayBuffer(blob);
    });
  };
  /* Width, height and the way up that a JPEG names for itself (EXIF); nothing for other files. */
  var look_of = function (view) {
    var found = { turn: 1 }, at = 2;
    if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) { return found; }
    while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
      var kind = view.getUint8(at + 1), size = view.getUint16(at + 2);
      if (kind === 0xe1 && view.getUint32(at + 4) === 0x45786966) { found.turn = turn_of(view, at + 10) || 1; }
      if (kind >= 0xc0 && kind <= 0xcf && kind !== 0xc4 && kind !== 0xc8 && kind !== 0xcc) {
        found.height = view.getUint16(at + 5);
        found.width = view.getUint16(at + 7);
        return found;
      }
      at += 2 + size;
    }
    return found;
  };
  var turn_of = function (view, start) {
    try {
      var little = view.getUint16(start) === 0x4949, rows = start + view.getUint32(start + 4, little);
      for (var n = view.getUint16(rows, little), row = rows + 2; n > 0; n -= 1, row += 12) {
        if (view.getUint16(row, little) === 0x112) { return view.getUint16(row + 8, little); }
      }
    } catch (_) { /* the part that was read ends before */ }
    return 1;
  };
  /* Degrees by which a decoded picture still has to be turned; null where nobody can tell whether the browser did it. */
  var degrees_for = function (look, bitmap) {
    if (look.turn === 1 || !look.width) { return look.turn === 1 ? 0 : null; }
    if (look.turn !== 6 && look.turn !== 8 || look.width === look.height) { return null; }
    if (bitmap.width === look.height) { return 0; }
    return look.turn === 6 ? 90 : 270;
  };
  var drawn = function (bitmap, degrees, longest) {
    var scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height)), canvas = document.createElement("canvas");
    var width = Math.round(bitmap.width * scale), height = Math.round(bitmap.height * scale), across = degrees % 180 !== 0;
    canvas.width = across ? height : width;
    canvas.height = across ? width : height;
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.translate(canvas.width / 2, canvas.height / 2);
    pen.rotate(degrees * Math.PI / 180);
    pen.drawImage(bitmap, -width / 2, -height / 2, width, height);
    return canvas;
  };
  var shrunk = function (file) {
    if (file.size < SMALL || !/^image\/(jpeg|png|webp|heic|heif)?$/.test(file.type || "image/")) { return Promise.resolve({ file: file }); }
    var made = bytes_of(file.slice(0, 262144)).then(function (view) {
      return createImageBitmap(file).then(function (bitmap) {
        var degrees = degrees_for(look_of(view), bitmap);
        if (degrees === null) { return { file: file }; }
        var canvas = drawn(bitmap, degrees, LONGEST);
        return new Promise(function (done) {
          canvas.toBlob(function (blob) {
            var smaller = blob && blob.size < file.size;
            done({ file: smaller ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file, thumb: drawn(bitmap, degrees, THUMB) });
          }, "image/jpeg", QUALITY);
        });
      });
    });
    var late = new Promise(function (done) { setTimeout(function () { done({ file: file }); }, PATIENCE); });
    return Promise.race([made, late]).catch(function () { return { file: file }; });
  };
  var size_of = function (bytes) {
    return bytes < 1000000 ? Math.max(1, Math.round(bytes / 1000)) + " kB" : (bytes / 1000000).toFixed(1) + " MB";
  };
  /* A form that is sent while its photos are made small goes off by itself when they are. */
  var waits = [], hold = function (form, held) {
    var busy = Number(form.dataset.shrinking || 0) + (held ? 1 : -1), wait = waits.filter(function (one) { return one.form === form; })[0];
    form.dataset.shrinking = busy;
    if (!wait) {
      wait = { form: form, asked: false };
      waits.push(wait);
      form.addEventListener("submit", function (event) {
        if (!Number(form.dataset.shrinking)) { return; }
        event.preventDefault();
        event.stopImmediatePropagation();
        wait.asked = true;
        wait.button = event.submitter;
      }, true);
    }
    if (!busy && wait.asked) { wait.asked = false; form.requestSubmit(wait.button); }
  };
  var tile = function (input, icon_of, words) {
    var label = document.createElement("label");
    label.htmlFor = input.id;
    var icon = icon_of.cloneNode(true);
    label.appendChild(icon);
    label.appendChild(document.createTextNode(words));
    return label;
  };
  var set_up = function (field) {
    var input = field.querySelector("input[type=file]"), form = input.form, camera = input.cloneNode();
    var tiles = document.createElement("div"), shown = document.createElement("p"), bar = document.createElement("progress");
    camera.id = input.id + "-camera";
    camera.removeAttribute("name");
    camera.removeAttribute("multiple");
    camera.setAttribute("capture", "environment");
    input.removeAttribute("capture");
    tiles.className = "stones";
    tiles.setAttribute("role", "group");
    tiles.setAttribute("aria-label", field.querySelector("label").textContent.trim());
    field.querySelector("label").removeAttribute("for");
    var icon = field.querySelector("label .icon");
    [[camera, field.dataset.take], [input, field.dataset.choose]].forEach(function (pair) {
      pair[0].className = "unseen";
      tiles.appendChild(pair[0]);
      tiles.appendChild(tile(pair[0], icon, pair[1]));
    });
    field.querySelector("label").parentNode.insertBefore(tiles, field.querySelector("label").nextSibling);
    shown.setAttribute("role", "status");
    tiles.parentNode.insertBefore(shown, tiles.nextSibling);
    shown.parentNode.insertBefore(bar, shown.nextSibling);
    var show_bar = function (shown) { bar.style.display = shown ? "" : "none"; };
    show_bar(false);
    var put = function (files) {
      var carrier = new DataTransfer();
      files.forEach(function (file) { carrier.items.add(file); });
      input.files = carrier.files;
    };
    var take = function (event) {
      if (event.detail === "shrunk") { return; }
      event.stopImmediatePropagation();
      var earlier = this === camera && input.multiple ? Array.from(input.files) : [], files = Array.from(this.files);
      if (this === camera && !files.length) { return; }
      var before = files.reduce(function (sum, file) { return sum + file.size; }, 0), results = [];
      hold(form, true);
      show_bar(files.length > 0);
      bar.max = files.length;
      bar.value = 0;
      shown.textContent = files.length ? field.dataset.shrinking : "";
      files.reduce(function (chain, file) {
        return chain.then(function () { return shrunk(file); }).then(function (one) { results.push(one); bar.value = results.length; });
      }, Promise.resolve()).then(function () {
        var all = earlier.concat(results.map(function (one) { return one.file; })), after = results.reduce(function (sum, one) { return sum + one.file.size; }, 0);
        put(all);
        camera.value = "";
        shown.textContent = !all.length ? "" : field.dataset.chosen.replace("#", all.length) + (files.length ? " " + (after < before ? field.dataset.smaller.replace("#1", size_of(before)).replace("#2", size_of(after)) : size_of(after)) : "");
        results.forEach(function (one) { if (one.thumb) { shown.appendChild(document.createElement("br")); shown.appendChild(one.thumb); } });
        input.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: "shrunk" }));
      }).then(function () { show_bar(false); hold(form, false); }, function () { show_bar(false); hold(form, false); });
    };
    /* A photo that was chosen before this file had come is made small now. */
    if (input.files.length) { take.call(input, new Event("change")); }
    input.addEventListener("change", take, true);
    input.addEventListener("kept", function () { shown.textContent = field.dataset.chosen.replace("#", input.files.length); });
    camera.addEventListener("change", take, true);
    form.addEventListener("submit", function () {
      if (!input.files.length) { return; }
      bar.removeAttribute("value");
      show_bar(true);
      shown.textContent = field.dataset.sending;
    });
    window.addEventListener("pageshow", function () { show_bar(false); });
  };
  /* A recording: one tile, and the name of what was chosen, or put back from what was kept. */
  var set_up_recording = function (field) {
    var input = field.querySelector("input[type=file]"), label = field.querySelector("label"), tiles = document.createElement("div"), shown = document.createElement("p");
    tiles.className = "stones";
    tiles.setAttribute("role", "group");
    tiles.setAttribute("aria-label", label.textContent.trim());
    label.removeAttribute("for");
    input.className = "unseen";
    tiles.appendChild(input);
    tiles.appendChild(tile(input, label.querySelector(".icon"), field.dataset.recording));
    shown.setAttribute("role", "status");
    label.parentNode.insertBefore(tiles, label.nextSibling);
    tiles.parentNode.insertBefore(shown, tiles.nextSibling);
    var say = function () { shown.textContent = input.files.length ? input.files[0].name : ""; };
    input.addEventListener("change", say);
    input.addEventListener("kept", say);
    say();
  };
  window.afterTap(function () {
    document.querySelectorAll("[data-most]").forEach(set_up_count);
    if (window.createImageBitmap && window.FileReader && may_replace()) {
      document.querySelectorAll("[data-photo]").forEach(set_up);
    }
    document.querySelectorAll("[data-recording]").forEach(set_up_recording);
  });
})();
