(() => {
  "use strict";
  const $ = (query) => document.querySelector(query);
  const all = (query) => [...document.querySelectorAll(query)];
  const film = $("#film"), lanes = $("#lanes"), scrub = $("#scrub"), head = $("#head");
  const hover = $("#hover"), tip = $("#tip"), now = $("#now"), root = document.documentElement;
  const length = +lanes.dataset.seconds;
  const frame = +lanes.dataset.frame;
  const scenes = all(".scene").map((row) => ({
    row, start: +row.dataset.start, end: +row.dataset.end,
    block: $(`.block[data-scene="${row.dataset.scene}"]`),
    words: $(`.block[data-scene="${row.dataset.scene}"]`).textContent,
  }));

  const wish = window.matchMedia("(prefers-color-scheme: dark)");
  const saved = () => { try { return localStorage.getItem("v2a-theme"); } catch { return null; } };
  const paint = (theme) => root.classList.toggle("dark", theme === "dark");
  paint(saved() || (wish.matches ? "dark" : "light"));
  wish.addEventListener("change", () => { if (!saved()) paint(wish.matches ? "dark" : "light"); });
  const turn = () => {
    const theme = root.classList.contains("dark") ? "light" : "dark";
    paint(theme);
    try { localStorage.setItem("v2a-theme", theme); } catch { /* a page without storage forgets */ }
  };
  $("#theme").addEventListener("click", turn);

  const clock = (time) => {
    const minutes = Math.floor(time / 60), hours = Math.floor(minutes / 60);
    const seconds = (time % 60).toFixed(2).padStart(5, "0");
    return hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
  };
  const sceneAt = (time) => {
    let low = 0, high = scenes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (scenes[middle].start <= time + 1e-6) low = middle; else high = middle - 1;
    }
    return low;
  };
  let shown = -1;
  const show = (time) => {
    head.style.left = `${(100 * time) / length}%`;
    scrub.setAttribute("aria-valuenow", time.toFixed(3));
    const index = sceneAt(time);
    scrub.setAttribute("aria-valuetext", `${clock(time)}, scene ${index + 1}`);
    if (index === shown) return;
    for (const k of [shown, index]) {
      if (k < 0) continue;
      scenes[k].row.classList.toggle("on", k === index);
      scenes[k].block.classList.toggle("on", k === index);
    }
    shown = index;
    now.textContent = scenes[index].words;
  };
  const seek = (time) => {
    const place = Math.min(Math.max(time, 0), length - frame / 2);
    film.currentTime = place;
    show(place);
  };
  const toScene = (index) => seek(scenes[Math.min(Math.max(index, 0), scenes.length - 1)].start + 1e-4);
  const tick = () => { show(film.currentTime); if (!film.paused) requestAnimationFrame(tick); };
  film.addEventListener("play", tick);
  film.addEventListener("seeked", tick);
  document.addEventListener("play", (event) => {
    for (const other of all("audio, video")) if (other !== event.target) other.pause();
  }, true);

  const timeAt = (event) => {
    const box = scrub.getBoundingClientRect();
    return (length * Math.min(Math.max(event.clientX - box.left, 0), box.width)) / box.width;
  };
  let dragged = false;
  scrub.addEventListener("pointerdown", (event) => {
    dragged = true;
    scrub.setPointerCapture(event.pointerId);
    seek(timeAt(event));
  });
  scrub.addEventListener("pointermove", (event) => {
    const time = timeAt(event), share = `${(100 * time) / length}%`;
    lanes.classList.add("hovered");
    hover.style.left = tip.style.left = share;
    tip.textContent = `${clock(time)} · ${scenes[sceneAt(time)].words.trim()}`;
    if (dragged) seek(time);
  });
  for (const name of ["pointerup", "pointercancel"]) scrub.addEventListener(name, () => { dragged = false; });
  scrub.addEventListener("pointerleave", () => lanes.classList.remove("hovered"));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-scene]");
    if (button) toScene(+button.dataset.scene - 1);
  });

  const keys = {
    " ": () => (film.paused ? film.play() : film.pause()),
    ArrowLeft: () => seek(film.currentTime - 1),
    ArrowRight: () => seek(film.currentTime + 1),
    ",": () => seek(film.currentTime - frame),
    ".": () => seek(film.currentTime + frame),
    "[": () => toScene(sceneAt(film.currentTime - 0.4)),
    "]": () => toScene(sceneAt(film.currentTime) + 1),
    Home: () => seek(0),
    End: () => seek(length),
    t: turn,
  };
  document.addEventListener("keydown", (event) => {
    const inside = event.target.closest("audio, video, summary, a, button, input");
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (inside && (event.key === " " || event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    keys[event.key]();
  });
  show(0);
})();
