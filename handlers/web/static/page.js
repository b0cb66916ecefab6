// The live wire: a story that is new or has grown goes to the top. Without script the page is the same, but still.
"use strict";
(() => {
  const wire = document.getElementById("wire");
  const said = document.getElementById("live");
  if (!wire || !wire.dataset.live || !window.EventSource) return;
  const source = new EventSource(wire.dataset.live);
  source.addEventListener("story", (event) => {
    const told = JSON.parse(event.data);
    const old = document.getElementById("s" + told.id);
    const holds = old && old.contains(document.activeElement);
    const made = new DOMParser().parseFromString(told.html, "text/html").querySelector("li");
    if (!made || holds) return;
    if (old) old.remove();
    made.classList.add("fresh");
    wire.prepend(made);
    while (wire.children.length > 100) wire.lastElementChild.remove();
    said.textContent = "Just now: " + made.querySelector("h2 a").textContent;
  });
  source.onerror = () => { said.textContent = "The connection was lost; it comes back by itself."; };
  source.onopen = () => { said.textContent = "Live: new stories appear by themselves."; };
})();
