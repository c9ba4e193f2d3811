// The server-sent events: every connection begins with all cards, so nothing is missed by one lost.

const RETRY_MILLISECONDS = 1000;

export function follow({ onAll, onChanged, onState }) {
  let source = null;

  function open() {
    close();
    source = new EventSource("/page/events");
    source.addEventListener("all", (event) => {
      onState("live");
      onAll(JSON.parse(event.data).cards);
    });
    source.addEventListener("changed", (event) => {
      const { cards, removed } = JSON.parse(event.data);
      onChanged(cards, removed);
    });
    source.addEventListener("error", () => {
      onState("lost");
      if (source?.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MILLISECONDS);
    });
  }

  function close() {
    source?.close();
    source = null;
  }

  // A browser has few connections to one host: a tab that nobody sees gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (source === null) open();
  });
  open();
}
