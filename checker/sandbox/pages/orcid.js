(() => {
  const main = document.querySelector("main");

  // As at ORCID: buttons come to life a moment after the page.
  function wake() {
    const signOut = main.querySelector("[data-sign-out]");
    if (signOut) signOut.href = "/signout" + location.search;
    for (const link of main.querySelectorAll("[data-with-query]")) {
      const query = new URLSearchParams(location.search);
      if (link.dataset.withQuery) query.delete(link.dataset.withQuery);
      if (query.size) link.href = link.getAttribute("href").split("?")[0] + "?" + query;
    }
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
    const alert = main.querySelector("app-my-orcid-alerts, app-print-errors");
    if (alert) alert.textContent = text;
    setBusy(false);
  }

  function show(step) {
    for (const part of main.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== step;
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
      } else if (answer.errors) {
        const [name] = Object.keys(answer.errors);
        show(main.querySelector(`[name="${name}"]`).closest("[data-step]").dataset.step);
        say(Object.values(answer.errors).join(" "));
      } else {
        say(answer.alert || answer.error_description);
      }
    } catch {
      say("ORCID could not be reached. Try again.");
    }
  }

  function goOn(button) {
    const fields = button.closest("[data-step]").querySelectorAll("input");
    if ("checked" in button.dataset && ![...fields].every(field => field.reportValidity())) return;
    say("");
    show(button.dataset.stepTo);
  }

  function press(target) {
    const button = target.closest("[data-decide], [data-next], [data-step-to]");
    if (!button || button.disabled || button.getAttribute("aria-disabled") === "true") return;
    if (button.dataset.next) location.assign(button.dataset.next);
    else if (button.dataset.stepTo) goOn(button);
    else send("/oauth/custom/authorize.json", { approved: button.dataset.decide });
  }

  main.addEventListener("click", event => press(event.target));
  main.addEventListener("keydown", event => {
    if (event.target.id === "deny-button" && (event.key === "Enter" || event.key === " ")) press(event.target);
  });
  main.addEventListener("submit", event => {
    event.preventDefault();
    const step = main.querySelector("[data-step]:not([hidden])");
    const next = step && step.querySelector("[data-step-to][data-checked]");
    if (next) {
      goOn(next);
      return;
    }
    say("");
    send(event.target.dataset.action, Object.fromEntries(new FormData(event.target)));
  });
  wake();
})();
