// Puts what the server sends each second in its place. It ends with the run, and asks for nothing else.
const live = document.getElementById("live");
const events = new EventSource("events");
events.onmessage = (event) => {
  live.innerHTML = JSON.parse(event.data);
};
events.addEventListener("end", () => events.close());
events.onerror = () => {
  // Whether the run has ended or was killed: there is nobody to ask again.
  if (events.readyState !== EventSource.OPEN) events.close();
};
