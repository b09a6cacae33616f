// The recording beside the words: chosen by the person, or a file of the same stem beside the page.
(() => {
  const form = document.querySelector(".hear");
  if (!form) return;
  const KINDS = ["mp3", "m4a", "wav", "ogg", "opus", "flac", "aac", "mp4", "webm", "mkv", "mov"];
  const FOLDERS = ["", "../"]; // inside the result, and beside its folder
  const STEP = 5; // seconds back and forth
  const fields = form.elements;
  const audio = form.querySelector("audio");
  const say = document.querySelector(".tools output");
  const rows = [...document.querySelectorAll(".row[data-t]")];
  const starts = rows.map((row) => Number(row.dataset.t));
  let loaded = false;
  let spoken = null;

  form.hidden = false;
  form.reset();

  function ready(name) {
    loaded = true;
    audio.hidden = fields.follow.parentNode.hidden = false;
    fields.beside.hidden = true;
    say.value = `${name}: K plays and stops, J and L go back and forth`;
    for (const row of rows) addButton(row);
  }

  function addButton(row) {
    const title = row.querySelector("h3");
    if (title.querySelector(".play")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "play";
    button.textContent = "▶";
    button.setAttribute("aria-label", `Play from ${title.querySelector("a").textContent}`);
    title.prepend(button);
  }

  // Resolves once the file's length is known; rejects where there is no such file, or none that plays.
  function load(address) {
    return new Promise((resolve, reject) => {
      audio.onloadedmetadata = resolve;
      audio.onerror = reject;
      audio.src = address;
    });
  }

  async function findBeside() {
    for (const stem of JSON.parse(form.dataset.stems)) {
      for (const kind of KINDS) {
        for (const folder of FOLDERS) {
          try {
            await load(`${folder}./${encodeURIComponent(stem)}.${kind}`);
            return `${stem}.${kind}`;
          } catch { /* the next */ }
        }
      }
    }
    return null;
  }

  async function hearBeside() {
    say.value = "Looking for the recording";
    const name = await findBeside();
    if (name) {
      ready(name);
      start();
      return;
    }
    say.value = "No recording of this name lies beside this page: choose it";
    fields.file.focus();
  }

  async function hearFile() {
    const [file] = fields.file.files;
    if (!file) return;
    if (audio.src.startsWith("blob:")) URL.revokeObjectURL(audio.src);
    try {
      await load(URL.createObjectURL(file));
      ready(file.name);
    } catch {
      say.value = `${file.name} can't be played by this browser`;
    }
  }

  function start() {
    audio.play().catch((error) => { say.value = `It can't be played: ${error.message}`; });
  }

  function playFrom(row) {
    audio.currentTime = Number(row.dataset.t);
    start();
  }

  // --- following along

  function rowAt(second) {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= second) low = middle + 1;
      else high = middle;
    }
    return rows[Math.max(low - 1, 0)];
  }

  function follow() {
    if (!loaded) return;
    const row = rowAt(audio.currentTime);
    if (row === spoken) return;
    if (spoken) {
      spoken.classList.remove("spoken");
      spoken.removeAttribute("aria-current");
    }
    spoken = row;
    row.classList.add("spoken");
    row.setAttribute("aria-current", "true");
    if (fields.follow.checked) row.scrollIntoView({ block: "start" });
  }
  for (const event of ["timeupdate", "seeked", "play"]) audio.addEventListener(event, follow);

  // --- by hand

  fields.beside.addEventListener("click", hearBeside);
  fields.file.addEventListener("change", hearFile);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("#text").addEventListener("click", (event) => {
    if (event.target.matches(".play")) playFrom(event.target.closest(".row"));
  });
  addEventListener("keydown", (event) => {
    if (!loaded || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea")) return;
    const letter = event.key > "z" ? event.code.replace(/^Key/, "") : event.key; // the same keys in any script
    const key = letter.toLowerCase();
    if (key === "k" && audio.paused) start();
    else if (key === "k") audio.pause();
    else if (key === "j") audio.currentTime -= STEP;
    else if (key === "l") audio.currentTime += STEP;
    else return;
    event.preventDefault();
  });
})();
