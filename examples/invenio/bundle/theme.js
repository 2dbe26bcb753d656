// The one thing the theme's own script does that a reader would miss: it shows the messages.
for (const message of document.querySelectorAll("#flash-message #alert-content")) {
  message.style.display = "block";
}
