// Small comforts; every page works without them.
(function () {
  "use strict";

  // Read the page aloud, from its heading on; a second touch stops.
  function readAloud(button) {
    var voice = window.speechSynthesis;
    button.hidden = false;
    function rest() {
      button.setAttribute("aria-pressed", "false");
    }
    button.addEventListener("click", function () {
      var reading = button.getAttribute("aria-pressed") === "true";
      voice.cancel();
      if (reading) { return rest(); }
      var parts = document.querySelectorAll("[data-read] h1, [data-read] h2, [data-read] h3, [data-read] p, [data-read] li, [data-read] dt, [data-read] dd, [data-read] label, [data-read] td, [data-read] th, [data-read] .deadline");
      button.setAttribute("aria-pressed", "true");
      var last = null;
      parts.forEach(function (part) {
        if (part.parentElement.closest("li, dd, td") || !part.offsetParent) { return; }
        last = new SpeechSynthesisUtterance(part.innerText.replace(/\s+/g, " "));
        last.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
        last.rate = 0.9;
        voice.speak(last);
      });
      if (last) { last.onend = rest; last.onerror = rest; } else { rest(); }
    });
    window.addEventListener("pagehide", function () { voice.cancel(); });
  }

  // Copy a link or a code; the button says so for a moment.
  function copy(button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.getAttribute("data-copy")).then(function () {
        var said = button.textContent;
        button.textContent = button.getAttribute("data-done");
        setTimeout(function () { button.textContent = said; }, 2000);
      });
    });
  }

  function wake(root) {
    if ("speechSynthesis" in window) { root.querySelectorAll("[data-aloud]").forEach(readAloud); }
    root.querySelectorAll("[data-copy]").forEach(copy);
    root.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
    var faults = root.querySelector("[data-focus]");
    if (faults) { faults.focus(); }
    // A job's progress is polled by htmx; where that did not load, the page itself comes again.
    if (root.querySelector("[data-poll]") && !window.htmx) {
      setTimeout(function () { window.location.reload(); }, 5000);
    }
  }

  // A passkey that was not read: say so on the page, not only to the console.
  document.addEventListener("allauth.error", function (event) {
    var said = document.getElementById("passkey-trouble");
    if (said) { said.hidden = false; event.preventDefault(); }
  });

  document.addEventListener("DOMContentLoaded", function () { wake(document); });
  document.addEventListener("htmx:load", function (event) {
    if (event.target !== document.body) { wake(event.target); }
  });
})();
