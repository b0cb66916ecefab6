// The live wire: a story that is new or has grown goes to the top. Without script the page is the same, but still.
"use strict";
(() => {
  const wire = document.getElementById("wire");
  const said = document.getElementById("live");
  if (!wire || !wire.dataset.live || !window.EventSource) return;
  const show = (event) => {
    const told = JSON.parse(event.data);
    const old = document.getElementById("s" + told.id);
    const holds = old && old.contains(document.activeElement);
    const made = new DOMParser().parseFromString(told.html, "text/html").querySelector("li");
    if (!made || holds) return;
    document.querySelectorAll("main > .empty").forEach((none) => none.remove());
    if (old) old.remove();
    made.classList.add("fresh");
    wire.prepend(made);
    while (wire.children.length > 100) wire.lastElementChild.remove();
    said.textContent = "Just now: " + made.querySelector("h2 a").textContent;
  };
  const watch = () => {
    const source = new EventSource(wire.dataset.live);
    source.addEventListener("story", show);
    source.onopen = () => { said.textContent = "Live: new stories appear by themselves."; };
    source.onerror = () => {
      said.textContent = "The connection was lost; it comes back by itself.";
      // After an answer such as a proxy's 502 a browser does not ask again.
      if (source.readyState === EventSource.CLOSED) setTimeout(watch, 10000);
    };
  };
  watch();
  // As `ago` in formatting.py has it: a wire that stands open for hours must not say "now" of what is old.
  const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const ago = (seconds) => {
    const [unit, name] = units.find(([one]) => seconds >= 2 * one) || [1, "s"];
    return seconds > 0 ? Math.floor(seconds / unit) + " " + name + " ago" : "now";
  };
  const ahead = Date.now() - Number(wire.dataset.now);  // of this machine's clock
  setInterval(() => {
    wire.querySelectorAll("time").forEach((time) => {
      const seconds = Math.floor((Date.now() - ahead - Date.parse(time.dateTime)) / 1000);
      if (seconds >= 0) time.textContent = ago(seconds);
    });
  }, 20000);
})();
