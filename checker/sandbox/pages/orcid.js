(() => {
  const main = document.querySelector("main");

  // As at ORCID: buttons come to life a moment after the page.
  function wake() {
    const signOut = main.querySelector("[data-sign-out]");
    if (signOut) signOut.href = "/signout" + location.search;
    setTimeout(() => setBusy(false), 30);
  }

  function setBusy(busy) {
    for (const button of main.querySelectorAll("[data-wait]")) {
      if ("disabled" in button) button.disabled = busy;
      else button.setAttribute("aria-disabled", String(busy));
    }
    const bar = main.querySelector("#loading-bar");
    if (bar) bar.hidden = !busy;
  }

  function say(text) {
    const alert = main.querySelector("app-my-orcid-alerts");
    if (alert) alert.textContent = text;
    setBusy(false);
  }

  async function send(path, fields) {
    setBusy(true);
    try {
      const body = new URLSearchParams({ ...fields, oauth: location.search });
      const answer = await (await fetch(path, { method: "POST", body })).json();
      if (answer.redirect) {
        location.assign(answer.redirect);
      } else if (answer.html) {
        document.title = answer.title;
        main.innerHTML = answer.html;
        wake();
      } else {
        say(answer.alert || answer.error_description);
      }
    } catch {
      say("ORCID could not be reached. Try again.");
    }
  }

  function press(target) {
    const button = target.closest("[data-decide], [data-next]");
    if (!button || button.disabled || button.getAttribute("aria-disabled") === "true") return;
    if (button.dataset.next) location.assign(button.dataset.next);
    else send("/oauth/custom/authorize.json", { approved: button.dataset.decide });
  }

  main.addEventListener("click", event => press(event.target));
  main.addEventListener("keydown", event => {
    if (event.target.id === "deny-button" && (event.key === "Enter" || event.key === " ")) press(event.target);
  });
  main.addEventListener("submit", event => {
    event.preventDefault();
    say("");
    send("/signin/auth.json", Object.fromEntries(new FormData(event.target)));
  });
  wake();
})();
