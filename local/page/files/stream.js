// Follows the server-sent events. A connection begins with all cards, so a lost one misses nothing.

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

  // A browser opens only a few connections to one host, so a hidden tab closes its own.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (source === null) open();
  });
  open();
}
